//! Big documents: the real one's operations again and again, under other names; and one that
//! is made of small ones, as the greatest of other vendors are.

use serde_json::{Map, Value, json};
use trenz_codegen::Origin;

use crate::seeds::{self, Seed};

/// The real document with each of its operations `copies` times, and its decisions as often.
///
/// The first copy is the original. Every other one stands in menus and at paths of its own,
/// so that the crate grows in files and not only in lines.
#[must_use]
pub fn real(copies: usize) -> Seed {
    let [mut document, mut decisions] = seeds::real_json();
    let originals = document["paths"].take();
    let groups = document["x-tagGroups"].take();
    let tables = decisions.clone();
    let mut paths = Map::new();
    let mut menu = Vec::new();
    for copy in 0..copies {
        for (path, item) in originals.as_object().unwrap() {
            let mut item = item.clone();
            for operation in item.as_object_mut().unwrap().values_mut() {
                if copy > 0 {
                    corrected(operation);
                    rename(&mut operation["operationId"], |id| numbered_id(id, copy));
                    rename(&mut operation["tags"][0], |tag| numbered_tag(tag, copy));
                }
            }
            paths.insert(if copy > 0 { format!("/copy{copy}{path}") } else { path.clone() }, item);
        }
        for group in groups.as_array().unwrap() {
            let mut group = group.clone();
            if copy > 0 {
                for tag in group["tags"].as_array_mut().unwrap() {
                    rename(tag, |tag| numbered_tag(tag, copy));
                }
            }
            menu.push(group);
        }
        if copy > 0 {
            decide(&mut decisions, &tables, copy);
        }
    }
    document["paths"] = Value::Object(paths);
    document["x-tagGroups"] = Value::Array(menu);
    Seed {
        name: format!("real × {copies}"),
        document: document.to_string().into_bytes(),
        decisions: Some(decisions.to_string().into_bytes()),
        ..seeds::real()
    }
}

/// Another vendor's document of about 1,800 bytes for each operation: lists, reads and writes
/// of things that refer to each other, a hundred to a tag.
#[must_use]
pub fn made(operations: usize) -> Seed {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let text = "One of many, described at the usual length so that the document has its weight: \
                what it is, which values it takes, what follows from them, and in which of the \
                plans of the vendor it can be had.";
    for index in 0..operations.div_ceil(4) {
        let (tag, name) = (format!("area {}", index / 25), format!("thing{index}"));
        let this = json!({ "$ref": format!("#/components/schemas/{name}") });
        let other = json!({ "$ref": format!("#/components/schemas/thing{}", index / 2) });
        let operation = |verb: &str, parameters: Value, answer: &Value| {
            json!({
                "operationId": format!("{verb}_{name}"),
                "summary": format!("{verb} of {name}"),
                "description": text,
                "tags": [tag],
                "parameters": parameters,
                "responses": {
                    "200": { "description": text, "content": {
                        "application/json": { "schema": answer },
                    } },
                    "404": { "description": "Not found" },
                },
            })
        };
        let query = |name: &str, schema: Value| json!({ "name": name, "in": "query", "description": text, "schema": schema });
        let word = json!({ "type": "string", "enum": ["one", "two", "three"] });
        let count = json!({ "type": "integer", "minimum": 1, "maximum": 500, "default": 20 });
        let queries = [
            query("order", word.clone()),
            query("limit", count),
            query("after", json!({ "type": "string" })),
            query("with", json!({ "type": "array", "items": word })),
        ];
        let id = json!([{ "name": "id", "in": "path", "required": true, "description": text,
            "schema": { "type": "string", "format": "uuid" } }]);
        let all = json!({ "type": "object", "required": ["items"], "properties": {
            "items": { "type": "array", "items": this },
            "next": { "type": "string", "description": text },
            "first": other,
        } });
        let with_body = |verb: &str, parameters: Value| {
            let mut operation = operation(verb, parameters, &this);
            operation["requestBody"] = json!({ "required": true, "content": {
                "application/json": { "schema": { "type": "object", "required": ["label"],
                    "properties": { "label": { "type": "string", "maxLength": 200 },
                        "parent": other, "note": { "type": "string", "description": text },
                        "flags": { "type": "array", "items": { "type": "string" } } } } },
            } });
            operation
        };
        let list = operation("list", json!(queries), &all);
        let own = operation("read", id.clone(), &this);
        let [make, change] = [("make", json!([])), ("change", id)].map(|it| with_body(it.0, it.1));
        paths.insert(format!("/{name}"), json!({ "get": list, "post": make }));
        paths.insert(format!("/{name}/{{id}}"), json!({ "get": own, "patch": change }));
        schemas.insert(
            name,
            json!({
                "type": "object",
                "description": text,
                "required": ["id", "label"],
                "properties": {
                    "id": { "type": "string", "format": "uuid", "description": text },
                    "label": { "type": "string", "description": text },
                    "count": { "type": "integer", "format": "int32", "description": text },
                    "state": { "type": "string", "enum": ["new", "old", "gone"] },
                    "parent": other,
                    "children": { "type": "array", "items": this },
                    "labels": { "type": "object", "additionalProperties": { "type": "string" } },
                    "size": { "type": "object", "properties": {
                        "width": { "type": "number" }, "height": { "type": "number" } } },
                },
            }),
        );
    }
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Many things", "version": "1" },
        "servers": [{ "url": "https://many.example" }],
        "paths": paths,
        "components": { "schemas": schemas },
    });
    let name = format!("made, {operations}");
    Seed { origin: Origin::Foreign, decisions: None, ..seeds::alone(&name, &document) }
}

/// Corrects in a copy what the overlay corrects in the original.
fn corrected(operation: &mut Value) {
    if let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) {
        let is_required = |parameter: &Value| parameter["required"] == true;
        let names: Vec<Value> =
            parameters.iter().filter(|p| is_required(p)).map(|p| p["name"].clone()).collect();
        parameters
            .retain(|parameter| is_required(parameter) || !names.contains(&parameter["name"]));
    }
    without_empty_lists(operation);
}

fn without_empty_lists(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if members.get("required").and_then(Value::as_array).is_some_and(Vec::is_empty) {
                members.shift_remove("required");
            }
            members.values_mut().for_each(without_empty_lists);
        }
        Value::Array(elements) => elements.iter_mut().for_each(without_empty_lists),
        _ => {}
    }
}

/// The decisions on single operations, again for a copy of them.
fn decide(decisions: &mut Value, tables: &Value, copy: usize) {
    for table in ["operations", "replay", "pages"] {
        for entry in tables[table].as_array().into_iter().flatten() {
            let mut entry = entry.clone();
            rename(&mut entry["id"], |id| numbered_id(id, copy));
            decisions[table].as_array_mut().unwrap().push(entry);
        }
    }
    for (index, entry) in tables["shared"].as_array().into_iter().flatten().enumerate() {
        for id in entry["except"].as_array().into_iter().flatten() {
            let id = numbered_id(id.as_str().unwrap(), copy);
            decisions["shared"][index]["except"].as_array_mut().unwrap().push(json!(id));
        }
    }
}

fn rename(value: &mut Value, to: impl Fn(&str) -> String) {
    *value = Value::String(to(value.as_str().unwrap()));
}

fn numbered_id(id: &str, copy: usize) -> String {
    format!("{id}-c{copy}")
}

/// `Data/Products` is `Data C7/Products`.
fn numbered_tag(tag: &str, copy: usize) -> String {
    match tag.split_once('/') {
        Some((group, area)) => format!("{group} C{copy}/{area}"),
        None => format!("{tag} C{copy}"),
    }
}
