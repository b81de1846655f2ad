//! Tasks that a spend ledger keeps until their result was read.

use super::reference::TaskRef;
use crate::client::handle::Client;
use crate::money::spend_ledger::{SpendLedger, SpendLedgerError};

impl SpendLedger {
    /// Returns the tasks that were submitted and whose end nobody has seen yet, oldest first: those that a process has
    /// left behind, and those that are being waited for. [`Client::task`] takes them up again.
    ///
    /// A task leaves the list when a client with this ledger is told by the API that it has ended, and so has its result.
    pub async fn open_tasks(&self) -> Result<Vec<TaskRef>, SpendLedgerError> {
        Ok(self.list_open_tasks().await?.into_iter().map(TaskRef::recorded).collect())
    }

    /// Takes a task off the list of [open tasks](Self::open_tasks): its result is not needed, or was read elsewhere.
    pub async fn forget_task(&self, task: &TaskRef) -> Result<(), SpendLedgerError> {
        self.close_task(task.id().to_owned()).await
    }
}

impl Client {
    /// Writes down that a task has ended, and whether the API says that its coins came back.
    pub(super) fn record_end(&self, task: &str, refunded: bool) {
        if let Some(gate) = &self.core.gate {
            gate.task_ended(task.to_owned(), refunded);
        }
    }
}
