//! Budgets as the ledger has them: declared, listed and removed without a client.

use super::SpendLedger;
use super::error::SpendLedgerError;
use super::named_budget::NamedBudget;
use super::sql::params;
use super::terms::{self, COLUMNS, DeclaredBudget};

impl SpendLedger {
    /// Declares a budget, as a client with it does when it is built. Clients take its terms by
    /// [`NamedBudget::as_declared`].
    pub async fn declare_budget(&self, budget: &NamedBudget) -> Result<(), SpendLedgerError> {
        let (terms, replace) = (budget.terms()?, budget.replace);
        self.transaction(move |connection, _| {
            terms::declare(connection, &terms, replace)?;
            Ok(())
        })
        .await
    }

    /// Returns the budgets that were declared, by name, whether or not any call has counted in them.
    pub async fn declared_budgets(&self) -> Result<Vec<DeclaredBudget>, SpendLedgerError> {
        let rows = self.query(format!("SELECT {COLUMNS} ORDER BY name"), []).await?;
        Ok(rows.iter().map(DeclaredBudget::of).collect())
    }

    /// Removes a budget. Calls of clients that have declared it are refused from then on; a budget that is declared under
    /// the same name later begins with all of its coins. What was spent stays in the sums of the ledger.
    pub async fn remove_budget(&self, name: &str) -> Result<(), SpendLedgerError> {
        let name = name.to_owned();
        self.transaction(move |connection, _| {
            let sql = "DELETE FROM trenz_budgets WHERE name = $1";
            match connection.execute(sql, params![name.as_str()])? {
                0 => Err(terms::undeclared(&name).into()),
                _ => Ok(()),
            }
        })
        .await
    }
}
