//! The error of a login.

use std::fmt;
use std::time::Duration;

use super::QrCode;
use crate::base::redact::Redactor;
use crate::error::{Error, report};
use crate::money::coins::Spent;

/// Why no account was connected.
pub struct LoginError(Box<Inner>);

struct Inner {
    reason: Reason,
    code: QrCode,
}

#[derive(Debug)]
pub(super) enum Reason {
    Expired,
    State,
    Deadline(Duration),
    Api(Box<Error>),
}

impl LoginError {
    pub(super) fn new(reason: Reason, code: QrCode) -> Self {
        Self(Box::new(Inner { reason, code }))
    }

    /// The code has expired. Create another one.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self.0.reason, Reason::Expired)
    }

    /// The deadline has passed; the code may still be scanned.
    #[must_use]
    pub fn is_deadline(&self) -> bool {
        matches!(self.0.reason, Reason::Deadline(_))
    }

    /// The confirmation has another state than the code: it was not for this login.
    #[must_use]
    pub fn is_wrong_state(&self) -> bool {
        matches!(self.0.reason, Reason::State)
    }

    /// The error of the poll that failed permanently.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        match &self.0.reason {
            Reason::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The code, for resuming: see [`Client::qr_login`](crate::Client::qr_login).
    #[must_use]
    pub fn into_code(self) -> QrCode {
        self.0.code
    }

    /// The coins that the code and its polls have cost.
    #[must_use]
    pub fn coins_spent(&self) -> Option<u64> {
        self.0.code.coins_spent
    }
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.reason {
            Reason::Expired => f.write_str("the QR code has expired: request a new one"),
            Reason::State => f.write_str(
                "the confirmation belongs to another login: its state does not match the code",
            ),
            Reason::Deadline(waited) => {
                write!(f, "the QR code was not confirmed in {} s", waited.as_secs())
            }
            Reason::Api(_) => f.write_str("polling the QR code failed"),
        }?;
        Spent(self.coins_spent()).fmt(f)
    }
}

impl fmt::Debug for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        report::debug(f, &Redactor::default(), self, |f| {
            f.debug_struct("LoginError")
                .field("reason", &self.0.reason)
                .field("code", &self.0.code)
                .finish()
        })
    }
}

impl std::error::Error for LoginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.api_error().map(|error| error as _)
    }
}
