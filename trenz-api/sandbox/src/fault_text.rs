//! The text form of faults: `stall-body=2s,on=trenz-products-search,times=3`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::fault::{Fault, FaultKind, RetryAfter};

/// A body larger than a client should read, in bytes.
const ENORMOUS: u64 = 80 << 20;

/// An error in the text form of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultError(String);

impl FaultKind {
    pub(crate) fn named_all() -> Vec<Self> {
        NAMES.iter().filter_map(|name| Self::named(name, None).ok()).collect()
    }

    fn named(name: &str, detail: Option<&str>) -> Result<Self, FaultError> {
        let plain = match name {
            "stall-headers" => return Ok(Self::StallHeaders(detail.map(duration).transpose()?)),
            "stall-body" => return Ok(Self::StallBody(detail.map(duration).transpose()?)),
            "early-response" => {
                return Ok(Self::EarlyResponse(early_status(detail.unwrap_or("200"))?));
            }
            "extra-response" => return Ok(Self::ExtraResponse(duration(detail.unwrap_or("0ms"))?)),
            "cost-in-error" => return Ok(Self::CostInError(detail.map(number).transpose()?)),
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
            "response-to-another" => Self::ResponseToAnother,
            "invalid-json" => Self::InvalidJson,
            "empty-response" => Self::EmptyResponse,
            "broken-gzip" => Self::BrokenGzip,
            "quota-exceeded" => Self::QuotaExceeded,
            "unknown-fields" => Self::UnknownFields,
            "unknown-enums" => Self::UnknownEnums,
            "nulls" => Self::Nulls,
            "numbers-as-strings" => Self::NumbersAsStrings,
            "renamed-usage" => Self::RenamedUsage,
            "no-usage" => Self::NoUsage,
            "task-fails" => Self::TaskFails,
            "refund-twice" => Self::RefundTwice,
            "no-task-id" => Self::NoTaskId,
            "publication-fails" => Self::PublicationFails,
            "qr-expires" => Self::QrExpires,
            "repeat-page" => Self::RepeatPage,
            "early-store-response" => Self::EarlyStoreResponse,
            _ => {
                let known = NAMES.join(", ");
                return Err(FaultError(format!("fault: expected one of {known}, found {name:?}")));
            }
        };
        match detail {
            None => Ok(plain),
            Some(detail) => {
                Err(FaultError(format!("{name}: expected no detail, found {detail:?}")))
            }
        }
    }
}

/// Every name, in the order of the enumeration.
const NAMES: &[&str] = &[
    "close-before-reading",
    "close-while-reading",
    "early-response",
    "close-after-charging",
    "close-in-body",
    "stall-headers",
    "stall-body",
    "drip",
    "length-too-long",
    "length-too-short",
    "extra-response",
    "response-to-another",
    "invalid-json",
    "empty-response",
    "broken-gzip",
    "enormous",
    "gzip-bomb",
    "gateway",
    "server-error",
    "cost-in-error",
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
    "refund-twice",
    "no-task-id",
    "publication-fails",
    "qr-expires",
    "repeat-page",
    "early-store-response",
];

impl FromStr for RetryAfter {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        match text.strip_prefix("date:") {
            Some(seconds) => Ok(Self::Date(number(seconds)?)),
            None if text == "absent" => Ok(Self::Absent),
            None if text == "invalid" => Ok(Self::Invalid),
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
                Some(("times", times)) => fault.times(count(times)?),
                Some(("after", calls)) => fault.after(count(calls)?),
                Some(("probability", value)) => fault.probability(probability(value)?),
                _ => {
                    let message = format!(
                        "fault: expected on=, times=, after= or probability=, found {word:?}"
                    );
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
            Self::Invalid => f.write_str("invalid"),
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::StallHeaders(Some(time))
            | Self::StallBody(Some(time))
            | Self::Drip(time)
            | Self::ExtraResponse(time) => write!(f, "={}ms", time.as_millis()),
            Self::Enormous(count) | Self::GzipBomb(count) | Self::CostInError(Some(count)) => {
                write!(f, "={count}")
            }
            Self::Gateway(status) | Self::ServerError(status) | Self::EarlyResponse(status) => {
                write!(f, "={status}")
            }
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
        if self.probability < 1.0 {
            write!(f, ",probability={}", self.probability)?;
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
    text.parse().map_err(|_| FaultError(format!("expected a number, found {text:?}")))
}

fn count(text: &str) -> Result<u32, FaultError> {
    text.parse().map_err(|_| FaultError(format!("expected a number of calls, found {text:?}")))
}

fn probability(text: &str) -> Result<f64, FaultError> {
    let chance = text.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
    chance.ok_or_else(|| FaultError(format!("expected a probability from 0 to 1, found {text:?}")))
}

fn server_status(text: &str) -> Result<u16, FaultError> {
    let status = text.parse().ok().filter(|status| [500, 502, 503, 504].contains(status));
    status.ok_or_else(|| {
        FaultError(format!("expected the status 500, 502, 503 or 504, found {text:?}"))
    })
}

fn early_status(text: &str) -> Result<u16, FaultError> {
    if text == "200" { Ok(200) } else { server_status(text) }
}

fn duration(text: &str) -> Result<Duration, FaultError> {
    let parsed = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
        (Some(millis), _) => number(millis).map(Duration::from_millis),
        (None, Some(seconds)) => number(seconds).map(Duration::from_secs),
        (None, None) => number(text).map(Duration::from_millis),
    };
    parsed.map_err(|_| FaultError(format!("expected a time such as 250ms or 2s, found {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::NAMES;
    use crate::fault::{Fault, FaultKind};

    #[test]
    fn faults_round_trip_through_text() {
        for kind in FaultKind::all() {
            let fault = Fault::new(kind).on("trenz-*").times(3).after(1).probability(0.25);
            assert_eq!(fault.to_string().parse(), Ok(fault));
        }
        assert_eq!(FaultKind::all().len(), NAMES.len());
        assert!(FaultKind::all().iter().zip(NAMES).all(|(kind, name)| kind.name() == *name));
    }

    #[test]
    fn invalid_faults_are_refused() {
        for text in [
            "",
            "close",
            "drip=soon",
            "gateway=404",
            "nulls=1",
            "drip,when=now",
            "drip,probability=2",
            "early-response=404",
        ] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
