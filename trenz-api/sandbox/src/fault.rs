//! Misbehaviour on purpose: what can go wrong, where, and how often.

use std::time::Duration;

use crate::exchange::UPLOAD;

/// Something that goes wrong, and when.
///
/// As text, a fault is its kind and, separated by commas, what narrows it down:
/// `stall-body=2s,on=trenz-products-search,times=3,after=1,chance=0.5`.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) operation: Option<String>,
    pub(crate) times: Option<u32>,
    pub(crate) after: u32,
    pub(crate) chance: f64,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection closes with the request still unread.
    CloseBeforeReading,
    /// The connection closes when the head was read and the body was not.
    CloseWhileReading,
    /// The response, with this status, comes when the head was read, and what came of the body with it. 200 is charged by
    /// what these say; 500 or more is charged and refunded.
    AnswerEarly(u16),
    /// The call is charged and done, then the connection closes without a response.
    CloseAfterCharging,
    /// The connection closes in the middle of the body.
    CloseInBody,
    /// Nothing of the response comes for a time, or for as long as the client waits.
    StallHeaders(Option<Duration>),
    /// The response stops in the middle of the body for a time, or as long as the client waits.
    StallBody(Option<Duration>),
    /// The response comes byte by byte, with this pause after each.
    Drip(Duration),
    /// `Content-Length` promises more than there is, and the connection closes.
    LengthTooLong,
    /// `Content-Length` promises less than there is: the rest follows the response unasked.
    LengthTooShort,
    /// The response comes a second time, after this pause, on a connection that goes on.
    ExtraAnswer(Duration),
    /// The response is about another task, session or account than the request; another task was refunded.
    AnswerOfAnother,
    /// The body is cut off JSON, of the length that was promised.
    InvalidJson,
    /// 200, and no body.
    EmptyAnswer,
    /// The body says it is gzip and does not unpack.
    BrokenGzip,
    /// A valid body of so many bytes, in chunks.
    Enormous(u64),
    /// A small body that unpacks to so many bytes.
    GzipBomb(u64),
    /// HTML instead of JSON, with this status of a gateway. Charged and refunded.
    Gateway(u16),
    /// The API's error for this status of 500 or more. Charged and refunded.
    ServerError(u16),
    /// 429 `RATE_LIMITED` with `usage`: so many coins were charged, by default what the call costs.
    CostInError(Option<u64>),
    /// A redirect to this base URL, by default a host that nobody has.
    Redirect(Option<String>),
    /// 429 `RATE_LIMITED`, before anything is charged.
    RateLimited(RetryAfter),
    /// 429 `QUOTA_EXCEEDED`, before anything is charged.
    QuotaExceeded,
    /// Every object of the response has a field that the document does not know.
    UnknownFields,
    /// Every enumerated word of the response is one that the document does not know.
    UnknownEnums,
    /// Every optional field of the response is null.
    Nulls,
    /// Every number of the response is a string.
    NumbersAsStrings,
    /// The fields of `usage` have other names.
    RenamedUsage,
    /// There is no `usage`.
    NoUsage,
    /// The submitted task will fail.
    TaskFails,
    /// The submitted task will fail, and its coins come back twice.
    RefundTwice,
    /// The response to a submission names no task.
    NoTaskId,
    /// The first publication of the session will fail.
    PublicationFails,
    /// The QR code will expire before anybody scans it.
    QrExpires,
    /// The page says it goes on where it began.
    RepeatPage,
    /// The object store responds with 200 when it has read the head, and stores nothing.
    StoreAnswersEarly,
}

/// The `Retry-After` of a 429.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// There is none.
    Absent,
    /// So many seconds.
    Seconds(u64),
    /// The date in so many seconds.
    Date(u64),
    /// Something that is neither.
    Nonsense,
}

/// The point of a call at which a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Connection,
    Reading,
    Gate,
    Backend,
    Course,
    Answer,
}

impl Fault {
    /// A fault of every call of every operation, for good.
    #[must_use]
    pub fn new(kind: FaultKind) -> Self {
        Self { kind, operation: None, times: None, after: 0, chance: 1.0 }
    }

    /// Only of this operation. A name that ends in `*` means all that begin so. `upload` is the
    /// name of a PUT to a presigned URL.
    #[must_use]
    pub fn on(mut self, operation: impl Into<String>) -> Self {
        self.operation = Some(operation.into());
        self
    }

    /// Only so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only after so many calls that it spares.
    #[must_use]
    pub fn after(mut self, calls: u32) -> Self {
        self.after = calls;
        self
    }

    /// Only with this probability, by the sandbox's seed.
    #[must_use]
    pub fn chance(mut self, chance: f64) -> Self {
        self.chance = chance;
        self
    }

    /// What goes wrong.
    #[must_use]
    pub fn kind(&self) -> &FaultKind {
        &self.kind
    }

    pub(crate) fn concerns(&self, operation: &str) -> bool {
        if self.kind == FaultKind::StoreAnswersEarly && operation != UPLOAD {
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
    /// One of each kind, with usual details: what a test of all of them goes through.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Self::named_all()
    }

    /// Its name in the text form.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CloseBeforeReading => "close-before-reading",
            Self::CloseWhileReading => "close-while-reading",
            Self::AnswerEarly(_) => "answer-early",
            Self::CloseAfterCharging => "close-after-charging",
            Self::CloseInBody => "close-in-body",
            Self::StallHeaders(_) => "stall-headers",
            Self::StallBody(_) => "stall-body",
            Self::Drip(_) => "drip",
            Self::LengthTooLong => "length-too-long",
            Self::LengthTooShort => "length-too-short",
            Self::ExtraAnswer(_) => "extra-answer",
            Self::AnswerOfAnother => "answer-of-another",
            Self::InvalidJson => "invalid-json",
            Self::EmptyAnswer => "empty-answer",
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
            Self::StoreAnswersEarly => "store-answers-early",
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self {
            Self::CloseBeforeReading => Stage::Connection,
            Self::CloseWhileReading | Self::AnswerEarly(_) | Self::StoreAnswersEarly => {
                Stage::Reading
            }
            Self::Redirect(_) | Self::RateLimited(_) | Self::QuotaExceeded => Stage::Gate,
            Self::Gateway(_) | Self::ServerError(_) | Self::CostInError(_) => Stage::Backend,
            Self::TaskFails
            | Self::RefundTwice
            | Self::PublicationFails
            | Self::QrExpires
            | Self::RepeatPage => Stage::Course,
            _ => Stage::Answer,
        }
    }

    /// Whether it is about bytes on the wire, whatever they mean.
    pub(crate) fn is_of_wire(&self) -> bool {
        matches!(
            self,
            Self::CloseInBody
                | Self::StallHeaders(_)
                | Self::StallBody(_)
                | Self::Drip(_)
                | Self::ExtraAnswer(_)
                | Self::LengthTooLong
                | Self::LengthTooShort
        )
    }
}
