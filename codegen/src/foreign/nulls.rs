//! `null` among the entries of a list or map: an empty line in YAML. `load` treats keywords that
//! are null as absent.

use serde_json::{Map, Value};

use super::Notes;
use crate::load::{KeywordClass, visit};

const RULE: &str = "nulls";

/// Removes such entries from lists; in a map, where the name counts, it is replaced by an empty
/// object.
pub(super) fn normalise(document: &mut Value, notes: &mut Notes) {
    visit(document, &mut |object| {
        let names: Vec<String> = object.members.keys().cloned().collect();
        for name in names {
            let walk = object.walk();
            let at = || walk.join(&name).pointer();
            match (object.class(&name), object.members.get_mut(&name)) {
                (Some(KeywordClass::List), Some(Value::Array(entries))) if name != "enum" => {
                    if name == "security" {
                        let scopes = entries.iter_mut().filter_map(Value::as_object_mut);
                        let scopes = scopes.flat_map(Map::values_mut);
                        for scopes in scopes.filter(|scopes| scopes.is_null()) {
                            *scopes = Value::Array(Vec::new());
                            let text = "null among `security` is read as an empty list";
                            notes.add(RULE, &at(), text);
                        }
                    }
                    let before = entries.len();
                    entries.retain(|entry| !entry.is_null());
                    if entries.len() < before {
                        notes.add(RULE, &at(), format!("null entries of `{name}` are left out"));
                    }
                }
                (Some(KeywordClass::Objects), Some(Value::Object(entries))) => {
                    for (entry, value) in entries.iter_mut().filter(|(_, value)| value.is_null()) {
                        *value = Value::Object(Map::new());
                        let text = format!("null among `{name}` is read as an empty object");
                        notes.add(RULE, &at().join(entry), text);
                    }
                }
                _ => {}
            }
        }
    });
}
