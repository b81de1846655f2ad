//! Misbehaviour on purpose: what can go wrong, where, and how often.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A body that is past what a client should be ready to read.
const ENORMOUS: u64 = 80 << 20;

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
    /// The call is charged and done, then the connection closes without an answer.
    CloseAfterCharging,
    /// The connection closes in the middle of the body.
    CloseInBody,
    /// Nothing of the answer comes for a time, or for as long as the client waits.
    StallHeaders(Option<Duration>),
    /// The answer stops in the middle of the body for a time, or as long as the client waits.
    StallBody(Option<Duration>),
    /// The answer comes byte by byte, with this pause after each.
    Drip(Duration),
    /// `Content-Length` promises more than there is, and the connection closes.
    LengthTooLong,
    /// `Content-Length` promises less than there is: the rest follows the answer unasked.
    LengthTooShort,
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
    /// A redirect to this base URL, by default a host that nobody has.
    Redirect(Option<String>),
    /// 429 `RATE_LIMITED`, before anything is charged.
    RateLimited(RetryAfter),
    /// 429 `QUOTA_EXCEEDED`, before anything is charged.
    QuotaExceeded,
    /// Every object of the answer has a field that the document does not know.
    UnknownFields,
    /// Every enumerated word of the answer is one that the document does not know.
    UnknownEnums,
    /// Every optional field of the answer is null.
    Nulls,
    /// Every number of the answer is a string.
    NumbersAsStrings,
    /// The fields of `usage` have other names.
    RenamedUsage,
    /// There is no `usage`.
    NoUsage,
    /// The submitted task will fail.
    TaskFails,
    /// The answer to a submission names no task.
    NoTaskId,
    /// The first publication of the session will fail.
    PublicationFails,
    /// The QR code will expire before anybody scans it.
    QrExpires,
    /// The page says it goes on where it began.
    RepeatPage,
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

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

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
        NAMES.iter().filter_map(|name| Self::named(name, None).ok()).collect()
    }

    /// Its name in the text form.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::CloseBeforeReading => "close-before-reading",
            Self::CloseWhileReading => "close-while-reading",
            Self::CloseAfterCharging => "close-after-charging",
            Self::CloseInBody => "close-in-body",
            Self::StallHeaders(_) => "stall-headers",
            Self::StallBody(_) => "stall-body",
            Self::Drip(_) => "drip",
            Self::LengthTooLong => "length-too-long",
            Self::LengthTooShort => "length-too-short",
            Self::InvalidJson => "invalid-json",
            Self::EmptyAnswer => "empty-answer",
            Self::BrokenGzip => "broken-gzip",
            Self::Enormous(_) => "enormous",
            Self::GzipBomb(_) => "gzip-bomb",
            Self::Gateway(_) => "gateway",
            Self::ServerError(_) => "server-error",
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
            Self::NoTaskId => "no-task-id",
            Self::PublicationFails => "publication-fails",
            Self::QrExpires => "qr-expires",
            Self::RepeatPage => "repeat-page",
        }
    }

    pub(crate) fn stage(&self) -> Stage {
        match self {
            Self::CloseBeforeReading => Stage::Connection,
            Self::CloseWhileReading => Stage::Reading,
            Self::Redirect(_) | Self::RateLimited(_) | Self::QuotaExceeded => Stage::Gate,
            Self::Gateway(_) | Self::ServerError(_) => Stage::Backend,
            Self::TaskFails | Self::PublicationFails | Self::QrExpires | Self::RepeatPage => {
                Stage::Course
            }
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
                | Self::LengthTooLong
                | Self::LengthTooShort
        )
    }

    fn named(name: &str, detail: Option<&str>) -> Result<Self, FaultError> {
        let plain = match name {
            "stall-headers" => return Ok(Self::StallHeaders(detail.map(duration).transpose()?)),
            "stall-body" => return Ok(Self::StallBody(detail.map(duration).transpose()?)),
            "drip" => return Ok(Self::Drip(duration(detail.unwrap_or("1ms"))?)),
            "enormous" => return Ok(Self::Enormous(detail.map_or(Ok(ENORMOUS), number)?)),
            "gzip-bomb" => return Ok(Self::GzipBomb(detail.map_or(Ok(ENORMOUS), number)?)),
            "gateway" => return Ok(Self::Gateway(server_status(detail.unwrap_or("502"))?)),
            "server-error" => {
                return Ok(Self::ServerError(server_status(detail.unwrap_or("500"))?));
            }
            "redirect" => return Ok(Self::Redirect(detail.map(str::to_owned))),
            "rate-limited" => return Ok(Self::RateLimited(detail.unwrap_or("1").parse()?)),
            "close-before-reading" => Self::CloseBeforeReading,
            "close-while-reading" => Self::CloseWhileReading,
            "close-after-charging" => Self::CloseAfterCharging,
            "close-in-body" => Self::CloseInBody,
            "length-too-long" => Self::LengthTooLong,
            "length-too-short" => Self::LengthTooShort,
            "invalid-json" => Self::InvalidJson,
            "empty-answer" => Self::EmptyAnswer,
            "broken-gzip" => Self::BrokenGzip,
            "quota-exceeded" => Self::QuotaExceeded,
            "unknown-fields" => Self::UnknownFields,
            "unknown-enums" => Self::UnknownEnums,
            "nulls" => Self::Nulls,
            "numbers-as-strings" => Self::NumbersAsStrings,
            "renamed-usage" => Self::RenamedUsage,
            "no-usage" => Self::NoUsage,
            "task-fails" => Self::TaskFails,
            "no-task-id" => Self::NoTaskId,
            "publication-fails" => Self::PublicationFails,
            "qr-expires" => Self::QrExpires,
            "repeat-page" => Self::RepeatPage,
            _ => {
                let known = NAMES.join(", ");
                return Err(FaultError(format!("no fault is named {name:?}; known are {known}")));
            }
        };
        match detail {
            None => Ok(plain),
            Some(detail) => Err(FaultError(format!("{name} takes no detail, but has {detail:?}"))),
        }
    }
}

