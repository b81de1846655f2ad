//! Responses that differ from what the document says, as those of another version would.

use serde_json::{Map, Value, json};

use crate::fault::FaultKind;
use crate::parameter::pairs;
use crate::schema::kind;
use crate::world::Arrived;

/// Members that hold a word out of a fixed set even where the schema does not say so.
const WORDS: &[&str] = &["status", "stage", "platform", "account_type", "media_type"];

/// Changes a successful response as a fault says.
pub(crate) fn mutate(
    fault: &FaultKind,
    data: &mut Value,
    schema: Option<&Value>,
    request: &Arrived<'_>,
) {
    match fault {
        FaultKind::ResponseToAnother => {
            let mut asked = Vec::new();
            collect_ids(&serde_json::from_slice(request.body).unwrap_or_default(), "", &mut asked);
            let in_url = pairs(request.query).unwrap_or_default();
            for (name, value) in request.path_values.iter().chain(&in_url) {
                collect_ids(&value.as_str().into(), name, &mut asked);
            }
            let renamed = rename_ids(&mut data["data"], "", &asked);
            if renamed > 0 && data["data"]["task_id"].is_string() {
                data["data"]["status"] = "refunded".into();
                data["data"]["result"] = Value::Null;
            }
        }
        FaultKind::UnknownFields => add_fields(data),
        FaultKind::UnknownEnums => rename_words(data, schema.unwrap_or(&Value::Null), ""),
        FaultKind::Nulls => empty(data, schema.unwrap_or(&Value::Null)),
        FaultKind::NumbersAsStrings => quote_numbers(data),
        FaultKind::RenamedUsage => {
            let (cost, balance) =
                (data["usage"]["coin_cost"].take(), data["usage"]["remaining_balance"].take());
            data["usage"] = json!({ "credits_cost": cost, "credits_balance": balance });
        }
        FaultKind::NoUsage => {
            data.as_object_mut().and_then(|data| data.remove("usage"));
        }
        FaultKind::NoTaskId => {
            for name in ["task_id", "job_id"] {
                data["data"].as_object_mut().and_then(|data| data.remove(name));
            }
        }
        _ => {}
    }
}

/// Whether a member says what a response is about.
fn is_id(name: &str) -> bool {
    ["id", "token"].iter().any(|word| name.rsplit('_').next() == Some(word))
}

/// The ids that a request names, as texts: in a URL, numbers are.
fn collect_ids(value: &Value, name: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| collect_ids(value, name, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, name, found)),
        Value::String(id) if is_id(name) => found.push(id.clone()),
        Value::Number(id) if is_id(name) => found.push(id.to_string()),
        _ => {}
    }
}

/// Makes each of these ids another one of the same kind, and counts them.
fn rename_ids(value: &mut Value, name: &str, asked: &[String]) -> usize {
    let was_asked = |id: &str| is_id(name) && asked.iter().any(|one| one == id);
    match value {
        Value::Object(members) => {
            members.iter_mut().map(|(name, value)| rename_ids(value, name, asked)).sum()
        }
        Value::Array(items) => items.iter_mut().map(|item| rename_ids(item, name, asked)).sum(),
        Value::String(id) if was_asked(id) => {
            let last = id.pop();
            id.push(if last == Some('0') { '1' } else { '0' });
            1
        }
        Value::Number(id) if was_asked(&id.to_string()) => {
            *value = value.as_i64().map_or(0, |id| id ^ 1).into();
            1
        }
        _ => 0,
    }
}

fn add_fields(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(add_fields);
            members.insert("sandbox_unknown".to_owned(), json!({ "nested": [1, null, "x"] }));
        }
        Value::Array(items) => items.iter_mut().for_each(add_fields),
        _ => {}
    }
}

fn rename_words(value: &mut Value, schema: &Value, name: &str) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                rename_words(value, &schema["properties"][name], name);
            }
        }
        Value::Array(items) => {
            for item in items {
                rename_words(item, &schema["items"], name);
            }
        }
        Value::String(word) if schema["enum"].is_array() || WORDS.contains(&name) => {
            "sandbox_new_word".clone_into(word);
        }
        _ => {}
    }
}

/// Nulls every member that the schema does not require. What is null has no members to null.
fn empty(value: &mut Value, schema: &Value) {
    match value {
        Value::Object(members) => {
            let required = schema["required"].as_array();
            let needed = |name: &str| required.is_some_and(|names| names.iter().any(|n| n == name));
            for (name, value) in members {
                let property = &schema["properties"][name];
                if !needed(name) {
                    *value = Value::Null;
                } else if kind(property) == "object" {
                    empty(value, property);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| empty(item, &schema["items"])),
        _ => {}
    }
}

fn quote_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.to_string().into(),
        Value::Object(members) => members.values_mut().for_each(quote_numbers),
        Value::Array(items) => items.iter_mut().for_each(quote_numbers),
        _ => {}
    }
}

/// Makes a page say that the next one is itself.
pub(crate) fn repeat_page(data: &mut Map<String, Value>, cursor: &str) {
    for (name, value) in [
        ("has_more", Value::Bool(true)),
        ("next_cursor", cursor.into()),
        ("next_page_token", cursor.into()),
    ] {
        if data.contains_key(name) {
            data.insert(name.to_owned(), value);
        }
    }
}
