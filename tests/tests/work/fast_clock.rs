//! Time that flies, with real sockets.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::advance;
use trenz_sandbox::Sandbox;

/// How much time passes in a millisecond.
const STEP: Duration = Duration::from_millis(200);

/// Runs some work while the time of this runtime and of a sandbox with a manual clock flies.
///
/// Tokio's paused time by itself jumps to the next timer as soon as every task waits, and so would
/// let a request time out while its response is on the way; it does not jump while something blocks.
pub(crate) async fn with_fast_clock<T>(sandbox: &Sandbox, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        let moment = spawn_blocking(|| std::thread::sleep(Duration::from_millis(1)));
        tokio::select! {
            biased;
            done = &mut work => return done,
            moment = moment => moment.unwrap(),
        }
        assert!(sandbox.advance(STEP), "the sandbox needs a manual clock");
        advance(STEP).await;
    }
}
