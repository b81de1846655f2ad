//! Every kind of reference: what it becomes, and what it is refused for.

use serde_json::{Value, json};

use super::{References, Target, follow, inline_paths};
use crate::load::structure;
use crate::report::expected::{messages, notes_at, problems_at};
use crate::report::{Pointer, Reporter};

/// A document with these schemas and one response at `/a`.
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

fn followed(document: &Value, reporter: &Reporter) -> References {
    let mut checked = structure::check(document, reporter);
    follow(document, &mut checked, reporter)
}

#[track_caller]
fn all_lead_somewhere(document: &Value) -> References {
    let reporter = Reporter::default();
    let references = followed(document, &reporter);
    if let Err(report) = reporter.end_stage() {
        panic!("{report}");
    }
    references
}

#[track_caller]
fn refused(document: &Value, places: &[&str]) -> String {
    let reporter = Reporter::default();
    followed(document, &reporter);
    problems_at(&reporter.end_stage().unwrap_err(), places)
}

#[test]
fn references_resolve_to_any_place() {
    let deep = "#/paths/~1a/get/responses/200/content/application~1json/schema";
    let escaped = "#/components/schemas/%7BA%7D/properties/a~1b/items";
    let through = "#/components/schemas/Alias/properties/a~1b";
    let chain = "#/components/schemas/B/properties/escaped";
    let named = "#/components/schemas/%7BA%7D";
    let a = json!({ "properties": { "a/b": { "items": { "type": "integer" } } } });
    let references = all_lead_somewhere(&document(&json!({
        "{A}": a,
        "Alias": { "$ref": "#/components/schemas/{A}" },
        "B": { "properties": {
            "deep": { "$ref": deep },
            "escaped": { "$ref": escaped },
            "through": { "$ref": through },
            "chain": { "$ref": chain },
            "named": { "$ref": named },
        } },
    })));
    let item = "/components/schemas/{A}/properties/a~1b/items";
    for (text, place) in [
        (deep, "/paths/~1a/get/responses/200/content/application~1json/schema"),
        (escaped, item),
        (through, "/components/schemas/{A}/properties/a~1b"),
        (chain, item),
    ] {
        let place = Pointer::from(place);
        assert!(references.schemas.contains_key(&place), "{text}");
        assert_eq!(references.target(text, "schemas"), Ok(Target::Place(place)), "{text}");
    }
    assert_eq!(references.target(named, "schemas"), Ok(Target::Component("{A}".to_owned())));
    assert_eq!(references.schemas.len(), 3);
}

#[test]
fn references_resolve_to_every_kind_of_object() {
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
    let reporter = Reporter::default();
    inline_paths(&mut document, &reporter);
    assert_eq!(document["paths"]["/c"]["get"], document["paths"]["/a"]["get"]);
    assert_eq!(document["paths"]["/c"]["summary"], "Also there.");
    // What both say is not decided in silence.
    let report = reporter.end_stage().unwrap_err();
    messages("references_beside", &problems_at(&report, &["#/paths/~1b/parameters"]));
    let references = all_lead_somewhere(&document);
    assert_eq!((references.responses.len(), references.parameters.len()), (1, 1));
}

#[test]
fn a_reference_without_a_target_is_refused_at_its_place() {
    let names =
        ["outside", "url", "missing", "relative", "response", "properties", "circle", "whole"];
    let places = names.map(|name| format!("#/components/schemas/A/properties/{name}"));
    let report = refused(
        &document(&json!({ "A": { "properties": {
            "outside": { "$ref": "other.json#/components/schemas/A" },
            "url": { "$ref": "https://example.com/a.json" },
            "missing": { "$ref": "#/components/schemas/A/properties/none" },
            "relative": { "$ref": "#A" },
            "response": { "$ref": "#/paths/~1a/get/responses/200" },
            "properties": { "$ref": "#/components/schemas/A/properties" },
            "circle": { "$ref": "#/components/schemas/A/properties/circle" },
            "whole": { "$ref": "#" },
        } } })),
        &places.each_ref().map(String::as_str),
    );
    messages("references", &report);
}

#[test]
fn schemas_in_extensions_are_checked_once_they_are_referred_to() {
    let mut document = document(&json!({ "A": { "$ref": "#/x-schemas/a" } }));
    document["x-schemas"] = json!({ "a": { "type": "object" }, "b": { "type": 1 } });
    assert_eq!(all_lead_somewhere(&document).schemas.len(), 1);
    document["x-schemas"]["a"]["properties"] = json!({ "b": { "$ref": "#/x-schemas/b" } });
    let _ = refused(&document, &["#/x-schemas/b/type", "#/x-schemas/a/properties/b"]);
}

#[test]
fn another_vendors_reference_without_a_target_is_noted_until_it_is_read() {
    let mut document = document(&json!({}));
    let missing = json!({ "$ref": "#/components/responses/Missing" });
    document["paths"]["/a"]["get"]["responses"]["default"] = missing;
    let reporter = Reporter::default().lenient(str::to_owned);
    let references = followed(&document, &reporter);
    reporter.end_stage().unwrap();
    let wrong = references.target("#/components/responses/Missing", "responses").unwrap_err();
    let cause = &wrong.unwrap().cause;
    let notes = reporter.into_notes();
    let notes = notes_at(&notes, &[("violation", "/paths/~1a/get/responses/default")]);
    messages("references_noted", &format!("{cause}\n{notes}"));
}
