//! What became of the coins of an attempt: decided once, for every budget and ledger that is told.

use super::outcome::Outcome;
use crate::wire::response::Usage;

/// What became of the coins that were reserved for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Nothing was charged.
    Released,
    /// The response says that so many coins were charged.
    Settled(u64),
    /// They were charged, and no response says how many: not nothing, and no more than the quote.
    Unreported,
    /// They may have been charged, and no response tells.
    AtRisk,
}

impl Fate {
    /// By what became of the attempt, and by what its response says.
    pub(crate) fn of(outcome: Outcome, usage: Usage) -> Self {
        match (outcome, usage.coin_cost) {
            // What a response says of money counts, whatever its status, and even if the document has it otherwise.
            (_, Some(coins)) => Self::Settled(coins),
            (Outcome::Accepted, None) => Self::Unreported,
            (Outcome::Unknown, None) => Self::AtRisk,
            (Outcome::NotSent | Outcome::Refused | Outcome::Failed, None) => Self::Released,
        }
    }
}
