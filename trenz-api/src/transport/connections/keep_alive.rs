//! The `Keep-Alive` response header, not trusted blindly.

use http::{HeaderMap, HeaderName};
use std::time::Duration;

/// How long the server says that it keeps an idle connection: the parameter `timeout`, in seconds. Anything else is
/// ignored.
pub(crate) fn idle_timeout(headers: &HeaderMap) -> Option<Duration> {
    const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");
    let parameters = headers.get_all(KEEP_ALIVE).iter().filter_map(|value| value.to_str().ok());
    parameters.flat_map(|value| value.split(',')).find_map(|parameter| {
        let (name, seconds) = parameter.split_once('=')?;
        let is_timeout = name.trim().eq_ignore_ascii_case("timeout");
        let seconds = seconds.trim().trim_matches('"');
        is_timeout.then(|| seconds.parse().ok().map(Duration::from_secs)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keep_alive_timeout_is_parsed_and_invalid_values_ignored() {
        for (said, expected) in [
            ("timeout=5", Some(5)),
            ("timeout=5, max=1000", Some(5)),
            ("max=1000 , Timeout = 5", Some(5)),
            ("timeout=\"5\"", Some(5)),
            ("timeout=0", Some(0)),
            ("max=1000", None),
            ("timeout", None),
            ("timeout=soon", None),
            ("timeout=-1", None),
            ("timeout=99999999999999999999", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("keep-alive", said.parse().unwrap());
            assert_eq!(idle_timeout(&headers), expected.map(Duration::from_secs), "{said}");
        }
        assert_eq!(idle_timeout(&HeaderMap::new()), None);
    }
}
