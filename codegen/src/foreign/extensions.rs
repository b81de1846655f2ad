//! Extensions are the vendor's own, and nobody here knows what they mean.

use super::Said;
use crate::decisions::Decisions;
use crate::model::Api;
use crate::report::Reporter;

/// Leaves every extension out, with a note for each kind.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let mut said = Said::default();
    for (pointer, _) in api.extensions.0.drain(..) {
        let name = pointer.as_str().rsplit('/').next().unwrap_or_default();
        said.say("extensions", &pointer, format!("`{name}` is left out"));
    }
    said.note(reporter);
}
