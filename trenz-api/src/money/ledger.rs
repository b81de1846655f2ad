//! The in-memory ledger: what calls have cost, as far as responses report it.

mod display;
mod shared;

pub(crate) use shared::{CallRecord, SharedLedger};

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// The calls of a client and all its clones so far, and their cost: a snapshot.
///
/// It is cheap to take, and [`since`](Self::since) returns the difference of two. Nothing is estimated: a call whose
/// response came without a cost is counted as [`unreported`](Tally::unreported), never as free, and the coins of a call
/// with an unknown outcome stay [`at_risk`](Tally::at_risk).
///
/// So the account was charged at least [`settled`](Tally::settled), and at most that plus the coins at risk and
/// [`unreported_at_most`](Tally::unreported_at_most), as long as the API charges what its document says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ledger {
    /// By operation id.
    pub operations: BTreeMap<&'static str, Tally>,
    /// The balance that the last response reported, if any did.
    pub balance: Option<Balance>,
}

/// The calls of one operation, or of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// Calls that passed every check of the client, however often each was sent. Calls refused here, by a budget for
    /// example, are not counted.
    pub calls: u64,
    /// How often they were sent, failed connections included.
    pub attempts: u64,
    /// Coins that were charged, as reported by responses.
    pub settled: u64,
    /// Coins of attempts that may have been charged: their quotes, since no response accounts for them.
    pub at_risk: u64,
    /// Responses that were accepted, and so charged, without reporting a cost. Calls that are free by the document are
    /// not counted.
    pub unreported: u64,
    /// The upper bound of what those have cost: the sum of their quotes.
    pub unreported_at_most: u64,
    /// Coins refunded for failed tasks, and by [`record_refund`](crate::Client::record_refund): at most what the calls
    /// have cost.
    pub refunded: u64,
    /// Calls that ended in an error, or were cancelled by dropping their future.
    pub failures: u64,
}

/// A balance that a response reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Balance {
    /// The coins left on the account.
    pub coins: i64,
    /// When the response came, by this machine's clock; serialised as Unix milliseconds.
    #[serde(serialize_with = "unix_millis")]
    pub at: SystemTime,
}

impl Ledger {
    /// The sum over all operations.
    #[must_use]
    pub fn total(&self) -> Tally {
        self.operations
            .values()
            .fold(Tally::default(), |sum, tally| sum.with(tally, u64::saturating_add))
    }

    /// The difference from an earlier snapshot. Operations without calls since then are left out, and so is a balance
    /// that has not been reported anew.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let operations = self.operations.iter().filter_map(|(operation, tally)| {
            let before = earlier.operations.get(operation).copied().unwrap_or_default();
            let change = tally.with(&before, u64::saturating_sub);
            (change != Tally::default()).then_some((*operation, change))
        });
        Self {
            operations: operations.collect(),
            balance: self.balance.filter(|balance| earlier.balance != Some(*balance)),
        }
    }
}

impl Tally {
    /// Counts a refund, of at most what these calls are known to have cost.
    pub(crate) fn refund(&mut self, coins: u64) {
        let most = self.settled.saturating_add(self.unreported_at_most);
        let most = most.saturating_sub(self.refunded);
        self.refunded = self.refunded.saturating_add(coins.min(most));
    }

    fn with(self, other: &Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self {
            calls: combine(self.calls, other.calls),
            attempts: combine(self.attempts, other.attempts),
            settled: combine(self.settled, other.settled),
            at_risk: combine(self.at_risk, other.at_risk),
            unreported: combine(self.unreported, other.unreported),
            unreported_at_most: combine(self.unreported_at_most, other.unreported_at_most),
            refunded: combine(self.refunded, other.refunded),
            failures: combine(self.failures, other.failures),
        }
    }
}

fn unix_millis<S: Serializer>(at: &SystemTime, to: S) -> Result<S::Ok, S::Error> {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    to.serialize_u64(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests;
