//! The reference of the decisions table and the schema that editors use, written from the documentation of its types.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Decisions;

const HEAD: &str = "\
# The decisions table

`spec/decisions.json` says what we decided about the vendor's document: names, shared types, the meaning of members,
statuses and codes. It is an object of tables; each may be left out, and each entry has a `reason`. An entry that matches
nothing in the document is a problem, as it was written for a document that has moved on.

`cargo xtask regen` names the table in the remedy of a problem. Editors complete and check the file by
`decisions.schema.json`. Both files are written by `UPDATE_GOLDEN=1 cargo test -p trenz-codegen --lib decisions`, from
the documentation in `codegen/src/decisions.rs`.
";

/// Examples of the tables that no golden case uses; `codegen/tests/it/conventions` tries them.
const OTHERS: &str = r#"{
  "extensions": [
    { "role": "cost", "name": "x-credit-cost", "reason": "Renamed in version 1.3 of the document." }
  ],
  "error_columns": [
    { "status": "Status", "code": "Error", "meaning": "Meaning", "reason": "Renamed in version 1.3 of the document." }
  ]
}"#;

#[test]
fn reference_and_schema_are_up_to_date() {
    let schema = schemars::schema_for!(Decisions).to_value();
    let spec = root().join("spec");
    for (file, text) in [
        ("decisions.schema.json", format!("{schema:#}\n")),
        ("DECISIONS.md", reference(&schema, &examples())),
    ] {
        let path = spec.join(file);
        if std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1") {
            fs::write(&path, &text).unwrap();
        }
        let stored = fs::read_to_string(&path).unwrap();
        assert!(stored == text, "{file} is outdated: UPDATE_GOLDEN=1 writes it");
    }
}

/// Decisions that some test applies: the project's own, then those of the golden cases.
fn examples() -> Vec<Value> {
    let golden = root().join("codegen/tests/golden/generated");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(golden).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let files = cases.iter().map(|case| case.join("decisions.json")).filter(|file| file.exists());
    let files = std::iter::once(root().join("spec/decisions.json")).chain(files);
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    let texts = texts.chain(std::iter::once(OTHERS.to_owned()));
    let examples = texts.map(|text| {
        let _: Decisions = serde_json::from_str(&text).unwrap();
        serde_json::from_str(&text).unwrap()
    });
    examples.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn reference(schema: &Value, examples: &[Value]) -> String {
    let mut text = HEAD.to_owned();
    let tables = schema["properties"].as_object().unwrap();
    for (name, table) in tables.iter().filter(|(name, _)| *name != "$schema") {
        let described = table["description"].as_str().unwrap();
        let entry = resolved(schema, &table["items"]);
        let _ =
            write!(text, "\n## `{name}`\n\n{described}\n\n| field | value | |\n|---|---|---|\n");
        let fields = entry["properties"].as_object().unwrap().iter();
        for (field, of) in fields.filter(|(field, _)| *field != "reason") {
            let required = entry["required"].as_array().unwrap().iter().any(|of| of == field);
            let optional = if required { "" } else { ", optional" };
            let doc = of["description"].as_str().unwrap().replace('\n', " ");
            let _ = writeln!(text, "| `{field}` | {}{optional} | {doc} |", value(schema, of));
        }
        let example =
            examples.iter().find_map(|decisions| decisions[name].get(0)).map(without_null);
        let example = example.unwrap_or_else(|| panic!("no case decides anything by `{name}`"));
        let _ = write!(text, "\n```json\n\"{name}\": [{example:#}]\n```\n");
    }
    text
}

fn without_null(entry: &Value) -> Value {
    let entry = entry.as_object().unwrap().clone();
    Value::Object(entry.into_iter().filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
}

/// The schema that a schema refers to, or itself.
fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let reference = schema["$ref"].as_str().and_then(|text| text.strip_prefix('#'));
    reference.map_or(schema, |pointer| root.pointer(pointer).unwrap())
}

/// What a field holds, in words.
fn value(root: &Value, schema: &Value) -> String {
    let schema = resolved(root, schema);
    let literals = |schema: &Value| -> Vec<String> {
        let one = schema.get("const").into_iter();
        let all = schema["enum"].as_array().into_iter().flatten().chain(one);
        all.map(|value| format!("`{}`", value.as_str().unwrap())).collect()
    };
    if let Some(any) = schema["anyOf"].as_array() {
        let some: Vec<_> = any.iter().map(|schema| value(root, schema)).collect();
        return some.join(" or ");
    }
    let choices = schema["oneOf"].as_array().into_iter().flatten().flat_map(literals);
    let choices: Vec<_> = literals(schema).into_iter().chain(choices).collect();
    if !choices.is_empty() {
        return choices.join(", ");
    }
    match &schema["type"] {
        Value::Array(types) => {
            types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        kind if kind == "array" => format!("list of {}", value(root, &schema["items"])),
        kind => kind.as_str().unwrap().to_owned(),
    }
}
