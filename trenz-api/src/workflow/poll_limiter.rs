//! The rate limit of concurrent polls.

use std::sync::Mutex as StdMutex;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::base::lock::lock;
use crate::base::time;

/// Lets polls start one after the other, in the order in which they are due, spread evenly.
#[derive(Debug)]
pub(crate) struct PollLimiter {
    in_flight: Semaphore,
    gap: Duration,
    /// Held by the next poll, so that the others queue up: tokio's mutex is fair.
    turn: Mutex<()>,
    /// The earliest time of the next poll.
    not_before: StdMutex<Instant>,
}

impl PollLimiter {
    /// Allows `per_minute` polls, of which `in_flight` at once; at least one of both.
    pub(crate) fn new(per_minute: u32, in_flight: usize) -> Self {
        Self {
            in_flight: Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            gap: Duration::from_secs(60).checked_div(per_minute).unwrap_or_default(),
            turn: Mutex::default(),
            not_before: StdMutex::new(Instant::now()),
        }
    }

    /// Waits until a poll may start. The permit is held while it is under way.
    pub(crate) async fn acquire(&self) -> Option<SemaphorePermit<'_>> {
        let _turn = self.turn.lock().await;
        // The semaphore is never closed, so acquiring it cannot fail.
        let permit = self.in_flight.acquire().await.ok();
        loop {
            let not_before = self.not_before();
            if not_before <= Instant::now() {
                break;
            }
            // It may have been postponed in the meantime, so it is checked again.
            sleep_until(not_before).await;
        }
        self.postpone(self.gap);
        permit
    }

    /// Pauses all polls, because the server limits the rate of the key, not of one of the polled objects.
    pub(crate) fn pause(&self, asked: Option<Duration>) {
        self.postpone(asked.unwrap_or(self.gap.saturating_mul(10)));
    }

    fn not_before(&self) -> Instant {
        *lock(&self.not_before)
    }

    fn postpone(&self, wait: Duration) {
        let until = time::after(Instant::now(), wait);
        let mut not_before = lock(&self.not_before);
        *not_before = until.max(*not_before);
    }
}
