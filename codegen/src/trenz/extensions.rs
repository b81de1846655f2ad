//! Every extension means something: one that no convention has read is a problem.

use crate::decisions::Decisions;
use crate::model::Api;
use crate::report::Reporter;

/// Reports what is left of the extensions.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    for pointer in api.extensions.unread() {
        let name = pointer.last().unwrap_or_default();
        reporter.problem(
            pointer,
            format!("nothing reads the extension `{name}`"),
            "teach a convention in codegen/src/trenz what it means, or remove it in the overlay",
        );
    }
}
