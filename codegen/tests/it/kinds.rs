//! Kinds of thing that documents of other vendors have, each in the least document that shows
//! it: what of it generates, what is said of it, and what of the code matters.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::foreign::{agrees, cover, lines};
use crate::names;
use trenz_codegen::Origin;

/// A document, and what must come of it.
struct Kind {
    name: &'static str,
    /// JSON: the members of `paths`.
    paths: &'static str,
    /// JSON: the members of `components`.
    components: &'static str,
    /// A line for each operation, as in the golden files of `foreign`.
    operations: &'static [&'static str],
    /// What notes begin with.
    notes: &'static [&'static str],
    /// Texts that stand in the code, or that do not where they begin with `!`.
    code: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "an optional property that leads nowhere",
        paths: r##"{ "/a": { "get": { "responses": { "200": { "description": "", "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } } } } } }"##,
        components: r##"{ "schemas": { "A": { "type": "object", "properties": {
            "good": { "type": "string" }, "bad": { "$ref": "#/components/schemas/None" } } } } }"##,
        operations: &["GET /a: a::GetACall"],
        notes: &["lower: `bad` is left out: `$ref` to `#/components/schemas/None`"],
        code: &["pub good:", "!pub bad:"],
    },
    Kind {
        name: "a required property that leads nowhere, and what does without its owner",
        paths: r##"{ "/a": { "get": { "responses": { "200": { "description": "", "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } } } } },
            "/b": { "get": { "responses": { "200": { "description": "", "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/B" } } } } } } },
            "/c": { "get": { "responses": { "200": { "description": "", "content": {
            "application/json": { "schema": { "type": "array", "items": {
            "$ref": "#/components/schemas/A" } } } } } } } } }"##,
        components: r##"{ "schemas": {
            "A": { "type": "object", "required": ["bad"], "properties": {
            "bad": { "$ref": "#/components/schemas/None" } } },
            "B": { "type": "object", "properties": { "id": { "type": "string" },
            "a": { "$ref": "#/components/schemas/A" } } } } }"##,
        operations: &[
            "GET /a: refused, which does not exist",
            "GET /b: b::GetBCall",
            "GET /c: refused, which does not exist",
        ],
        notes: &["lower: `a` is left out: `$ref` to `#/components/schemas/None`"],
        code: &["pub id:", "!pub a:"],
    },
    Kind {
        name: "a schema that is no schema, in parts that can be left out and in one that cannot",
        paths: r##"{ "/a": { "get": { "parameters": [
            { "name": "q", "in": "query", "schema": { "$ref": "#/components/schemas/Odd" } } ],
            "responses": { "204": { "description": "" } } },
            "post": { "requestBody": { "content": { "application/json": { "schema": {
            "type": "object", "properties": { "x": { "type": "string" },
            "odd": { "$ref": "#/components/schemas/Odd" } } } } } },
            "responses": { "204": { "description": "" } } },
            "put": { "requestBody": { "content": { "application/json": { "schema": {
            "$ref": "#/components/schemas/Odd" } } } },
            "responses": { "204": { "description": "" } } } } }"##,
        components: r#"{ "schemas": { "Odd": { "type": "array", "items": {
            "allOf": [ "no schema" ] } } } }"#,
        operations: &[
            "GET /a: a::GetACall",
            "POST /a: a::PostACall",
            "PUT /a: refused, this must be a schema",
        ],
        notes: &["lower: `odd` is left out: this must be a schema", "lapse: this must be a schema"],
        code: &["pub x:", "!pub odd:"],
    },
    Kind {
        name: "what is wrong in an error that nobody reads",
        paths: r##"{ "/a": { "get": { "responses": { "204": { "description": "" },
            "400": { "description": "", "content": { "application/json": { "schema": {
            "$ref": "#/components/schemas/A" } } } } } } } }"##,
        components: r#"{ "schemas": { "A": { "allOf": [ "no schema" ] } } }"#,
        operations: &["GET /a: a::GetACall"],
        notes: &[],
        code: &[],
    },
    Kind {
        name: "a style that the place of a parameter does not have",
        paths: r#"{ "/a": { "get": { "parameters": [
            { "name": "q", "in": "query", "style": "simple", "schema": { "type": "string" } } ],
            "responses": { "204": { "description": "" } } } } }"#,
        components: "{}",
        operations: &["GET /a: a::GetACall"],
        notes: &["ill_typed: `style` is \"simple\" here and left out"],
        code: &["pub q:"],
    },
    Kind {
        name: "an operation without responses, and scopes that are null",
        paths: r#"{ "/a": { "get": { "security": [ { "key": null } ] },
            "put": { "responses": null } } }"#,
        components: r#"{ "securitySchemes": {
            "key": { "type": "apiKey", "in": "header", "name": "X-Key" } } }"#,
        operations: &["GET /a: a::GetACall", "PUT /a: a::PutACall"],
        notes: &["required: an operation has no responses", "nulls: null among `security`"],
        code: &[],
    },
    Kind {
        name: "binary data where only text has a place",
        paths: r##"{ "/a": { "post": { "requestBody": { "content": { "application/json": {
            "schema": { "type": "string", "format": "binary" } } } },
            "responses": { "204": { "description": "" } } },
            "put": { "parameters": [ { "name": "q", "in": "query", "schema": {
            "type": "string", "format": "binary" } } ],
            "requestBody": { "content": { "application/json": { "schema": {
            "$ref": "#/components/schemas/A" } } } },
            "responses": { "200": { "description": "", "content": { "application/json": {
            "schema": { "type": "array", "items": { "$ref": "#/components/schemas/A" } } } } } } }
            } }"##,
        components: r#"{ "schemas": { "A": { "type": "object", "required": ["file"],
            "properties": { "file": { "type": "string", "format": "binary" },
            "more": { "type": "array", "items": { "type": "string", "format": "binary" } }
            } } } }"#,
        operations: &["POST /a: a::PostACall", "PUT /a: a::PutACall"],
        notes: &["binary: binary data where only text has a place is text"],
        code: &["pub file: String", "pub more: Option<Vec<String>>", "pub q: Option<String>"],
    },
    Kind {
        name: "objects in objects, and lists, in a query",
        paths: r#"{ "/a": { "get": { "parameters": [
            { "name": "flat", "in": "query", "style": "deepObject", "schema": {
            "type": "object", "properties": { "gt": { "type": "integer" } } } },
            { "name": "deep", "in": "query", "style": "deepObject", "schema": {
            "type": "object", "properties": { "a": { "type": "object", "properties": {
            "b": { "type": "string" } } } } } },
            { "name": "list", "in": "query", "style": "deepObject", "schema": {
            "type": "array", "items": { "type": "string" } } } ],
            "responses": { "204": { "description": "" } } },
            "put": { "parameters": [
            { "name": "deep", "in": "query", "style": "deepObject", "required": true, "schema": {
            "type": "object", "properties": { "a": { "type": "object", "properties": {
            "b": { "type": "string" } } } } } } ],
            "responses": { "204": { "description": "" } } } } }"#,
        components: "{}",
        operations: &[
            "GET /a: a::GetACall",
            "PUT /a: refused, a parameter whose parts have parts of their own",
        ],
        notes: &[
            "lapse: a parameter whose parts have parts of their own",
            "lapse: OpenAPI does not say how such a value is written",
        ],
        code: &["pub flat:", "!pub deep:", "!pub list:"],
    },
];

