//! The coins of one attempt, from before it leaves until it is known what became of them.

use std::sync::Arc;

use super::budget::{Purse, Shortfall};
use crate::base::departure::{Departure, Sent};
use crate::money::ledger::Books;
use crate::money::outcome::Outcome;
use crate::wire::response::Usage;

/// The coins of one attempt. They cannot get lost: whoever drops a reservation without [closing](Self::close) it has
/// cancelled the attempt: its coins are at risk if a connection has taken a part of its request, and free again if none
/// has.
pub(crate) struct Reservation {
    books: Arc<Books>,
    purse: Option<Arc<Purse>>,
    operation: &'static str,
    coins: u64,
    departure: Departure,
    open: bool,
}

/// What closing a reservation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Closed {
    /// The coins that may have been charged, and of which no answer tells.
    pub(crate) at_risk: u64,
}

impl Reservation {
    pub(crate) fn make(
        books: &Arc<Books>,
        purse: Option<&Arc<Purse>>,
        operation: &'static str,
        coins: u64,
    ) -> Result<Self, Shortfall> {
        if let Some(purse) = purse {
            purse.reserve(coins)?;
        }
        let (books, purse) = (Arc::clone(books), purse.cloned());
        Ok(Self { books, purse, operation, coins, departure: Departure::default(), open: true })
    }

    pub(crate) fn departure(&self) -> &Departure {
        &self.departure
    }

    pub(crate) fn coins(&self) -> u64 {
        self.coins
    }

    /// Notes that the attempt begins.
    pub(crate) fn begin(&self) {
        self.books.note(self.operation, |tally| tally.attempts = tally.attempts.saturating_add(1));
    }

    /// Ends the reservation by what became of the attempt and what its answer says.
    pub(crate) fn close(mut self, outcome: Outcome, usage: Usage) -> Closed {
        self.open = false;
        self.books.note_balance(usage.remaining_balance);
        match (outcome, usage.coin_cost) {
            // What an answer says of money counts, whatever its status, and even if the document has it otherwise.
            (_, Some(coins)) => self.settle(coins),
            // It was charged, and nobody says how much: not nothing, and no more than the quote.
            (Outcome::Accepted, None) => self.leave_unreported(),
            (Outcome::Unknown, None) => self.put_at_risk(),
            (Outcome::NotSent | Outcome::Refused | Outcome::Failed, None) => {
                self.release(0, 0);
                Closed::default()
            }
        }
    }

    fn settle(&self, coins: u64) -> Closed {
        self.release(coins, 0);
        self.books
            .note(self.operation, |tally| tally.settled = tally.settled.saturating_add(coins));
        Closed::default()
    }

    fn leave_unreported(&self) -> Closed {
        self.release(self.coins, 0);
        if self.coins > 0 {
            self.books.note(self.operation, |tally| {
                tally.unreported = tally.unreported.saturating_add(1);
                tally.unreported_at_most = tally.unreported_at_most.saturating_add(self.coins);
            });
        }
        Closed { at_risk: self.coins }
    }

    fn put_at_risk(&self) -> Closed {
        self.release(0, self.coins);
        self.books.note(self.operation, |tally| {
            tally.at_risk = tally.at_risk.saturating_add(self.coins);
        });
        Closed { at_risk: self.coins }
    }

    fn release(&self, spent: u64, at_risk: u64) {
        if let Some(purse) = &self.purse {
            purse.close(self.operation, self.coins, spent, at_risk);
        }
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        match self.departure.cancel() {
            Sent::Nothing => self.release(0, 0),
            Sent::Something => {
                self.put_at_risk();
            }
        }
    }
}
