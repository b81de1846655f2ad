//! Work on large responses, kept away from the threads on which others' timers run.

use std::panic::resume_unwind;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// A response of this many bytes is read in a millisecond or so; a larger one is read on a thread for work that blocks.
const LARGE: usize = 1024 * 1024;

pub(crate) fn is_large(bytes: usize) -> bool {
    bytes >= LARGE
}

/// Why there is nothing to read a response on.
pub(crate) const SHUT_DOWN: &str = "the runtime was shut down before the response was read";

/// Reads a response of so many bytes. `None` if the runtime shuts down meanwhile.
pub(crate) async fn read<T: Send + 'static>(
    bytes: usize,
    read: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    if !is_large(bytes) || Handle::try_current().is_err() {
        return Some(read());
    }
    match spawn_blocking(read).await {
        Ok(read) => Some(read),
        Err(error) => {
            if let Ok(panic) = error.try_into_panic() {
                resume_unwind(panic);
            }
            None
        }
    }
}