#[test]
fn what_comes_of_each_kind_is_what_was_expected() {
    let mut failures = String::new();
    for kind in KINDS {
        let wrong = wrong(kind);
        if !wrong.is_empty() {
            let _ = writeln!(failures, "{}:\n  {}", kind.name, wrong.join("\n  "));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn wrong(kind: &Kind) -> Vec<String> {
    let [paths, components]: [Value; 2] =
        [kind.paths, kind.components].map(|text| serde_json::from_str(text).unwrap());
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Kinds", "version": "1" },
        "servers": [{ "url": "https://kinds.example" }],
        "paths": paths,
        "components": components,
    });
    let coverage = match cover(Origin::Foreign, &document.to_string()) {
        Ok(coverage) => coverage,
        Err(report) => return vec![report.to_string()],
    };
    let said = lines(&coverage);
    let mut wrong = Vec::new();
    if said.len() != kind.operations.len()
        || !said.iter().all(|line| kind.operations.iter().any(|expected| agrees(line, expected)))
    {
        wrong.push(format!("came out: {}", said.join("\n            ")));
    }
    let notes: Vec<String> = coverage.notes.iter().map(ToString::to_string).collect();
    for expected in kind.notes {
        if !notes.iter().any(|note| note.starts_with(expected)) {
            wrong.push(format!("no note {expected:?} among {notes:#?}"));
        }
    }
    let Some(client) = &coverage.client else { return wrong };
    let code: String = client.files.values().map(String::as_str).collect();
    for text in kind.code {
        let found = match text.strip_prefix('!') {
            Some(absent) => !code.contains(absent),
            None => code.contains(text),
        };
        if !found {
            wrong.push(format!("{text:?} in the code:\n{code}"));
        }
    }
    if let Err(fault) = names::judge(&client.files) {
        wrong.push(fault);
    }
    wrong
}
