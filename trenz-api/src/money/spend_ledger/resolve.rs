//! Attempts at risk: listed, resolved by hand, or reconciled with reported balances.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::SpendLedger;
use super::attempt::{AttemptId, AttemptState};
use super::attempts::{self, Amounts, AttemptRow, COLUMNS, MOST_COINS};
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::reconcile;
use super::sql::{Connection, SqlError, params};

/// An attempt in a ledger: its identifiers and coins, without the content of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LedgerAttempt {
    /// Its id.
    pub id: AttemptId,
    /// The id of the operation.
    pub operation: String,
    /// The state of its coins.
    pub state: AttemptState,
    /// Its outcome, as in [`Outcome::as_str`](crate::Outcome::as_str); none while it is under way.
    pub outcome: Option<String>,
    /// Its coins: what was settled, or else its quote.
    pub coins: u64,
    /// How many of them were refunded.
    pub refunded: u64,
    /// The names of the budgets that it counts in.
    pub budgets: Vec<String>,
    /// The process that has sent it.
    pub process: String,
    /// When it was reserved, in Unix milliseconds.
    pub reserved_at: i64,
    /// When its outcome was recorded, in Unix milliseconds.
    pub ended_at: Option<i64>,
    /// The account, as a keyed hash of the API key.
    pub account: String,
    /// The request, as a keyed hash: equal requests have equal hashes within a ledger.
    pub fingerprint: String,
    /// The name of the purchase, if it has one.
    pub once: Option<String>,
    /// The request id of its response.
    pub request_id: Option<String>,
    /// The balance that the response reported.
    pub balance: Option<i64>,
    /// The task that the response named.
    pub task: Option<String>,
    /// How it was resolved, if not by its own response.
    pub evidence: Option<String>,
}

impl LedgerAttempt {
    pub(super) fn of(stored: AttemptRow, names: &BTreeMap<i64, String>) -> Self {
        let budgets = attempts::budgets(&stored.budgets);
        let settled = stored.state == AttemptState::Settled;
        let coins = |amount: i64| u64::try_from(amount).unwrap_or(0);
        Self {
            id: AttemptId(stored.id),
            operation: stored.operation,
            state: stored.state,
            outcome: stored.outcome,
            coins: if settled { coins(stored.amounts.settled) } else { stored.quoted },
            refunded: coins(stored.amounts.refunded),
            budgets: budgets.filter_map(|(budget, _)| names.get(&budget).cloned()).collect(),
            process: stored.process,
            reserved_at: stored.reserved_at,
            ended_at: stored.ended_at,
            account: stored.account,
            fingerprint: stored.fingerprint,
            once: stored.once,
            request_id: stored.request_id,
            balance: stored.balance,
            task: stored.task,
            evidence: stored.evidence,
        }
    }

    /// When it was reserved.
    #[must_use]
    pub fn reserved(&self) -> SystemTime {
        let since = Duration::from_millis(u64::try_from(self.reserved_at).unwrap_or(0));
        UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
    }
}

/// Whether an attempt at risk was charged, as found out elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It was charged this many coins.
    Charged(u64),
    /// It was not charged, and will not be.
    NotCharged,
}

/// The result of reconciling an attempt at risk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reconciliation {
    /// The attempt.
    pub id: AttemptId,
    /// Whether it was charged; `None` if the balances leave that open, and it stays at risk.
    pub resolution: Option<Resolution>,
    /// The evidence, or why there is not enough.
    pub why: String,
}

impl SpendLedger {
    /// Returns the attempts that may have been charged, oldest first, including those of processes with expired leases.
    pub async fn at_risk(&self) -> Result<Vec<LedgerAttempt>, SpendLedgerError> {
        let listed = self.transaction(|connection, now| {
            attempts::expire_leases(connection, now)?;
            Ok((at_risk(connection)?, budget_names(connection)?))
        });
        let (attempts, names) = listed.await?;
        Ok(attempts.into_iter().map(|attempt| LedgerAttempt::of(attempt, &names)).collect())
    }

