//! Headers and cookies: which names and values are allowed.

use http::header::COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::input_error::InputError;

/// Headers that frame a message or name its host. Set by an input, they would truncate the request, or send it to
/// another host.
const OF_THE_CONNECTION: [&str; 10] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A header that is received as it was sent: RFC 9110 removes blanks at either end, and defines only visible ASCII.
pub(super) fn field(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InputError> {
    let header = HeaderName::try_from(name)
        .ok()
        .filter(|name| !OF_THE_CONNECTION.contains(&name.as_str()))
        .ok_or_else(|| InputError::unfit("a header that a request can set", name))?;
    let plain = value.chars().all(|c| matches!(c, ' '..='~' | '\t'));
    if !plain || value.trim_matches([' ', '\t']) != value {
        return Err(InputError::unfit(
            "visible ASCII characters, with blanks and tabs only between them",
            value,
        ));
    }
    let value = HeaderValue::try_from(value)
        .map_err(|error| InputError::unfit("a header's value", &error.to_string()))?;
    Ok((header, value))
}

/// Adds a cookie to the list.
pub(super) fn add_cookie(
    cookies: &mut String,
    name: &str,
    value: Option<String>,
) -> Result<(), InputError> {
    let Some(value) = value else { return Ok(()) };
    // A cookie's name has the same characters as a header's.
    if HeaderName::try_from(name).is_err() {
        return Err(InputError::unfit("a name that a cookie can have", name));
    }
    if !cookies.is_empty() {
        cookies.push_str("; ");
    }
    cookies.push_str(name);
    cookies.push('=');
    cookies.push_str(&value);
    Ok(())
}

/// Adds all cookies as one header (RFC 6265).
pub(super) fn set_cookies(headers: &mut HeaderMap, cookies: &str) {
    if cookies.is_empty() {
        return;
    }
    let given = headers.get(COOKIE).and_then(|given| given.to_str().ok());
    let all = given.map_or_else(|| cookies.to_owned(), |given| format!("{given}; {cookies}"));
    // Encoded cookies are always a valid header value.
    if let Ok(mut all) = HeaderValue::try_from(all) {
        all.set_sensitive(true);
        headers.insert(COOKIE, all);
    }
}
