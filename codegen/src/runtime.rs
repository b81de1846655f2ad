//! What stands at the root of the client beside what is generated.
//!
//! The list is made of the client's sources by a test of this crate, which also holds it
//! against them and, with `UPDATE_GOLDEN=1`, writes it anew.

/// A line for each name: what it is, and the name.
const LIST: &str = include_str!("runtime.txt");

/// Modules of the root that are generated, whatever the document.
const GENERATED: [&str; 6] = ["error_code", "facts", "scope", "shared", "types", "workflows"];

/// Whether a type at the root is called so.
pub(crate) fn has_type(name: &str) -> bool {
    has("type", name)
}

/// Whether the first step of the menu cannot be called so: what stands at the root, another
/// crate or a method of the client is.
pub(crate) fn has_step(name: &str) -> bool {
    GENERATED.contains(&name) || ["module", "crate", "method"].iter().any(|kind| has(kind, name))
}

fn has(kind: &str, name: &str) -> bool {
    LIST.lines().any(|line| line.split_once(' ') == Some((kind, name)))
}
