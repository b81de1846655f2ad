//! The error type of this crate.

mod attempt;
mod display;
mod json;
pub(crate) mod people;
#[cfg(feature = "_ledger")]
mod recorded;
mod refusal;

pub use attempt::{Attempt, Charged};

use http::StatusCode;
use std::time::Duration;

use crate::base::redact::{Cause, Redactor, ServerBody, ServerText};
use crate::generated::Scope;
use crate::generated::{ErrorCode, facts};
use crate::money::budget::Shortfall;
use crate::money::outcome::Outcome;
use crate::wire::inputs::Violation;
use crate::wire::json_path::Mismatch;
use crate::wire::response::{RequestId, Usage};

/// The HTTP library's error, before redaction.
pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a call.
///
/// Start with [`outcome`](Self::outcome): whether the request was processed, and so what it may have cost. The
/// predicates (`is_…`) classify the error, the accessors carry the details, and [`source`](std::error::Error::source)
/// is the cause. `Display` is one line, without the source, the key or any body.
///
/// A server's text is shown without the API key, in whatever spelling, and on one line of at most 400 characters; the
/// [`message`](Self::message) has up to 16,384, and the [`body`](Self::body) its full length. `Debug` prints at most 64
/// KiB.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    operation: Option<&'static str>,
    status: Option<StatusCode>,
    request_id: RequestId,
    usage: Usage,
    body: Option<ServerBody>,
    source: Option<Cause>,
    /// Whether the attempt was cancelled before a connection took any part of its request.
    unsent: bool,
    attempts: Vec<Attempt>,
}

#[derive(Debug)]
enum Kind {
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

/// What an error response says, or an accepted one without data.
#[derive(Debug, Default)]
pub(crate) struct ApiFailure {
    pub(crate) code: Option<ErrorCode>,
    /// Whether the code stands where the document has it, so that the API itself has responded.
    pub(crate) is_documented: bool,
    pub(crate) message: Option<ServerText>,
    pub(crate) docs_url: Option<ServerText>,
    pub(crate) retry_after: Option<Duration>,
    /// The host that a redirect points to.
    pub(crate) redirect_host: Option<ServerText>,
}

/// How far a response got before it failed.
#[derive(Debug, Default)]
pub(crate) struct Partial {
    pub(crate) status: Option<StatusCode>,
    pub(crate) request_id: RequestId,
    pub(crate) usage: Usage,
    pub(crate) body: Option<ServerBody>,
}

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Classification.
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
}

/// Details.
impl Error {
    /// Whether the request was processed, and so what it may have cost. Of several [`attempts`](Self::attempts), the one that
    /// got furthest counts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let attempts = self.0.attempts.iter().map(|attempt| attempt.outcome);
        attempts.fold(self.last_outcome(), Outcome::or_further)
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

    /// The operation's id.
    #[must_use]
    pub fn operation_id(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status of the response, if one came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The code for the error, or for why an accepted call has no data: the API's, or that of a gateway in front of it.
    /// A numeric code is given in its digits.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api()?.code.as_ref()
    }

    /// Whether the API itself has responded, with one of its codes.
    pub(crate) fn is_by_api(&self) -> bool {
        self.api().is_some_and(|failure| failure.is_documented)
    }

    /// The server's message for the error, or for why an accepted call has no data.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.api()?.message.as_ref().map(ServerText::as_str)
    }

    /// The id to name when you contact the vendor about this call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_str()
    }

    pub(crate) fn id(&self) -> RequestId {
        self.0.request_id.clone()
    }

    /// Where the API documents the error.
    #[must_use]
    pub fn docs_url(&self) -> Option<&str> {
        self.api()?.docs_url.as_ref().map(ServerText::as_str)
    }

    /// How long the server asks to wait, from seconds or a date: at most a day. `None` for a value that is neither.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// The body of an error response, of a response that could not be decoded, or what was received of it, without the
    /// API key. The key is removed on first access, which takes some 50 ms for each MiB.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.0.body.as_ref().map(ServerBody::get)
    }

    /// The place in a response that did not have the expected shape, such as `data.items[3].price`.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Decode { path, .. } => Some(path.as_str()),
            _ => None,
        }
    }

    /// The cost that an error response, or one that could not be decoded, reports. It is recorded as reported, even
    /// where the documentation says that such a call is free.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.0.usage
    }

    /// The inputs that were refused before anything was sent.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        match &self.0.kind {
            Kind::InvalidInput(violations) => violations,
            _ => &[],
        }
    }

    fn api(&self) -> Option<&ApiFailure> {
        match &self.0.kind {
            Kind::Api(failure) => Some(failure),
            Kind::Decode { said, .. } => said.as_deref(),
            _ => None,
        }
    }
}

