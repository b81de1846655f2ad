//! How a sandbox is set up.

use std::time::Duration;

use crate::clock::Clock;
use crate::fault::Fault;
use crate::keys::{DEFAULT_KEY, Key};
use crate::pace::Pace;
use crate::tasks::Vocabulary;

/// Everything that can be chosen before a sandbox starts.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) port: u16,
    pub(crate) balance: i64,
    pub(crate) keys: Vec<Key>,
    pub(crate) per_minute: Option<u32>,
    pub(crate) pace: Pace,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) refund_failed_tasks: bool,
    pub(crate) items: usize,
    pub(crate) seed: u64,
    pub(crate) latency: Duration,
    pub(crate) faults: Vec<Fault>,
    pub(crate) lenient: bool,
    pub(crate) idle: Option<Duration>,
    pub(crate) remember: usize,
    pub(crate) clock: Clock,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            balance: 1_000_000,
            keys: Vec::new(),
            per_minute: Some(200),
            pace: Pace::Polls(3),
            vocabulary: Vocabulary::Schema,
            refund_failed_tasks: true,
            items: 137,
            seed: 1,
            latency: Duration::ZERO,
            faults: Vec::new(),
            lenient: false,
            idle: None,
            remember: usize::MAX,
            clock: Clock::System,
        }
    }
}

impl Settings {
    /// The keys, or the one of a sandbox that was given none.
    pub(crate) fn complete(mut self) -> Self {
        if self.keys.is_empty() {
            self.keys.push(Key::new(DEFAULT_KEY));
        }
        self
    }
}
