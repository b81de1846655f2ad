//! The coins of one attempt, from their reservation until its outcome is known.

use std::sync::Arc;

use super::budget::{SharedBudget, Shortfall};
use crate::base::send_state::{SendState, Sent};
use crate::money::ledger::SharedLedger;
use crate::money::outcome::Outcome;
use crate::money::settlement::Settlement;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{LedgerEntry, ResponseRecord};
use crate::wire::response::Usage;

/// The coins of one attempt. They cannot get lost: dropping a reservation without [closing](Self::close) it cancels the
/// attempt, and its coins are at risk if a connection has taken a part of the request, and released if not.
pub(crate) struct Reservation {
    ledger: Arc<SharedLedger>,
    budget: Option<Arc<SharedBudget>>,
    operation: &'static str,
    pub(crate) coins: u64,
    pub(crate) send_state: SendState,
    open: bool,
    /// The same attempt in the spend ledger, once it is recorded there.
    #[cfg(feature = "_ledger")]
    entry: Option<LedgerEntry>,
}

/// The result of closing a reservation.
pub(crate) struct ClosedReservation {
    #[cfg(feature = "_ledger")]
    pub(crate) settlement: Settlement,
    /// What the spend ledger has recorded of the attempt and the caller has not been told yet.
    #[cfg(feature = "_ledger")]
    pub(crate) entry: Option<LedgerEntry>,
    /// The coins that may have been charged and that no response accounts for.
    pub(crate) at_risk: u64,
}

impl Reservation {
    pub(crate) fn try_new(
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
            send_state: SendState::default(),
            open: true,
            #[cfg(feature = "_ledger")]
            entry: None,
        })
    }

    /// Records the start of the attempt.
    pub(crate) fn begin(&self) {
        self.ledger
            .update(self.operation, |tally| tally.attempts = tally.attempts.saturating_add(1));
    }

    /// Attaches the spend ledger's entry of the attempt.
    #[cfg(feature = "_ledger")]
    pub(crate) fn record(&mut self, entry: Option<LedgerEntry>) {
        self.entry = entry;
    }

    /// Ends the reservation by the outcome of the attempt and the usage of its response.
    pub(crate) fn close(mut self, outcome: Outcome, usage: Usage) -> ClosedReservation {
        self.open = false;
        self.ledger.record_balance(usage.remaining_balance);
        let settlement = Settlement::of(outcome, usage);
        ClosedReservation {
            at_risk: self.end(settlement),
            #[cfg(feature = "_ledger")]
            settlement,
            #[cfg(feature = "_ledger")]
            entry: self.entry.take(),
        }
    }

    /// Moves the coins in the budget and the ledger of this process. Returns those that no response accounts for.
    fn end(&self, settlement: Settlement) -> u64 {
        let coins = self.coins;
        match settlement {
            Settlement::Released => {
                self.release(0, 0);
                0
            }
            Settlement::Settled(coins) => {
                self.release(coins, 0);
                self.ledger.update(self.operation, |tally| {
                    tally.settled = tally.settled.saturating_add(coins);
                });
                0
            }
            Settlement::Unreported => {
                self.release(coins, 0);
                if coins > 0 {
                    self.ledger.update(self.operation, |tally| {
                        tally.unreported = tally.unreported.saturating_add(1);
                        tally.unreported_at_most = tally.unreported_at_most.saturating_add(coins);
                    });
                }
                coins
            }
            Settlement::AtRisk => {
                self.release(0, coins);
                self.ledger.update(self.operation, |tally| {
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
        let outcome = match self.send_state.cancel() {
            Sent::Nothing => Outcome::NotSent,
            Sent::Something => Outcome::Unknown,
        };
        let settlement = Settlement::of(outcome, Usage::default());
        self.end(settlement);
        #[cfg(feature = "_ledger")]
        if let Some(entry) = self.entry.take() {
            drop(entry.settle(settlement, outcome, ResponseRecord::default()));
        }
    }
}
