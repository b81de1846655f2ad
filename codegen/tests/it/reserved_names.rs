//! Whatever is called like something of the runtime, of Rust's prelude or of its keywords
//! generates and compiles, wherever the name stands.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use trenz_codegen::coverage::Coverage;
use trenz_codegen::{Origin, Source, Sources, coverage};

use crate::names::{RUNTIME, check};

const PRELUDE: [&str; 34] = [
    "AsRef",
    "BTreeMap",
    "Box",
    "Bytes",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Deserialize",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Extend",
    "From",
    "FromStr",
    "Future",
    "Hash",
    "Into",
    "IntoIterator",
    "Item",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Send",
    "Serialize",
    "Some",
    "String",
    "Vec",
];

const KEYWORDS: [&str; 60] = [
    "_", "abstract", "as", "async", "await", "become", "bool", "box", "break", "const", "continue",
    "core", "crate", "do", "dyn", "else", "enum", "extern", "f64", "false", "final", "fn", "for",
    "gen", "i64", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "raw", "ref", "return", "safe", "self", "static", "std", "str",
    "struct", "super", "trait", "true", "try", "type", "typeof", "u64", "union", "unsafe",
    "unsized", "use", "virtual", "where",
];

/// What generated code calls its own.
const OWN: [&str; 28] = [
    "SELF",
    "Self",
    "Crate",
    "Super",
    "Builder",
    "Optional",
    "State",
    "Via",
    "additional_properties",
    "answer",
    "build",
    "builder",
    "client",
    "data",
    "from",
    "items",
    "job",
    "JobState",
    "optional",
    "pages",
    "send",
    "submit",
    "text",
    "to",
    "value",
    "via",
    "Unrecognized",
    "default",
];

/// All of them, as documents spell names.
fn names() -> BTreeSet<String> {
    let runtime = RUNTIME.modules[""].names.keys().map(|(_, name)| name.clone());
    let methods = RUNTIME.functions["Client"].keys().cloned();
    let words = PRELUDE.iter().chain(&KEYWORDS).chain(&OWN).map(|&word| word.to_owned());
    runtime.chain(methods).chain(words).collect()
}

/// A document in which everything of an operation has one name; `tag` says where it stands.
fn document(tag: impl Fn(&str) -> String) -> Value {
    let names = names();
    let component = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let mut paths = json!({});
    let mut schemas = json!({});
    let mut before = names.last().unwrap().clone();
    for name in &names {
        let inline = json!({ "type": "object", "properties": { name: { "type": "boolean" } } });
        let body = json!({
            "type": "object",
            "required": [name, "job"],
            "properties": { name: component(name), "job": inline, "part": component(&before) },
        });
        paths[format!("/{name}")] = json!({ "post": {
            "operationId": name,
            "tags": [tag(name)],
            "parameters": [{
                "name": name, "in": "query", "required": true, "schema": { "type": "string" },
            }],
            "requestBody": {
                "required": true, "content": { "application/json": { "schema": body } },
            },
            "responses": { "200": { "description": "", "content": { "application/json": {
                "schema": { "type": "array", "items": component(name) },
            } } } },
        } });
        // Every kind of type has its turn.
        schemas[name] = match paths.as_object().unwrap().len() % 5 {
            0 => json!({ "type": "string", "enum": [name, "other"] }),
            1 => json!({ "oneOf": [{ "type": "string" }, component(&before)] }),
            2 => json!({
                "type": "object",
                "required": [name],
                "properties": { name: component(&before), "also": { "type": "string" } },
                "additionalProperties": component(&before),
            }),
            _ => json!({
                "type": "object",
                "properties": {
                    name: { "type": "array", "items": component(&before) },
                    "map": { "type": "object", "additionalProperties": component(name) },
                    "text": { "type": "string" },
                },
            }),
        };
        before.clone_from(name);
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Names", "version": "1" },
        "servers": [{ "url": "https://names.example" }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn cover(document: &Value) -> Coverage {
    let text = document.to_string();
    let covered = coverage(&Sources {
        origin: Origin::Foreign,
        document: Source { name: "document.json", text: text.as_bytes() },
        overlay: None,
        decisions: None,
    });
    covered.unwrap_or_else(|report| panic!("{report}"))
}

/// What generates of all names, once with a module for each and once in one module.
pub(crate) fn clients() -> [(&'static str, Coverage); 2] {
    [
        ("names_apart", cover(&document(str::to_owned))),
        ("names_together", cover(&document(|_| "together".to_owned()))),
    ]
}

#[test]
fn reserved_names_are_generated_and_resolve() {
    for (name, coverage) in clients() {
        assert!(coverage.is_complete(), "{name}: {coverage}");
        let files = &coverage.client.as_ref().unwrap().files;
        check(files).unwrap_or_else(|faults| panic!("{name}: {faults}"));
    }
}
