//! The text of a request: percent-encoded path and query, and the members of a JSON object.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use url::form_urlencoded;

use super::{PathPart, Violation};

/// All characters except RFC 3986's unreserved ones are percent-encoded, in paths and queries. A blank becomes `%20`,
/// which every server decodes; `+` means a blank to some and a plus to others.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that `allowReserved` leaves unencoded: RFC 3986's reserved ones, except those that would start
/// another parameter (`&`), mean a blank (`+`) or start a fragment (`#`), and the brackets, which a query must not
/// contain.
const RESERVED: &AsciiSet = &ENCODED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// Percent-encodes a value so that it stays one.
pub(crate) fn segment(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

pub(super) fn reserved(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes as HTML forms do: a blank becomes `+`.
pub(super) fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Adds encoded names and values to a query or a form.
pub(super) fn join(to: &mut String, pairs: &[(String, String)]) {
    for (name, value) in pairs {
        if !to.is_empty() {
            to.push('&');
        }
        to.push_str(name);
        to.push('=');
        to.push_str(value);
    }
}

/// Replaces each `{name}` by its encoded value; an error names the one that is missing, or would change the endpoint.
pub(super) fn path(template: &'static str, parts: &[PathPart]) -> Result<String, Violation> {
    let mut path = String::with_capacity(template.len().saturating_add(16));
    for (index, segment) in template.split('/').enumerate() {
        if index > 0 {
            path.push('/');
        }
        let start = path.len();
        let (mut rest, mut last) = (segment, None);
        while let Some((before, behind)) = rest.split_once('{') {
            let Some((name, behind)) = behind.split_once('}') else { break };
            let part = parts.iter().find(|part| part.name == name);
            let part = part.ok_or_else(|| missing(name, template))?;
            if part.text.is_empty() {
                return Err(invalid_segment(part));
            }
            path.push_str(before);
            path.push_str(&part.text);
            (rest, last) = (behind, Some(part));
        }
        path.push_str(rest);
        if let Some(part) = last
            && matches!(&path[start..], "." | "..")
        {
            return Err(invalid_segment(part));
        }
    }
    Ok(path)
}

fn missing(name: &'static str, template: &'static str) -> Violation {
    Violation {
        field: name.into(),
        bound: format!("a value for the path `{template}`"),
        value: "absent".to_owned(),
    }
}

fn invalid_segment(part: &PathPart) -> Violation {
    Violation {
        field: part.name.into(),
        bound: "a path segment that is not empty, `.` or `..`".to_owned(),
        value: format!("`{}`", part.shown),
    }
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
