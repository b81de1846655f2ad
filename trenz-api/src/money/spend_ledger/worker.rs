//! The thread that talks to the database, so that a cancelled caller does not interrupt a transaction.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use super::attempts::{self, AttemptReport};
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::open::Database;
use super::reserve::Abort;
use super::schema;
use super::sql::{Clock, Connection, SqlError, SqlErrorKind, params};

/// The options that a ledger was opened with.
#[derive(Clone)]
pub(super) struct Options {
    pub(super) target: Database,
    pub(super) process: Arc<str>,
    /// How long the database may take to respond.
    pub(super) wait: Duration,
    pub(super) lease: Duration,
    pub(super) keep_history: Option<Duration>,
    pub(super) clock: Arc<Clock>,
}

pub(super) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

pub(super) struct Worker {
    options: Options,
    connection: Option<Box<dyn Connection>>,
    process: i64,
    renew_at: Instant,
    /// Outcomes that could not be written yet.
    pending: VecDeque<AttemptReport>,
    pending_at: Instant,
}

/// What the database returned when the ledger was opened.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) process: i64,
    pub(super) secret: String,
}

/// How often writing pending outcomes is retried.
const PENDING_EVERY: Duration = Duration::from_millis(250);
/// How many past attempts are removed at a time.
const PRUNED: i64 = 500;

impl Worker {
    /// Opens the database, brings its tables to this version, and registers this process.
    pub(super) fn open(options: Options) -> Result<(Self, Registered), SpendLedgerError> {
        let now = Instant::now();
        let mut worker = Self {
            options,
            connection: None,
            process: 0,
            renew_at: now,
            pending: VecDeque::new(),
            pending_at: now,
        };
        let bytes = worker.options.target.bytes();
        worker.unchecked(|connection, _| Ok(schema::migrate(connection, bytes)?), false)?;
        let (name, lease) = (Arc::clone(&worker.options.process), worker.lease());
        let registered = worker.transaction(|connection, now| {
            let sql = "UPDATE trenz_ledger SET next_process = next_process + 1 RETURNING next_process, secret";
            let row = connection.one(sql, &[])?;
            let row = row.ok_or_else(|| SqlError::new(SqlErrorKind::Corrupt, "its only row is missing"))?;
            let process = row.int(0);
            let sql = "INSERT INTO trenz_processes VALUES ($1, $2, $3, $4)";
            connection.execute(sql, params![process, &*name, now, now.saturating_add(lease)])?;
            attempts::expire_leases(connection, now)?;
            Ok(Registered { process, secret: row.text(1) })
        })?;
        worker.process = registered.process;
        worker.renew_at = worker.next_renewal();
        Ok((worker, registered))
    }

    /// Runs jobs until all senders are gone.
    pub(super) fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            if Instant::now() >= self.renew_at {
                self.renew();
            }
            // Retried; outcomes still pending when the process ends leave their attempts at risk.
            drop(self.write_pending(false));
            let mut next = self.renew_at;
            if !self.pending.is_empty() {
                next = next.min(self.pending_at);
            }
            match jobs.recv_timeout(next.saturating_duration_since(Instant::now())) {
                Ok(job) => job(&mut self),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        drop(self.write_pending(true));
        // Attempts that are still reserved were never settled, and are at risk from now on.
        let process = self.process;
        drop(self.transaction(|connection, now| {
            let sql = "UPDATE trenz_processes SET lease_until = $2 WHERE id = $1";
            connection.execute(sql, params![process, now.saturating_sub(1)])?;
            Ok(attempts::expire_leases(connection, now)?)
        }));
    }

    /// Runs a transaction; retries it after a conflict, and over a new connection after a lost one. It must be
    /// idempotent, because a lost connection does not tell whether it was committed.
    pub(super) fn transaction<T>(
        &mut self,
        run: impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort>,
    ) -> Result<T, SpendLedgerError> {
        self.refusable_transaction(run).map_err(SpendLedgerError::from)
    }

    /// The same, for a transaction that may refuse.
    pub(super) fn refusable_transaction<T>(
        &mut self,
        run: impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort>,
    ) -> Result<T, Abort> {
        self.checked(run, false)
    }

    /// The same; with `once`, it is not retried.
    fn checked<T>(
        &mut self,
        mut run: impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort>,
        once: bool,
    ) -> Result<T, Abort> {
        let run = move |connection: &mut dyn Connection, now| {
            schema::check(connection)?;
            run(connection, now)
        };
        self.unchecked(run, once)
    }

