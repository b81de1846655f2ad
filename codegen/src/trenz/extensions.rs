//! Every extension has a meaning: one that no convention has read is a problem.

use crate::decisions::Decisions;
use crate::model::Api;
use crate::report::Reporter;

/// Reports the unread extensions.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &Reporter) {
    for pointer in api.extensions.unread() {
        let name = pointer.last().unwrap_or_default();
        reporter.problem(
            pointer,
            format!("the extension `{name}` is unknown"),
            "implement it as a convention in codegen/src/trenz, or remove it in the overlay",
        );
    }
}