    /// Resolves an attempt at risk. Its coins are released, or settled.
    ///
    /// If its process reports the outcome later, that report counts.
    pub async fn resolve(&self, id: AttemptId, as_: Resolution) -> Result<(), SpendLedgerError> {
        if let Resolution::Charged(coins) = as_
            && coins > MOST_COINS
        {
            let message =
                format!("a resolution: expected at most {MOST_COINS} coins, found {coins}");
            return Err(SpendLedgerError::invalid(message));
        }
        let resolved = self.transaction(move |connection, now| {
            attempts::expire_leases(connection, now)?;
            let stored = AttemptRow::needed(connection, id.0)?;
            if stored.state != AttemptState::AtRisk {
                let message = format!("attempt {id} is not at risk but {}", stored.state);
                return Err(SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message).into());
            }
            Ok(resolve(connection, &stored, as_, "by hand")?)
        });
        resolved.await
    }

    /// Resolves the attempts at risk for which reported balances leave one possibility, and returns the evidence; for
    /// the others it returns why not.
    ///
    /// Two balances decide an attempt if each was reported while no other call of the account was under way: one before
    /// it, and one once it [can no longer be processed](crate::SpendLedgerBuilder::settling_time). Calls with the key
    /// that are not in this ledger, and bought coins, could be mistaken for a charge only if they match it to the coin;
    /// where that is possible, resolve by hand.
    pub async fn reconcile(&self) -> Result<Vec<Reconciliation>, SpendLedgerError> {
        let settling = self.inner.settling;
        let reconciled = self.transaction(move |connection, now| {
            attempts::expire_leases(connection, now)?;
            Ok(reconcile(connection, settling)?)
        });
        reconciled.await
    }
}

/// The names of all budgets, by number.
pub(super) fn budget_names(
    connection: &mut dyn Connection,
) -> Result<BTreeMap<i64, String>, SqlError> {
    let rows = connection.query("SELECT id, name FROM trenz_budgets", &[])?;
    Ok(rows.iter().map(|row| (row.int(0), row.text(1))).collect())
}

fn at_risk(connection: &mut dyn Connection) -> Result<Vec<AttemptRow>, SqlError> {
    let sql = format!("SELECT {COLUMNS} WHERE a.state = 1 ORDER BY a.reserved_at, a.id");
    Ok(connection.query(&sql, &[])?.iter().map(AttemptRow::of).collect())
}

fn resolve(
    connection: &mut dyn Connection,
    old: &AttemptRow,
    as_: Resolution,
    evidence: &str,
) -> Result<(), SqlError> {
    let (state, coins) = match as_ {
        Resolution::Charged(coins) => {
            (AttemptState::Settled, i64::try_from(coins).unwrap_or(i64::MAX))
        }
        Resolution::NotCharged => (AttemptState::Released, 0),
    };
    let new = AttemptRow {
        state,
        amounts: Amounts::of(state, coins),
        // The process that sent it may still report its outcome, unless it has reported that it is unknown.
        evidence: Some(evidence.to_owned()),
        ..old.clone()
    };
    old.transition_to(connection, &new)
}

/// How many attempts of the account before and after one at risk are searched for a balance.
const LOOKED_AT: i64 = 1000;

fn reconcile(
    connection: &mut dyn Connection,
    settling: i64,
) -> Result<Vec<Reconciliation>, SqlError> {
    let mut receiver = Vec::new();
    for attempt in at_risk(connection)? {
        let nearby = surrounding_attempts(connection, &attempt)?;
        let (resolution, why) = match reconcile::evaluate(&nearby, &attempt, settling) {
            Ok((true, evidence)) => (Some(Resolution::Charged(attempt.quoted)), evidence),
            Ok((false, evidence)) => (Some(Resolution::NotCharged), evidence),
            Err(why) => (None, why),
        };
        if let Some(resolution) = resolution {
            resolve(connection, &attempt, resolution, &why)?;
        }
        receiver.push(Reconciliation { id: AttemptId(attempt.id), resolution, why });
    }
    Ok(receiver)
}

/// The attempts of the account around this one, and those whose task may still be refunded.
fn surrounding_attempts(
    connection: &mut dyn Connection,
    attempt: &AttemptRow,
) -> Result<Vec<AttemptRow>, SqlError> {
    let account = attempt.account.as_str();
    let mut nearby = Vec::new();
    for (condition, order) in [
        ("a.reserved_at <= $2", "a.reserved_at DESC, a.id DESC"),
        ("a.reserved_at >= $2", "a.reserved_at, a.id"),
        ("a.reserved_at <= $2 AND a.task_open = 1", "a.reserved_at, a.id"),
    ] {
        let sql = format!(
            "SELECT {COLUMNS} WHERE a.account = $1 AND {condition} ORDER BY {order} LIMIT $3"
        );
        let rows = connection.query(&sql, params![account, attempt.reserved_at, LOOKED_AT])?;
        nearby.extend(rows.iter().map(AttemptRow::of));
    }
    nearby.sort_by_key(|attempt| (attempt.reserved_at, attempt.id));
    nearby.dedup_by_key(|attempt| attempt.id);
    Ok(nearby)
}
