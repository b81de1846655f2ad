//! Budgets as the ledger has them: declared, listed and removed without a client.

use serde::Serialize;

use super::SpendLedger;
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::named_budget::{self, NamedBudget};
use super::period::Period;
use super::sql::{Row, params};

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

impl DeclaredBudget {
    fn of(row: &Row) -> Self {
        let operations = row.opt_text(3);
        Self {
            name: row.text(0),
            coins: row.coins(1),
            period: Period::parse(&row.text(2)),
            operations: operations.map(|ids| ids.split(' ').map(str::to_owned).collect()),
            warn_at: Some(row.coins(4)).filter(|coins| *coins > 0),
        }
    }
}

impl SpendLedger {
    /// Declares a budget, as a client with it does when it is built. Clients take its terms by
    /// [`NamedBudget::as_declared`].
    pub async fn declare_budget(&self, budget: &NamedBudget) -> Result<(), SpendLedgerError> {
        let (name, terms) = (budget.name().to_owned(), budget.terms()?);
        let declared = self.ask(move |worker| {
            worker.transaction(|connection, _| {
                Ok(named_budget::declare(connection, &name, &terms).map(drop))
            })
        });
        declared.await??
    }

    /// Returns the budgets that were declared, by name, whether or not any call has counted in them.
    pub async fn declared_budgets(&self) -> Result<Vec<DeclaredBudget>, SpendLedgerError> {
        let sql =
            "SELECT name, coins, period, operations, warn_at FROM trenz_budgets ORDER BY name";
        let rows = self
            .ask(move |worker| worker.transaction(|connection, _| Ok(connection.query(sql, &[])?)));
        Ok(rows.await??.iter().map(DeclaredBudget::of).collect())
    }

    /// Removes a budget. Calls of clients that have declared it are refused from then on; a budget that is declared under
    /// the same name later begins with all of its coins. What was spent stays in the sums of the ledger.
    pub async fn remove_budget(&self, name: &str) -> Result<(), SpendLedgerError> {
        let wanted = name.to_owned();
        let removed = self.ask(move |worker| {
            worker.transaction(|connection, _| {
                let sql = "DELETE FROM trenz_budgets WHERE name = $1";
                Ok(connection.execute(sql, params![wanted.as_str()])?)
            })
        });
        match removed.await?? {
            0 => Err(SpendLedgerError::new(
                SpendLedgerErrorKind::NotFound,
                format!("the budget {name:?}: expected one that was declared, found none"),
            )),
            _ => Ok(()),
        }
    }
}
