//! Whether a request was sent: one atomic decision between the connection that takes it and the caller who cancels it.

mod state;

use std::sync::Arc;

use state::State;
pub(crate) use state::{Cancelled, Sent};

/// What [`state`] is built on. Its tests replace it by `loom`'s atomics.
mod sync {
    pub(super) use std::sync::atomic::{AtomicU8, Ordering};
}

/// The departure of one attempt, shared by its request body and the code that waits for its response.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<State>);

impl Departure {
    /// Lets a connection take the next part of the request, unless the attempt has been cancelled.
    pub(crate) fn take(&self) -> Result<(), Cancelled> {
        self.0.take()
    }

    /// Records that the request may now wait in a connection's queue, where a cancellation may come too late to keep
    /// its head from being sent. Until it is [out of the queue](Self::unqueue), a cancelled attempt counts as sent.
    pub(crate) fn queue(&self) {
        self.0.queue();
    }

    /// Records that the request is in no queue any more: if no connection has taken it, it was dropped.
    pub(crate) fn unqueue(&self) {
        self.0.unqueue();
    }

    /// Cancels the attempt: from here on no connection gets any part of the request. Called when the attempt ends
    /// without a response. The caller keeps the return value: nothing more will ever be known.
    pub(crate) fn cancel(&self) -> Sent {
        self.0.cancel()
    }
}

#[cfg(test)]
mod tests;
