//! Choices before a sandbox starts.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::document::Document;
use crate::fault::Fault;
use crate::keys::Key;
use crate::pace::Pace;
use crate::sandbox::{Sandbox, StartError};
use crate::settings::Settings;
use crate::tasks::Vocabulary;

/// Sets up a [`Sandbox`]. What is not said is as in the real API, or harmless.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct SandboxBuilder {
    settings: Settings,
    document: Option<Arc<Document>>,
}

impl SandboxBuilder {
    /// Listens on this port of the loopback; by default on a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.settings.port = port;
        self
    }

    /// Sets the opening balance in coins; a million by default.
    pub fn balance(mut self, coins: i64) -> Self {
        self.settings.balance = coins;
        self
    }

    /// Accepts this key. The first one is [`Sandbox::key`]; without any, there is a usual one.
    pub fn key(mut self, key: Key) -> Self {
        self.settings.keys.push(key);
        self
    }

    /// Limits the requests a minute of each key; 200 by default. `None` sets no limit.
    pub fn rate_limit(mut self, per_minute: Option<u32>) -> Self {
        self.settings.per_minute = per_minute;
        self
    }

    /// How long tasks, publishing and the scanning of QR codes take; by default three polls.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.settings.pace = pace;
        self
    }

    /// Sets the vocabulary of task statuses; by default the schema's.
    pub fn vocabulary(mut self, vocabulary: Vocabulary) -> Self {
        self.settings.vocabulary = vocabulary;
        self
    }

    /// Whether a failed task's coins come back; by default they do, as the document says. The
    /// billing page says they do not.
    pub fn refund_failed_tasks(mut self, refund: bool) -> Self {
        self.settings.refund_failed_tasks = refund;
        self
    }

    /// How many items every made-up list has; by default 137.
    pub fn items(mut self, items: usize) -> Self {
        self.settings.items = items;
        self
    }

    /// What all made-up values and all dice follow from.
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Waits so long before each response, after the call was charged and done.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Lets something go wrong.
    pub fn fault(mut self, fault: impl Into<Fault>) -> Self {
        self.settings.faults.push(fault.into());
        self
    }

    /// Accepts references to things that do not exist (accounts, comments, sessions, objects),
    /// and requests that only the document's prose forbids: whatever fits the schemas is
    /// accepted. By default both are refused.
    pub fn lenient(mut self, lenient: bool) -> Self {
        self.settings.lenient = lenient;
        self
    }

    /// Closes connections that are idle between two calls for so long; by default none.
    pub fn close_idle_after(mut self, idle: Duration) -> Self {
        self.settings.idle = Some(idle);
        self
    }

    /// Limits how many of the latest requests are kept; all by default.
    pub fn remember(mut self, requests: usize) -> Self {
        self.settings.remember = requests;
        self
    }

    /// Runs on a clock that stands still until [`Sandbox::advance`] moves it. Rate limits, the
    /// pace of tasks and the expiry of URLs follow it.
    pub fn manual_clock(mut self) -> Self {
        self.settings.clock = Clock::manual();
        self
    }

    /// Serves another document.
    pub fn document(mut self, document: Document) -> Self {
        self.document = Some(Arc::new(document));
        self
    }

    /// Starts it.
    #[expect(clippy::unused_async, reason = "starting may come to wait, and tests await it")]
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.start_blocking()
    }

    /// Starts it, where nothing can be awaited.
    pub fn start_blocking(self) -> Result<Sandbox, StartError> {
        let document = match self.document {
            Some(document) => document,
            None => Document::trenz()?,
        };
        let settings = self.settings.complete();
        if let Some(key) = settings.keys.iter().find(|key| !key.is_sendable()) {
            let message = format!("key: expected visible ASCII, found {:?}", key.value());
            return Err(StartError::new(message));
        }
        Sandbox::launch(document, settings)
    }
}
