//! Whether a failed request was processed.

use http::StatusCode;

use crate::base::display::display_as_str;

/// Whether a request that ended in an error was processed, and so what it may have cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Known not to have been processed: no connection has taken any part of it, or the server has said so over HTTP/2.
    /// Nothing was charged; it can be retried once the cause is gone.
    NotSent,
    /// The server refused it, with a complete 3xx or 4xx response. Nothing was charged, as far as the vendor documents;
    /// a response that reports a cost is [believed](crate::Error::charged), and the call is not retried automatically.
    /// Sending the same request later helps only if the cause was temporary, such as a rate limit.
    Refused,
    /// The API processed it and failed, with a 5xx. By the vendor's documentation the coins were charged and have been
    /// refunded. A write may have taken effect all the same, so check before you retry it.
    Failed,
    /// The server did what was requested, with a 2xx, and charged for it, but its response cannot be used. A retry is
    /// charged again.
    Accepted,
    /// The request was sent, or a part of it, and no response by the API tells whether it was processed: it may have
    /// been, and may have been charged. A retry may do and cost everything twice. Check the balance, or what the call
    /// would have made, first.
    Unknown,
}

impl Outcome {
    /// The outcome by status. `by_api` says that the API itself responded, with one of its codes: the vendor promises a
    /// refund for the API's 5xx, not for one of a gateway that timed out.
    pub(crate) fn of_status(status: Option<StatusCode>, by_api: bool) -> Self {
        match status.map_or(0, |status| status.as_u16()) {
            200..=299 => Self::Accepted,
            // With "See Other" a server refers to what it has just made.
            303 => Self::Unknown,
            300..=499 => Self::Refused,
            500..=599 if by_api => Self::Failed,
            _ => Self::Unknown,
        }
    }

    /// The one of two outcomes that got further, and so may have cost more.
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

display_as_str!(Outcome);
