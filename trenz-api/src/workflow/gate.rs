//! The pace of many polls that are made at once.

use std::sync::{Mutex as StdMutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::base::time;

/// Lets polls begin one after the other, in the order in which they were due, spread evenly.
#[derive(Debug)]
pub(crate) struct Gate {
    in_flight: Semaphore,
    gap: Duration,
    /// Whoever is next holds it, so that the others queue up behind: tokio's mutex is fair.
    turn: Mutex<()>,
    /// Before this no poll begins.
    not_before: StdMutex<Instant>,
}

impl Gate {
    /// Lets so many polls begin in a minute, of which so many are under way at once; at least one of both.
    pub(crate) fn new(per_minute: u32, in_flight: usize) -> Self {
        Self {
            in_flight: Semaphore::new(in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            gap: Duration::from_secs(60).checked_div(per_minute).unwrap_or_default(),
            turn: Mutex::default(),
            not_before: StdMutex::new(Instant::now()),
        }
    }

    /// Waits until a poll may begin. The permit is held while it is under way.
    pub(crate) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        let _turn = self.turn.lock().await;
        // It is never closed, so there is no error to come.
        let permit = self.in_flight.acquire().await.ok();
        loop {
            let not_before = self.not_before();
            if not_before <= Instant::now() {
                break;
            }
            // It may be put off in the meantime, so it is looked at again.
            sleep_until(not_before).await;
        }
        self.put_off(self.gap);
        permit
    }

    /// Holds all polls back, because the server says that there were too many: the key has polled too often, not one of
    /// the things that are polled.
    pub(crate) fn pause(&self, asked: Option<Duration>) {
        self.put_off(asked.unwrap_or(self.gap.saturating_mul(10)));
    }

    fn not_before(&self) -> Instant {
        *self.not_before.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_off(&self, wait: Duration) {
        let until = time::after(Instant::now(), wait);
        let mut not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        *not_before = until.max(*not_before);
    }
}