/// Constructors.
impl Error {
    fn new(kind: Kind, source: Option<Cause>) -> Self {
        let Partial { status, request_id, usage, body } = Partial::default();
        Self(Box::new(Inner {
            kind,
            operation: None,
            status,
            request_id,
            usage,
            body,
            source,
            unsent: false,
            attempts: Vec::new(),
        }))
    }

    fn about(mut self, operation: &'static str, answer: Partial) -> Self {
        let Partial { status, request_id, usage, body } = answer;
        *self.0 = Inner { operation: Some(operation), status, request_id, usage, body, ..*self.0 };
        self
    }

    pub(crate) fn configuration(message: impl Into<String>, source: Option<Source>) -> Self {
        let source = source.map(|source| Cause::new(&Redactor::default(), &*source));
        Self::new(Kind::Configuration(message.into()), source)
    }

    pub(crate) fn invalid_input(
        operation: Option<&'static str>,
        violations: Vec<Violation>,
    ) -> Self {
        let mut error = Self::new(Kind::InvalidInput(violations), None);
        error.0.operation = operation;
        error
    }

    pub(crate) fn not_json(source: &serde_json::Error) -> Self {
        Self::new(Kind::NotJson, Some(Cause::new(&Redactor::default(), source)))
    }

    pub(crate) fn unfitting_json(redactor: &Redactor, mismatch: &Mismatch) -> Self {
        let path = ServerText::line(redactor, &mismatch.path);
        let cause = Cause::new(redactor, &mismatch.error);
        Self::new(Kind::Decode { path, said: None }, Some(cause))
    }

    pub(crate) fn unsendable(operation: &'static str, source: Cause) -> Self {
        Self::new(Kind::Unsendable, Some(source)).about(operation, Partial::default())
    }

    pub(crate) fn connect(operation: &'static str, source: Cause) -> Self {
        Self::new(Kind::Connect, Some(source)).about(operation, Partial::default())
    }

    pub(crate) fn timeout(operation: &'static str, source: Cause, answer: Partial) -> Self {
        Self::new(Kind::Timeout, Some(source)).about(operation, answer)
    }

    /// The error of a call that could not be sent before its deadline.
    pub(crate) fn late(operation: &'static str, source: Cause) -> Self {
        Self::timeout(operation, source, Partial::default()).unsent()
    }

    pub(crate) fn interrupted(operation: &'static str, source: Cause, answer: Partial) -> Self {
        Self::new(Kind::Interrupted, Some(source)).about(operation, answer)
    }

    /// The same error, for an attempt that ended before a connection took any part of its request.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    pub(crate) fn too_large(operation: &'static str, limit: usize, answer: Partial) -> Self {
        Self::new(Kind::TooLarge { limit }, None).about(operation, answer)
    }

    pub(crate) fn too_many_values(operation: &'static str, limit: usize, answer: Partial) -> Self {
        Self::new(Kind::TooManyValues { limit }, None).about(operation, answer)
    }

    pub(crate) fn undecodable(
        operation: &'static str,
        path: ServerText,
        source: Cause,
        answer: Partial,
    ) -> Self {
        Self::new(Kind::Decode { path, said: None }, Some(source)).about(operation, answer)
    }

    /// An accepted response without the data at `path`, and what it has instead.
    pub(crate) fn without_data(
        operation: &'static str,
        path: ServerText,
        said: ApiFailure,
        answer: Partial,
    ) -> Self {
        let cause = Cause::words("expected data, which the document requires; found none");
        let said = Some(Box::new(said));
        Self::new(Kind::Decode { path, said }, Some(cause)).about(operation, answer)
    }

    /// `source` is why the body could not be received completely, if so.
    pub(crate) fn api_failure(
        operation: &'static str,
        failure: ApiFailure,
        source: Option<Cause>,
        answer: Partial,
    ) -> Self {
        Self::new(Kind::Api(Box::new(failure)), source).about(operation, answer)
    }
}
