//! Calls that a spend ledger refused.

use std::fmt;

use super::{Error, Kind};
use crate::money::spend_ledger::{OnceRefusal, Refused, SpendLedgerError};

impl Error {
    /// The spend ledger could not be read or written, or rejects a budget's terms; [`ledger_error`](Self::ledger_error)
    /// says why.
    ///
    /// Nothing was sent, because only what is recorded is sent.
    #[must_use]
    pub fn is_ledger(&self) -> bool {
        self.ledger_error().is_some()
    }

    /// The error of the spend ledger.
    #[must_use]
    pub fn ledger_error(&self) -> Option<&SpendLedgerError> {
        match &self.0.kind {
            Kind::Unrecorded(Refused::Ledger(error)) => Some(error),
            _ => None,
        }
    }

    /// Why a call with a [name](crate::Call::once) is not sent and has no response.
    ///
    /// Nothing was sent by this call.
    #[must_use]
    pub fn once_refusal(&self) -> Option<&OnceRefusal> {
        match &self.0.kind {
            Kind::Unrecorded(Refused::Once(refusal)) => Some(refusal),
            _ => None,
        }
    }

    /// The name of the budget that has too few coins left, if it has a name.
    #[must_use]
    pub fn budget_name(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Unrecorded(Refused::OverBudget(name, _)) => Some(name),
            _ => None,
        }
    }

    pub(crate) fn unrecorded(operation: Option<&'static str>, refused: Refused) -> Self {
        let mut error = Self::new(Kind::Unrecorded(refused), None);
        error.0.operation = operation;
        error
    }
}

impl Refused {
    pub(super) fn show(&self, f: &mut fmt::Formatter<'_>, operation: Option<&str>) -> fmt::Result {
        if let Some(operation) = operation {
            write!(f, "{operation} was not sent: ")?;
        }
        match self {
            Self::OverBudget(name, shortfall) => {
                write!(f, "it is over the budget {name:?} ({shortfall})")
            }
            Self::Once(refusal) => write!(f, "{refusal}"),
            Self::Ledger(error) => write!(f, "{error}"),
        }
    }
}
