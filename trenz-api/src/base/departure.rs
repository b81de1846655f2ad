//! Whether a request was sent: one atomic decision between the connection that takes it and the caller who ends it.

mod state;

use std::sync::Arc;

use state::State;
pub(crate) use state::{Cancelled, Sent};

/// What [`state`] is made of. Its tests have the same from `loom`.
mod sync {
    pub(super) use std::sync::atomic::{AtomicU8, Ordering};
}

/// The departure of one attempt, shared by its request body and whoever waits for its response.
#[derive(Clone, Default)]
pub(crate) struct Departure(Arc<State>);

impl Departure {
    /// Lets a connection have the next part of the request, unless the attempt has been cancelled.
    pub(crate) fn take(&self) -> Result<(), Cancelled> {
        self.0.take()
    }

    /// Says that the request may wait in a queue from here on, where an end of the attempt may come too late to stop its
    /// head. Until it is [out of the queue](Self::unqueue), a cancelled attempt counts as sent.
    pub(crate) fn queue(&self) {
        self.0.queue();
    }

    /// Says that the request is in no queue any more: it was dropped, if no connection has taken it.
    pub(crate) fn unqueue(&self) {
        self.0.unqueue();
    }

    /// Cancels the attempt: from here on no connection gets any part of the request. Called when the attempt ends
    /// without a response, and what it returns is all that will ever be known, so the caller keeps it.
    pub(crate) fn cancel(&self) -> Sent {
        self.0.cancel()
    }
}

#[cfg(test)]
mod tests;
