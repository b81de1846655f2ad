//! Sums of coins, without overflow.

use std::fmt;

/// The most coins that an account can hold: a balance is a signed number.
pub(crate) const MOST: u64 = i64::MAX.unsigned_abs();

/// The cost of a workflow with one more call. Unknown if either cost is, or if the sum is beyond [`MOST`].
pub(crate) fn add_cost(before: Option<u64>, cost: Option<u64>) -> Option<u64> {
    before?.checked_add(cost?).filter(|coins| *coins <= MOST)
}

/// The end of a workflow's message, if it has cost something or may have: what was spent.
#[cfg(any(feature = "login", feature = "publish"))]
pub(crate) struct Spent(pub(crate) Option<u64>);

#[cfg(any(feature = "login", feature = "publish"))]
impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(0) => Ok(()),
            Some(1) => f.write_str("; 1 coin was spent"),
            Some(coins) => write!(f, "; {coins} coins were spent"),
            None => f.write_str("; the coins spent are not known"),
        }
    }
}

/// A number of coins, printed with the unit.
pub(crate) struct Coins(pub(crate) u64);

impl fmt::Display for Coins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} coin{}", self.0, if self.0 == 1 { "" } else { "s" })
    }
}
