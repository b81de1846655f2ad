//! Whether a request was sent: one atomic decision between the connection that takes it and the caller who ends it.

mod state;

use std::sync::Arc;

use state::State;
pub(crate) use state::{Cancelled, Sent};

/// What [`state`] is made of. Its tests have the same from `loom`.
mod sync {
    pub(super) use std::sync::atomic::{AtomicU8, Ordering};
}

/// The departure of one attempt, shared by its request body and whoever waits for its answer.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<State>);

impl Departure {
    /// Lets a connection have the next part of the request, unless the attempt has been cancelled.
    pub(crate) fn take(&self) -> Result<(), Cancelled> {
        self.0.take()
    }

    /// Cancels the attempt: from here on no connection gets any part of the request. Called when the attempt ends
    /// without an answer, and what it returns is all that will ever be known, so the caller keeps it.
    pub(crate) fn cancel(&self) -> Sent {
        self.0.cancel()
    }
}

#[cfg(test)]
mod tests;
