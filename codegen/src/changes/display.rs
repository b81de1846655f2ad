//! Types and values in Rust notation.

use serde_json::Value;

use crate::bounds::Bound;
pub(super) use crate::emit::rust_type;
use crate::plan::Type;

/// The type of a response, which may have no content.
pub(super) fn output(output: Option<&Type>) -> String {
    output.map_or("()".to_owned(), rust_type)
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
