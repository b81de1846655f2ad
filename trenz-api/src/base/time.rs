//! Arithmetic on times from settings and servers, without overflow.

use std::time::Duration;
use tokio::time::Instant;

/// Longer than any program runs, and short enough for every clock and timer.
const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// The instant `time` after `start`; at most thirty years after it.
pub(crate) fn after(start: Instant, time: Duration) -> Instant {
    start.checked_add(time.min(FAR)).unwrap_or(start)
}

/// `time` multiplied by `factor`, saturating.
pub(crate) fn times(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor.max(0.0)).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_saturate() {
        let now = Instant::now();
        let second = Duration::from_secs(1);
        assert_eq!(after(now, second), now + second);
        assert_eq!(after(now, Duration::MAX), now + FAR);
        assert_eq!(after(after(now, FAR), Duration::ZERO), now + FAR);
        assert_eq!(times(second, 0.5), second / 2);
        for factor in [1.0, 1.5, f64::MAX, f64::INFINITY] {
            assert_eq!(times(Duration::MAX, factor), Duration::MAX);
        }
        assert_eq!(times(second, -1.0), Duration::ZERO);
        assert_eq!(times(second, f64::NAN), Duration::ZERO);
    }
}
