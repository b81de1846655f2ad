//! What became of a request that ended in an error.

use http::StatusCode;
use std::fmt;

/// What became of a request that ended in an error, and so what it may have cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It is known not to have been processed: no connection has taken any part of it, or the server has said over HTTP/2
    /// that it has not taken it up. Nothing was charged; it can be retried once the reason is gone.
    NotSent,
    /// The server refused it, with a 3xx or 4xx that came whole. Nothing was charged, as far as the vendor documents; a response that
    /// says otherwise is [believed](crate::Error::charged), and the call not retried by itself. Sending the
    /// same again helps only where the refusal was about the moment, such as a rate limit.
    Refused,
    /// The API took it up and failed, with a 5xx. By the vendor's documentation the coins were taken and have been
    /// given back. A call that changes something may have changed it all the same, so look before you send such a
    /// call again.
    Failed,
    /// The server did what was asked, with a 2xx, and charged for it; only its response could not be used. Sending it
    /// again costs again.
    Accepted,
    /// The request was sent, or a part of it, and no response by the API tells what became of it: it may have been
    /// processed, and it may have been charged. Sending it again may do and cost everything twice. Look at the balance, or at what the call
    /// would have made, before you do.
    Unknown,
}

impl Outcome {
    /// The outcome that a status tells. `by_api` says that the API itself answered, with one of its codes: the refund
    /// that the vendor promises for a 5xx is the API's, and a gateway in front that gave up waiting cannot give it.
    pub(crate) fn of_status(status: Option<StatusCode>, by_api: bool) -> Self {
        match status.map_or(0, |status| status.as_u16()) {
            200..=299 => Self::Accepted,
            // "See other" is how a server shows what it has just made.
            303 => Self::Unknown,
            300..=499 => Self::Refused,
            500..=599 if by_api => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// The one of two outcomes that went further, and so may have cost more.
    pub(crate) fn or_further(self, other: Self) -> Self {
        let rank = |outcome| match outcome {
            Self::NotSent => 0,
            Self::Refused => 1,
            Self::Failed => 2,
            Self::Unknown => 3,
            Self::Accepted => 4,
        };
        if rank(other) > rank(self) { other } else { self }
    }

    /// The outcome as one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not sent",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Accepted => "accepted",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
