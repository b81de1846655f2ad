//! The poll interval and the deadline.

use fastrand::Rng;
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::time::Instant;

use crate::base::setters::setters;
use crate::base::time;

/// How often, and for how long, to poll.
///
/// Default: every 3 to 5 seconds, as the document recommends, in the first minute; then more slowly, up to 18 to 30
/// seconds after six minutes; for half an hour. A longer `Retry-After` is obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Polling {
    shortest: Duration,
    longest: Duration,
    slowest: Duration,
    pub(super) deadline: Option<Duration>,
    pub(super) timeout: Duration,
    not_found_grace: Duration,
    seed: Option<u64>,
}

/// How long the interval stays constant. After it, the interval grows in proportion, so that a task that takes ten
/// times as long is not polled ten times as often.
const STEADY: Duration = Duration::from_secs(60);

impl Default for Polling {
    fn default() -> Self {
        Self {
            shortest: Duration::from_secs(3),
            longest: Duration::from_secs(5),
            slowest: Duration::from_secs(30),
            deadline: Some(Duration::from_secs(30 * 60)),
            timeout: Duration::from_secs(30),
            not_found_grace: Duration::from_secs(15),
            seed: None,
        }
    }
}

impl Polling {
    /// Returns the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the poll interval of the first minute. It is drawn from the range for each poll (jitter), so that waiting
    /// clients do not poll at the same time.
    pub fn interval(mut self, interval: RangeInclusive<Duration>) -> Self {
        let (shortest, longest) = interval.into_inner();
        (self.shortest, self.longest) = (shortest, longest.max(shortest));
        self
    }

    setters! {
        /// Sets the longest poll interval, however long the task takes.
        pub fn max_interval(self, interval: Duration) => self.slowest = interval;

        /// Sets how long to wait for the end of the task. The work continues after it.
        pub fn deadline(self, deadline: Duration) => self.deadline = Some(deadline);

        /// Waits without a limit. A task whose status is unknown to this crate, and final, is polled forever.
        pub fn no_deadline(self) => self.deadline = None;

        /// Sets how long one poll may take before the next one is sent. Timing out costs nothing.
        pub fn timeout(self, timeout: Duration) => self.timeout = timeout;

        /// Sets how long after its submission a 404 is transient. Default: 15 seconds. A server may accept a task a
        /// moment before it can find it.
        ///
        /// It counts from the submission, not from the first poll: a 404 for work that was accepted earlier, or is
        /// resumed without the time of its submission, ends waiting.
        pub fn not_found_grace(self, time: Duration) => self.not_found_grace = time;

        /// Sets the seed of the jitter, which makes the intervals reproducible.
        pub fn seed(self, seed: u64) => self.seed = Some(seed);
    }

    pub(crate) fn rng(&self) -> Rng {
        self.seed.map_or_else(Rng::new, Rng::with_seed)
    }

    /// Until when a 404 is transient, for work accepted `age` ago.
    pub(crate) fn not_found_until(&self, age: Duration) -> Instant {
        time::after(Instant::now(), self.not_found_grace.saturating_sub(age))
    }

    /// The interval before the next poll of a task after `waited`.
    pub(crate) fn delay(&self, waited: Duration, rng: &mut Rng) -> Duration {
        let slower = waited.as_secs_f64() / STEADY.as_secs_f64();
        let [shortest, longest] = [self.shortest, self.longest].map(|bound| bound.as_secs_f64());
        let most = self.slowest.as_secs_f64().max(longest);
        // Both ends grow alike, and the range keeps its width when the upper end cannot grow any more.
        let slower = if longest > 0.0 { slower.clamp(1.0, most / longest) } else { 1.0 };
        let drawn = shortest + (longest - shortest) * rng.f64();
        Duration::try_from_secs_f64(drawn * slower).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The minimum and the maximum of many draws.
    fn spread(polling: &Polling, waited: u64) -> (f64, f64) {
        let rng = &mut Rng::with_seed(7);
        let drawn = (0..2000).map(|_| polling.delay(Duration::from_secs(waited), rng));
        drawn.fold((f64::MAX, 0.0_f64), |(least, most), delay| {
            (least.min(delay.as_secs_f64()), most.max(delay.as_secs_f64()))
        })
    }

    #[test]
    fn poll_interval_grows_with_time_and_has_jitter() {
        let near = |(least, most): (f64, f64), low: f64, high: f64| {
            assert!(least >= low && least < low * 1.02, "{least} is to be just above {low}");
            assert!(most <= high && most > high * 0.98, "{most} is to be just below {high}");
        };
        let polling = Polling::default();
        near(spread(&polling, 0), 3.0, 5.0);
        near(spread(&polling, 60), 3.0, 5.0);
        near(spread(&polling, 120), 6.0, 10.0);
        near(spread(&polling, 360), 18.0, 30.0);
        near(spread(&polling, 1_000_000), 18.0, 30.0);
    }

    #[test]
    fn extreme_poll_settings_do_not_panic() {
        let none = Polling::new().interval(Duration::ZERO..=Duration::ZERO);
        assert_eq!(spread(&none, 1000), (0.0, 0.0));
        let reversed = Polling::new().interval(Duration::from_secs(9)..=Duration::from_secs(2));
        assert_eq!(spread(&reversed, 0), (9.0, 9.0));
        let slow = Polling::new().interval(Duration::from_secs(60)..=Duration::from_secs(60));
        assert_eq!(spread(&slow, 1000), (60.0, 60.0), "what the caller wants may be slower still");
        assert!(
            Polling::new().max_interval(Duration::MAX).delay(Duration::MAX, &mut Rng::new())
                > STEADY
        );
    }

    #[test]
    fn a_seed_repeats_itself() {
        let waits = |polling: &Polling| {
            let rng = &mut polling.rng();
            [(); 4].map(|()| polling.delay(Duration::ZERO, rng))
        };
        let seeded = Polling::new().seed(1);
        assert_eq!(waits(&seeded), waits(&seeded));
        assert_ne!(waits(&seeded), waits(&Polling::new().seed(2)));
    }
}
