//! Named budgets, shared across processes, restarts and machines.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::period::Period;
use super::reserve::BudgetWarning;
use super::sql::{Connection, params};
use crate::money::budget::Budget;

/// A hard limit on the coins of a period, shared by all clients that declare it with one
/// [`SpendLedger`](crate::SpendLedger): see [`ClientBuilder::budget`](crate::ClientBuilder::budget).
///
/// ```
/// use trenz_api::{Budget, Operation, Period, content::ai_video::SdProGenerate};
///
/// let nightly = Budget::named("nightly").coins(5_000).per(Period::Day);
/// let video = Budget::named("video")
///     .coins(20_000)
///     .per(Period::Month)
///     .operations([SdProGenerate::ID])
///     .warn_at(0.8);
/// ```
#[derive(Clone)]
#[must_use = "a budget does nothing until a client is given it"]
pub struct NamedBudget {
    name: String,
    coins: Option<u64>,
    period: Period,
    operations: Option<BTreeSet<String>>,
    warn_at: Option<f64>,
    replace: bool,
    as_declared: bool,
    on_warning: Option<Arc<OnWarning>>,
}

impl Budget {
    /// Returns a budget of this name, in a [`SpendLedger`](crate::SpendLedger). All clients that declare it must
    /// declare the same terms.
    pub fn named(name: impl Into<String>) -> NamedBudget {
        NamedBudget::new(name.into())
    }
}

pub(crate) type OnWarning = dyn Fn(&BudgetWarning) + Send + Sync;

impl NamedBudget {
    fn new(name: String) -> Self {
        Self {
            name,
            coins: None,
            period: Period::Lifetime,
            operations: None,
            warn_at: None,
            replace: false,
            as_declared: false,
            on_warning: None,
        }
    }

    /// Sets the coins of each period. Required: [`build`](crate::ClientBuilder::build) fails without it.
    pub fn coins(mut self, coins: u64) -> Self {
        self.coins = Some(coins);
        self
    }

    /// Sets the period. Default: forever.
    pub fn per(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// Sets the ids of the operations that count in this budget. Default: all.
    pub fn operations<T: Into<String>>(mut self, operations: impl IntoIterator<Item = T>) -> Self {
        self.operations = Some(operations.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the fraction of the coins, from 0 to 1, at which the budget warns: when that much is spent, reserved or at
    /// risk. It warns once in a period, in one of the processes, by a `tracing` event named `trenz.budget` and by
    /// [`on_warning`](Self::on_warning).
    pub fn warn_at(mut self, part: f64) -> Self {
        self.warn_at = Some(part);
        self
    }

    /// Sets a callback for the warning, called if an attempt of this client has triggered it.
    pub fn on_warning(mut self, callback: impl Fn(&BudgetWarning) + Send + Sync + 'static) -> Self {
        self.on_warning = Some(Arc::new(callback));
        self
    }

    /// Replaces the ledger's terms for this name, for all processes at once. What was spent in the current period of
    /// the new terms stays spent.
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Takes the terms that the ledger has of this name, whatever they are. [`build`](crate::ClientBuilder::build) refuses a
    /// budget that was [never declared](crate::SpendLedger::declare_budget).
    pub fn as_declared(mut self) -> Self {
        self.as_declared = true;
        self
    }

    pub(super) fn is_as_declared(&self) -> bool {
        self.as_declared
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn callback(&self) -> Option<Arc<OnWarning>> {
        self.on_warning.clone()
    }

    /// The terms as they are stored, if they are valid.
    pub(super) fn terms(&self) -> Result<Terms, SpendLedgerError> {
        let name = &self.name;
        let refuse = |what: &str| SpendLedgerError::invalid(format!("the budget {name:?}: {what}"));
        if name.trim().is_empty() {
            return Err(refuse("expected a name, found an empty one"));
        }
        let coins = self.coins.ok_or_else(|| refuse("expected its coins, found none"))?;
        let coins = i64::try_from(coins)
            .map_err(|_| refuse(&format!("expected at most {} coins, found {coins}", i64::MAX)))?;
        if let Period::Every(length) = self.period
            && (length.as_millis() == 0 || i64::try_from(length.as_millis()).is_err())
        {
            return Err(refuse(&format!("expected a period of 1 ms or more, found {length:?}")));
        }
        let operations = match &self.operations {
            None => None,
            Some(ids) if ids.is_empty() => {
                return Err(refuse("expected operations, found an empty list of them"));
            }
            Some(ids) => {
                let odd = |id: &&String| id.is_empty() || id.contains(char::is_whitespace);
                if let Some(id) = ids.iter().find(odd) {
                    return Err(refuse(&format!("expected the id of an operation, found {id:?}")));
                }
                Some(ids.iter().map(String::as_str).collect::<Vec<_>>().join(" "))
            }
        };
        let warn_at = match self.warn_at {
            None => 0,
            Some(part) if part > 0.0 && part <= 1.0 => part_of(coins, part),
            Some(part) => {
                return Err(refuse(&format!(
                    "expected a warning above 0 and up to 1, found {part}"
                )));
            }
        };
        Ok(Terms { coins, period: self.period.text(), operations, warn_at, replace: self.replace })
    }
}

/// The coins at which to warn: at least one.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "the warning may be early by a few coins in a quadrillion"
)]
fn part_of(coins: i64, part: f64) -> i64 {
    ((coins as f64 * part).ceil() as i64).clamp(1, coins.max(1))
}

impl fmt::Debug for NamedBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NamedBudget")
            .field("name", &self.name)
            .field("coins", &self.coins)
            .field("period", &self.period)
            .field("operations", &self.operations)
            .field("warn_at", &self.warn_at)
            .field("replace", &self.replace)
            .finish_non_exhaustive()
    }
}

