//! Ctrl-C.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use tokio::signal::ctrl_c;

/// Waits for something until Ctrl-C; `None` if that came first. The work is dropped then.
pub(crate) async fn or_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut signal = pin!(ctrl_c());
    let mut is_listening = true;
    poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(Some(done));
        }
        if is_listening && let Poll::Ready(heard) = signal.as_mut().poll(context) {
            is_listening = false;
            if heard.is_ok() {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    })
    .await
}