/// Every name, in the order of the enumeration.
const NAMES: &[&str] = &[
    "close-before-reading",
    "close-while-reading",
    "close-after-charging",
    "close-in-body",
    "stall-headers",
    "stall-body",
    "drip",
    "length-too-long",
    "length-too-short",
    "invalid-json",
    "empty-answer",
    "broken-gzip",
    "enormous",
    "gzip-bomb",
    "gateway",
    "server-error",
    "redirect",
    "rate-limited",
    "quota-exceeded",
    "unknown-fields",
    "unknown-enums",
    "nulls",
    "numbers-as-strings",
    "renamed-usage",
    "no-usage",
    "task-fails",
    "no-task-id",
    "publication-fails",
    "qr-expires",
    "repeat-page",
];

impl FromStr for RetryAfter {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        match text.strip_prefix("date:") {
            Some(seconds) => Ok(Self::Date(number(seconds)?)),
            None if text == "absent" => Ok(Self::Absent),
            None if text == "nonsense" => Ok(Self::Nonsense),
            None => Ok(Self::Seconds(number(text)?)),
        }
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut words = text.split(',').map(str::trim);
        let kind = words.next().unwrap_or_default();
        let (name, detail) = match kind.split_once('=') {
            Some((name, detail)) => (name, Some(detail)),
            None => (kind, None),
        };
        let mut fault = Self::new(FaultKind::named(name, detail)?);
        for word in words {
            fault = match word.split_once('=') {
                Some(("on", operation)) => fault.on(operation),
                Some(("times", times)) => fault.times(small(times)?),
                Some(("after", calls)) => fault.after(small(calls)?),
                Some(("chance", chance)) => fault.chance(probability(chance)?),
                _ => {
                    let message = format!("{word:?} is not on=, times=, after= or chance=");
                    return Err(FaultError(message));
                }
            };
        }
        Ok(fault)
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Seconds(seconds) => write!(f, "{seconds}"),
            Self::Date(seconds) => write!(f, "date:{seconds}"),
            Self::Nonsense => f.write_str("nonsense"),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::StallHeaders(Some(time)) | Self::StallBody(Some(time)) | Self::Drip(time) => {
                write!(f, "={}ms", time.as_millis())
            }
            Self::Enormous(bytes) | Self::GzipBomb(bytes) => write!(f, "={bytes}"),
            Self::Gateway(status) | Self::ServerError(status) => write!(f, "={status}"),
            Self::Redirect(Some(to)) => write!(f, "={to}"),
            Self::RateLimited(after) => write!(f, "={after}"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        if let Some(operation) = &self.operation {
            write!(f, ",on={operation}")?;
        }
        if let Some(times) = self.times {
            write!(f, ",times={times}")?;
        }
        if self.after > 0 {
            write!(f, ",after={}", self.after)?;
        }
        if self.chance < 1.0 {
            write!(f, ",chance={}", self.chance)?;
        }
        Ok(())
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

fn number(text: &str) -> Result<u64, FaultError> {
    text.parse().map_err(|_| FaultError(format!("{text:?} is not a number")))
}

fn small(text: &str) -> Result<u32, FaultError> {
    text.parse().map_err(|_| FaultError(format!("{text:?} is not a number of calls")))
}

fn probability(text: &str) -> Result<f64, FaultError> {
    let chance = text.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
    chance.ok_or_else(|| FaultError(format!("{text:?} is not a probability from 0 to 1")))
}

fn server_status(text: &str) -> Result<u16, FaultError> {
    let status = text.parse().ok().filter(|status| [500, 502, 503, 504].contains(status));
    status.ok_or_else(|| FaultError(format!("{text:?} is not 500, 502, 503 or 504")))
}

fn duration(text: &str) -> Result<Duration, FaultError> {
    let parsed = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(millis), _) => number(millis).map(Duration::from_millis),
        (None, Some(seconds)) => number(seconds).map(Duration::from_secs),
        (None, None) => number(text).map(Duration::from_millis),
    };
    parsed.map_err(|_| FaultError(format!("{text:?} is not a time such as 250ms or 2s")))
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultKind, NAMES};

    #[test]
    fn text_and_back() {
        for kind in FaultKind::all() {
            let fault = Fault::new(kind).on("trenz-*").times(3).after(1).chance(0.25);
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!(FaultKind::all().len(), NAMES.len());
        assert!(FaultKind::all().iter().zip(NAMES).all(|(kind, name)| kind.name() == *name));
    }

    #[test]
    fn nonsense_is_refused_in_words() {
        for text in
            ["", "close", "drip=soon", "gateway=404", "nulls=1", "drip,when=now", "drip,chance=2"]
        {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
