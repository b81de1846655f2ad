//! What is wrong with the shape of a document, and that the table has all that is read.

use serde_json::json;

use super::*;
use crate::report::expected::{messages, notes_at, problems_at};

fn document(paths: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Checks a document, compares the report with `structure_NAME.txt`, and asserts its places.
#[track_caller]
fn refused(name: &str, document: &Value, places: &[&str]) {
    let reporter = Reporter::default();
    reporter.set_operations(crate::load::operations(document));
    check(document, &reporter);
    let report = problems_at(&reporter.end_stage().unwrap_err(), places);
    messages(&format!("structure_{name}"), &report);
}

#[test]
fn every_wrong_type_has_its_place_and_its_operation() {
    let paths = json!({
        "/a": { "get": {
            "operationId": "get-a",
            "deprecated": "no",
            "parameters": [
                { "$ref": "#/components/parameters/P" },
                { "name": "p", "in": "body", "schema": {} },
            ],
            "responses": { "200": { "content": { "application/json": { "schema": {
                "type": ["string", "null"],
            } } } }, "x-note": 1 },
        } },
        "x-extension": 5,
        "/b": null,
    });
    let response = "#/paths/~1a/get/responses/200";
    refused(
        "types",
        &document(&paths, &json!({})),
        &[
            "#/paths/~1a/get/deprecated (get-a)",
            "#/paths/~1a/get/parameters/1/in (get-a)",
            &format!("{response} (get-a)"),
            &format!("{response}/content/application~1json/schema/type (get-a)"),
            "#/paths/~1b",
        ],
    );
}

#[test]
fn a_parameter_has_either_a_schema_or_content() {
    let parameters = json!([
        { "name": "neither", "in": "query" },
        { "name": "both", "in": "query", "schema": {}, "content": {} },
        { "name": "one", "in": "query", "content": {} },
    ]);
    refused(
        "parameters",
        &document(&json!({ "/a": { "parameters": parameters } }), &json!({})),
        &["#/paths/~1a/parameters/0", "#/paths/~1a/parameters/1"],
    );
}

#[test]
fn keywords_of_openapi_3_1_are_refused() {
    let schemas = json!({
        "A": { "type": "number", "exclusiveMinimum": 0 },
        "B": { "type": "object", "properties": { "x-b": { "minLength": -1 } } },
        "C": { "additionalProperties": { "items": [{}] } },
    });
    refused(
        "openapi_3_1",
        &document(&json!({}), &schemas),
        &[
            "#/components/schemas/A/exclusiveMinimum",
            "#/components/schemas/B/properties/x-b/minLength",
            "#/components/schemas/C/additionalProperties/items",
        ],
    );
}

#[test]
fn names_and_data_are_not_checked_as_keywords() {
    let schemas = json!({
        "type": { "properties": {
            "type": { "type": "string", "default": { "type": 5 }, "example": null },
            "$ref": { "type": "string" },
            "required": { "type": "boolean" },
        } },
    });
    let reporter = Reporter::default();
    check(&document(&json!({}), &schemas), &reporter);
    reporter.end_stage().unwrap();
}

#[test]
fn null_is_a_problem_or_absent() {
    let document = document(
        &json!({ "/a": { "description": null, "get": {
            "operationId": "get-a", "tags": null, "responses": null,
        } } }),
        &json!({ "A": { "enum": null, "default": null, "properties": { "type": null } } }),
    );
    let places = [
        "#/paths/~1a/description",
        "#/paths/~1a/get/tags (get-a)",
        "#/paths/~1a/get/responses (get-a)",
        "#/components/schemas/A/enum",
        "#/components/schemas/A/properties/type",
    ];
    refused("null", &document, &places);

    let reporter = Reporter::default().lenient(str::to_owned);
    let absent = check(&document, &reporter).absent;
    let absent: Vec<_> = absent.iter().map(Pointer::text).collect();
    let expected = ["/paths/~1a/description", "/paths/~1a/get/tags", "/components/schemas/A/enum"];
    assert_eq!(absent, expected);
    let notes = notes_at(&reporter.into_notes(), &expected.map(|place| ("violation", place)));
    messages("structure_null_noted", &notes);
}

#[test]
fn unsupported_keywords_are_reported_in_every_place() {
    let paths = json!({
        "/a": { "get": {
            "operationId": "get-a",
            "sumary": "a slip of the pen",
            "parameters": [{ "name": "p", "in": "header", "allowReserved": true, "schema": {} }],
            "responses": { "200": { "description": "", "content": { "application/json": {
                "schema": { "type": "object", "properties": {
                    "type": { "type": "string", "const": "a" },
                } },
            } } }, "2000": { "description": "" } },
        } },
        "b": {},
    });
    let schemas = json!({
        "A": { "xml": {}, "items": { "contains": false } },
        "B": { "$ref": "#/components/schemas/A", "description": "d" },
        "C": { "type": "object", "required": [] },
        "D": { "enum": [] },
    });
    let response = "#/paths/~1a/get/responses/200";
    refused(
        "keywords",
        &document(&paths, &schemas),
        &[
            "#/paths/~1a/get/sumary (get-a)",
            "#/paths/~1a/get/parameters/0/allowReserved (get-a)",
            &format!("{response}/content/application~1json/schema/properties/type/const (get-a)"),
            "#/paths/~1a/get/responses/2000 (get-a)",
            "#/paths/b",
            "#/components/schemas/A/xml",
            "#/components/schemas/A/items/contains",
            "#/components/schemas/B/description",
            "#/components/schemas/C/required",
            "#/components/schemas/D/enum",
        ],
    );
}

#[test]
fn keywords_with_their_default_value_are_accepted() {
    let paths = json!({ "/a": {
        "servers": [],
        "parameters": [],
        "get": { "deprecated": false, "tags": [], "callbacks": {}, "parameters": [
            { "name": "p", "in": "path", "required": false, "allowReserved": false,
              "style": "simple", "schema": { "type": "string" } },
        ], "responses": { "200": { "description": "", "headers": {} } } },
    } });
    let schemas = json!({ "A": {
        "type": "object", "nullable": false, "properties": {}, "default": null,
        "externalDocs": { "url": "u" },
    } });
    let reporter = Reporter::default();
    check(&document(&paths, &schemas), &reporter);
    reporter.end_stage().unwrap();
}

/// What is in the table must be read, since nothing else looks for what is dropped.
#[test]
fn every_keyword_of_the_table_is_read_by_the_parser() {
    for variant in 0..4 {
        let whole = sample(&OPENAPI, 0, variant);
        let read: openapiv3::OpenAPI = serde_json::from_value(whole.clone()).unwrap();
        kept(&whole, &serde_json::to_value(read).unwrap(), &WalkPointer::root());
    }
}

/// An object with every keyword that can stand beside the others; where one must be
/// chosen, the variant does.
fn sample(kind: &'static ObjectKind, depth: usize, variant: usize) -> Value {
    let is_required = |keyword: &&str| kind.required.iter().any(|one| one.contains(keyword));
    let is_chosen = |keyword: &&str| {
        let several = kind.required.iter().filter(|one| one.contains(keyword));
        several.into_iter().all(|one| one[variant % one.len()] == *keyword)
    };
    let word = |by: &str| match kind.keyword(by) {
        Some(KeywordType::Word(words)) => words[variant % words.len()],
        _ => unreachable!("{by}"),
    };
    let is_read = |keyword: &&str| {
        let mut only = kind.only.iter().filter(|(name, ..)| name == keyword);
        only.all(|(_, by, value)| word(by) == *value)
    };
    let keywords = kind.keywords.iter().filter(|(keyword, is)| {
        is_chosen(keyword)
            && is_read(keyword)
            && !matches!(is, KeywordType::Unsupported)
            && (depth < 7 || is_required(keyword))
    });
    let members = keywords.map(|(keyword, is)| {
        let value = match is {
            // Each place of a parameter has styles of its own.
            KeywordType::Word(words) if *keyword == "style" && words.contains(&"matrix") => {
                let in_list = ["query", "cookie"].contains(&word("in"));
                json!(if in_list { "form" } else { "simple" })
            }
            is => value(is, depth, variant),
        };
        ((*keyword).to_owned(), value)
    });
    Value::Object(members.collect())
}

fn value(is: &'static KeywordType, depth: usize, variant: usize) -> Value {
    match is {
        KeywordType::Data | KeywordType::Text => json!("a"),
        KeywordType::Bool => json!(true),
        KeywordType::Number | KeywordType::Count => json!(1),
        KeywordType::Word(words) => json!(words[variant % words.len()]),
        KeywordType::Object(kind) | KeywordType::RefOr(kind) | KeywordType::BoolOr(kind) => {
            sample(kind, depth + 1, variant)
        }
        KeywordType::List(item) | KeywordType::Filled(item) => json!([value(item, depth, variant)]),
        KeywordType::Map(item) => json!({ "a": value(item, depth, variant) }),
        KeywordType::Extended(item, is_name) => {
            let name = if is_name("/a") { "/a" } else { "200" };
            json!({ name: value(item, depth, variant) })
        }
        KeywordType::Unsupported => Value::Null,
    }
}

#[track_caller]
fn kept(whole: &Value, read: &Value, at: &WalkPointer<'_>) {
    match (whole, read) {
        (Value::Object(members), Value::Object(others)) => {
            for (name, value) in members {
                let at = at.join(name);
                let read = others.get(name);
                assert!(read.is_some(), "{} is dropped", at.pointer());
                kept(value, read.unwrap(), &at);
            }
        }
        (Value::Array(elements), Value::Array(others)) => {
            for (index, (value, read)) in elements.iter().zip(others).enumerate() {
                kept(value, read, &at.element(index));
            }
        }
        (Value::Number(number), Value::Number(other)) => {
            assert_eq!(number.as_f64(), other.as_f64(), "{}", at.pointer());
        }
        _ => assert_eq!(whole, read, "{}", at.pointer()),
    }
}
