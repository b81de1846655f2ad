//! Kinds of thing that documents of other vendors have, each in the least document that shows
//! it: what of it generates, what is said of it, and what of the code matters.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::case::golden;
use crate::expected;
use crate::foreign::{Foreign, cover, differences, missing};
use crate::names;
use trenz_codegen::Origin;
use trenz_codegen::coverage::Coverage;

/// A document, and what must come of it.
struct Kind {
    name: &'static str,
    /// JSON: the members of `paths`.
    paths: &'static str,
    /// JSON: the members of `components`.
    components: &'static str,
    /// A line for each operation, as in the golden files of `foreign`.
    operations: &'static [&'static str],
    /// The rule and the place of notes; after `!`, the rule of none.
    notes: &'static [&'static str],
    /// Texts that the code has, or lacks where they begin with `!`.
    code: &'static [&'static str],
}

const KINDS: &[Kind] = &[
    Kind {
        name: "an optional property with a broken reference",
        paths: r##"{ "/a": { "get": { "responses": { "200": { "description": "", "content": {
            "application/json": { "schema": { "$ref": "#/components/schemas/A" } } } } } } } }"##,
        components: r##"{ "schemas": { "A": { "type": "object", "properties": {
            "good": { "type": "string" }, "bad": { "$ref": "#/components/schemas/None" } } } } }"##,
        operations: &["GET /a: a::GetACall"],
        notes: &["lower /components/schemas/A/properties/bad"],
        code: &["good: Option<String>", "!bad: "],
    },
    Kind {
        name: "a required property with a broken reference, and optional uses of its object",
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
            "GET /a: refused at /paths/~1a/get/responses/200/content/application~1json/schema",
            "GET /b: b::GetBCall",
            "GET /c: refused at /paths/~1c/get/responses/200/content/application~1json/schema",
        ],
        notes: &["lower /components/schemas/B/properties/a"],
        code: &["id: Option<String>", "!a: Option<A>"],
    },
    Kind {
        name: "an invalid schema, in optional and required places",
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
            "PUT /a: refused at /components/schemas/Odd/items/allOf/0",
        ],
        notes: &[
            "lower /paths/~1a/post/requestBody/content/application~1json/schema/properties/odd",
            "violation /components/schemas/Odd/items/allOf/0",
        ],
        code: &["x: Option<String>", "!odd: "],
    },
    Kind {
        name: "an invalid schema of an ignored error response",
        paths: r##"{ "/a": { "get": { "responses": { "204": { "description": "" },
            "400": { "description": "", "content": { "application/json": { "schema": {
            "$ref": "#/components/schemas/A" } } } } } } } }"##,
        components: r#"{ "schemas": { "A": { "allOf": [ "no schema" ] } } }"#,
        operations: &["GET /a: a::GetACall"],
        notes: &[],
        code: &[],
    },
    Kind {
        name: "a style that the location of a parameter does not have",
        paths: r#"{ "/a": { "get": { "parameters": [
            { "name": "q", "in": "query", "style": "simple", "schema": { "type": "string" } } ],
            "responses": { "204": { "description": "" } } } } }"#,
        components: "{}",
        operations: &["GET /a: a::GetACall"],
        notes: &["ill_typed /paths/~1a/get/parameters/0/style"],
        code: &["q: Option<String>"],
    },
    Kind {
        name: "an operation without responses, and scopes that are null",
        paths: r#"{ "/a": { "get": { "security": [ { "key": null } ] },
            "put": { "responses": null } } }"#,
        components: r#"{ "securitySchemes": {
            "key": { "type": "apiKey", "in": "header", "name": "X-Key" } } }"#,
        operations: &["GET /a: a::GetACall", "PUT /a: a::PutACall"],
        notes: &["required /paths/~1a/get", "nulls /paths/~1a/get/security"],
        code: &[],
    },
    Kind {
        name: "binary data where only text is possible",
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
        notes: &["binary /paths/~1a/put/parameters/0/schema"],
        code: &["file: String", "more: Option<Vec<String>>", "q: Option<String>"],
    },
    Kind {
        name: "nested objects and lists in a query",
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
            "PUT /a: refused at /paths/~1a/put/parameters/0/schema",
        ],
        notes: &[
            "violation /paths/~1a/get/parameters/1/schema",
            "violation /paths/~1a/get/parameters/2/schema",
        ],
        code: &["flat: Option<", "!deep: Option<", "!list: Option<"],
    },
];

