//! Judges a request by the raw document, with no help from the code under test.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use trenz_sandbox::ReceivedRequest;

/// A body of pairs of texts.
const FORM: &str = "application/x-www-form-urlencoded";

/// The document as the vendor wrote it.
pub(crate) fn document() -> Value {
    // Tests of several packages judge by it.
    let above = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let mut found = above.map(|folder| folder.join("spec/trenz-openapi.json"));
    let path = found.find(|path| path.exists()).unwrap();
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// An operation where it stands in the document.
pub(crate) struct Described<'d> {
    pub(crate) method: &'d str,
    pub(crate) path: &'d str,
    pub(crate) raw: &'d Value,
}

/// Finds an operation by its id.
pub(crate) fn operation<'d>(document: &'d Value, id: &str) -> Described<'d> {
    let paths = document["paths"].as_object().unwrap();
    let mut all = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, raw)| Described { method, path, raw })
    });
    all.find(|operation| operation.raw["operationId"] == id).unwrap()
}

/// Everything about a request that the document does not say.
pub(crate) fn violations(
    document: &Value,
    id: &str,
    seen: &ReceivedRequest,
    every: bool,
    key: &str,
) -> Vec<String> {
    let operation = operation(document, id);
    let mut found = Vec::new();
    if !seen.method.eq_ignore_ascii_case(operation.method) {
        found.push(format!("method {}", seen.method));
    }
    path(&operation, seen, &mut found);
    query(&operation, seen, every, &mut found);
    body(&operation, seen, every, &mut found);
    let keys: Vec<_> = seen.headers.iter().filter(|(name, _)| name == "x-api-key").collect();
    if keys.len() != 1 || keys[0].1 != key || seen.header("authorization").is_some() {
        found.push("the credential goes exactly once, in X-API-Key".to_owned());
    }
    found
}

fn parameters<'d>(operation: &Described<'d>, location: &str) -> Vec<&'d Value> {
    let all = operation.raw["parameters"].as_array().into_iter().flatten();
    all.filter(|parameter| parameter["in"] == location).collect()
}

fn path(operation: &Described<'_>, seen: &ReceivedRequest, found: &mut Vec<String>) {
    let (told, sent): (Vec<_>, Vec<_>) =
        (operation.path.split('/').collect(), seen.path.split('/').collect());
    let fits = told.len() == sent.len()
        && told.iter().zip(&sent).all(|(told, sent)| match told.strip_prefix('{') {
            // A free string is sent as its own name.
            Some(name) => {
                percent_decode_str(sent).decode_utf8_lossy() == name.trim_end_matches('}')
            }
            None => told == sent,
        });
    if !fits {
        found.push(format!("path {} for {}", seen.path, operation.path));
    }
}

fn query(operation: &Described<'_>, seen: &ReceivedRequest, every: bool, found: &mut Vec<String>) {
    let mut sent: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in pairs(&seen.query) {
        sent.entry(name).or_default().push(value);
    }
    let told = parameters(operation, "query");
    let names: BTreeSet<&str> = told.iter().map(|told| told["name"].as_str().unwrap()).collect();
    for name in sent.keys().filter(|name| !names.contains(name.as_str())) {
        found.push(format!("the query has `{name}`, which the document does not know"));
    }
    for name in names {
        // Of two declarations of one name, the one that says more is meant.
        let told = told.iter().filter(|told| told["name"] == name);
        let told = told.max_by_key(|told| told["schema"].to_string().len()).unwrap();
        let required = told["required"] == true;
        match sent.get(name).map(Vec::as_slice) {
            Some([value]) if required || every => {
                if let Some(complaint) = text(name, &told["schema"], value) {
                    found.push(complaint);
                }
            }
            None if !required && !every => {}
            other => found.push(format!("the query has `{name}` as {other:?}")),
        }
    }
}

