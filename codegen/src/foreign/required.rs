//! Required statements without alternative: that a path parameter is required, that a response has
//! a description, and that an operation has responses.

use serde_json::{Value, json};

use super::Notes;
use crate::load::visit;

const RULE: &str = "required";

/// Adds them.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        if object.is_reference() {
            return;
        }
        let in_path = object.members.get("in").is_some_and(|place| place == "path");
        if object.name() == "a parameter" && in_path {
            let stated = object.members.insert("required".to_owned(), true.into());
            if stated != Some(true.into()) {
                let text = "a parameter in the path is required, stated or not";
                notes.add(RULE, &object.place(), text);
            }
        }
        let has_responses =
            object.members.get("responses").is_some_and(|has_responses| !has_responses.is_null());
        if object.name() == "an operation" && !has_responses {
            object.members.insert("responses".to_owned(), json!({}));
            notes.add(RULE, &object.place(), "an operation has no responses");
        }
        let described = object.members.get("description").is_some_and(|text| !text.is_null());
        if object.name() == "a response" && !described {
            object.members.insert("description".to_owned(), Value::String(String::new()));
            notes.add(RULE, &object.place(), "a response has no description");
        }
    });
}
