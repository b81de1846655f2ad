//! `multipart/form-data` bodies: RFC 7578, with names escaped as in HTML.
//!
//! Encoded here and not by the HTTP library, which streams parts with a random boundary: the body of a paid call must
//! be known before it is sent, and be the same when it is retried.

use std::fmt::Write as _;

use bytes::Bytes;

/// One part. Without a media type it is text, by RFC 7578.
#[derive(Debug)]
pub(super) struct FormPart {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
    pub(super) bytes: Bytes,
}

/// The boundary between the parts, and the whole body.
pub(super) fn write(parts: &[FormPart]) -> (String, Bytes) {
    let boundary = boundary(parts);
    let size: usize = parts
        .iter()
        .fold(0, |size, part| size.saturating_add(part.bytes.len().saturating_add(256)));
    let mut body = Vec::with_capacity(size);
    for part in parts {
        body.extend_from_slice(head(part, &boundary).as_bytes());
        body.extend_from_slice(&part.bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (boundary, body.into())
}

fn head(part: &FormPart, boundary: &str) -> String {
    let mut head =
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", escaped(&part.name));
    if let Some(file_name) = &part.file_name {
        let _ = write!(head, "; filename=\"{}\"", escaped(file_name));
    }
    if let Some(media_type) = &part.media_type {
        let _ = write!(head, "\r\nContent-Type: {media_type}");
    }
    head + "\r\n\r\n"
}

/// Percent-encodes the characters that would end the name; everything else stays, in UTF-8.
fn escaped(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The first of a sequence of boundaries that occurs in no part.
fn boundary(parts: &[FormPart]) -> String {
    let mut number = 0_u64;
    loop {
        let boundary = format!("form-part-{number}");
        let is_in = |bytes: &[u8]| {
            bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes())
        };
        if !parts.iter().any(|part| is_in(&part.bytes)) {
            return boundary;
        }
        number = number.saturating_add(1);
    }
}
