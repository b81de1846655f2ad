//! Required statements without alternative: that a path parameter is required, that a response has
//! a description, and that an operation has responses.

use serde_json::{Value, json};

use super::Said;
use crate::load::visit;

const RULE: &str = "required";

/// Adds them.
pub(super) fn tidy(document: &mut Value, said: &mut Said) {
    visit(document, &mut |object| {
        if object.is_reference() {
            return;
        }
        let in_path = object.members.get("in").is_some_and(|place| place == "path");
        if object.name() == "a parameter" && in_path {
            let stated = object.members.insert("required".to_owned(), true.into());
            if stated != Some(true.into()) {
                let text = "a parameter in the path is required, stated or not";
                said.say(RULE, &object.place(), text);
            }
        }
        let answers = object.members.get("responses").is_some_and(|answers| !answers.is_null());
        if object.name() == "an operation" && !answers {
            object.members.insert("responses".to_owned(), json!({}));
            said.say(RULE, &object.place(), "an operation has no responses");
        }
        let described = object.members.get("description").is_some_and(|text| !text.is_null());
        if object.name() == "a response" && !described {
            object.members.insert("description".to_owned(), Value::String(String::new()));
            said.say(RULE, &object.place(), "a response has no description");
        }
    });
}
