//! Records an attempt before it is sent, if every budget has the coins.

use std::sync::Arc;

use super::attempts::{Amounts, MOST_COINS, State, Stored};
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::once::{self, Known};
use super::period::Period;
use super::rate;
use super::sql::{Connection, SqlError, params};
use crate::money::budget::Shortfall;

/// An attempt to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewAttempt {
    pub(crate) id: i64,
    /// The process that will send it, by number and by name.
    pub(crate) process: (i64, Arc<str>),
    pub(crate) account: Arc<str>,
    pub(crate) operation: &'static str,
    pub(crate) fingerprint: String,
    pub(crate) once: Option<Arc<str>>,
    pub(crate) coins: u64,
    /// The budgets of the client, by number, in ascending order.
    pub(crate) budgets: Arc<[i64]>,
    pub(crate) per_minute: Option<u32>,
    /// Whether the rate limit has already been waited for.
    pub(crate) waited: bool,
}

/// The ledger's decision on an attempt.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// It is recorded, and these budgets have reached their warning.
    Reserved(Vec<BudgetWarning>),
    /// The rate limit allows it in this many milliseconds. Nothing is reserved.
    Wait(i64),
    OverBudget(String, Shortfall),
    Known(Known),
}

/// A budget that has reached its warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BudgetWarning {
    /// The budget's name.
    pub budget: String,
    /// The coins of the period.
    pub limit: u64,
    /// The coins that are spent, reserved or at risk.
    pub used: u64,
    /// When the period began, in Unix milliseconds.
    pub period_start: i64,
    pub(crate) number: i64,
}

/// A refusal, or an error of the transaction. Both roll it back.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Verdict),
    Error(SpendLedgerError),
    Sql(SqlError),
}

impl From<SqlError> for Stop {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

pub(super) fn reserve(
    connection: &mut dyn Connection,
    now: i64,
    new: &NewAttempt,
) -> Result<Verdict, Stop> {
    if new.coins > MOST_COINS {
        let message =
            format!("expected a quote of at most {MOST_COINS} coins, found {}", new.coins);
        return Err(Stop::Error(SpendLedgerError::invalid(message)));
    }
    // A transaction whose commit was not confirmed is repeated.
    let there = connection.one("SELECT 1 FROM trenz_attempts WHERE id = $1", params![new.id])?;
    if there.is_some() {
        return Ok(Verdict::Reserved(Vec::new()));
    }
    let account = &*new.account;
    let wait = match new.per_minute {
        Some(limit) if !new.waited => rate::depart(connection, account, limit, now)?,
        _ => rate::paused_until(connection, account, now)?.saturating_sub(now),
    };
    if wait > 0 {
        return Ok(Verdict::Wait(wait));
    }
    if let Some(name) = &new.once
        && let Some(known) = once::claim(connection, name, new.operation, new.id)?
    {
        return Err(Stop::Refused(Verdict::Known(known)));
    }
    let coins = i64::try_from(new.coins).unwrap_or(i64::MAX);
    let mut budgets = Vec::new();
    let mut warnings = Vec::new();
    for &budget in new.budgets.iter() {
        if let Some(start) = take(connection, now, budget, new, coins, &mut warnings)? {
            budgets.push(format!("{budget}@{start}"));
        }
    }
    let budgets = budgets.join(" ");
    let sql = "INSERT INTO trenz_attempts (id, process, account, operation, fingerprint, once_name, budgets, \
               reserved_at, state, quoted, reserved, at_risk, settled, unreported, refunded, answered) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $9, 0, 0, 0, 0, 0)";
    let values = params![
        new.id,
        new.process.0,
        account,
        new.operation,
        new.fingerprint.as_str(),
        new.once.as_deref(),
        budgets.as_str(),
        now,
        coins
    ];
    connection.execute(sql, values)?;
    Stored {
        id: new.id,
        process: new.process.1.to_string(),
        account: account.to_owned(),
        operation: new.operation.to_owned(),
        fingerprint: String::new(),
        once: None,
        budgets,
        reserved_at: now,
        ended_at: None,
        state: State::Reserved,
        outcome: None,
        quoted: new.coins,
        amounts: Amounts::of(State::Reserved, coins),
        answered: false,
        request_id: None,
        balance: None,
        evidence: None,
        task: None,
        task_open: false,
    }
    .add(connection, Amounts::of(State::Reserved, coins), 1)?;
    Ok(Verdict::Reserved(warnings))
}

/// The terms of a budget that counts an operation, and the period that a moment is in.
pub(super) struct Terms {
    name: String,
    pub(super) limit: i64,
    pub(super) start: i64,
    warn_at: u64,
}

/// Returns the terms of a budget, if it counts the operation.
pub(super) fn terms(
    connection: &mut dyn Connection,
    now: i64,
    budget: i64,
    operation: &str,
) -> Result<Option<Terms>, Stop> {
    let sql = "SELECT name, coins, period, operations, warn_at FROM trenz_budgets WHERE id = $1";
    let Some(row) = connection.one(sql, params![budget])? else {
        let message = "a budget of the client was removed from the spend ledger";
        return Err(Stop::Error(SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message)));
    };
    let counts = row.opt_text(3).is_none_or(|all| all.split(' ').any(|one| one == operation));
    Ok(counts.then(|| Terms {
        name: row.text(0),
        limit: row.int(1),
        start: Period::parse(&row.text(2)).start(now),
        warn_at: row.coins(4),
    }))
}

