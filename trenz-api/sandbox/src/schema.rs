//! Schemas of the document, made ready to be checked and followed.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use crate::document::DocumentError;

/// How deep references are followed before a schema is taken to be recursive and left open.
const DEPTH: usize = 24;

/// A schema with its references resolved, and the validator made from it.
#[derive(Debug)]
pub struct Schema {
    raw: Value,
    validator: Validator,
}

impl Schema {
    pub(crate) fn new(raw: Value) -> Result<Self, DocumentError> {
        // OpenAPI 3.0 schemas are JSON Schema draft 4 with additions, above all in that
        // `exclusiveMinimum` is a boolean and 5.0 is not an integer.
        let validator = jsonschema::options()
            .with_draft(Draft::Draft4)
            .build(&raw)
            .map_err(|error| DocumentError::new(format!("schema: {error}")))?;
        Ok(Self { raw, validator })
    }

    /// The schema itself, without references.
    #[must_use]
    pub fn raw(&self) -> &Value {
        &self.raw
    }

    /// Whether a value fits.
    #[must_use]
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// Everything that does not fit, in words, each with its place in the value.
    #[must_use]
    pub fn violations(&self, value: &Value) -> Vec<String> {
        self.validator
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    pub(crate) fn validator(&self) -> &Validator {
        &self.validator
    }
}

/// A copy of `schema` without references, in terms that a JSON Schema validator understands.
pub(crate) fn inline(schema: &Value, root: &Value) -> Value {
    inline_at(schema, root, 0)
}

fn inline_at(schema: &Value, root: &Value, depth: usize) -> Value {
    let Some(object) = schema.as_object() else { return schema.clone() };
    if depth > DEPTH {
        return json!({});
    }
    if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return target.map_or_else(|| json!({}), |target| inline_at(target, root, depth + 1));
    }
    let mut plain = Map::new();
    for (keyword, value) in object {
        let value = match keyword.as_str() {
            "properties" | "patternProperties" => inline_members(value, root, depth),
            "items" | "not" | "additionalProperties" => inline_at(value, root, depth + 1),
            "allOf" | "oneOf" | "anyOf" => inline_list(value, root, depth),
            "nullable" | "example" => continue,
            // Draft 4 does not allow an empty `required`, and neither does OpenAPI 3.0; the
            // document has one all the same.
            "required" if value.as_array().is_some_and(Vec::is_empty) => continue,
            _ => value.clone(),
        };
        plain.insert(keyword.clone(), value);
    }
    bound_by_format(&mut plain);
    if object.get("nullable") == Some(&Value::Bool(true)) {
        allow_null(&mut plain);
    }
    Value::Object(plain)
}

fn inline_members(members: &Value, root: &Value, depth: usize) -> Value {
    let members = members.as_object().into_iter().flatten();
    members.map(|(name, schema)| (name.clone(), inline_at(schema, root, depth + 1))).collect()
}

fn inline_list(list: &Value, root: &Value, depth: usize) -> Value {
    let list = list.as_array().into_iter().flatten();
    list.map(|schema| inline_at(schema, root, depth + 1)).collect()
}

/// States what a format says about size as bounds, since validators know no integer formats.
fn bound_by_format(schema: &mut Map<String, Value>) {
    if schema.get("format").and_then(Value::as_str) == Some("int32") {
        schema.entry("minimum").or_insert(json!(i32::MIN));
        schema.entry("maximum").or_insert(json!(i32::MAX));
    }
}

fn allow_null(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get("type").cloned() {
        schema.insert("type".to_owned(), json!([kind, "null"]));
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.push(Value::Null);
    }
}

/// The type a schema asks for, with `null` set aside.
pub(crate) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("")
        }
        _ if schema.get("properties").is_some() => "object",
        _ if schema.get("items").is_some() => "array",
        _ => "",
    }
}
