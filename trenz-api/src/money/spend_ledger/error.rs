//! The errors of a spend ledger.

use std::fmt;

use super::sql::{SqlError, SqlErrorKind};

/// Why a spend ledger could not be opened, read or written.
///
/// If a call was refused because of it, nothing was sent.
#[derive(Clone, Debug)]
pub struct SpendLedgerError {
    kind: SpendLedgerErrorKind,
    message: String,
}

/// The kind of a [`SpendLedgerError`], and so what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SpendLedgerErrorKind {
    /// The URL is invalid, or its scheme is not supported by this build. Correct it, or enable the feature.
    Url,
    /// A setting, or the terms of a budget, is invalid: an empty or duplicate name, a period or a lease of zero, coins
    /// beyond `i64`, a warning below 0 or above 1.
    Invalid,
    /// A budget of this name was declared with other terms before. Correct the terms, choose another name, or
    /// [replace](crate::NamedBudget::replace) them.
    OtherTerms,
    /// A newer version of this crate has written the ledger. Use that version.
    NewerSchema,
    /// The database cannot be reached, or does not respond in time. Retry when it does.
    Unreachable,
    /// The connection cannot be encrypted as the URL asks: the server does not offer it, or its certificate is not trusted.
    /// Correct `sslmode`, `sslrootcert` or the server.
    Untrusted,
    /// Another process has locked the database for too long. Retry.
    Locked,
    /// The disk is full, or writing failed. Free some space.
    Full,
    /// The database is read-only.
    ReadOnly,
    /// The file is damaged, or is not a database. Restore it.
    Corrupt,
    /// The ledger has no such attempt, task or name.
    NotFound,
    /// Any other error of the database.
    Database,
}

impl SpendLedgerError {
    pub(super) fn new(kind: SpendLedgerErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::new(SpendLedgerErrorKind::Invalid, message)
    }

    pub(crate) fn without_ledger(budget: &super::NamedBudget) -> Self {
        Self::invalid(format!(
            "the budget {:?}: needs a spend ledger, and the client has none",
            budget.name
        ))
    }

    pub(super) fn unreachable(message: impl fmt::Display) -> Self {
        let message = format!("the spend ledger cannot be reached: {message}");
        Self::new(SpendLedgerErrorKind::Unreachable, message)
    }

    /// The kind of error.
    #[must_use]
    pub fn kind(&self) -> SpendLedgerErrorKind {
        self.kind
    }
}

impl From<SqlError> for SpendLedgerError {
    fn from(error: SqlError) -> Self {
        let (kind, what) = match error.kind {
            SqlErrorKind::Lost => (SpendLedgerErrorKind::Unreachable, "cannot be reached"),
            SqlErrorKind::Untrusted => {
                (SpendLedgerErrorKind::Untrusted, "cannot be reached by an encrypted connection")
            }
            SqlErrorKind::Conflict | SqlErrorKind::Locked => {
                (SpendLedgerErrorKind::Locked, "is locked by another process")
            }
            SqlErrorKind::Full => {
                (SpendLedgerErrorKind::Full, "cannot be written to (the disk may be full)")
            }
            SqlErrorKind::ReadOnly => (SpendLedgerErrorKind::ReadOnly, "is read-only"),
            SqlErrorKind::Corrupt => (SpendLedgerErrorKind::Corrupt, "is damaged"),
            SqlErrorKind::Other => (SpendLedgerErrorKind::Database, "rejected a statement"),
        };
        Self::new(kind, format!("the spend ledger {what}: {}", error.message))
    }
}

impl fmt::Display for SpendLedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SpendLedgerError {}