/// What is used of a budget in one of its periods.
#[derive(Default)]
pub(super) struct Used {
    spent: u64,
    /// What is reserved or at risk.
    open: u64,
    warned: bool,
}

impl Used {
    pub(super) fn of(
        connection: &mut dyn Connection,
        budget: i64,
        start: i64,
    ) -> Result<Self, SqlError> {
        let sql = "SELECT settled + unreported - refunded, reserved + at_risk, warned \
                   FROM trenz_budget_periods WHERE budget = $1 AND start = $2";
        let row = connection.one(sql, params![budget, start])?;
        Ok(row.map_or_else(Self::default, |row| Self {
            spent: row.coins(0),
            open: row.coins(1),
            warned: row.int(2) != 0,
        }))
    }

    pub(super) fn sum(&self) -> u64 {
        self.spent.saturating_add(self.open)
    }

    pub(super) fn refusal(&self, terms: Terms, needed: u64) -> Stop {
        let left = u64::try_from(terms.limit).unwrap_or(0).saturating_sub(self.sum());
        let shortfall = Shortfall { needed, left, spent: self.spent };
        Stop::Refused(Verdict::OverBudget(terms.name, shortfall))
    }
}

/// Reserves the coins in one budget, if it applies, and returns when its period started. Check and reservation are one
/// statement, which locks the row, so that two attempts cannot use the same coins.
fn take(
    connection: &mut dyn Connection,
    now: i64,
    budget: i64,
    new: &NewAttempt,
    coins: i64,
    warnings: &mut Vec<BudgetWarning>,
) -> Result<Option<i64>, Stop> {
    let Some(terms) = terms(connection, now, budget, new.operation)? else { return Ok(None) };
    let start = terms.start;
    let sql = "INSERT INTO trenz_budget_periods (budget, start) VALUES ($1, $2) ON CONFLICT (budget, start) DO NOTHING";
    connection.execute(sql, params![budget, start])?;
    let sql = "UPDATE trenz_budget_periods SET reserved = reserved + $3, attempts = attempts + 1 \
               WHERE budget = $1 AND start = $2 \
               AND $3 <= $4 - settled - unreported + refunded - reserved - at_risk";
    let taken = connection.execute(sql, params![budget, start, coins, terms.limit])? == 1;
    let used = Used::of(connection, budget, start)?;
    if !taken {
        // Free calls are allowed by an empty budget, and by one that a lower limit has overdrawn.
        return if coins == 0 { Ok(Some(start)) } else { Err(used.refusal(terms, new.coins)) };
    }
    if terms.warn_at > 0 && !used.warned && used.sum() >= terms.warn_at {
        let sql = "UPDATE trenz_budget_periods SET warned = 1 WHERE budget = $1 AND start = $2";
        connection.execute(sql, params![budget, start])?;
        warnings.push(BudgetWarning {
            budget: terms.name,
            limit: u64::try_from(terms.limit).unwrap_or(0),
            used: used.sum(),
            period_start: start,
            number: budget,
        });
    }
    Ok(Some(start))
}
