//! What an operation and its inputs are called at a terminal: as in Rust, with dashes.

use crate::plan::Field;

/// The options that every command has. An input of the same name is set by `--input-NAME`.
const RESERVED: &str = "\
    all-pages base-url body budget color config download dry-run field help max-cost \
    max-items max-pages once output profile quiet resume template timeout version wait yes";

/// The options that every command has.
pub(crate) fn reserved() -> impl Iterator<Item = &'static str> {
    RESERVED.split(' ')
}

/// The flag that sets an input, without its dashes.
pub(crate) fn flag(field: &Field) -> String {
    let name = kebab_case(&field.rust);
    if reserved().any(|reserved| reserved == name) { format!("input-{name}") } else { name }
}

/// A Rust name as a word at a terminal.
pub(crate) fn kebab_case(name: &str) -> String {
    name.trim_end_matches('_').replace('_', "-")
}
