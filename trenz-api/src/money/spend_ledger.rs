//! Budgets across processes, restarts and machines: every attempt is recorded before it is sent.
//!
//! Each opened ledger has one thread that talks to the database (`worker.rs`), in SQL that SQLite and PostgreSQL both
//! understand (`sql.rs`). `reserve.rs` records an attempt, `attempts.rs` moves its coins, and `session.rs` is the
//! interface to the client. The client decides whether an attempt's coins were charged (`Settlement`); the ledger only stores it.

mod attempt;
mod attempts;
mod builder;
mod declared;
mod dry_run;
mod error;
mod named_budget;
mod once;
mod open;
mod period;
#[cfg(feature = "ledger-postgres")]
mod postgres;
mod purchases;
mod rate;
mod reconcile;
mod report;
mod reserve;
mod resolve;
mod schema;
mod session;
mod sql;
#[cfg(feature = "ledger-sqlite")]
mod sqlite;
#[cfg(feature = "ledger-postgres")]
mod ssl_mode;
#[cfg(feature = "tasks")]
mod tasks;
mod terms;
#[cfg(all(feature = "ledger-postgres", feature = "_rustls"))]
mod tls;
mod worker;

pub use attempt::{AttemptId, AttemptState};
pub use builder::SpendLedgerBuilder;
pub use error::{SpendLedgerError, SpendLedgerErrorKind};
pub use named_budget::NamedBudget;
pub use once::{Once, OnceRefusal};
pub use period::Period;
pub use report::{BudgetUse, GroupBy, SpendHistory, SpendReport, SpendRow};
pub use reserve::BudgetWarning;
pub use resolve::{LedgerAttempt, Reconciliation, Resolution};

pub use terms::DeclaredBudget;

pub(crate) use attempts::{ResponseRecord, StoredResponse};
pub(crate) use purchases::Purchases;
pub(crate) use reserve::Refused;
pub(crate) use session::{Admission, AttemptRequest, LedgerEntry, LedgerSession};
#[cfg(feature = "tasks")]
pub(crate) use tasks::OpenTask;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::Sender;
use tokio::sync::oneshot;

use reserve::Abort;
use sql::{Connection, Row, Value};
use worker::{Job, Options, Worker};

/// A ledger of what calls have cost and may have cost, in a database that processes share.
///
/// A client with a [spend ledger](crate::ClientBuilder::spend_ledger) records every attempt before it sends it, and its
/// outcome afterwards. If the process dies in between, the attempt's coins are at risk, in every budget they count in,
/// until it is [resolved](Self::resolve). [The chapter on spend ledgers](crate::guide::spend_ledger) says what is guaranteed
/// and what is not.
///
/// ```no_run
/// use trenz_api::{Budget, Client, Period, SpendLedger};
///
/// # async fn program() -> Result<(), Box<dyn std::error::Error>> {
/// let ledger = SpendLedger::open("sqlite://spend.db").await?;
/// let client = Client::builder()
///     .api_key("sk_live_0123456789")
///     .spend_ledger(ledger.clone())
///     .budget(Budget::named("nightly").coins(5_000).per(Period::Day))
///     .build()?;
/// # Ok(())
/// # }
/// ```
///
/// Clones share one connection to the database, and one thread, which ends with the last of them. Programs that do not await
/// block on each method, with the feature `blocking`: `SpendLedger::open("sqlite://spend.db").block()?`.
#[derive(Clone)]
pub struct SpendLedger {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: Sender<Job>,
    options: Options,
    /// The number of this process in the ledger.
    process: i64,
    /// The key of the fingerprints' hash.
    secret: String,
    next_attempt: AtomicI64,
    /// How long an attempt may be processed after it was reserved, in milliseconds.
    settling: i64,
}

impl SpendLedger {
    /// Opens a ledger: `sqlite://` and the path of a file, which is created if it does not exist, or a URL of
    /// PostgreSQL. Tables of an older version of this crate are migrated; those of a newer one are an error.
    pub async fn open(url: &str) -> Result<Self, SpendLedgerError> {
        Self::builder(url).open().await
    }

    /// Returns a builder for opening a ledger.
    pub fn builder(url: impl Into<String>) -> SpendLedgerBuilder {
        SpendLedgerBuilder::new(url.into())
    }

    /// Waits until everything known about finished attempts is written.
    ///
    /// Calls wait for it automatically. What remains are calls whose future was dropped, and calls that ended while the
    /// database could not be reached.
    pub async fn flush(&self) -> Result<(), SpendLedgerError> {
        // A call that was dropped while it was being recorded is released by a job that is queued behind the first of these.
        self.ask(|worker| worker.write_pending(true)).await??;
        self.ask(|worker| worker.write_pending(true)).await?
    }

    /// Runs a transaction on the database thread.
    async fn transaction<T: Send + 'static>(
        &self,
        run: impl FnMut(&mut dyn Connection, i64) -> Result<T, Abort> + Send + 'static,
    ) -> Result<T, SpendLedgerError> {
        self.ask(|worker| worker.transaction(run)).await?
    }

    /// Returns the rows of one statement.
    async fn query<const N: usize>(
        &self,
        sql: String,
        params: [Value; N],
    ) -> Result<Vec<Row>, SpendLedgerError> {
        self.transaction(move |connection, _| Ok(connection.query(&sql, &params)?)).await
    }

    /// Runs a job on the database thread. It runs to its end even if the caller stops waiting.
    async fn ask<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Worker) -> T + Send + 'static,
    ) -> Result<T, SpendLedgerError> {
        let (sender, receiver) = oneshot::channel();
        self.inner.send(Box::new(move |worker| drop(sender.send(run(worker)))))?;
        receiver.await.map_err(|_| Inner::ended())
    }

    /// The same, blocking the caller's thread.
    fn ask_blocking<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Worker) -> T + Send + 'static,
    ) -> Result<T, SpendLedgerError> {
        let (sender, receiver) = std::sync::mpsc::channel();
        self.inner.send(Box::new(move |worker| drop(sender.send(run(worker)))))?;
        receiver.recv().map_err(|_| Inner::ended())
    }
}

impl Inner {
    fn send(&self, job: Job) -> Result<(), SpendLedgerError> {
        self.jobs.send(job).map_err(|_| Self::ended())
    }

    fn ended() -> SpendLedgerError {
        SpendLedgerError::unreachable("its thread has ended")
    }

    /// Returns a number that no other attempt of any process has.
    fn next_attempt(&self) -> Result<i64, SpendLedgerError> {
        let number = self.next_attempt.fetch_add(1, Ordering::Relaxed);
        let id = AttemptId::of(self.process, number).map(|id| id.0);
        id.ok_or_else(|| {
            SpendLedgerError::invalid(
                "the process has made too many attempts for one opened ledger",
            )
        })
    }
}

impl fmt::Debug for SpendLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpendLedger")
            .field("database", &self.inner.options.target)
            .field("process", &self.inner.options.process)
            .finish_non_exhaustive()
    }
}
