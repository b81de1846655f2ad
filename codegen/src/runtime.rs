//! The names at the client's root that are not generated.
//!
//! A test of this crate makes the list from the client's sources, compares it, and rewrites it
//! with `UPDATE_GOLDEN=1`.

/// A line for each name: its kind, and the name.
const LIST: &str = include_str!("runtime.txt");

/// Generated modules of the root, whatever the document.
const GENERATED: [&str; 6] = ["error_code", "facts", "scope", "shared", "types", "workflows"];

/// Whether a type at the root has this name.
pub(crate) fn has_type(name: &str) -> bool {
    has("type", name)
}

/// Whether the first step of the path to an operation cannot have this name, because an item of the
/// root, another crate or a method of the client has it.
pub(crate) fn is_reserved_module(name: &str) -> bool {
    GENERATED.contains(&name) || ["module", "crate", "method"].iter().any(|kind| has(kind, name))
}

fn has(kind: &str, name: &str) -> bool {
    let kind_of = |line: &'static str| line.strip_suffix(name)?.strip_suffix(' ');
    LIST.lines().any(|line| kind_of(line) == Some(kind))
}
