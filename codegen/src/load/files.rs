//! Documents in several files: their paths or operations are references to other files, which are
//! not read.

use serde_json::Value;

use super::METHODS;
use crate::report::{Pointer, Reporter};

const BUNDLE: &str = "bundle the files into one document first, for example with `redocly bundle`";

/// Reports paths and operations in other files, and operations that are references, which OpenAPI
/// does not allow.
pub(super) fn operations(document: &Value, reporter: &Reporter) {
    let place = Pointer::root().join("paths");
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let at = place.join(path);
        if let Some(file) = file(item) {
            let cause =
                format!("the path is a `$ref` to `{file}`, which is outside of the document");
            reporter.problem(&at, cause, BUNDLE);
        }
        let operations = item.as_object().into_iter().flatten();
        for (method, operation) in operations.filter(|(name, _)| METHODS.contains(&name.as_str())) {
            let Some(reference) = operation.get("$ref").and_then(Value::as_str) else { continue };
            let (cause, remedy) = match file(operation) {
                Some(file) => {
                    let cause = "which is outside of the document";
                    (format!("the operation is a `$ref` to `{file}`, {cause}"), BUNDLE)
                }
                None => (
                    format!(
                        "the operation is a `$ref` to `{reference}`, which OpenAPI does not allow here"
                    ),
                    "inline the operation in the overlay",
                ),
            };
            reporter.problem(&at.join(method), cause, remedy);
        }
    }
}

/// The file that an object refers to, if it is outside of the document.
fn file(object: &Value) -> Option<&str> {
    let reference = object.get("$ref").and_then(Value::as_str);
    reference.filter(|reference| !reference.starts_with('#'))
}
