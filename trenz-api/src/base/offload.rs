//! Decoding of large responses on other threads, so that timers and other tasks are not delayed.

use std::panic::resume_unwind;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

/// A response of this many bytes is decoded in about a millisecond; a larger one is decoded on a thread for blocking
/// work.
const LARGE: usize = 1024 * 1024;

pub(crate) fn is_large(bytes: usize) -> bool {
    bytes >= LARGE
}

/// The error when there is no runtime left to decode on.
pub(crate) const SHUT_DOWN: &str = "the runtime was shut down before the response was read";

/// Decodes a response of `size` bytes. `None` if the runtime shuts down meanwhile.
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
