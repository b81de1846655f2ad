//! Coins that may be spent, reserved before a call leaves and settled by its answer.

mod reservation;

pub(crate) use reservation::{Closed, Reservation};

use serde::Serialize;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::quote::Coins;

/// A budget as it stands: see [`ClientBuilder::coin_budget`](crate::ClientBuilder::coin_budget) and
/// [`Client::with_budget`](crate::Client::with_budget).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Budget {
    /// The coins that may be spent in all.
    pub limit: u64,
    /// The coins that were spent: what answers say, or the quote where an accepted answer does not say. Less what
    /// was given back.
    pub spent: u64,
    /// The coins of calls that are under way.
    pub reserved: u64,
    /// The coins of calls that may have been charged, and of which no answer tells.
    pub at_risk: u64,
}

impl Budget {
    /// The coins that can still be reserved. A budget within another may have less: the other must have them too.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.limit
            .saturating_sub(self.spent.saturating_add(self.reserved).saturating_add(self.at_risk))
    }
}

/// Why a budget did not let a call go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortfall {
    /// The coins that the call may cost.
    pub needed: u64,
    /// The coins that are left. What other calls have reserved or put at risk is not.
    pub left: u64,
    /// The coins that were spent.
    pub spent: u64,
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { needed, left, spent } = *self;
        write!(f, "{} needed, {left} left, {spent} spent", Coins(needed))
    }
}

/// The budget that a client and its clones share, perhaps within another.
pub(crate) struct Purse {
    state: Mutex<Budget>,
    within: Option<Arc<Self>>,
}

impl Purse {
    pub(crate) fn new(limit: u64, within: Option<Arc<Self>>) -> Self {
        Self { state: Mutex::new(Budget { limit, spent: 0, reserved: 0, at_risk: 0 }), within }
    }

    pub(crate) fn snapshot(&self) -> Budget {
        *self.open()
    }

    /// Reserves from this budget and every one around it, or from none. Each is held while the one around it is
    /// asked, always from the inside out, so nobody sees a part of it and nobody can wait for himself.
    pub(crate) fn reserve(&self, coins: u64) -> Result<(), Shortfall> {
        let mut state = self.open();
        if coins > state.left() {
            return Err(Shortfall { needed: coins, left: state.left(), spent: state.spent });
        }
        if let Some(within) = &self.within {
            within.reserve(coins)?;
        }
        state.reserved += coins;
        Ok(())
    }

    /// Whether [`reserve`](Self::reserve) would succeed.
    pub(crate) fn would_reserve(&self, coins: u64) -> Result<(), Shortfall> {
        let state = self.snapshot();
        if coins > state.left() {
            return Err(Shortfall { needed: coins, left: state.left(), spent: state.spent });
        }
        self.within.as_ref().map_or(Ok(()), |within| within.would_reserve(coins))
    }

    /// Ends a reservation: so much of it was spent, and so much is at risk.
    fn close(&self, reserved: u64, spent: u64, at_risk: u64) {
        self.change(|state| {
            state.reserved = state.reserved.saturating_sub(reserved);
            state.spent = state.spent.saturating_add(spent);
            state.at_risk = state.at_risk.saturating_add(at_risk);
        });
    }

    /// Gives back what was spent before.
    pub(crate) fn give_back(&self, coins: u64) {
        self.change(|state| state.spent = state.spent.saturating_sub(coins));
    }

    fn change(&self, change: impl Fn(&mut Budget)) {
        change(&mut self.open());
        let mut purse = self;
        while let Some(within) = &purse.within {
            change(&mut within.open());
            purse = within;
        }
    }

    fn open(&self) -> MutexGuard<'_, Budget> {
        // Every change is arithmetic that saturates, so a panic elsewhere leaves it whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