    fn unchecked<T>(
        &mut self,
        mut run: impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort>,
        once: bool,
    ) -> Result<T, Abort> {
        let start = Instant::now();
        loop {
            let abort = match self.try_transaction(&mut run) {
                Ok(done) => return Ok(done),
                Err(abort) => abort,
            };
            let Abort::Sql(error) = &abort else { return Err(abort) };
            let pause = match error.kind {
                SqlErrorKind::Conflict => Duration::from_millis(fastrand::u64(1..10)),
                SqlErrorKind::Lost => {
                    self.connection = None;
                    Duration::from_millis(50)
                }
                _ => return Err(abort),
            };
            if once || start.elapsed() >= self.options.wait {
                return Err(abort);
            }
            thread::sleep(pause);
        }
    }

    fn try_transaction<T>(
        &mut self,
        run: &mut impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort>,
    ) -> Result<T, Abort> {
        if self.connection.is_none() {
            let Options { target, wait, clock, .. } = &self.options;
            self.connection = Some(target.connect(*wait, clock)?);
        }
        let Some(connection) = self.connection.as_deref_mut() else {
            return Err(SpendLedgerError::unreachable("it was not opened").into());
        };
        connection.begin()?;
        let done = connection.now().map_err(Abort::from).and_then(|now| run(connection, now));
        let committed = done.and_then(|done| {
            connection.commit()?;
            Ok(done)
        });
        committed.inspect_err(|_| connection.rollback())
    }

    /// Settles an attempt, now or as soon as the database can be written to again.
    pub(super) fn settle(&mut self, report: AttemptReport) -> Result<(), SpendLedgerError> {
        let written =
            self.transaction(|connection, now| Ok(attempts::settle(connection, now, &report)?));
        if written.is_err() {
            self.settle_later(report);
        }
        written
    }

    /// Settles an attempt as soon as the database can be written to.
    pub(super) fn settle_later(&mut self, report: AttemptReport) {
        self.pending.push_back(report);
        self.pending_at = time_after(PENDING_EVERY, self.pending_at);
    }

    /// Writes pending outcomes in order; with `now` even if that was tried a moment ago.
    pub(super) fn write_pending(&mut self, now: bool) -> Result<(), SpendLedgerError> {
        if !now && Instant::now() < self.pending_at {
            return Ok(());
        }
        while let Some(report) = self.pending.pop_front() {
            let settle = |connection: &mut dyn Connection, now| {
                Ok(attempts::settle(connection, now, &report)?)
            };
            if let Err(abort) = self.checked(settle, !now) {
                self.pending.push_front(report);
                self.pending_at = time_after(PENDING_EVERY, self.pending_at);
                return Err(abort.into());
            }
        }
        Ok(())
    }

    /// Renews the lease of this process, expires those of others, and removes old attempts.
    fn renew(&mut self) {
        let (process, lease) = (self.process, self.lease());
        let keep = self.options.keep_history.map(millis);
        let renew = |connection: &mut dyn Connection, now: i64| {
            let sql = "UPDATE trenz_processes SET lease_until = $2 WHERE id = $1";
            connection.execute(sql, params![process, now.saturating_add(lease)])?;
            attempts::expire_leases(connection, now)?;
            if let Some(keep) = keep {
                prune(connection, now.saturating_sub(keep))?;
            }
            Ok(())
        };
        self.renew_at = match self.checked(renew, true) {
            Ok(()) => self.next_renewal(),
            Err(_) => time_after(PENDING_EVERY, self.renew_at),
        };
    }

    fn next_renewal(&self) -> Instant {
        let third = self.options.lease.checked_div(3).unwrap_or_default();
        time_after(third, self.renew_at)
    }

    fn lease(&self) -> i64 {
        millis(self.options.lease)
    }
}

/// The time after a wait, or `otherwise` where the clock ends before it.
fn time_after(wait: Duration, otherwise: Instant) -> Instant {
    Instant::now().checked_add(wait).unwrap_or(otherwise)
}

/// Removes finished attempts. Those at risk, those with a name, and those with an unread task result stay.
fn prune(connection: &mut dyn Connection, before: i64) -> Result<(), SqlError> {
    let sql = "DELETE FROM trenz_attempts WHERE id IN (SELECT id FROM trenz_attempts WHERE reserved_at < $1 \
               AND state > 1 AND once_name IS NULL AND task_open = 0 ORDER BY reserved_at LIMIT $2)";
    connection.execute(sql, params![before, PRUNED]).map(drop)
}

pub(super) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl From<SpendLedgerError> for Abort {
    fn from(error: SpendLedgerError) -> Self {
        Self::Error(error)
    }
}

impl From<Abort> for SpendLedgerError {
    fn from(abort: Abort) -> Self {
        match abort {
            Abort::Error(error) => error,
            Abort::Sql(error) => error.into(),
            Abort::Decided(decision) => {
                Self::new(SpendLedgerErrorKind::Database, format!("refused: {decision:?}"))
            }
        }
    }
}
