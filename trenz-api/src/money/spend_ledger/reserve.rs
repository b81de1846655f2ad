//! Records an attempt before it is sent, if every budget has the coins.

use std::sync::Arc;

use super::attempt::AttemptState;
use super::attempts::{Amounts, AttemptRow, MOST_COINS, StoredResponse};
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::once::{self, Claim, OnceRefusal};
use super::rate;
use super::sql::{Connection, SqlError, params};
use super::terms::{COLUMNS, DeclaredBudget};
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
pub(crate) enum Decision {
    /// It is recorded, and these budgets have reached their warning.
    Reserved(Vec<BudgetWarning>),
    /// The rate limit allows it in this many milliseconds. Nothing is reserved.
    Wait(i64),
    /// It was bought before under its name, and this is the response.
    Kept(StoredResponse),
    Refused(Refused),
}

/// Why an attempt may not be sent.
#[derive(Debug)]
pub(crate) enum Refused {
    OverBudget(String, Shortfall),
    Once(OnceRefusal),
    Ledger(SpendLedgerError),
}

impl From<SpendLedgerError> for Refused {
    fn from(error: SpendLedgerError) -> Self {
        Self::Ledger(error)
    }
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

/// A decision without a reservation, or an error of the transaction. Both roll it back.
#[derive(Debug)]
pub(super) enum Abort {
    Decided(Decision),
    Error(SpendLedgerError),
    Sql(SqlError),
}

impl From<SqlError> for Abort {
    fn from(error: SqlError) -> Self {
        Self::Sql(error)
    }
}

impl From<Refused> for Abort {
    fn from(refused: Refused) -> Self {
        Self::Decided(Decision::Refused(refused))
    }
}

pub(super) fn reserve(
    connection: &mut dyn Connection,
    now: i64,
    new: &NewAttempt,
) -> Result<Decision, Abort> {
    if new.coins > MOST_COINS {
        let message =
            format!("expected a quote of at most {MOST_COINS} coins, found {}", new.coins);
        return Err(Abort::Error(SpendLedgerError::invalid(message)));
    }
    // A transaction whose commit was not confirmed is repeated.
    let there = connection.one("SELECT 1 FROM trenz_attempts WHERE id = $1", params![new.id])?;
    if there.is_some() {
        return Ok(Decision::Reserved(Vec::new()));
    }
    let account = &*new.account;
    let wait = match new.per_minute {
        Some(limit) if !new.waited => rate::take_slot(connection, account, limit, now)?,
        _ => rate::paused_until(connection, account, now)?.saturating_sub(now),
    };
    if wait > 0 {
        return Ok(Decision::Wait(wait));
    }
    if let Some(name) = &new.once {
        match once::claim(connection, name, new.operation, new.id)? {
            Claim::Assigned => {}
            Claim::Kept(kept) => return Err(Abort::Decided(Decision::Kept(kept))),
            Claim::Refused(refusal) => return Err(Refused::Once(refusal).into()),
        }
    }
    let coins = i64::try_from(new.coins).unwrap_or(i64::MAX);
    let mut budgets = Vec::new();
    let mut warnings = Vec::new();
    for &budget in new.budgets.iter() {
        if let Some(start) = reserve_in_budget(connection, now, budget, new, coins, &mut warnings)?
        {
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
    AttemptRow {
        id: new.id,
        process: new.process.1.to_string(),
        account: account.to_owned(),
        operation: new.operation.to_owned(),
        fingerprint: String::new(),
        once: None,
        budgets,
        reserved_at: now,
        ended_at: None,
        state: AttemptState::Reserved,
        outcome: None,
        quoted: new.coins,
        amounts: Amounts::of(AttemptState::Reserved, coins),
        answered: false,
        request_id: None,
        balance: None,
        evidence: None,
        task: None,
        task_open: false,
    }
    .add(connection, Amounts::of(AttemptState::Reserved, coins), 1)?;
    Ok(Decision::Reserved(warnings))
}

/// Returns the terms of a budget, if it counts the operation, and when its current period began.
pub(super) fn terms(
    connection: &mut dyn Connection,
    now: i64,
    budget: i64,
    operation: &str,
) -> Result<Option<(DeclaredBudget, i64)>, Abort> {
    let sql = format!("SELECT {COLUMNS} WHERE id = $1");
    let Some(row) = connection.one(&sql, params![budget])? else {
        let message = "a budget of the client was removed from the spend ledger";
        return Err(Abort::Error(SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message)));
    };
    let terms = DeclaredBudget::of(&row);
    let start = terms.period.start(now);
    Ok(terms.counts(operation).then_some((terms, start)))
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

    pub(super) fn refusal(&self, terms: DeclaredBudget, needed: u64) -> Abort {
        let left = terms.coins.saturating_sub(self.sum());
        let shortfall =
            Shortfall { needed, left, spent: self.spent, reserved_or_at_risk: self.open };
        Refused::OverBudget(terms.name, shortfall).into()
    }
}

/// Reserves the coins in one budget, if it applies, and returns when its period started. Check and reservation are one
/// statement, which locks the row, so that two attempts cannot use the same coins.
fn reserve_in_budget(
    connection: &mut dyn Connection,
    now: i64,
    budget: i64,
    new: &NewAttempt,
    coins: i64,
    warnings: &mut Vec<BudgetWarning>,
) -> Result<Option<i64>, Abort> {
    let Some((terms, start)) = terms(connection, now, budget, new.operation)? else {
        return Ok(None);
    };
    let sql = "INSERT INTO trenz_budget_periods (budget, start) VALUES ($1, $2) ON CONFLICT (budget, start) DO NOTHING";
    connection.execute(sql, params![budget, start])?;
    let sql = "UPDATE trenz_budget_periods SET reserved = reserved + $3, attempts = attempts + 1 \
               WHERE budget = $1 AND start = $2 \
               AND $3 <= $4 - settled - unreported + refunded - reserved - at_risk";
    let limit = i64::try_from(terms.coins).unwrap_or(i64::MAX);
    let taken = connection.execute(sql, params![budget, start, coins, limit])? == 1;
    let used = Used::of(connection, budget, start)?;
    if !taken {
        // Free calls are allowed by an empty budget, and by one that a lower limit has overdrawn.
        return if coins == 0 { Ok(Some(start)) } else { Err(used.refusal(terms, new.coins)) };
    }
    if terms.warn_at.is_some_and(|coins| !used.warned && used.sum() >= coins) {
        let sql = "UPDATE trenz_budget_periods SET warned = 1 WHERE budget = $1 AND start = $2";
        connection.execute(sql, params![budget, start])?;
        warnings.push(BudgetWarning {
            budget: terms.name,
            limit: terms.coins,
            used: used.sum(),
            period_start: start,
            number: budget,
        });
    }
    Ok(Some(start))
}
