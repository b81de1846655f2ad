//! Extensions of other vendors, whose meaning is unknown.

use super::Said;
use crate::decisions::Decisions;
use crate::model::{Api, Extensions};
use crate::report::Reporter;

/// Leaves every extension out, with a note for each kind.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let mut said = Said::default();
    for pointer in api.extensions.unread() {
        let name = pointer.last().unwrap_or_default();
        said.say("extensions", pointer, format!("`{name}` is left out"));
    }
    api.extensions = Extensions::default();
    said.note(reporter);
}
