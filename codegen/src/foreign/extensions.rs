//! Extensions of other vendors, whose meaning is unknown.

use super::Notes;
use crate::decisions::Decisions;
use crate::model::{Api, Extensions};
use crate::report::Reporter;

/// Leaves every extension out, with a note for each kind.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    let mut notes = Notes::default();
    for pointer in api.extensions.unread() {
        let name = pointer.last().unwrap_or_default();
        notes.add("extensions", pointer, format!("`{name}` is left out"));
    }
    api.extensions = Extensions::default();
    notes.report(reporter);
}
