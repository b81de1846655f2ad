//! Injected faults: their kind, operation and frequency.

use std::time::Duration;

use crate::call::UPLOAD;

/// A fault to inject, and when.
///
/// As text, a fault is its kind and, separated by commas, its conditions:
/// `stall-body=2s,on=trenz-products-search,times=3,after=1,probability=0.5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) operation: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) after: u32,
    pub(crate) probability: f64,
}

/// The kind of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection closes with the request still unread.
    CloseBeforeReading,
    /// The connection closes after the head was read and before the body was.
    CloseWhileReading,
    /// The response, with this status, is sent once the head was read, and the part of the body that came with it. 200 is
    /// charged by these; 500 or more is charged and refunded.
    EarlyResponse(u16),
    /// The call is charged and processed, then the connection closes without a response.
    CloseAfterCharging,
    /// The connection closes in the middle of the body.
    CloseInBody,
    /// The response is delayed for a time, or for as long as the client waits.
    StallHeaders(Option<Duration>),
    /// The response stops in the middle of the body for a time, or as long as the client waits.
    StallBody(Option<Duration>),
    /// The response is sent byte by byte, with this pause after each.
    Drip(Duration),
    /// `Content-Length` is larger than the body, and the connection closes.
    LengthTooLong,
    /// `Content-Length` is smaller than the body: the rest follows as unexpected bytes.
    LengthTooShort,
    /// The response is sent a second time, after this pause, on a connection that stays open.
    ExtraResponse(Duration),
    /// The response is about another task, session or account than the request; another task was refunded.
    ResponseToAnother,
    /// The body is truncated JSON, of the length in `Content-Length`.
    InvalidJson,
    /// 200, and no body.
    EmptyResponse,
    /// The body is declared as gzip and cannot be decompressed.
    BrokenGzip,
    /// A valid body of this many bytes, in chunks.
    Enormous(u64),
    /// A small body that decompresses to this many bytes.
    GzipBomb(u64),
    /// HTML instead of JSON, with this status of a gateway. Charged and refunded.
    Gateway(u16),
    /// The API's error for this status of 500 or more. Charged and refunded.
    ServerError(u16),
    /// 429 `RATE_LIMITED` with `usage`: this many coins were charged, the price of the call by default.
    CostInError(Option<u64>),
    /// A redirect to this base URL, by default an unused host.
    Redirect(Option<String>),
    /// 429 `RATE_LIMITED`, before anything is charged.
    RateLimited(RetryAfter),
    /// 429 `QUOTA_EXCEEDED`, before anything is charged.
    QuotaExceeded,
    /// Every object of the response has a field that the document does not describe.
    UnknownFields,
    /// Every enum value of the response is one that the document does not list.
    UnknownEnums,
    /// Every optional field of the response is null.
    Nulls,
    /// Every number of the response is a string.
    NumbersAsStrings,
    /// The fields of `usage` have other names.
    RenamedUsage,
    /// `usage` is missing.
    NoUsage,
    /// The submitted task will fail.
    TaskFails,
    /// The submitted task will fail, and be refunded twice.
    RefundTwice,
    /// The response to a submission names no task.
    NoTaskId,
    /// The first publication of the session will fail.
    PublicationFails,
    /// The QR code will expire before it is scanned.
    QrExpires,
    /// The cursor of the page leads to the page itself.
    RepeatPage,
    /// The object store responds with 200 when it has read the head, and stores nothing.
    EarlyStoreResponse,
}

/// The `Retry-After` of a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// No header.
    Absent,
    /// A number of seconds.
    Seconds(u64),
    /// The date that is this many seconds ahead.
    Date(u64),
    /// Neither a number nor a date.
    Invalid,
}

/// The point of a call at which a fault is injected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Connection,
    Reading,
    Gate,
    Backend,
    Work,
    Response,
}

