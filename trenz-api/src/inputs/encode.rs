//! The text of a request: percent-encoded path and query, and the members of a JSON object.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// Everything but RFC 3986's unreserved characters is encoded, in paths and queries alike. A blank becomes `%20`:
/// every server reads that, while `+` means a blank to some and a plus to others.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn segment(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

pub(super) fn query_pair(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.extend(utf8_percent_encode(name, ENCODED));
    query.push('=');
    query.extend(utf8_percent_encode(value, ENCODED));
}

/// Puts encoded segments in place of `{name}`; the name of the first that is missing otherwise.
pub(super) fn path(
    template: &'static str,
    segments: &[(&'static str, String)],
) -> Result<String, &'static str> {
    let mut path = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, behind) = behind.split_once('}').ok_or(behind)?;
        let (_, value) = segments.iter().find(|(given, _)| *given == name).ok_or(name)?;
        path.push_str(before);
        path.push_str(value);
        rest = behind;
    }
    path.push_str(rest);
    Ok(path)
}

/// Adds `"name":value` to an object whose `{` has been written.
pub(super) fn member<T: Serialize + ?Sized>(
    body: &mut Vec<u8>,
    name: &str,
    value: &T,
) -> Result<(), serde_json::Error> {
    if body.len() > 1 {
        body.push(b',');
    }
    serde_json::to_writer(&mut *body, name)?;
    body.push(b':');
    serde_json::to_writer(body, value)
}
