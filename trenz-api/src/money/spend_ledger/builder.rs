//! The options for opening a ledger.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, SystemTime};
use tokio::sync::oneshot;

use super::error::SpendLedgerError;
use super::open::Database;
use super::sql::Clock;
use super::worker::{Options, Worker, millis};
use super::{Inner, SpendLedger};
use crate::base::setters::setters;

/// Configures how a [`SpendLedger`] is opened.
#[must_use = "a builder does nothing until `open` is called"]
pub struct SpendLedgerBuilder {
    url: String,
    process: Option<String>,
    wait: Duration,
    lease: Duration,
    settling: Duration,
    keep_history: Option<Duration>,
    clock: Arc<Clock>,
}

impl SpendLedgerBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            process: None,
            wait: Duration::from_secs(10),
            lease: Duration::from_secs(30),
            settling: Duration::from_secs(10 * 60),
            keep_history: None,
            clock: Arc::new(SystemTime::now),
        }
    }

    setters! {
        /// Sets the name of this process in reports. Default: its program and number. Sums are kept for each name
        /// forever, so give the processes of a fleet a name for each slot: `worker-3`.
        pub fn process(self, name: impl Into<String>) => self.process = Some(name.into());

        /// Sets how long the database may take to respond before a call is refused. Default: ten seconds.
        pub fn wait(self, wait: Duration) => self.wait = wait;

        /// Sets how long a process may be silent before its attempts count as at risk. Default: thirty seconds. The
        /// lease is renewed three times as often.
        pub fn lease(self, lease: Duration) => self.lease = lease;

        /// Sets how long the API may still process a request after it was sent, by which
        /// [`reconcile`](SpendLedger::reconcile) judges balances. Default: ten minutes.
        pub fn settling_time(self, time: Duration) => self.settling = time;

        /// Sets how long finished attempts are kept. Default: forever. Sums are kept forever. Attempts at risk,
        /// attempts with a name ([`Call::once`](crate::Call::once)) and open tasks are kept at any age.
        pub fn keep_history(self, time: Duration) => self.keep_history = Some(time);

        /// Sets the clock of a ledger in SQLite, instead of the machine's. For tests. PostgreSQL has a clock of its
        /// own.
        pub fn clock(self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) => self.clock = Arc::new(clock);
    }

    /// Opens the ledger.
    pub async fn open(self) -> Result<SpendLedger, SpendLedgerError> {
        for (time, what) in [(self.wait, "wait"), (self.lease, "lease")] {
            if time < Duration::from_millis(3) {
                let message = format!(
                    "the {what} of the spend ledger: expected 3 ms or more, found {time:?}"
                );
                return Err(SpendLedgerError::invalid(message));
            }
        }
        let process = match self.process {
            Some(name) if name.trim().is_empty() => {
                let message =
                    "the process name of the spend ledger: expected a name, found an empty one";
                return Err(SpendLedgerError::invalid(message));
            }
            Some(name) => name,
            None => default_process(),
        };
        let options = Options {
            target: Database::parse(&self.url)?,
            process: process.into(),
            wait: self.wait,
            lease: self.lease,
            keep_history: self.keep_history,
            clock: self.clock,
        };
        let (jobs, asked) = mpsc::channel();
        let (sender, receiver) = oneshot::channel();
        let of_thread = options.clone();
        let thread = move || match Worker::open(of_thread) {
            Ok((worker, registered)) => {
                if sender.send(Ok(registered)).is_ok() {
                    worker.run(&asked);
                }
            }
            Err(error) => drop(sender.send(Err(error))),
        };
        thread::Builder::new()
            .name("trenz-spend-ledger".to_owned())
            .spawn(thread)
            .map_err(SpendLedgerError::unreachable)?;
        let registered = receiver.await.map_err(|_| Inner::ended())??;
        let inner = Inner {
            jobs,
            options,
            process: registered.process,
            secret: registered.secret,
            next_attempt: AtomicI64::new(1),
            settling: millis(self.settling),
        };
        Ok(SpendLedger { inner: Arc::new(inner) })
    }
}

fn default_process() -> String {
    let program = std::env::current_exe().ok();
    let program =
        program.as_deref().and_then(|path| path.file_stem()).map(|name| name.to_string_lossy());
    format!("{}:{}", program.as_deref().unwrap_or("process"), std::process::id())
}

impl fmt::Debug for SpendLedgerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may contain a password.
        f.debug_struct("SpendLedgerBuilder")
            .field("process", &self.process)
            .field("wait", &self.wait)
            .field("lease", &self.lease)
            .field("settling_time", &self.settling)
            .field("keep_history", &self.keep_history)
            .finish_non_exhaustive()
    }
}
