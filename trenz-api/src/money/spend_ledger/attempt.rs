//! The id and the state of an attempt.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::error::SpendLedgerError;
use crate::base::display::display_as_str;

/// The id of an attempt in a ledger: the number of its process, and its own, as in `3-17`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttemptId(pub(super) i64);

const ATTEMPTS_OF_A_PROCESS: i64 = 1 << 32;

impl AttemptId {
    pub(super) fn of(process: i64, number: i64) -> Option<Self> {
        let first = process.checked_mul(ATTEMPTS_OF_A_PROCESS)?;
        (number < ATTEMPTS_OF_A_PROCESS).then(|| first.checked_add(number).map(Self))?
    }
}

impl fmt::Display for AttemptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let process = self.0.checked_div_euclid(ATTEMPTS_OF_A_PROCESS).unwrap_or(0);
        let number = self.0.checked_rem_euclid(ATTEMPTS_OF_A_PROCESS).unwrap_or(0);
        write!(f, "{process}-{number}")
    }
}

impl FromStr for AttemptId {
    type Err = SpendLedgerError;

    fn from_str(text: &str) -> Result<Self, SpendLedgerError> {
        let parsed = text.split_once('-').and_then(|(process, number)| {
            Self::of(process.parse().ok()?, number.parse().ok().filter(|number| *number >= 0)?)
        });
        parsed.ok_or_else(|| {
            SpendLedgerError::invalid(format!(
                "the number of an attempt: expected `3-17` or the like, found {text:?}"
            ))
        })
    }
}

impl Serialize for AttemptId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The state of an attempt's coins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AttemptState {
    /// The attempt is under way.
    Reserved,
    /// It may have been charged; no response tells.
    AtRisk,
    /// It was charged [`coins`](crate::LedgerAttempt::coins).
    Settled,
    /// It was charged, and no response reports how much: its quote at most.
    Unreported,
    /// It was not charged.
    Released,
}

impl AttemptState {
    /// The state as the ledger stores it.
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Reserved => 0,
            Self::AtRisk => 1,
            Self::Settled => 2,
            Self::Unreported => 3,
            Self::Released => 4,
        }
    }

    pub(super) fn of_code(code: i64) -> Self {
        match code {
            0 => Self::Reserved,
            1 => Self::AtRisk,
            2 => Self::Settled,
            3 => Self::Unreported,
            _ => Self::Released,
        }
    }

    /// The state as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reserved => "reserved",
            Self::AtRisk => "at risk",
            Self::Settled => "settled",
            Self::Unreported => "unreported",
            Self::Released => "released",
        }
    }
}

display_as_str!(AttemptState);
