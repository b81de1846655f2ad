//! Sums of coins, which no response can make overflow.

use std::fmt;

/// The most coins that an account can hold: a balance is a signed number.
pub(crate) const MOST: u64 = i64::MAX.unsigned_abs();

/// What a work has cost with one call more. Unknown if one of both is, and if it is more than there can be.
pub(crate) fn spent(before: Option<u64>, cost: Option<u64>) -> Option<u64> {
    before?.checked_add(cost?).filter(|coins| *coins <= MOST)
}

/// A number of coins in words.
pub(crate) struct Coins(pub(crate) u64);

impl fmt::Display for Coins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} coin{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