/// The pairs of a query or a form.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    text.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// A query value is a text; whether it spells a value of the schema.
fn text(name: &str, schema: &Value, value: &str) -> Option<String> {
    let known = |value: &str| {
        schema["enum"].as_array().is_none_or(|known| known.iter().any(|known| *known == value))
    };
    // What is of no type may be anything.
    let told = schema["type"].as_str()?;
    let fits = match told {
        "boolean" => value == "true" || value == "false",
        "integer" => value.parse::<i32>().is_ok_and(|number| within(schema, number.into())),
        "number" => value.parse::<f64>().is_ok_and(|number| within(schema, number)),
        _ if name == "sort" => {
            value.split_once(':').is_some_and(|(field, way)| known(field) && way == "desc")
        }
        _ if name == "include" => !value.is_empty(),
        _ if schema["enum"].is_array() => known(value),
        _ => value == name,
    };
    (!fits).then(|| format!("`{name}` is sent as `{value}`"))
}

fn within(schema: &Value, number: f64) -> bool {
    schema["minimum"].as_f64().is_none_or(|least| number >= least)
        && schema["maximum"].as_f64().is_none_or(|most| number <= most)
}

fn body(operation: &Described<'_>, seen: &ReceivedRequest, every: bool, found: &mut Vec<String>) {
    let content = &operation.raw["requestBody"]["content"];
    let media_type = if content[FORM].is_null() { "application/json" } else { FORM };
    let told = &content[media_type]["schema"];
    if told.is_null() {
        if !seen.body.is_empty() || seen.header("content-type").is_some() {
            found.push("a body, where the document has none".to_owned());
        }
        return;
    }
    // A body that may be left out is, where nothing of it is set.
    let nothing = seen.body.is_empty() && seen.header("content-type").is_none();
    if operation.raw["requestBody"]["required"] != true && !every && nothing {
        return;
    }
    if seen.header("content-type") != Some(media_type) {
        found.push(format!("content-type {:?}", seen.header("content-type")));
    }
    let text = String::from_utf8_lossy(&seen.body);
    let sent: Option<Value> = match media_type {
        FORM => Some(pairs(&text).map(|(name, value)| (name, Value::from(value))).collect()),
        _ => serde_json::from_str(&text).ok(),
    };
    let Some(sent) = sent else {
        return found.push("the body is not JSON".to_owned());
    };
    let mut schema = told.clone();
    drop_empty_required(&mut schema);
    let validator = jsonschema::options().with_draft(jsonschema::Draft::Draft4).build(&schema);
    let validator = validator.unwrap();
    found.extend(validator.iter_errors(&sent).map(|error| error.to_string()));
    members(told, &sent, every, "", found);
}

/// The members sent are those the document names: the required ones, or all.
fn members(schema: &Value, sent: &Value, every: bool, at: &str, found: &mut Vec<String>) {
    let empty = Map::new();
    if let Some(items) = schema.get("items") {
        for element in sent.as_array().into_iter().flatten() {
            members(items, element, every, at, found);
        }
        return;
    }
    let Some(told) = schema["properties"].as_object() else {
        if schema["type"] == "string" && schema["enum"].is_null() {
            let name = at.rsplit('.').next().unwrap();
            if sent != name {
                found.push(format!("`{at}` is sent as {sent}"));
            }
        }
        return;
    };
    let sent = sent.as_object().unwrap_or(&empty);
    let required: BTreeSet<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let expected: BTreeSet<&str> = told
        .keys()
        .map(String::as_str)
        .filter(|name| every || !at.is_empty() || required.contains(name))
        .collect();
    let names: BTreeSet<&str> = sent.keys().map(String::as_str).collect();
    if names != expected {
        found.push(format!("the body has {names:?} in `{at}`, not {expected:?}"));
    }
    for (name, value) in sent {
        if let Some(schema) = told.get(name) {
            members(schema, value, every, &format!("{at}.{name}"), found);
        }
    }
}

/// JSON Schema, like OpenAPI 3.0, does not allow an empty `required`.
fn drop_empty_required(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) {
                members.remove("required");
            }
            members.values_mut().for_each(drop_empty_required);
        }
        Value::Array(elements) => elements.iter_mut().for_each(drop_empty_required),
        _ => {}
    }
}
