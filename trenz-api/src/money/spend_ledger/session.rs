//! The client's interface to the spend ledger: reserve before an attempt is sent, settle after it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::time::sleep;

use super::attempts::{AttemptReport, ResponseRecord, StoredResponse};
use super::error::SpendLedgerError;
use super::named_budget::{NamedBudget, OnWarning};
use super::once::{Once, OnceRefusal};
use super::rate;
use super::reserve::{self, Abort, BudgetWarning, Decision, NewAttempt, Refused};
use super::terms::{self, DeclaredBudget};
use super::worker::{Worker, millis};
use super::{Inner, SpendLedger};
use crate::money::outcome::Outcome;
use crate::money::settlement::Settlement;

/// The API's limit of requests per minute and key.
const PER_MINUTE: u32 = 200;

/// The name of a budget, its terms unless those that the ledger has are taken, and whether they replace them.
type Declaration = (String, Option<DeclaredBudget>, bool);

/// A client's side of a ledger.
pub(crate) struct LedgerSession {
    pub(super) ledger: SpendLedger,
    pub(super) account: Arc<str>,
    pub(super) budgets: Arc<[i64]>,
    callbacks: Vec<(i64, Arc<OnWarning>)>,
    per_minute: u32,
    pub(super) fail_open: bool,
}

/// An attempt to be sent.
pub(crate) struct AttemptRequest<'a> {
    pub(crate) operation: &'static str,
    pub(crate) coins: u64,
    /// What identifies the request: method, URL and body.
    pub(crate) request: [&'a [u8]; 3],
    pub(crate) once: Option<&'a Once>,
}

/// The result of reserving an attempt.
pub(crate) enum Admission {
    /// Send it. `None` if it is not recorded, because the client was configured to work without the ledger.
    Send(Option<LedgerEntry>),
    /// Do not send it: it was sent before, and this is the response.
    Kept(StoredResponse),
}

impl LedgerSession {
    /// Declares the budgets in the ledger. Blocks until the database has responded.
    pub(crate) fn new(
        ledger: SpendLedger,
        key: &str,
        budgets: &[NamedBudget],
        per_minute: Option<u32>,
        fail_open: bool,
    ) -> Result<Self, SpendLedgerError> {
        let per_minute = per_minute.unwrap_or(PER_MINUTE);
        if per_minute > rate::MOST {
            let most = rate::MOST;
            return Err(SpendLedgerError::invalid(format!(
                "the requests in a minute: expected at most {most} with a spend ledger, found {per_minute}"
            )));
        }
        let mut declared: Vec<Declaration> = Vec::new();
        for budget in budgets {
            let name = &budget.name;
            if declared.iter().any(|(other, ..)| other == name) {
                let message =
                    format!("the budget {name:?}: expected one declaration of it, found two");
                return Err(SpendLedgerError::invalid(message));
            }
            let terms = if budget.as_declared { None } else { Some(budget.terms()?) };
            declared.push((name.clone(), terms, budget.replace));
        }
        let mut numbers = Vec::new();
        if !declared.is_empty() {
            numbers = ledger.ask_blocking(move |worker| {
                worker.transaction(|connection, _| {
                    let declare = |(name, terms, replace): &Declaration| match terms {
                        Some(terms) => terms::declare(connection, terms, *replace),
                        None => terms::find(connection, name),
                    };
                    Ok(declared.iter().map(declare).collect::<Result<Vec<_>, _>>()?)
                })
            })??;
        }
        let callbacks = numbers.iter().zip(budgets);
        let callbacks = callbacks
            .filter_map(|(number, budget)| Some((*number, budget.on_warning.clone()?)))
            .collect();
        numbers.sort_unstable();
        let account = ledger.inner.keyed_hash("account", [key.as_bytes(), b"", b""]).into();
        Ok(Self { ledger, account, budgets: numbers.into(), callbacks, per_minute, fail_open })
    }

    /// Records an attempt, once the rate limit allows it, if every budget has the coins.
    ///
    /// Dropping the future releases what it has reserved.
    pub(crate) async fn reserve(&self, asked: &AttemptRequest<'_>) -> Result<Admission, Refused> {
        if asked.once.is_some_and(|once| once.name.trim().is_empty()) {
            return Err(Refused::Once(OnceRefusal::Unusable("the name is empty")));
        }
        match self.wait_and_reserve(asked).await {
            Err(Refused::Ledger(error)) if self.fail_open && asked.once.is_none() => {
                tracing::warn!(%error, operation = asked.operation, "trenz.unrecorded");
                Ok(Admission::Send(None))
            }
            done => done,
        }
    }

