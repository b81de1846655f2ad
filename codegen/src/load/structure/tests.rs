//! What is wrong with the shape of a document, and that the table has all that is read.

use serde_json::json;

use super::*;

fn document(paths: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

#[track_caller]
fn refused(document: &Value, because: &[&str]) {
    let reporter = Reporter::default();
    reporter.set_operations(crate::load::operations(document));
    check(document, &reporter);
    let report = reporter.end_stage().unwrap_err().to_string();
    for part in because {
        assert!(report.contains(part), "{part:?} is not in:\n{report}");
    }
    let count = format!("\n{} problem", because.len());
    assert!(report.contains(&count), "{count:?} is not in:\n{report}");
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
    refused(
        &document(&paths, &json!({})),
        &[
            "#/paths/~1a/get/deprecated (get-a)\n  expected true or false, found \"no\"",
            "/parameters/1/in (get-a)\n  expected one of query, header, path, cookie",
            "/responses/200 (get-a)\n  a response must have `description`",
            "/schema/type (get-a)\n  expected one of string, number",
            "#/paths/~1b\n  expected a path, found null",
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
        &document(&json!({ "/a": { "parameters": parameters } }), &json!({})),
        &["/parameters/0\n", "/parameters/1\n  a parameter must have either `schema` or `content`"],
    );
}

#[test]
fn keywords_of_openapi_3_1_are_told_apart_from_those_of_3_0() {
    let schemas = json!({
        "A": { "type": "number", "exclusiveMinimum": 0 },
        "B": { "type": "object", "properties": { "x-b": { "minLength": -1 } } },
        "C": { "additionalProperties": { "items": [{}] } },
    });
    refused(
        &document(&json!({}), &schemas),
        &[
            "/A/exclusiveMinimum\n  expected true or false, found 0",
            "/B/properties/x-b/minLength\n  expected a non-negative integer",
            "/C/additionalProperties/items\n  expected a schema, found an array",
        ],
    );
}

#[test]
fn names_and_data_are_not_taken_for_keywords() {
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
        "#/paths/~1a/description\n  `description` is null",
        "#/paths/~1a/get/tags (get-a)\n  `tags` is null",
        "#/paths/~1a/get/responses (get-a)\n  expected an object, found null",
        "#/components/schemas/A/enum\n  `enum` is null",
        "#/components/schemas/A/properties/type\n  expected a schema, found null",
    ];
    refused(&document, &places);

    let reporter = Reporter::default().lenient(str::to_owned);
    let absent = check(&document, &reporter).absent;
    let absent: Vec<_> = absent.iter().map(Pointer::text).collect();
    let expected = ["/paths/~1a/description", "/paths/~1a/get/tags", "/components/schemas/A/enum"];
    assert_eq!(absent, expected);
    let notes = reporter.into_notes();
    assert_eq!(
        notes[0].text,
        "`description` is null, which OpenAPI 3.0 does not allow; it is taken as absent"
    );
}

#[test]
fn unread_keywords_are_reported_wherever_they_stand() {
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
    refused(
        &document(&paths, &schemas),
        &[
            "#/paths/~1a/get/sumary (get-a)\n  keyword `sumary` is not supported",
            "/0/allowReserved (get-a)\n  keyword `allowReserved` has no meaning where `in` is not",
            "/schema/properties/type/const (get-a)\n  keyword `const`",
            "/responses/2000 (get-a)\n  `2000` is not allowed here",
            "#/paths/b\n  `b` is not allowed here",
            "#/components/schemas/A/xml\n",
            "#/components/schemas/A/items/contains\n",
            "/B/description\n  `description` beside `$ref`",
            "/C/required\n  `required` is empty",
            "/D/enum\n  `enum` is empty",
        ],
    );
}

#[test]
fn a_keyword_that_says_its_default_is_not_missed() {
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
