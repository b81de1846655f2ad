//! How fast things go that take a while: tasks, publishing, a QR code being scanned.

use std::time::Duration;

use crate::clock::millis;

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pace {
    /// It is done when it was asked after so many times.
    Polls(u32),
    /// It is done after this time.
    Time(Duration),
}

/// Something that goes on by itself, or by being asked after.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Course {
    started: u64,
    polls: u32,
}

impl Course {
    pub(crate) fn start(now: u64) -> Self {
        Self { started: now, polls: 0 }
    }

    pub(crate) fn started(self) -> u64 {
        self.started
    }

    /// Notes that somebody asked, and says how far it is.
    pub(crate) fn poll(&mut self, pace: Pace, now: u64) -> f64 {
        self.polls = self.polls.saturating_add(1);
        self.progress(pace, now)
    }

    /// How far it is, from 0 to 1.
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
