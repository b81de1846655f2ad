//! Time as the sandbox sees it: the system's, or a hand that a test moves.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time of everything that expires or progresses. Delays on the wire are not its matter.
#[derive(Clone, Debug)]
pub(crate) enum Clock {
    System,
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// A clock that stands still, at the system's time of now.
    pub(crate) fn manual() -> Self {
        Self::Manual(Arc::new(AtomicU64::new(system())))
    }

    /// Milliseconds since the Unix epoch.
    pub(crate) fn now(&self) -> u64 {
        match self {
            Self::System => system(),
            Self::Manual(now) => now.load(Ordering::SeqCst),
        }
    }

    /// Moves a manual clock on. The system's cannot be moved; then nothing happens.
    pub(crate) fn advance(&self, by: Duration) -> bool {
        match self {
            Self::System => false,
            Self::Manual(now) => {
                now.fetch_add(millis(by), Ordering::SeqCst);
                true
            }
        }
    }
}

pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Unix seconds, as the API writes times.
pub(crate) fn seconds(millis: u64) -> i64 {
    i64::try_from(millis / 1000).unwrap_or(i64::MAX)
}

fn system() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, millis)
}