/// The terms of a budget as the ledger stores them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Terms {
    coins: i64,
    period: String,
    operations: Option<String>,
    warn_at: i64,
    replace: bool,
}

/// Finds the number of a name that was declared.
pub(super) fn find(connection: &mut dyn Connection, name: &str) -> Result<i64, SpendLedgerError> {
    let row = connection.one("SELECT id FROM trenz_budgets WHERE name = $1", params![name])?;
    row.map(|row| row.int(0)).ok_or_else(|| {
        let message = format!("the budget {name:?}: expected one that was declared, found none");
        SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message)
    })
}

/// Finds or inserts the terms of a name, and returns its number.
pub(super) fn declare(
    connection: &mut dyn Connection,
    name: &str,
    terms: &Terms,
) -> Result<i64, SpendLedgerError> {
    let Terms { coins, period, operations, warn_at, replace } = terms;
    let sql = "SELECT id, coins, period, operations, warn_at FROM trenz_budgets WHERE name = $1";
    let Some(row) = connection.one(sql, params![name])? else {
        let sql = "UPDATE trenz_ledger SET next_budget = next_budget + 1 RETURNING next_budget";
        let number = connection.one(sql, &[])?.map_or(0, |row| row.int(0));
        let sql = "INSERT INTO trenz_budgets VALUES ($1, $2, $3, $4, $5, $6)";
        let operations = operations.as_deref();
        connection
            .execute(sql, params![number, name, *coins, period.as_str(), operations, *warn_at])?;
        return Ok(number);
    };
    let number = row.int(0);
    let found = (row.int(1), row.text(2), row.opt_text(3), row.int(4));
    if found == (*coins, period.clone(), operations.clone(), *warn_at) {
        return Ok(number);
    }
    if !replace {
        let all = |operations: &Option<String>| operations.clone().unwrap_or("all".to_owned());
        let message = format!(
            "the budget {name:?}: expected the terms it was declared with, {} coins per {} for {} with a warning at \
             {}, found {coins} coins per {period} for {} with a warning at {warn_at}",
            found.0,
            found.1,
            all(&found.2),
            found.3,
            all(operations)
        );
        return Err(SpendLedgerError::new(SpendLedgerErrorKind::OtherTerms, message));
    }
    let sql = "UPDATE trenz_budgets SET coins = $2, period = $3, operations = $4, warn_at = $5 WHERE id = $1";
    let operations = operations.as_deref();
    connection.execute(sql, params![number, *coins, period.as_str(), operations, *warn_at])?;
    Ok(number)
}
