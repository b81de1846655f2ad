//! Types and values in Rust notation.

use serde_json::Value;

use crate::bounds::Bound;
pub(super) use crate::emit::spelled;
use crate::plan::Type;

/// The type of a response, which may have no content.
pub(super) fn answer(answer: Option<&Type>) -> String {
    answer.map_or("()".to_owned(), spelled)
}

pub(super) fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("{text:?}"))
}

pub(super) fn bounds(bounds: &[Bound]) -> String {
    if bounds.is_empty() {
        return "none".to_owned();
    }
    bounds.iter().map(Bound::to_string).collect::<Vec<_>>().join(", ")
}
