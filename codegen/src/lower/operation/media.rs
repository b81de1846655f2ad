//! Media types: the kind of a body, and the choice among several.

use indexmap::IndexMap;
use openapiv3::MediaType;

/// The kind of a body, in the order of preference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Medium {
    Json,
    Form,
    Multipart,
    Text,
    /// Any media type, set by the sender.
    Any,
    Bytes,
}

/// The kind of a body with this media type; `None` if it is not supported.
pub(super) fn medium(media_type: &str) -> Option<Medium> {
    let essence = essence(media_type);
    // It is sent as a header.
    if !media_type.chars().all(|c| matches!(c, ' '..='~')) {
        return None;
    }
    let (kind, subtype) = essence.split_once('/')?;
    Some(match (kind, subtype) {
        ("application" | "text", "json") => Medium::Json,
        (_, subtype) if subtype.ends_with("+json") => Medium::Json,
        ("application", "x-www-form-urlencoded") => Medium::Form,
        ("multipart", "form-data") => Medium::Multipart,
        ("multipart", _) => return None,
        ("*" | "application", "*") => Medium::Any,
        ("text", _) | ("application", "xml" | "yaml" | "x-yaml" | "javascript" | "graphql") => {
            Medium::Text
        }
        (_, subtype) if subtype.ends_with("+xml") || subtype.ends_with("+yaml") => Medium::Text,
        _ => Medium::Bytes,
    })
}

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a media type is a range.
pub(super) fn is_range(media_type: &str) -> bool {
    media_type.contains('*')
}

/// The chosen media type, and the others.
pub(super) struct Choice<'a> {
    pub(super) medium: Medium,
    pub(super) media_type: &'a str,
    pub(super) found: &'a MediaType,
    pub(super) left_out: Vec<&'a str>,
}

/// Chooses by the order of [`Medium`], and among equals the first; plain JSON before any other.
pub(super) fn choose(content: &IndexMap<String, MediaType>) -> Option<Choice<'_>> {
    let known = content.iter().filter_map(|(name, found)| Some((medium(name)?, name, found)));
    let (medium, media_type, found) =
        known.min_by_key(|(medium, name, _)| (*medium, essence(name) != "application/json"))?;
    let others = content.keys().map(String::as_str);
    let left_out = others.filter(|other| *other != media_type).collect();
    Some(Choice { medium, media_type, found, left_out })
}
