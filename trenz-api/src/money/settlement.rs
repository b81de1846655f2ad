//! Whether an attempt's coins were released, settled, unreported or put at risk: decided once, for budgets and ledgers
//! alike.

use super::outcome::Outcome;
use crate::wire::response::Usage;

/// The result of the coins that were reserved for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settlement {
    /// Nothing was charged.
    Released,
    /// The response reports that this many coins were charged.
    Settled(u64),
    /// They were charged, but no response reports how many: at most the quote.
    Unreported,
    /// They may have been charged; no response accounts for them.
    AtRisk,
}

impl Settlement {
    /// Decides by the outcome of the attempt and the usage that its response reports.
    pub(crate) fn of(outcome: Outcome, usage: Usage) -> Self {
        match (outcome, usage.coin_cost) {
            // A cost that a response reports counts, whatever its status and whatever the document says of it.
            (_, Some(coins)) => Self::Settled(coins),
            (Outcome::Accepted, None) => Self::Unreported,
            (Outcome::Unknown, None) => Self::AtRisk,
            (Outcome::NotSent | Outcome::Refused | Outcome::Failed, None) => Self::Released,
        }
    }
}
