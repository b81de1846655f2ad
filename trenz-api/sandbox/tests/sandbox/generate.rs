//! Requests made from the document's schemas: valid ones, and ones broken in one place.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::spec::Operation;

/// A request of one operation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Option<Value>,
}

/// The social accounts that a sandbox starts with.
const ACCOUNTS: [i64; 3] = [4687, 5678, 6789];

/// A request that the document allows.
pub(crate) fn valid(operation: &Operation, rng: &mut Rng) -> Request {
    let mut path = operation.path.clone();
    let mut query = Vec::new();
    for parameter in operation.parameters() {
        let name = parameter["name"].as_str().unwrap();
        if parameter["in"] == "path" {
            let id = rng.u64(1..u64::MAX).to_string();
            path = path.replace(&format!("{{{name}}}"), &id);
        } else if parameter["required"] == true || rng.f64() < 0.4 {
            query.push((name.to_owned(), query_value(parameter, rng)));
        }
    }
    rng.shuffle(&mut query);
    let body = operation.body().map(|schema| value(schema, "", rng));
    Request { method: operation.method.clone(), path, query, body }
}

/// A request that says no more than it must.
pub(crate) fn least(operation: &Operation, rng: &mut Rng) -> Request {
    let mut request = valid(operation, rng);
    let needed = |name: &str| {
        let parameters = operation.parameters();
        parameters.iter().any(|p| p["name"] == name && p["required"] == true)
    };
    request.query.retain(|(name, _)| needed(name));
    if let (Some(body), Some(schema)) = (&mut request.body, operation.body()) {
        strip(body, schema);
    }
    request
}

fn strip(value: &mut Value, schema: &Value) {
    let Some(members) = value.as_object_mut() else { return };
    members.retain(|name, _| is_required(schema, name));
    for (name, value) in members {
        strip(value, &schema["properties"][name]);
    }
}

/// Whether a schema's `required` names a member.
pub(crate) fn is_required(schema: &Value, name: &str) -> bool {
    schema["required"].as_array().is_some_and(|names| names.iter().any(|n| n == name))
}

/// The sort fields that a parameter's description allows, if it is about sorting.
pub(crate) fn sort_fields(parameter: &Value) -> Option<Vec<&str>> {
    let prose = parameter["description"].as_str()?;
    let (_, list) = prose.split_once("field:asc|desc. Allowed fields: ")?;
    Some(list.split_once(". Default")?.0.split(", ").collect())
}

/// The values that a parameter's description allows to include, if it is about that.
pub(crate) fn include_values(parameter: &Value) -> Option<Vec<&str>> {
    let prose = parameter["description"].as_str()?;
    let (_, list) = prose.split_once("comma-separated (values: ")?;
    Some(list.split("), ").map(|item| item.split('(').next().unwrap()).collect())
}

fn query_value(parameter: &Value, rng: &mut Rng) -> String {
    if let Some(fields) = sort_fields(parameter) {
        let field = rng.choice(fields).unwrap();
        return format!("{field}:{}", if rng.bool() { "asc" } else { "desc" });
    }
    if let Some(values) = include_values(parameter) {
        let many = rng.usize(1..=values.len());
        return rng.choose_multiple(values, many).join(",");
    }
    match value(&parameter["schema"], parameter["name"].as_str().unwrap(), rng) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A value that a schema allows.
fn value(schema: &Value, name: &str, rng: &mut Rng) -> Value {
    if let Some(words) = schema["enum"].as_array() {
        return rng.choice(words).unwrap().clone();
    }
    match schema["type"].as_str().unwrap_or("object") {
        "object" => object(schema, rng),
        "array" => {
            let many = rng.usize(0..4);
            (0..many).map(|_| value(&schema["items"], name, rng)).collect()
        }
        "boolean" => rng.bool().into(),
        "integer" => integer(schema, name, rng).into(),
        "number" => json!(f64::from(rng.i32(-1000..100_000)) / 8.0),
        _ => text(schema, name, rng).into(),
    }
}

fn object(schema: &Value, rng: &mut Rng) -> Value {
    let mut object = Map::new();
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if is_required(schema, name) || rng.f64() < 0.5 {
            object.insert(name.clone(), value(property, name, rng));
        }
    }
    object.into()
}

fn integer(schema: &Value, name: &str, rng: &mut Rng) -> i64 {
    if ["account_id", "platform_account_id"].contains(&name) {
        return rng.choice(ACCOUNTS).unwrap();
    }
    let low = schema["minimum"].as_i64().unwrap_or(-3);
    let high = schema["maximum"].as_i64().unwrap_or(i64::from(i32::MAX));
    // Small numbers are what people send, the bounds are where mistakes are.
    match rng.u8(..4) {
        0 => low,
        1 => high,
        2 => rng.i64(low..=high),
        _ => rng.i64(low..=high.min(low.saturating_add(30))),
    }
}

fn text(schema: &Value, name: &str, rng: &mut Rng) -> String {
    // A cursor is only ever what the page before said.
    if ["cursor", "page_token"].contains(&name) {
        return String::new();
    }
    let alphabet: Vec<char> = "abc XYZ 0189 -_.,:/?&=%+#\"'\\<>{}é漢😀\u{202e}\n".chars().collect();
    let most = schema["maxLength"].as_u64().map_or(40, |most| usize::try_from(most).unwrap());
    let length = if rng.u8(..8) == 0 { most } else { rng.usize(..=most.min(40)) };
    (0..length).map(|_| rng.choice(&alphabet).unwrap()).collect()
}
