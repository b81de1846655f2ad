//! Whether a request was sent: one atomic decision between the connection that takes it and the caller who cancels it.

mod state;

use std::sync::Arc;

use state::State;
pub(crate) use state::{Cancelled, Sent};

/// What [`state`] is built on. Its tests replace it by `loom`'s atomics.
mod sync {
    pub(super) use std::sync::atomic::{AtomicU8, Ordering};
}

/// The state of sending one attempt, shared by its request body and the code that waits for its response.
pub(crate) type SendState = Arc<State>;

#[cfg(test)]
mod tests;