    async fn wait_and_reserve(&self, asked: &AttemptRequest<'_>) -> Result<Admission, Refused> {
        let inner = &self.ledger.inner;
        let mut new = NewAttempt {
            id: inner.next_attempt()?,
            process: (inner.process, Arc::clone(&inner.options.process)),
            account: Arc::clone(&self.account),
            operation: asked.operation,
            fingerprint: inner.keyed_hash("request", asked.request),
            once: asked.once.map(|once| Arc::clone(&once.name)),
            coins: asked.coins,
            budgets: Arc::clone(&self.budgets),
            per_minute: Some(self.per_minute),
            waited: false,
        };
        let start = tokio::time::Instant::now();
        let mut pause = Duration::from_millis(20);
        loop {
            let (decision, entry) = self.ask(new.clone()).await?;
            match decision {
                Decision::Reserved(warnings) => {
                    for warning in &warnings {
                        self.warn(warning);
                    }
                    return Ok(Admission::Send(entry));
                }
                Decision::Wait(millis) => {
                    new.waited = true;
                    sleep(Duration::from_millis(u64::try_from(millis).unwrap_or(0))).await;
                }
                Decision::Kept(kept) => return Ok(Admission::Kept(kept)),
                Decision::Refused(refused) => {
                    let is_under_way = matches!(refused, Refused::Once(OnceRefusal::UnderWay(_)));
                    let wait = asked.once.map(|once| once.wait).unwrap_or_default();
                    let left = wait.saturating_sub(start.elapsed());
                    if !is_under_way || left.is_zero() {
                        return Err(refused);
                    }
                    sleep(pause.min(left)).await;
                    pause = pause.saturating_mul(2).min(Duration::from_secs(1));
                }
            }
        }
    }

    async fn ask(
        &self,
        new: NewAttempt,
    ) -> Result<(Decision, Option<LedgerEntry>), SpendLedgerError> {
        let inner = Arc::clone(&self.ledger.inner);
        let queued = Instant::now();
        let asked = self.ledger.ask(move |worker| {
            // An attempt that was queued for longer than this would time out as well.
            if queued.elapsed() > inner.options.wait.saturating_mul(2) {
                return Err(SpendLedgerError::unreachable("it did not respond in time"));
            }
            let decision = reserve_now(worker, &new)?;
            // If the caller has stopped waiting, the entry is dropped with the rest, which releases what was reserved.
            let entry = matches!(decision, Decision::Reserved(_)).then(|| LedgerEntry {
                inner,
                id: new.id,
                named: new.once.is_some(),
                open: true,
            });
            Ok((decision, entry))
        });
        asked.await?
    }

    fn warn(&self, warning: &BudgetWarning) {
        tracing::warn!(
            budget = warning.budget,
            limit = warning.limit,
            used = warning.used,
            period_start = warning.period_start,
            "trenz.budget"
        );
        for (_, callback) in self.callbacks.iter().filter(|(number, _)| *number == warning.number) {
            callback(warning);
        }
    }

    /// Pauses the attempts of all processes, because the server has asked one of them to wait.
    pub(crate) async fn pause(&self, wait: Duration) {
        let account = Arc::clone(&self.account);
        let paused = self.ledger.transaction(move |connection, now| {
            Ok(rate::pause(connection, &account, now, millis(wait))?)
        });
        if let Err(error) = paused.await {
            tracing::warn!(%error, "trenz.unrecorded");
        }
    }
}

fn reserve_now(worker: &mut Worker, new: &NewAttempt) -> Result<Decision, SpendLedgerError> {
    let done = worker.refusable_transaction(|connection, now| {
        // Another call with the name is under way only if its process is alive.
        if new.once.is_some() {
            super::attempts::expire_leases(connection, now)?;
        }
        reserve::reserve(connection, now, new)
    });
    match done {
        Ok(decision) | Err(Abort::Decided(decision)) => Ok(decision),
        Err(abort) => {
            // The reservation may have been committed all the same. It is not sent, so it is released as soon as
            // possible.
            worker.settle_later(AttemptReport::unsent(new.id));
            Err(abort.into())
        }
    }
}

/// A recorded attempt that may be sent.
pub(crate) struct LedgerEntry {
    inner: Arc<Inner>,
    id: i64,
    /// Whether the purchase has a name, under which its response is kept.
    named: bool,
    open: bool,
}

/// Receives whether the outcome of an attempt has been written, or why not yet.
pub(crate) type Written = oneshot::Receiver<Result<(), SpendLedgerError>>;

impl LedgerEntry {
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// Reports the outcome of the attempt. It is written even if the caller does not wait for it.
    pub(crate) fn settle(
        mut self,
        settlement: Settlement,
        outcome: Outcome,
        said: ResponseRecord,
    ) -> Written {
        self.open = false;
        self.send(AttemptReport { id: self.id, settlement, outcome, said })
    }

    fn send(&self, report: AttemptReport) -> Written {
        let (sender, receiver) = oneshot::channel();
        // Without the thread nothing is written, and the attempt is at risk once the process's lease has expired.
        drop(self.inner.send(Box::new(move |worker| drop(sender.send(worker.settle(report))))));
        receiver
    }
}

impl Drop for LedgerEntry {
    fn drop(&mut self) {
        if self.open {
            drop(self.send(AttemptReport::unsent(self.id)));
        }
    }
}

impl AttemptReport {
    fn unsent(id: i64) -> Self {
        let (settlement, outcome) = (Settlement::Released, Outcome::NotSent);
        Self { id, settlement, outcome, said: ResponseRecord::default() }
    }
}

impl Inner {
    /// A hash that distinguishes inputs and cannot be reversed without the database's secret.
    pub(super) fn keyed_hash(&self, what: &str, parts: [&[u8]; 3]) -> String {
        let Ok(mut hash) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else {
            return String::new();
        };
        hash.update(what.as_bytes());
        for part in parts {
            hash.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            hash.update(part);
        }
        let mut text = String::new();
        for byte in hash.finalize().into_bytes().iter().take(16) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}
