//! Every kind of reference: what it becomes, and what it is refused for.

use serde_json::{Value, json};

use super::bundle;
use crate::load::shape::DOCUMENT;
use crate::report::{Pointer, Reporter};

/// A document with these schemas and one answer at `/a`.
fn document(schemas: &Value) -> Value {
    let content = json!({ "application/json": { "schema": { "type": "string" } } });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": { "/a": { "get": { "operationId": "get-a", "responses": {
            "200": { "description": "", "content": content },
        } } } },
        "components": { "schemas": schemas },
    })
}

#[track_caller]
fn bundled(document: &Value) -> Value {
    let mut reporter = Reporter::default();
    let bundled = bundle(document, &DOCUMENT, &mut reporter);
    if let Err(report) = reporter.stage() {
        panic!("{report}");
    }
    bundled
}

#[track_caller]
fn refused(document: &Value, because: &[&str]) {
    let mut reporter = Reporter::default();
    bundle(document, &DOCUMENT, &mut reporter);
    let report = reporter.stage().unwrap_err().to_string();
    for part in because {
        assert!(report.contains(part), "{part:?} is not in:\n{report}");
    }
    let count = format!("\n{} problem", because.len());
    assert!(report.contains(&count), "{count:?} is not in:\n{report}");
}

#[test]
fn a_reference_to_any_place_becomes_what_stands_there() {
    let deep = "#/paths/~1a/get/responses/200/content/application~1json/schema";
    let escaped = "#/components/schemas/%7BA%7D/properties/a~1b/items";
    let through = "#/components/schemas/Alias/properties/a~1b";
    let a = json!({ "properties": { "a/b": { "items": { "type": "integer" } } } });
    let document = document(&json!({
        "{A}": a,
        "Alias": { "$ref": "#/components/schemas/{A}" },
        "B": { "properties": {
            "deep": { "$ref": deep },
            "escaped": { "$ref": escaped },
            "through": { "$ref": through },
            "chain": { "$ref": "#/components/schemas/B/properties/escaped" },
            "named": { "$ref": "#/components/schemas/%7BA%7D" },
        } },
    }));
    let read = bundled(&document);
    let properties = &read["components"]["schemas"]["B"]["properties"];
    assert_eq!(properties["deep"], json!({ "type": "string" }));
    assert_eq!(properties["escaped"], json!({ "type": "integer" }));
    assert_eq!(properties["through"], json!({ "items": { "type": "integer" } }));
    assert_eq!(properties["chain"], json!({ "type": "integer" }));
    assert_eq!(properties["named"], json!({ "$ref": "#/components/schemas/{A}" }));
}

#[test]
fn every_kind_of_object_can_be_referred_to() {
    let mut document = document(&json!({}));
    let parameter = json!({ "name": "p", "in": "query", "schema": {} });
    document["paths"]["/a"]["parameters"] = json!([parameter]);
    document["paths"]["/b"] = json!({
        "$ref": "#/paths/~1a",
        "parameters": [{ "$ref": "#/paths/~1a/parameters/0" }],
    });
    document["paths"]["/c"] = json!({ "$ref": "#/paths/~1a", "summary": "Also there." });
    document["components"] = json!({
        "examples": { "A": { "value": 1 }, "B": { "$ref": "#/components/examples/A" } },
        "securitySchemes": {
            "A": { "type": "http", "scheme": "bearer" },
            "B": { "$ref": "#/components/securitySchemes/A" },
        },
        "headers": { "A": { "schema": {} }, "B": { "$ref": "#/components/headers/A" } },
        "links": { "A": { "operationId": "get-a" }, "B": { "$ref": "#/components/links/A" } },
        "responses": { "B": { "$ref": "#/paths/~1a/get/responses/200" } },
        "parameters": { "B": { "$ref": "#/paths/~1a/parameters/0" } },
    });
    let mut reporter = Reporter::default();
    let read = bundle(&document, &DOCUMENT, &mut reporter);
    for section in ["examples", "securitySchemes", "headers", "links"] {
        let members = &read["components"][section];
        assert_eq!(members["A"], members["B"], "{section}");
    }
    assert_eq!(read["components"]["responses"]["B"]["description"], "");
    assert_eq!(read["components"]["parameters"]["B"], parameter);
    assert_eq!(read["paths"]["/c"]["get"], document["paths"]["/a"]["get"]);
    assert_eq!(read["paths"]["/c"]["summary"], "Also there.");
    // What both say is not decided in silence.
    let report = reporter.stage().unwrap_err().to_string();
    assert!(report.contains("#/paths/~1b/parameters\n  `parameters` beside `$ref`"), "{report}");
    assert!(report.contains("\n1 problem"), "{report}");
}

