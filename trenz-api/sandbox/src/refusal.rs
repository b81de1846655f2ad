//! The API's own errors: a status, a code of the document's table, and a message.

use serde_json::{Value, json};

use crate::fault::RetryAfter;
use crate::reply::Reply;
use crate::script::retry_after;

/// The page that explains the error codes.
const DOCS: &str = "https://openapi-doc.trenz.ai/error-code";

/// A response other than success, before it has a request id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// Seconds after which another attempt makes sense.
    pub(crate) retry_after: Option<u64>,
}

macro_rules! codes {
    ($($variant:ident $status:literal $name:literal)*) => {
        /// The codes of the document's error table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code { $($variant),* }

        impl Code {
            pub(crate) const ALL: &[Self] = &[$(Self::$variant),*];

            pub(crate) fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }
        }
    };
}

// A test holds this list to the document's table.
codes! {
    BadRequest 400 "BAD_REQUEST"
    InvalidParam 400 "INVALID_PARAM"
    MissingParam 400 "MISSING_PARAM"
    InvalidSortField 400 "INVALID_SORT_FIELD"
    InvalidInclude 400 "INVALID_INCLUDE"
    PageSizeExceeded 400 "PAGE_SIZE_EXCEEDED"
    AuthMissingKey 401 "AUTH_MISSING_KEY"
    AuthInvalidKey 401 "AUTH_INVALID_KEY"
    AuthKeyRevoked 401 "AUTH_KEY_REVOKED"
    AuthKeySuspended 401 "AUTH_KEY_SUSPENDED"
    InsufficientBalance 402 "INSUFFICIENT_BALANCE"
    ForbiddenScope 403 "FORBIDDEN_SCOPE"
    RouteNotFound 404 "ROUTE_NOT_FOUND"
    TaskNotFound 404 "TASK_NOT_FOUND"
    RateLimited 429 "RATE_LIMITED"
    QuotaExceeded 429 "QUOTA_EXCEEDED"
    InternalError 500 "INTERNAL_ERROR"
    BackendError 502 "BACKEND_ERROR"
    BackendUnavailable 503 "BACKEND_UNAVAILABLE"
    BackendTimeout 504 "BACKEND_TIMEOUT"
}

impl Code {
    /// The table's code for a status of the gateway or what lies behind it.
    pub(crate) fn of_server_status(status: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.status() == status && status >= 500)
    }
}

impl Refusal {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retry_after: None }
    }

    pub(crate) fn missing(what: &str) -> Self {
        Self::new(Code::MissingParam, format!("{what} is required"))
    }

    pub(crate) fn invalid(what: &str, why: impl std::fmt::Display) -> Self {
        Self::new(Code::InvalidParam, format!("{what}: {why}"))
    }

    /// The body of the response: the bare error object, without an envelope.
    pub(crate) fn body(&self, request_id: &str) -> Value {
        json!({
            "code": self.code.as_str(),
            "message": self.message,
            "request_id": request_id,
            "docs_url": format!("{DOCS}#{}", self.code.as_str()),
        })
    }
}

/// A refusal as a response.
pub(crate) fn refused(refusal: &Refusal, request_id: &str) -> Reply {
    let reply = Reply::json(refusal.code.status(), &refusal.body(request_id));
    match refusal.retry_after {
        Some(seconds) => reply.with("retry-after", seconds.to_string()),
        None => reply,
    }
}

/// The error of an injected rate limit.
pub(crate) fn rate_limit() -> Refusal {
    Refusal::new(Code::RateLimited, "too many requests, please try again later")
}

/// The response to an injected rate limit, with the `Retry-After` of the fault.
pub(crate) fn rate_limited(after: RetryAfter, request_id: &str) -> Reply {
    let reply = refused(&rate_limit(), request_id);
    match retry_after(after) {
        Some(value) => reply.with("retry-after", value),
        None => reply,
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use crate::document::Document;

    #[test]
    fn codes_equal_the_table_of_the_document() {
        let document = Document::trenz().unwrap();
        let ours = Code::ALL.iter().map(|code| (code.as_str().to_owned(), code.status())).collect();
        assert_eq!(*document.error_codes(), ours);
    }
}
