//! The operations of a document, listed before any stage could lose one.

use serde_json::Value;

use crate::load::METHODS;
use crate::report::Pointer;

/// An operation in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) pointer: Pointer,
    pub(super) path: String,
    /// `None` if the path is an unresolvable reference: its operations are unknown, and count as
    /// one.
    pub(super) method: Option<String>,
    pub(super) id: Option<String>,
}

/// Every operation, in document order.
pub(super) fn list(document: &Value) -> Vec<Listed> {
    let place = Pointer::root().join("paths");
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut listed = Vec::new();
    for (path, item) in paths.filter(|(path, _)| !path.starts_with("x-")) {
        let at = place.join(path);
        let members = item.as_object().into_iter().flatten();
        let operations = members
            .filter(|(name, value)| METHODS.contains(&name.as_str()) && !value.is_null())
            .map(|(method, operation)| Listed {
                pointer: at.join(method),
                path: path.clone(),
                method: Some(method.to_uppercase()),
                id: operation.get("operationId").and_then(Value::as_str).map(str::to_owned),
            });
        listed.extend(operations);
        if item.get("$ref").is_some_and(Value::is_string) {
            listed.push(Listed { pointer: at, path: path.clone(), method: None, id: None });
        }
    }
    listed
}
