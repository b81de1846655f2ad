//! ErrorCode.
use crate::UnknownValue;

/// ErrorCode.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// `RATE_LIMITED`
    RateLimited,
    /// `QUOTA_EXCEEDED`
    QuotaExceeded,
    /// `INSUFFICIENT_BALANCE`
    InsufficientBalance,
    /// `INTERNAL_ERROR`
    InternalError,
    /// A value this version of the crate does not name.
    Unrecognized(UnknownValue),
}

impl ErrorCode {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::RateLimited => "RATE_LIMITED",
            Self::QuotaExceeded => "QUOTA_EXCEEDED",
            Self::InsufficientBalance => "INSUFFICIENT_BALANCE",
            Self::InternalError => "INTERNAL_ERROR",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}

impl From<&str> for ErrorCode {
    fn from(value: &str) -> Self {
        match value {
            "RATE_LIMITED" => Self::RateLimited,
            "QUOTA_EXCEEDED" => Self::QuotaExceeded,
            "INSUFFICIENT_BALANCE" => Self::InsufficientBalance,
            "INTERNAL_ERROR" => Self::InternalError,
            other => Self::Unrecognized(UnknownValue::new(other)),
        }
    }
}

crate::open_enum!(ErrorCode);
