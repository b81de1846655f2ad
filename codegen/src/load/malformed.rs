//! Leaves out the parts of a document that are no OpenAPI, so that the others can be read.

use serde_json::Value;

use super::{METHODS, remove};
use crate::report::{Pointer, Problem};

/// Removes every part that a problem stands in: an operation or, where that is wanted, a path
/// or a component. Says whether that is all: a problem elsewhere concerns the whole document.
pub(super) fn leave_out(document: &mut Value, problems: &[Problem], whole_parts: bool) -> bool {
    problems.iter().all(|problem| {
        let part = match problem.pointer.tokens()[..] {
            ["paths", path, method, ..] if METHODS.contains(&method) => {
                Some(Pointer::root().join("paths").join(path).join(method))
            }
            [kind, name, ..] if whole_parts && kind == "paths" => {
                Some(Pointer::root().join("paths").join(name))
            }
            ["components", section, name, ..] if whole_parts => {
                Some(Pointer::root().join("components").join(section).join(name))
            }
            _ => None,
        };
        part.inspect(|part| remove(document, part)).is_some()
    })
}
