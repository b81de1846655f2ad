//! Validation of states that are stored outside of the program for resuming.

use std::collections::BTreeSet;
use std::fmt;

use crate::money::coins;

/// Why a stored state is invalid: it must have been modified.
///
/// Nothing was sent and nothing charged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// This member, which identifies the object to resume, is empty.
    Empty(&'static str),
    /// This member has more coins than an account can hold: 2⁶³ or more.
    Coins(&'static str, u64),
    /// The same account is published to twice.
    AccountTwice(i64),
    /// An uploaded file without any bytes, which no upload returns.
    NoBytes,
}

impl StateError {
    /// The invalid member.
    #[must_use]
    pub fn member(&self) -> &'static str {
        match self {
            Self::Empty(member) | Self::Coins(member, _) => member,
            Self::AccountTwice(_) => "accounts",
            Self::NoBytes => "size",
        }
    }

    pub(crate) fn unless_filled(member: &'static str, text: &str) -> Result<(), Self> {
        if text.trim().is_empty() { Err(Self::Empty(member)) } else { Ok(()) }
    }

    pub(crate) fn unless_payable(member: &'static str, coins: Option<u64>) -> Result<(), Self> {
        match coins {
            Some(coins) if coins > coins::MOST => Err(Self::Coins(member, coins)),
            _ => Ok(()),
        }
    }

    pub(crate) fn unless_distinct(accounts: impl IntoIterator<Item = i64>) -> Result<(), Self> {
        let mut seen = BTreeSet::new();
        let twice = accounts.into_iter().find(|account| !seen.insert(*account));
        twice.map_or(Ok(()), |account| Err(Self::AccountTwice(account)))
    }
}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: ", self.member())?;
        match self {
            Self::Empty(_) => f.write_str("expected a non-empty string, found an empty one"),
            Self::Coins(_, coins) => {
                write!(f, "expected at most {} coins, found {coins}", coins::MOST)
            }
            Self::AccountTwice(account) => {
                write!(f, "expected each account once, found {account} twice")
            }
            Self::NoBytes => f.write_str("expected at least 1 byte, found 0"),
        }
    }
}

impl std::error::Error for StateError {}

/// Parses a type by its derived code (`#[serde(remote = "Self")]`), and then validates it.
macro_rules! stored {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let stored = Self::deserialize(from)?;
                stored.check().map_err(serde::de::Error::custom)?;
                Ok(stored)
            }
        }
    };
}

pub(crate) use stored;
