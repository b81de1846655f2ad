//! Pacing: how fast calls are sent, shared fairly by all clones of a client.

use std::collections::VecDeque;
use std::sync::Mutex as StdMutex;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::base::lock::lock;
use crate::base::time;

/// The period that the API counts requests in.
const WINDOW: Duration = Duration::from_secs(60);

/// Lets attempts start one after the other, in the order of their calls.
pub(crate) struct RateLimiter {
    in_flight: Option<Semaphore>,
    window: Option<Window>,
    /// Until when nothing is sent, because the server has asked for it.
    paused: StdMutex<Option<Instant>>,
}

/// When the last requests were sent, as many as are allowed in a minute. Its mutex is held while waiting, so that later
/// calls queue up: tokio's mutex is fair. A cancelled wait leaves nothing behind.
struct Window {
    limit: usize,
    departures: Mutex<VecDeque<Instant>>,
}

impl RateLimiter {
    pub(crate) fn new(per_minute: Option<u32>, in_flight: Option<usize>) -> Self {
        Self {
            in_flight: in_flight
                .map(|limit| Semaphore::new(limit.clamp(1, Semaphore::MAX_PERMITS))),
            window: per_minute.map(|limit| Window {
                limit: usize::try_from(limit.max(1)).unwrap_or(usize::MAX),
                departures: Mutex::default(),
            }),
            paused: StdMutex::new(None),
        }
    }

    /// Waits until an attempt may be sent. The permit is held while it is under way.
    pub(crate) async fn acquire(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so acquiring it cannot fail.
        let permit = match &self.in_flight {
            Some(in_flight) => in_flight.acquire().await.ok(),
            None => None,
        };
        match &self.window {
            Some(window) => {
                let mut departures = window.departures.lock().await;
                if departures.len() >= window.limit
                    && let Some(first) = departures.front()
                {
                    sleep_until(time::after(*first, WINDOW)).await;
                    departures.pop_front();
                }
                self.pause_ended().await;
                departures.push_back(Instant::now());
            }
            None => self.pause_ended().await,
        }
        permit
    }

    /// Holds every attempt back for the duration `wait`.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = time::after(Instant::now(), wait);
        let mut paused = lock(&self.paused);
        *paused = Some(paused.map_or(until, |paused| paused.max(until)));
    }

    async fn pause_ended(&self) {
        loop {
            let paused = *lock(&self.paused);
            match paused {
                // The pause may have been prolonged in the meantime, so it is checked again.
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    async fn departures(rate_limiter: &Arc<RateLimiter>, count: usize) -> Vec<(usize, Duration)> {
        let start = Instant::now();
        let order = Arc::new(StdMutex::new(Vec::new()));
        let mut tasks = Vec::new();
        for number in 0..count {
            let (rate_limiter, order) = (Arc::clone(rate_limiter), Arc::clone(&order));
            tasks.push(tokio::spawn(async move {
                let _permit = rate_limiter.acquire().await;
                order.lock().unwrap().push((number, start.elapsed()));
                tokio::time::sleep(Duration::from_secs(10)).await;
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        Arc::into_inner(order).unwrap().into_inner().unwrap()
    }

    fn seconds(departures: &[(usize, Duration)]) -> Vec<u64> {
        departures.iter().map(|(_, at)| at.as_secs()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn rate_limit_holds_in_any_minute_in_order() {
        let rate_limiter = Arc::new(RateLimiter::new(Some(3), None));
        let all = departures(&rate_limiter, 8).await;
        assert_eq!(seconds(&all), [0, 0, 0, 60, 60, 60, 120, 120]);
        assert!(all.iter().map(|(number, _)| *number).eq(0..8), "{all:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn max_in_flight_limits_concurrent_attempts() {
        let rate_limiter = Arc::new(RateLimiter::new(None, Some(2)));
        assert_eq!(seconds(&departures(&rate_limiter, 5).await), [0, 0, 10, 10, 20]);
    }

    #[tokio::test(start_paused = true)]
    async fn pause_delays_all_and_cancelling_leaves_no_trace() {
        let rate_limiter = Arc::new(RateLimiter::new(Some(2), Some(1)));
        rate_limiter.pause(Duration::from_secs(7));
        rate_limiter.pause(Duration::from_secs(3));
        let given_up = tokio::time::timeout(Duration::from_secs(1), rate_limiter.acquire()).await;
        assert!(given_up.is_err());
        assert_eq!(seconds(&departures(&rate_limiter, 2).await), [6, 16]);
    }
}
