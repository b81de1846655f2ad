//! How long simulated work takes: tasks, publishing, the scan of a QR code.

use std::time::Duration;

use crate::clock::millis;

/// How long simulated work takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pace {
    /// It completes with the poll of this number.
    Polls(u32),
    /// It completes after this time.
    Time(Duration),
}

/// Work under way, which advances by time or by polls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Work {
    started: u64,
    polls: u32,
}

impl Work {
    pub(crate) fn start(now: u64) -> Self {
        Self { started: now, polls: 0 }
    }

    pub(crate) fn started(self) -> u64 {
        self.started
    }

    /// Counts a poll, and returns the progress.
    pub(crate) fn poll(&mut self, pace: Pace, now: u64) -> f64 {
        self.polls = self.polls.saturating_add(1);
        self.progress(pace, now)
    }

    /// Returns the progress, from 0 to 1.
    pub(crate) fn progress(self, pace: Pace, now: u64) -> f64 {
        let (done, all) = match pace {
            Pace::Polls(polls) => (u64::from(self.polls), u64::from(polls)),
            Pace::Time(time) => (now.saturating_sub(self.started), millis(time)),
        };
        if done >= all {
            return 1.0;
        }
        #[expect(clippy::cast_precision_loss, reason = "a fraction need not be exact")]
        let part = done as f64 / all as f64;
        part
    }
}
