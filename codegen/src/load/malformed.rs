//! Leaves out the invalid parts of a document, so that the others can be read.

use serde_json::{Value, json};

use super::references::References;
use super::structure::is_schema_at;
use super::{METHODS, remove};
use crate::report::{Pointer, Problem, Reporter};

/// Replaces every schema with a problem by an unresolvable reference, so that everything that can
/// do without the schema does. Takes these problems, from index `first` on.
pub(super) fn mark(
    document: &mut Value,
    references: &mut References,
    first: usize,
    reporter: &Reporter,
) {
    for problem in reporter.take_problems_from(first) {
        let places = std::iter::successors(Some(&problem.pointer), |place| place.parent());
        let schema = places.into_iter().find(|place| is_schema_at(place));
        match schema.and_then(|schema| document.pointer_mut(&schema.text())) {
            Some(schema) => {
                let text = format!("#malformed{}", problem.pointer);
                *schema = json!({ "$ref": text });
                references.mark_broken(text, problem);
            }
            None => reporter.put_back(problem),
        }
    }
}

/// Removes every part with a problem: an operation or, with `whole_parts`, a path or a component.
/// Returns whether that is all: a problem elsewhere concerns the whole document.
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