/// What must come of a document of `golden/kinds`.
type Expected =
    (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// Name, operations, notes and code, as in [`Kind`]. What the folder's other documents stand
/// for is that their names compile.
const GOLDEN: &[Expected] = &[
    ("rec_self", &["GET /a: a::ACall"], &[], &["Tree(Box<Tree>)"]),
    ("rec_mutual_any1", &["GET /a: a::ACall"], &[], &["b: Option<Box<B>>", "a: Option<Box<A>>"]),
    ("rec_stripe", &["GET /a: a::ACall"], &[], &["Bank(Box<Bank>)", "Account(Box<Account>)"]),
    (
        "comp_name",
        &["GET /a: pets::GetPetCall", "POST /b: pets::CreatePetCall"],
        &["!components"],
        &["body: Option<NewPet>", "!GetPetData", "!CreatePetData"],
    ),
    (
        "petstore_like",
        &[
            "GET /pets: pet::ListPetsCall",
            "POST /pets: pet::AddPetCall",
            "GET /users/{name}: user::GetUserCall",
        ],
        &["!components"],
        &["body: Pet", "owner: Option<User>", "!AddPetData"],
    ),
    (
        "error_in_union",
        &["GET /e: things::ReadCall"],
        &[],
        &["Error(Box<Error>)", "BTreeMap<String, Error>"],
    ),
    ("tag_self", &["GET /s: self_api::LookCall"], &[], &[]),
    ("data_collide", &["POST /k: k::CreateKCall"], &[], &["data: KCreateData"]),
    ("jsonapi", &["POST /articles: things::CreateArticleCall"], &[], &["data: CreateArticleData"]),
    (
        "case_fields",
        &["GET /k: k::GCall"],
        &["names /paths/~1k/get/responses/200/content/application~1json/schema/properties/M"],
        &["m: Option<String>", "m_2: Option<bool>"],
    ),
    (
        "underscore",
        &["GET /k: k::GCall"],
        &["names /paths/~1k/get/responses/200/content/application~1json/schema/properties/_"],
        &["underscore: Option<String>"],
    ),
    ("han", &["GET /k: k::GCall"], &[], &["序号: "]),
    (
        "q_str_or_list",
        &["GET /k: k::GCall"],
        &["!violation"],
        &["ids: Option<GIds>", "(String)", "(Vec<String>)"],
    ),
    (
        "cascade",
        &[
            "GET /keys/{k}: keys::GCall",
            "DELETE /keys/{k}: keys::DCall",
            "GET /other: other::OCall",
        ],
        &[],
        &[],
    ),
    ("srv_same", &["GET /k: k::GCall"], &["!violation"], &[]),
    ("srv_path_other", &["GET /k: refused at /paths/~1k/servers/0"], &[], &[]),
    ("un_ref", &["GET /k: k::GCall"], &[], &["U by \"type\"", "Tag(\"a\")", "Tag(\"b\")"]),
    ("tag_integer", &["POST /v: things::WriteCall"], &[], &["Bare(\"1\")", "Bare(\"2\")"]),
    (
        "allof_required",
        &["POST /a: things::WriteCall"],
        &[],
        &["id: String", "!id: Option<String>"],
    ),
    (
        "allof_oneof",
        &["GET /o: things::ReadCall"],
        &[],
        &["id: String", "n: Option<String>", "m: Option<String>"],
    ),
    (
        "bounds",
        &["POST /n: things::WriteCall"],
        &[],
        &["4294967295", "-2147483649", "9007199254740991", "3000000000"],
    ),
    (
        "fragment_path",
        &["GET /k#copy: k_copy::GCall"],
        &["violation /paths/~1k#copy/get"],
        &["\"/k\""],
    ),
    (
        "pathparam_undeclared",
        &["GET /k/{id}: k::GCall"],
        &["violation /paths/~1k~1{id}/get"],
        &["id: String"],
    ),
    (
        "no_security",
        &["GET /p: things::ReadCall"],
        &["credentials /components/securitySchemes"],
        &[],
    ),
    ("deprecated", &["GET /p: things::ReadCall"], &[], &["deprecated"]),
];

#[test]
fn golden_documents_generate_what_was_expected() {
    let cases = Foreign::kinds();
    let mut failures = String::new();
    let mut messages = String::new();
    for (name, operations, notes, code) in GOLDEN {
        let case = cases.iter().find(|case| case.name == *name).unwrap();
        check(name, &case.cover(), [operations, notes, code], &mut messages, &mut failures);
    }
    failures.push_str(&expected::compare(&golden().join("messages/kinds_golden.txt"), &messages));
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn unusual_documents_generate_what_was_expected() {
    let mut failures = String::new();
    let mut messages = String::new();
    for kind in KINDS {
        let coverage = kind.cover();
        let expected = [kind.operations, kind.notes, kind.code];
        check(kind.name, &coverage, expected, &mut messages, &mut failures);
    }
    failures.push_str(&expected::compare(&golden().join("messages/kinds.txt"), &messages));
    assert!(failures.is_empty(), "{failures}");
}

impl Kind {
    fn cover(&self) -> Coverage {
        let [paths, components]: [Value; 2] =
            [self.paths, self.components].map(|text| serde_json::from_str(text).unwrap());
        let document = json!({
            "openapi": "3.0.3",
            "info": { "title": "Kinds", "version": "1" },
            "servers": [{ "url": "https://kinds.example" }],
            "paths": paths,
            "components": components,
        });
        cover(Origin::Foreign, &document.to_string()).unwrap_or_else(|report| panic!("{report}"))
    }
}

/// Checks what is generated, and adds the sentences about it to `messages`.
fn check(
    name: &str,
    coverage: &Coverage,
    [operations, notes, code]: [&[&str]; 3],
    messages: &mut String,
    failures: &mut String,
) {
    let mut wrong = differences(coverage, operations, notes);
    if let Some(client) = &coverage.client {
        let text: String = client.files.values().map(String::as_str).collect();
        let is_there = |part: &str| text.contains(part);
        wrong.extend(missing(code, is_there).map(|part| format!("{part:?} in the code:\n{text}")));
        wrong.extend(names::check(&client.files).err());
    }
    if !wrong.is_empty() {
        let _ = writeln!(failures, "{name}:\n  {}", wrong.join("\n  "));
    }
    let refused = coverage.refused.iter().flat_map(|refusal| &refusal.problems);
    let _ = writeln!(messages, "# {name}\n");
    for problem in refused {
        let _ = writeln!(messages, "{problem}");
    }
    let _ = writeln!(messages, "{}\n", coverage.all_notes());
}
