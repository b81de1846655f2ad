//! Budgets in memory: coins are reserved before a call is sent and settled by its response.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use crate::base::lock::lock;
use crate::money::coins::Coins;

/// A budget, as it is now: see [`ClientBuilder::coin_budget`](crate::ClientBuilder::coin_budget) and
/// [`Client::with_budget`](crate::Client::with_budget).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Budget {
    /// The coins that may be spent in total.
    pub limit: u64,
    /// The coins that were spent: the costs that responses report, or the quote where an accepted response reports
    /// none, minus refunds.
    pub spent: u64,
    /// The coins that calls under way have reserved.
    pub reserved: u64,
    /// The coins of calls that may have been charged and that no response accounts for.
    pub at_risk: u64,
}

impl Budget {
    /// The coins that can still be reserved. A parent budget may have less, and a call needs its coins in both.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.limit
            .saturating_sub(self.spent.saturating_add(self.reserved).saturating_add(self.at_risk))
    }
}

/// Why a budget refused a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortfall {
    /// The coins that the call may cost.
    pub needed: u64,
    /// The coins that are left: without those that other calls have reserved or put at risk.
    pub left: u64,
    /// The coins that were spent.
    pub spent: u64,
    /// The coins that other calls have reserved or put at risk.
    pub reserved_or_at_risk: u64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needed, left, spent, reserved_or_at_risk } = *self;
        write!(f, "{} needed, {left} left", Coins(needed))?;
        if spent > 0 {
            write!(f, ", {spent} spent")?;
        }
        if reserved_or_at_risk > 0 {
            write!(f, ", {reserved_or_at_risk} reserved or at risk")?;
        }
        Ok(())
    }
}

/// The budget that a client and its clones share, with its parent if it has one.
pub(crate) struct SharedBudget {
    limit: u64,
    state: Mutex<State>,
    parent: Option<Arc<Self>>,
}

/// The coins of a budget by state. The sums are wider than any response's numbers, so adding and subtracting the same
/// number always restores them.
#[derive(Default)]
struct State {
    spent: u128,
    reserved: u128,
    at_risk: u128,
    /// The spent coins by operation. A refund is limited to them.
    by_operation: BTreeMap<&'static str, u128>,
}

impl State {
    fn left(&self, limit: u64) -> u64 {
        let taken = self.spent.saturating_add(self.reserved).saturating_add(self.at_risk);
        saturate(u128::from(limit).saturating_sub(taken))
    }

    fn check(&self, limit: u64, coins: u64) -> Result<(), Shortfall> {
        let left = self.left(limit);
        if coins > left {
            let open = saturate(self.reserved.saturating_add(self.at_risk));
            let spent = saturate(self.spent);
            return Err(Shortfall { needed: coins, left, spent, reserved_or_at_risk: open });
        }
        Ok(())
    }

    fn refund(&mut self, operation: &'static str, coins: u128) -> u128 {
        let Some(its) = self.by_operation.get_mut(operation) else { return 0 };
        let given = coins.min(*its);
        *its = its.saturating_sub(given);
        self.spent = self.spent.saturating_sub(given);
        given
    }
}

fn saturate(coins: u128) -> u64 {
    u64::try_from(coins).unwrap_or(u64::MAX)
}

impl SharedBudget {
    pub(crate) fn new(limit: u64, parent: Option<Arc<Self>>) -> Self {
        Self { limit, state: Mutex::default(), parent }
    }

    pub(crate) fn snapshot(&self) -> Budget {
        let state = lock(&self.state);
        let [spent, reserved, at_risk] = [state.spent, state.reserved, state.at_risk].map(saturate);
        Budget { limit: self.limit, spent, reserved, at_risk }
    }

    /// Reserves from this budget and all its parents, or from none. Locks are taken from the child to the parent, so
    /// the reservation is atomic and cannot deadlock.
    pub(crate) fn reserve(&self, coins: u64) -> Result<(), Shortfall> {
        let mut state = lock(&self.state);
        state.check(self.limit, coins)?;
        if let Some(parent) = &self.parent {
            parent.reserve(coins)?;
        }
        state.reserved = state.reserved.saturating_add(coins.into());
        Ok(())
    }

    /// Whether [`reserve`](Self::reserve) would succeed.
    pub(crate) fn would_reserve(&self, coins: u64) -> Result<(), Shortfall> {
        lock(&self.state).check(self.limit, coins)?;
        self.parent.as_ref().map_or(Ok(()), |parent| parent.would_reserve(coins))
    }

    /// Ends a reservation for a call of this operation: `spent` coins of it were spent, `at_risk` are at risk.
    pub(crate) fn close(&self, operation: &'static str, reserved: u64, spent: u64, at_risk: u64) {
        self.change(|state| {
            state.reserved = state.reserved.saturating_sub(reserved.into());
            state.at_risk = state.at_risk.saturating_add(at_risk.into());
            if spent > 0 {
                state.spent = state.spent.saturating_add(spent.into());
                let its = state.by_operation.entry(operation).or_default();
                *its = its.saturating_add(spent.into());
            }
        });
    }

    /// Refunds coins that were spent: at most what calls of this operation have cost this budget.
    pub(crate) fn refund(&self, operation: &'static str, coins: u64) {
        let mut given = u128::from(coins);
        self.change(|state| given = state.refund(operation, given));
    }

    fn change(&self, mut change: impl FnMut(&mut State)) {
        change(&mut lock(&self.state));
        let mut budget = self;
        while let Some(parent) = &budget.parent {
            change(&mut lock(&parent.state));
            budget = parent;
        }
    }
}

#[cfg(test)]
mod tests;
