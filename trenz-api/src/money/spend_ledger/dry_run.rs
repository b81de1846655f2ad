//! Asks the budgets of a ledger what they would say to a call, without writing anything.

use std::sync::Arc;

use super::reserve::{self, Abort, Decision, Refused};
use super::session::LedgerSession;
use super::sql::Connection;

impl LedgerSession {
    /// Refuses what a budget would refuse now, and writes nothing. Blocks until the database has responded.
    pub(crate) fn would_reserve(&self, operation: &'static str, coins: u64) -> Result<(), Refused> {
        let budgets = Arc::clone(&self.budgets);
        let asked = self.ledger.ask_blocking(move |worker| {
            let done = worker.refusable_transaction(|connection, now| {
                would_reserve(connection, now, &budgets, operation, coins)
            });
            match done {
                Err(Abort::Decided(Decision::Refused(refused))) => Err(refused),
                done => done.map_err(|abort| Refused::Ledger(abort.into())),
            }
        });
        match asked.map_err(Refused::Ledger).and_then(|done| done) {
            Err(Refused::Ledger(_)) if self.fail_open => Ok(()),
            done => done,
        }
    }
}

fn would_reserve(
    connection: &mut dyn Connection,
    now: i64,
    budgets: &[i64],
    operation: &str,
    coins: u64,
) -> Result<(), Abort> {
    for &budget in budgets {
        let Some((terms, start)) = reserve::terms(connection, now, budget, operation)? else {
            continue;
        };
        let used = reserve::Used::of(connection, budget, start)?;
        if coins > 0 && used.sum().saturating_add(coins) > terms.coins {
            return Err(used.refusal(terms, coins));
        }
    }
    Ok(())
}
