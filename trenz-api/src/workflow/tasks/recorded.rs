//! Tasks that a spend ledger keeps until their result is read.

use super::reference::TaskRef;
use crate::client::handle::Client;
use crate::money::spend_ledger::{SpendLedger, SpendLedgerError};

impl SpendLedger {
    /// Returns the submitted tasks without a known end, oldest first: those that other processes have left, and those
    /// that are being waited for. [`Client::task`] resumes them.
    ///
    /// A task leaves the list when a client with this ledger receives its end, and with it its result.
    pub async fn open_tasks(&self) -> Result<Vec<TaskRef>, SpendLedgerError> {
        Ok(self.list_open_tasks().await?.into_iter().map(TaskRef::recorded).collect())
    }

    /// Removes a task from the list of [open tasks](Self::open_tasks): its result is not needed, or was read elsewhere.
    pub async fn forget_task(&self, task: &TaskRef) -> Result<(), SpendLedgerError> {
        self.close_task(task.id().to_owned()).await
    }
}

impl Client {
    /// Records that a task has ended, and whether the API reports a refund.
    pub(super) fn record_end(&self, task: &str, refunded: bool) {
        if let Some(spend_ledger) = &self.core.spend_ledger {
            spend_ledger.task_ended(task.to_owned(), refunded);
        }
    }
}
