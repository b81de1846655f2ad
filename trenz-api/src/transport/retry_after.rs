//! `Retry-After`, limited: a server may delay a client, but not stop it for good.

use http::{HeaderMap, HeaderName, header};
use std::time::{Duration, SystemTime};

/// The longest wait; a longer one is read as this.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Headers in which some servers give the wait in milliseconds; they are more exact than the seconds beside them.
static MILLISECONDS: [HeaderName; 2] =
    [HeaderName::from_static("retry-after-ms"), HeaderName::from_static("x-ms-retry-after-ms")];

/// How long the server asks to wait: milliseconds, seconds, or a date. Anything else is ignored.
pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let milliseconds = MILLISECONDS.iter().filter_map(|name| decimal(text(headers, name)?));
    let exact = milliseconds.map(|milliseconds| seconds(milliseconds / 1000.0)).next();
    exact.or_else(|| seconds_or_date(headers, now)).map(|wait| wait.min(LONGEST))
}

fn seconds_or_date(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let said = text(headers, &header::RETRY_AFTER)?;
    if let Some(said) = decimal(said) {
        return Some(seconds(said));
    }
    let until = httpdate::parse_http_date(said).ok()?;
    // The server's date is relative to the server's clock, if it sends the time: ours may be wrong.
    let now = text(headers, &header::DATE)
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(now);
    Some(until.duration_since(now).unwrap_or(Duration::ZERO))
}

/// A number without a sign or an exponent.
fn decimal(said: &str) -> Option<f64> {
    let plain = said.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    said.parse().ok().filter(|_| plain)
}

/// Seconds, limited to the longest wait: a huge number still means "long".
fn seconds(said: f64) -> Duration {
    Duration::try_from_secs_f64(said).unwrap_or(LONGEST)
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_seconds_and_dates_are_bounded() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT";
        let now = httpdate::parse_http_date(date).unwrap();
        let seconds = |n| Some(Duration::from_secs(n));
        for (said, expected) in [
            ("0", seconds(0)),
            ("1.5", Some(Duration::from_millis(1500))),
            ("7", seconds(7)),
            (" 7 ", seconds(7)),
            ("86400", seconds(86_400)),
            ("86401", seconds(86_400)),
            ("99999999999999999999999999", seconds(86_400)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", seconds(30)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", seconds(0)),
            ("Sun, 06 Nov 2094 08:00:00 GMT", None), // That day is a Saturday.
            ("Sat, 06 Nov 2094 08:00:00 GMT", seconds(86_400)),
            ("-1", None),
            ("+5", None),
            ("1.2.3", None),
            ("1e3", None),
            (".", None),
            ("soon", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, said.parse().unwrap());
            assert_eq!(read(&headers, now), expected, "{said:?}");
        }
        assert_eq!(read(&HeaderMap::new(), now), None);
    }

    #[test]
    fn retry_after_date_is_relative_to_the_servers_date() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, "Sun, 06 Nov 1994 08:50:07 GMT".parse().unwrap());
        headers.insert(header::DATE, "Sun, 06 Nov 1994 08:50:00 GMT".parse().unwrap());
        assert_eq!(read(&headers, SystemTime::now()), Some(Duration::from_secs(7)));
    }
}
