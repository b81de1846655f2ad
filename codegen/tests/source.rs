//! The vendor's document is stored as it was received, but for its layout.

use std::fmt::Write;

use serde_json::Value;
use sha2::{Digest, Sha256};

const DOCUMENT: &str = include_str!("../../spec/trenz-openapi.json");
const SOURCE: &str = include_str!("../../spec/source.json");

/// The vendor's server writes JSON as Go does: on one line, with the characters that have
/// a meaning in HTML escaped. Undoing our layout must give the bytes that were received.
#[test]
fn the_stored_document_has_the_received_bytes() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let source: Value = serde_json::from_str(SOURCE).unwrap();
    let received = document
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029");
    let mut digest = String::new();
    for byte in Sha256::digest(received.as_bytes()) {
        write!(digest, "{byte:02x}").unwrap();
    }
    assert_eq!(source["bytes"], received.len());
    assert_eq!(source["sha256"], digest);
}
