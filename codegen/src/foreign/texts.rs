//! Numbers in place of texts: `version: 1.0`, as YAML parses it.

use serde_json::Value;

use super::Notes;
use crate::load::{KeywordClass, visit};

/// Reads them as texts.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        let texts =
            object.members.keys().filter(|name| object.class(name) == Some(KeywordClass::Text));
        let texts: Vec<String> = texts.cloned().collect();
        for name in texts {
            if let Some(value @ (Value::Number(_) | Value::Bool(_))) = object.members.get_mut(&name)
            {
                let text = format!("`{name}` is read as the text `{value}`");
                *value = Value::String(value.to_string());
                notes.add("texts", &object.at(&name), text);
            }
        }
    });
}
