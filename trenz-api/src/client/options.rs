//! The options of one call.

#[cfg(feature = "_ledger")]
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use super::retry::RetryPolicy;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Once, Purchases};

/// The options of one call; those that are not set are the client's.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
    pub(crate) max_cost: Option<u64>,
    /// When a call that pacing holds back must not be sent any more.
    pub(crate) send_deadline: Option<Instant>,
    /// Whether it is sent over an unused connection.
    pub(crate) unused_connection: bool,
    /// The name of the purchase.
    #[cfg(feature = "_ledger")]
    pub(crate) once: Option<Once>,
    /// The purchases of the work that it is part of, where it has no name of its own.
    #[cfg(feature = "_ledger")]
    pub(crate) purchases: Option<Arc<Purchases>>,
    pub(super) retry: Option<RetryPolicy>,
    pub(super) duplicate_charge: Option<u64>,
    pub(super) duplicate_write: Option<u64>,
    pub(super) retry_writes_on_server_error: bool,
}

impl CallOptions {
    /// The policy of this call: the client's, with this call's options applied.
    pub(crate) fn over(&self, client: &RetryPolicy) -> RetryPolicy {
        let mut policy = self.retry.as_ref().unwrap_or(client).clone();
        if let Some(coins) = self.duplicate_charge {
            policy = policy.max_duplicate_cost(coins);
        }
        if let Some(coins) = self.duplicate_write {
            policy = policy.max_duplicate_write_cost(coins);
        }
        if self.retry_writes_on_server_error {
            policy = policy.retry_writes_on_server_error();
        }
        policy
    }
}
