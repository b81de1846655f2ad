//! Paths and operations that are references to other places of the document.

use serde_json::Value;

use super::Notes;
use crate::load::METHODS;
use crate::report::Pointer;

/// Inlines them, so that each operation is a separate one.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    let text = "the path is a reference to another one, and is inlined";
    for (at, reference) in references(document, true) {
        inline(document, &at, &reference, text, notes);
    }
    let text = "the operation is a reference to another place, and is inlined";
    for (at, reference) in references(document, false) {
        inline(document, &at, &reference, text, notes);
    }
}

/// The references that replace whole paths, or operations in them.
fn references(document: &Value, of_paths: bool) -> Vec<(Pointer, String)> {
    let place = Pointer::root().join("paths");
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let at = place.join(path);
        let reference = |object: &Value| object.get("$ref")?.as_str().map(str::to_owned);
        if of_paths {
            found.extend(reference(item).map(|reference| (at, reference)));
            continue;
        }
        let members = item.as_object().into_iter().flatten();
        for (method, operation) in members.filter(|(name, _)| METHODS.contains(&name.as_str())) {
            found.extend(reference(operation).map(|reference| (at.join(method), reference)));
        }
    }
    found
}

fn inline(document: &mut Value, at: &Pointer, reference: &str, text: &str, notes: &mut Notes) {
    let Some(target) = reference.strip_prefix('#') else { return };
    let Ok(target) = percent_encoding::percent_decode_str(target).decode_utf8() else { return };
    let found = document.pointer(&target).filter(|found| found.get("$ref").is_none());
    let Some(found) = found.filter(|found| found.is_object()).cloned() else { return };
    if let Some(place) = document.pointer_mut(&at.text()) {
        *place = found;
        notes.add("paths", at, text);
    }
}
