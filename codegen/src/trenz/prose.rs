//! Prose that contradicts the schemas: `spec/decisions.json` has the passages and their
//! replacements.

use crate::decisions::Decisions;
use crate::model::{Api, Schema};
use crate::report::{Pointer, Reporter};

/// Corrects every description of the document.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let mut corrected = 0;
    let mut correct = |text: &mut String| {
        let found = decisions.prose.all(|entry| text.contains(&entry.find));
        let found: Vec<_> = found.collect();
        for entry in found {
            text.replace(&entry.find, &entry.replace).trim().clone_into(text);
            corrected += 1;
        }
    };
    correct(&mut api.description);
    for description in api.tags.values_mut() {
        correct(description);
    }
    for operation in &mut api.operations {
        correct(&mut operation.description);
        for input in &mut operation.inputs {
            descriptions(&mut input.schema, &mut correct);
        }
        if let Some(schema) = &mut operation.response.schema {
            descriptions(schema, &mut correct);
        }
    }
    if corrected > 0 {
        reporter.note("prose", &Pointer::root(), format!("{corrected} passages corrected"));
    }
}

fn descriptions(schema: &mut Schema, correct: &mut impl FnMut(&mut String)) {
    correct(&mut schema.description);
    schema.inner_mut().into_iter().for_each(|inner| descriptions(inner, correct));
}
