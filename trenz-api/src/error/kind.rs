//! The kinds of errors: what each predicate says of them, and their outcome.

use http::StatusCode;

use super::{ApiFailure, Error};
use crate::base::redact::ServerText;
use crate::generated::{Scope, facts};
use crate::money::budget::Shortfall;
use crate::money::outcome::Outcome;
use crate::wire::inputs::Violation;

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Kind {
    Configuration(String),
    InvalidInput(Vec<Violation>),
    NotJson,
    OverBudget(Shortfall),
    OverMaxCost {
        needed: u64,
        allowed: u64,
    },
    MissingScope(Scope),
    #[cfg(feature = "_ledger")]
    Unrecorded(crate::money::spend_ledger::Refused),
    Unsendable,
    Connect,
    Timeout,
    Interrupted,
    TooLarge {
        limit: usize,
    },
    TooManyValues {
        limit: usize,
    },
    Decode {
        path: ServerText,
        said: Option<Box<ApiFailure>>,
    },
    Api(Box<ApiFailure>),
}

impl Error {
    /// The client could not be built: no key, a base URL that is not https, and the like.
    ///
    /// Nothing was sent. Correct the configuration.
    #[must_use]
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// An input cannot be encoded, or violates a bound that the document states; see [`violations`](Self::violations).
    ///
    /// Nothing was sent and nothing charged. Correct the request.
    #[must_use]
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_) | Kind::NotJson)
    }

    /// No connection could be made: DNS, refused, TLS, or the connect timeout.
    ///
    /// Nothing was sent and nothing charged, so the call can be retried.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// The attempt timed out after a connection may have been made.
    ///
    /// The request may have been processed and charged, and retrying it may charge twice: see
    /// [`outcome`](Self::outcome). A connect timeout is not this but [`is_connect`](Self::is_connect).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout)
    }

    /// The connection was lost before the response was complete.
    ///
    /// The request may have been processed and charged, and retrying it may charge twice: see
    /// [`outcome`](Self::outcome).
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// The server responded with an error status. [`code`](Self::code), [`message`](Self::message) and the other
    /// accessors return what it said.
    #[must_use]
    pub fn is_api(&self) -> bool {
        matches!(self.0.kind, Kind::Api(_))
    }

    /// The call was accepted, but its response, or a [`Json`](crate::Json) in it, does not have the expected shape, or
    /// names another task or session than the request.
    ///
    /// It has been charged: [`body`](Self::body) has the response, [`path`](Self::path) the place. Another call costs
    /// as much and gives the same.
    #[must_use]
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode { .. })
    }

    /// The call was accepted, but its response has more bytes or more values than the client accepts.
    ///
    /// It has been charged; [`body`](Self::body) has what was received, which is all of a response with too many
    /// values. Request less, or raise [`max_response_bytes`](crate::ClientBuilder::max_response_bytes) or
    /// [`max_response_values`](crate::ClientBuilder::max_response_values).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge { .. } | Kind::TooManyValues { .. })
    }

    /// Too many requests in a minute. Not charged; wait for [`retry_after`](Self::retry_after) and retry.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS) && !self.is_quota_exceeded()
    }

    /// The key's quota is used up. Not charged; waiting for seconds does not help.
    #[must_use]
    pub fn is_quota_exceeded(&self) -> bool {
        self.is_api() && self.code().is_some_and(|code| facts::QUOTA_CODES.contains(&code.as_str()))
    }

    /// The account has too few coins left. Not charged, and not passed on to the backend.
    #[must_use]
    pub fn is_insufficient_balance(&self) -> bool {
        self.is_api_status(StatusCode::PAYMENT_REQUIRED)
    }

    /// The key is missing, invalid, revoked or suspended. Not charged.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.is_api_status(StatusCode::UNAUTHORIZED)
    }

    /// The key lacks the operation's scope. Not charged.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.is_api_status(StatusCode::FORBIDDEN)
    }

    /// The endpoint or the task does not exist. Not charged.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_api_status(StatusCode::NOT_FOUND)
    }

    /// The server responded with 5xx. See [`Outcome::Failed`] and [`Outcome::Unknown`] for what that may have cost.
    #[must_use]
    pub fn is_server_error(&self) -> bool {
        self.is_api() && self.status().is_some_and(|status| status.is_server_error())
    }

    fn is_api_status(&self, status: StatusCode) -> bool {
        self.is_api() && self.status() == Some(status)
    }

    /// The outcome of the last attempt.
    pub(crate) fn last_outcome(&self) -> Outcome {
        match &self.0.kind {
            Kind::Configuration(_)
            | Kind::InvalidInput(_)
            | Kind::NotJson
            | Kind::OverBudget(_)
            | Kind::OverMaxCost { .. }
            | Kind::MissingScope(_)
            | Kind::Unsendable
            | Kind::Connect => Outcome::NotSent,
            #[cfg(feature = "_ledger")]
            Kind::Unrecorded(_) => Outcome::NotSent,
            _ if self.0.unsent => Outcome::NotSent,
            Kind::Decode { .. } | Kind::TooManyValues { .. } => Outcome::Accepted,
            // The missing part of an error's body may name a cost.
            Kind::Api(_) if self.0.source.is_some() => Outcome::Unknown,
            Kind::Timeout | Kind::Interrupted | Kind::TooLarge { .. } | Kind::Api(_) => {
                Outcome::of_status(self.0.status, self.is_by_api())
            }
        }
    }
}
