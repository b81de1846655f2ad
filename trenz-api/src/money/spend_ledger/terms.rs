//! The terms of a named budget, as the ledger stores them.

use serde::Serialize;
use std::fmt;

use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::period::Period;
use super::sql::{Connection, Row, params};

/// The terms of a budget in a ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DeclaredBudget {
    /// Its name.
    pub name: String,
    /// The coins of each period.
    pub coins: u64,
    /// The period.
    pub period: Period,
    /// The ids of the operations that count in it; `None` if all do.
    pub operations: Option<Vec<String>>,
    /// The coins at which it warns, if it does.
    pub warn_at: Option<u64>,
}

/// The columns of [`DeclaredBudget`], and the budget's number.
pub(super) const COLUMNS: &str = "name, coins, period, operations, warn_at, id FROM trenz_budgets";

impl DeclaredBudget {
    pub(super) fn of(row: &Row) -> Self {
        let operations = row.opt_text(3);
        Self {
            name: row.text(0),
            coins: row.coins(1),
            period: Period::parse(&row.text(2)),
            operations: operations.map(|ids| ids.split(' ').map(str::to_owned).collect()),
            warn_at: Some(row.coins(4)).filter(|coins| *coins > 0),
        }
    }

    /// Whether calls of this operation count in it.
    pub(super) fn counts(&self, operation: &str) -> bool {
        self.operations.as_ref().is_none_or(|ids| ids.iter().any(|id| id == operation))
    }

    /// The columns that [`declare`] writes, in the order of [`COLUMNS`], without the name.
    fn columns(&self) -> (i64, String, Option<String>, i64) {
        let integer = |coins: u64| i64::try_from(coins).unwrap_or(i64::MAX);
        let operations = self.operations.as_ref().map(|ids| ids.join(" "));
        let warn_at = self.warn_at.map_or(0, integer);
        (integer(self.coins), self.period.text(), operations, warn_at)
    }
}

/// As in a message.
impl fmt::Display for DeclaredBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (coins, period, operations, warn_at) = self.columns();
        let operations = operations.as_deref().unwrap_or("all");
        write!(f, "{coins} coins per {period} for {operations} with a warning at {warn_at}")
    }
}

/// The error for a budget that the ledger does not have.
pub(super) fn undeclared(name: &str) -> SpendLedgerError {
    let message = format!("the budget {name:?}: expected one that was declared, found none");
    SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message)
}

/// Finds the number of a budget that was declared.
pub(super) fn find(connection: &mut dyn Connection, name: &str) -> Result<i64, SpendLedgerError> {
    let row = connection.one("SELECT id FROM trenz_budgets WHERE name = $1", params![name])?;
    row.map(|row| row.int(0)).ok_or_else(|| undeclared(name))
}

/// Finds or inserts the terms of a budget, and returns its number.
pub(super) fn declare(
    connection: &mut dyn Connection,
    terms: &DeclaredBudget,
    replace: bool,
) -> Result<i64, SpendLedgerError> {
    let name = terms.name.as_str();
    let (coins, period, operations, warn_at) = terms.columns();
    let sql = format!("SELECT {COLUMNS} WHERE name = $1");
    let Some(row) = connection.one(&sql, params![name])? else {
        let sql = "UPDATE trenz_ledger SET next_budget = next_budget + 1 RETURNING next_budget";
        let number = connection.one(sql, &[])?.map_or(0, |row| row.int(0));
        let sql = "INSERT INTO trenz_budgets VALUES ($1, $2, $3, $4, $5, $6)";
        connection.execute(sql, params![number, name, coins, period, operations, warn_at])?;
        return Ok(number);
    };
    let (number, found) = (row.int(5), DeclaredBudget::of(&row));
    if found == *terms {
        return Ok(number);
    }
    if !replace {
        let message = format!(
            "the budget {name:?}: expected the terms it was declared with, {found}, found {terms}"
        );
        return Err(SpendLedgerError::new(SpendLedgerErrorKind::OtherTerms, message));
    }
    let sql = "UPDATE trenz_budgets SET coins = $2, period = $3, operations = $4, warn_at = $5 WHERE id = $1";
    connection.execute(sql, params![number, coins, period, operations, warn_at])?;
    Ok(number)
}
