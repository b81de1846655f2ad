//! The coins of one attempt, from their reservation until its outcome is known.

use std::sync::Arc;

use super::budget::{SharedBudget, Shortfall};
use crate::base::departure::{Departure, Sent};
use crate::money::fate::Fate;
use crate::money::ledger::SharedLedger;
use crate::money::outcome::Outcome;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Entry, Said};
use crate::wire::response::Usage;

/// The coins of one attempt. They cannot get lost: dropping a reservation without [closing](Self::close) it cancels the
/// attempt, and its coins are at risk if a connection has taken a part of the request, and released if not.
pub(crate) struct Reservation {
    ledger: Arc<SharedLedger>,
    budget: Option<Arc<SharedBudget>>,
    operation: &'static str,
    pub(crate) coins: u64,
    pub(crate) departure: Departure,
    open: bool,
    /// The same attempt in the spend ledger, once it is recorded there.
    #[cfg(feature = "_ledger")]
    entry: Option<Entry>,
}

/// The result of closing a reservation.
pub(crate) struct Closed {
    #[cfg(feature = "_ledger")]
    pub(crate) fate: Fate,
    /// What the spend ledger has recorded of the attempt and the caller has not been told yet.
    #[cfg(feature = "_ledger")]
    pub(crate) entry: Option<Entry>,
    /// The coins that may have been charged and that no response accounts for.
    pub(crate) at_risk: u64,
}

impl Reservation {
    pub(crate) fn make(
        ledger: &Arc<SharedLedger>,
        budget: Option<&Arc<SharedBudget>>,
        operation: &'static str,
        coins: u64,
    ) -> Result<Self, Shortfall> {
        if let Some(budget) = budget {
            budget.reserve(coins)?;
        }
        let (ledger, budget) = (Arc::clone(ledger), budget.cloned());
        Ok(Self {
            ledger,
            budget,
            operation,
            coins,
            departure: Departure::default(),
            open: true,
            #[cfg(feature = "_ledger")]
            entry: None,
        })
    }

    /// Records the start of the attempt.
    pub(crate) fn begin(&self) {
        self.ledger.note(self.operation, |tally| tally.attempts = tally.attempts.saturating_add(1));
    }

    /// Attaches the spend ledger's entry of the attempt.
    #[cfg(feature = "_ledger")]
    pub(crate) fn record(&mut self, entry: Option<Entry>) {
        self.entry = entry;
    }

    /// Ends the reservation by the outcome of the attempt and the usage of its response.
    pub(crate) fn close(mut self, outcome: Outcome, usage: Usage) -> Closed {
        self.open = false;
        self.ledger.note_balance(usage.remaining_balance);
        let fate = Fate::of(outcome, usage);
        Closed {
            at_risk: self.end(fate),
            #[cfg(feature = "_ledger")]
            fate,
            #[cfg(feature = "_ledger")]
            entry: self.entry.take(),
        }
    }

    /// Moves the coins in the budget and the ledger of this process. Returns those that no response accounts for.
    fn end(&self, fate: Fate) -> u64 {
        let coins = self.coins;
        match fate {
            Fate::Released => {
                self.release(0, 0);
                0
            }
            Fate::Settled(coins) => {
                self.release(coins, 0);
                self.ledger.note(self.operation, |tally| {
                    tally.settled = tally.settled.saturating_add(coins);
                });
                0
            }
            Fate::Unreported => {
                self.release(coins, 0);
                if coins > 0 {
                    self.ledger.note(self.operation, |tally| {
                        tally.unreported = tally.unreported.saturating_add(1);
                        tally.unreported_at_most = tally.unreported_at_most.saturating_add(coins);
                    });
                }
                coins
            }
            Fate::AtRisk => {
                self.release(0, coins);
                self.ledger.note(self.operation, |tally| {
                    tally.at_risk = tally.at_risk.saturating_add(coins);
                });
                coins
            }
        }
    }

    fn release(&self, spent: u64, at_risk: u64) {
        if let Some(budget) = &self.budget {
            budget.close(self.operation, self.coins, spent, at_risk);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let outcome = match self.departure.cancel() {
            Sent::Nothing => Outcome::NotSent,
            Sent::Something => Outcome::Unknown,
        };
        let fate = Fate::of(outcome, Usage::default());
        self.end(fate);
        #[cfg(feature = "_ledger")]
        if let Some(entry) = self.entry.take() {
            drop(entry.settle(fate, outcome, Said::default()));
        }
    }
}
