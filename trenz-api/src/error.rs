//! The error type of this crate.

mod attempt;
mod display;
mod json;
mod kind;
#[cfg(feature = "_ledger")]
mod recorded;
mod refusal;
pub(crate) mod report;

pub use attempt::{Attempt, Charged};
pub(crate) use kind::Kind;

use http::StatusCode;
use std::time::Duration;
use tokio::time::error::Elapsed;

use crate::base::redact::{Cause, Redactor, ServerBody, ServerText};
use crate::generated::ErrorCode;
use crate::money::outcome::Outcome;
use crate::wire::inputs::Violation;
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

/// Details.
impl Error {
    /// Whether the request was processed, and so what it may have cost. Of several [`attempts`](Self::attempts), the one that
    /// got furthest counts.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let attempts = self.0.attempts.iter().map(|attempt| attempt.outcome);
        attempts.fold(self.last_outcome(), Outcome::or_further)
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
    pub(crate) fn new(kind: Kind, cause: Option<Cause>) -> Self {
        let Partial { status, request_id, usage, body } = Partial::default();
        Self(Box::new(Inner {
            kind,
            operation: None,
            status,
            request_id,
            usage,
            body,
            source: cause,
            unsent: false,
            attempts: Vec::new(),
        }))
    }

    /// The error of a call of this operation, without a response.
    pub(crate) fn of(operation: &'static str, kind: Kind, cause: impl Into<Option<Cause>>) -> Self {
        let mut error = Self::new(kind, cause.into());
        error.0.operation = Some(operation);
        error
    }

    /// The same error, with what was received of the response.
    pub(crate) fn with_response(mut self, received: Partial) -> Self {
        let Partial { status, request_id, usage, body } = received;
        *self.0 = Inner { status, request_id, usage, body, ..*self.0 };
        self
    }

    /// The same error, for an attempt that ended before a connection took any part of its request.
    pub(crate) fn unsent(mut self) -> Self {
        self.0.unsent = true;
        self
    }

    pub(crate) fn configuration(message: impl Into<String>, source: Option<Source>) -> Self {
        let source = source.map(|source| Cause::new(&Redactor::default(), &*source));
        Self::new(Kind::Configuration(message.into()), source)
    }

    /// The error of a call that could not be sent before its deadline.
    pub(crate) fn late(operation: &'static str, late: &Elapsed) -> Self {
        Self::of(operation, Kind::Timeout, Cause::new(&Redactor::default(), late)).unsent()
    }

    /// A response that does not have the expected shape at `path`.
    pub(crate) fn undecodable(
        operation: &'static str,
        path: ServerText,
        cause: Cause,
        received: Partial,
    ) -> Self {
        let kind = Kind::Decode { path, said: None };
        Self::of(operation, kind, cause).with_response(received)
    }
}
