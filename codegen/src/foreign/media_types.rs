//! An empty media type, whose schema describes the content.

use serde_json::Value;

use super::Notes;
use crate::load::{KeywordClass, visit};

/// Reads it as any media type.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        if object.is_reference() || object.class("content") != Some(KeywordClass::Objects) {
            return;
        }
        let at = object.at("content");
        let Some(Value::Object(content)) = object.members.get_mut("content") else { return };
        if !content.keys().any(|name| name.trim().is_empty()) || content.contains_key("*/*") {
            return;
        }
        for (name, value) in std::mem::take(content) {
            if name.trim().is_empty() {
                notes.add("media", &at.join(&name), "an empty media type is read as `*/*`");
                content.insert("*/*".to_owned(), value);
            } else {
                content.insert(name, value);
            }
        }
    });
}
