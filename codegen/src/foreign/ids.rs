//! Operations without an operationId, or with a duplicate one: they are named by method and path,
//! which are unique.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Notes;
use crate::load::METHODS;
use crate::report::Pointer;

/// Gives every operation a unique id.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    let Some(Value::Object(paths)) = document.get_mut("paths") else { return };
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for id in operations(paths.values()).filter_map(|operation| id(operation)) {
        *uses.entry(id.to_owned()).or_default() += 1;
    }
    let place = Pointer::root().join("paths");
    for (path, item) in paths {
        let Value::Object(item) = item else { continue };
        for (method, operation) in item.iter_mut().filter(|(name, _)| is_method(name)) {
            let text = match id(operation) {
                None => {
                    "an operation without an operationId is named by method and path".to_owned()
                }
                Some(id) if uses[id] > 1 => {
                    format!(
                        "several operations have the id `{id}`, and are named by method and path"
                    )
                }
                Some(_) => continue,
            };
            let Value::Object(members) = operation else { continue };
            notes.add("ids", &place.join(path).join(method), text);
            let id = format!("{} {path}", method.to_uppercase());
            members.insert("operationId".to_owned(), Value::String(id));
        }
    }
}

fn operations<'v>(items: impl Iterator<Item = &'v Value>) -> impl Iterator<Item = &'v Value> {
    let members = items.filter_map(Value::as_object).flatten();
    members.filter(|(name, _)| is_method(name)).map(|(_, operation)| operation)
}

fn id(operation: &Value) -> Option<&str> {
    let id = operation.get("operationId").and_then(Value::as_str);
    id.filter(|id| !id.trim().is_empty())
}

fn is_method(name: &str) -> bool {
    METHODS.contains(&name)
}