impl Fault {
    /// Returns a fault of every call of every operation.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, operation: None, times: None, after: 0, probability: 1.0 }
    }

    /// Limits it to this operation. A name that ends in `*` is a prefix. `upload` is the
    /// name of a PUT to a presigned URL.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Limits how often it is injected.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Leaves this many calls out first.
    #[must_use]
    pub fn after(mut self, calls: u32) -> Self {
        self.after = calls;
        self
    }

    /// Sets its probability for each call; random choices follow the sandbox's seed.
    #[must_use]
    pub fn probability(mut self, probability: f64) -> Self {
        self.probability = probability;
        self
    }

    /// Returns its kind.
    #[must_use]
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }

    pub(crate) fn concerns(&self, operation: &str) -> bool {
        if self.kind == FaultKind::EarlyStoreResponse && operation != UPLOAD {
            return false;
        }
        match self.operation.as_deref().map(|name| (name, name.strip_suffix('*'))) {
            None => true,
            Some((_, Some(prefix))) => operation.starts_with(prefix),
            Some((name, None)) => operation == name,
        }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self::new(kind)
    }
}

impl FaultKind {
    /// Returns one of each kind, with default details.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Self::named_all()
    }

    /// Returns its name in the text form.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CloseBeforeReading => "close-before-reading",
            Self::CloseWhileReading => "close-while-reading",
            Self::EarlyResponse(_) => "early-response",
            Self::CloseAfterCharging => "close-after-charging",
            Self::CloseInBody => "close-in-body",
            Self::StallHeaders(_) => "stall-headers",
            Self::StallBody(_) => "stall-body",
            Self::Drip(_) => "drip",
            Self::LengthTooLong => "length-too-long",
            Self::LengthTooShort => "length-too-short",
            Self::ExtraResponse(_) => "extra-response",
            Self::ResponseToAnother => "response-to-another",
            Self::InvalidJson => "invalid-json",
            Self::EmptyResponse => "empty-response",
            Self::BrokenGzip => "broken-gzip",
            Self::Enormous(_) => "enormous",
            Self::GzipBomb(_) => "gzip-bomb",
            Self::Gateway(_) => "gateway",
            Self::ServerError(_) => "server-error",
            Self::CostInError(_) => "cost-in-error",
            Self::Redirect(_) => "redirect",
            Self::RateLimited(_) => "rate-limited",
            Self::QuotaExceeded => "quota-exceeded",
            Self::UnknownFields => "unknown-fields",
            Self::UnknownEnums => "unknown-enums",
            Self::Nulls => "nulls",
            Self::NumbersAsStrings => "numbers-as-strings",
            Self::RenamedUsage => "renamed-usage",
            Self::NoUsage => "no-usage",
            Self::TaskFails => "task-fails",
            Self::RefundTwice => "refund-twice",
            Self::NoTaskId => "no-task-id",
            Self::PublicationFails => "publication-fails",
            Self::QrExpires => "qr-expires",
            Self::RepeatPage => "repeat-page",
            Self::EarlyStoreResponse => "early-store-response",
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self {
            Self::CloseBeforeReading => Stage::Connection,
            Self::CloseWhileReading | Self::EarlyResponse(_) | Self::EarlyStoreResponse => {
                Stage::Reading
            }
            Self::Redirect(_) | Self::RateLimited(_) | Self::QuotaExceeded => Stage::Gate,
            Self::Gateway(_) | Self::ServerError(_) | Self::CostInError(_) => Stage::Backend,
            Self::TaskFails
            | Self::RefundTwice
            | Self::PublicationFails
            | Self::QrExpires
            | Self::RepeatPage => Stage::Work,
            _ => Stage::Response,
        }
    }

    /// Whether it changes bytes on the wire and not the response.
    pub(crate) fn is_of_wire(&self) -> bool {
        matches!(
            self,
            Self::CloseInBody
                | Self::StallHeaders(_)
                | Self::StallBody(_)
                | Self::Drip(_)
                | Self::ExtraResponse(_)
                | Self::LengthTooLong
                | Self::LengthTooShort
        )
    }
}
