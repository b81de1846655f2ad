//! The ledger that all clones of a client write to.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::{Balance, Ledger, Tally};
use crate::base::lock::lock;

#[derive(Default)]
pub(crate) struct SharedLedger(Mutex<Ledger>);

impl SharedLedger {
    pub(crate) fn snapshot(&self) -> Ledger {
        lock(&self.0).clone()
    }

    pub(crate) fn update(&self, operation: &'static str, change: impl FnOnce(&mut Tally)) {
        change(lock(&self.0).operations.entry(operation).or_default());
    }

    pub(crate) fn record_balance(&self, coins: Option<i64>) {
        if let Some(coins) = coins {
            lock(&self.0).balance = Some(Balance { coins, at: SystemTime::now() });
        }
    }
}

/// One call in the ledger: counted as a failure, unless it is marked as a success before it is dropped.
pub(crate) struct CallRecord {
    ledger: Arc<SharedLedger>,
    operation: &'static str,
    succeeded: bool,
}

impl CallRecord {
    pub(crate) fn begin(ledger: &Arc<SharedLedger>, operation: &'static str) -> Self {
        ledger.update(operation, |tally| tally.calls = tally.calls.saturating_add(1));
        Self { ledger: Arc::clone(ledger), operation, succeeded: false }
    }

    pub(crate) fn succeed(mut self) {
        self.succeeded = true;
    }
}

impl Drop for CallRecord {
    fn drop(&mut self) {
        if !self.succeeded {
            self.ledger
                .update(self.operation, |tally| tally.failures = tally.failures.saturating_add(1));
        }
    }
}
