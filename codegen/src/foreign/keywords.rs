//! Parts of a document that a client does not need: calls by the server, responses without a
//! status, and empty lists that must not be empty.

use serde_json::Value;

use super::Notes;
use crate::load::{KeywordClass, visit};

const RULE: &str = "keywords";

/// Leaves it out.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        if object.is_reference() {
            return;
        }
        let names: Vec<String> = object.members.keys().cloned().collect();
        for name in names {
            let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            let text = match (object.class(&name), &object.members[&name]) {
                (Some(KeywordClass::Unsupported), _) => format!("`{name}` are left out"),
                (Some(KeywordClass::List), value)
                    if empty(value) && matches!(name.as_str(), "required" | "enum") =>
                {
                    format!("`{name}` is empty and left out")
                }
                _ => continue,
            };
            notes.add(RULE, &object.at(&name), text);
            object.members.shift_remove(&name);
        }
        if object.name() != "an operation" {
            return;
        }
        let at = object.at("responses");
        let Some(Value::Object(responses)) = object.members.get_mut("responses") else { return };
        let odd: Vec<String> = responses.keys().filter(|name| !is_status(name)).cloned().collect();
        for name in odd {
            let text = format!("`{name}` is left out: expected the status of a response");
            notes.add(RULE, &at.join(&name), text);
            responses.shift_remove(&name);
        }
    });
}

/// Whether a response name is a status or an extension.
fn is_status(name: &str) -> bool {
    name == "default"
        || name.starts_with("x-")
        || (name.len() == 3
            && name.starts_with(|c: char| ('1'..='5').contains(&c))
            && (name[1..].bytes().all(|c| c.is_ascii_digit()) || &name[1..] == "XX"))
}