#[test]
fn what_holds_itself_becomes_a_component() {
    let inner = "#/components/schemas/A/properties/b";
    let document = document(&json!({ "A": { "properties": {
        "b": { "properties": { "next": { "$ref": inner } } },
    } } }));
    let read = bundled(&document);
    let named = json!({ "$ref": "#/components/schemas/A_b" });
    let schemas = &read["components"]["schemas"];
    assert_eq!(schemas["A_b"], json!({ "properties": { "next": named } }));
    assert_eq!(schemas["A"]["properties"]["b"], named);
}

#[test]
fn a_reference_that_leads_nowhere_is_refused_at_its_place() {
    refused(
        &document(&json!({ "A": { "properties": {
            "outside": { "$ref": "other.json#/components/schemas/A" },
            "url": { "$ref": "https://example.com/a.json" },
            "missing": { "$ref": "#/components/schemas/A/properties/none" },
            "relative": { "$ref": "#A" },
            "response": { "$ref": "#/paths/~1a/get/responses/200" },
            "circle": { "$ref": "#/components/schemas/A/properties/circle" },
            "whole": { "$ref": "#" },
        } } })),
        &[
            "/properties/outside\n  `$ref` to `other.json#/components/schemas/A`, which leads out",
            "/properties/url\n  `$ref` to `https://example.com/a.json`, which leads out",
            "/properties/missing\n  `$ref` to `#/components/schemas/A/properties/none`, which does",
            "/properties/relative\n  `$ref` to `#A`, which is no JSON pointer",
            "which is a response, not a schema",
            "/properties/circle\n  `$ref` to `#/components/schemas/A/properties/circle`, which only",
            "which is an OpenAPI document, not a schema",
        ],
    );
}

#[test]
fn references_that_double_each_other_end_at_a_limit() {
    let mut schemas = json!({ "A0": { "properties": { "x": { "properties": {} } } } });
    for index in 1..40 {
        let below = format!("#/components/schemas/A{}/properties/x", index - 1);
        let x = json!({ "properties": { "l": { "$ref": below }, "r": { "$ref": below } } });
        schemas[format!("A{index}")] = json!({ "properties": { "x": x } });
    }
    let mut reporter = Reporter::default();
    bundle(&document(&schemas), &DOCUMENT, &mut reporter);
    let report = reporter.stage().unwrap_err().to_string();
    assert!(report.contains("10000 is the most"), "{report}");
}

#[test]
fn reports_point_at_what_the_document_says() {
    let document = document(&json!({
        "A": { "properties": { "a": { "properties": { "x": { "type": "string" } } } } },
        "B": { "properties": { "b": { "$ref": "#/components/schemas/A/properties/a" } } },
    }));
    let mut reporter = Reporter::default();
    bundle(&document, &DOCUMENT, &mut reporter);
    for _ in 0..2 {
        let place = "/components/schemas/B/properties/b/properties/x";
        reporter.problem(&Pointer::from(place), "cause", "remedy");
    }
    let report = reporter.stage().unwrap_err();
    let pointers = report.problems().iter().map(|problem| problem.pointer.as_str());
    assert_eq!(pointers.collect::<Vec<_>>(), ["/components/schemas/A/properties/a/properties/x"]);
}

#[test]
fn another_vendors_reference_that_leads_nowhere_is_noted_until_something_reads_it() {
    let mut document = document(&json!({}));
    let missing = json!({ "$ref": "#/components/responses/Missing" });
    document["paths"]["/a"]["get"]["responses"]["default"] = missing.clone();
    let mut reporter = Reporter::default();
    reporter.forgive();
    let read = bundle(&document, &DOCUMENT, &mut reporter);
    assert_eq!(read["paths"]["/a"]["get"]["responses"]["default"], missing);
    reporter.stage().unwrap();
    let notes = reporter.into_notes();
    assert_eq!(notes[0].pointer.as_str(), "/paths/~1a/get/responses/default");
    assert!(notes[0].text.contains("`#/components/responses/Missing`, which does not exist"));
    assert_eq!(notes.len(), 1);
}
