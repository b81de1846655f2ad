//! Asks the budgets of a ledger what they would say to a call, without writing anything.

use std::sync::Arc;

use super::gate::Gate;
use super::reserve::{self, Refused, Stop, Verdict};
use super::sql::Connection;

impl Gate {
    /// Refuses what a budget would refuse now, and writes nothing. Blocks until the database has responded.
    pub(crate) fn would_reserve(&self, operation: &'static str, coins: u64) -> Result<(), Refused> {
        let budgets = Arc::clone(&self.budgets);
        let asked = self.ledger.ask_blocking(move |worker| {
            let done = worker.deciding(|connection, now| {
                would_reserve(connection, now, &budgets, operation, coins)
            });
            match done {
                Err(Stop::Decided(Verdict::Refused(refused))) => Err(refused),
                done => done.map_err(|stop| Refused::Ledger(stop.into())),
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
) -> Result<(), Stop> {
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
