//! `coverage`, and `regen --foreign`, which writes what it finds.

use serde_json::{Value, json};

use crate::project::{DOCUMENT, Project};

/// A document of nobody's, with one operation that cannot be generated.
fn foreign() -> String {
    let answer = json!({ "200": { "description": "", "content": { "application/json": {
        "schema": { "type": "object", "properties": { "id": { "type": "string" } } },
    } } } });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Boats", "version": "2" },
        "paths": {
            "/boats": { "get": { "tags": ["boats"], "responses": answer, "x-rate": 5 } },
            "/boats/{id}": { "get": { "operationId": "getBoat", "responses": answer } },
        },
    });
    document.to_string()
}

#[test]
fn the_projects_own_document_generates_as_a_whole() {
    let project = Project::new();
    let out = project.run(&["coverage", DOCUMENT]).succeeded();
    assert!(out.contains(": 87 operations, 87 generated, 0 refused"), "{out}");
}

#[test]
fn what_does_not_generate_is_said_and_shows_in_the_exit_code() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let outcome = project.run(&["coverage", "boats.json", "--foreign"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (3, ""), "{}", outcome.out);
    for part in [
        "Boats, version 2: 2 operations, 1 generated, 1 refused",
        "GET /boats/{id} (getBoat)",
        "boats.json#/paths/~1boats~1{id}/get",
        "the path names `{id}`, which no parameter declares",
        "extensions, such as: `x-rate` is left out",
    ] {
        assert!(outcome.out.contains(part), "{part:?} is not in:\n{}", outcome.out);
    }
    let outcome =
        project.run_with(&["coverage", "-", "--format", "json", "--foreign"], foreign().as_bytes());
    assert_eq!((outcome.code, outcome.err.as_str()), (3, ""), "{}", outcome.out);
    let report: Value = serde_json::from_str(&outcome.out).unwrap();
    assert_eq!(report["operations"], 2);
    assert_eq!(report["generated"][0]["operation_id"], "GET /boats");
    assert_eq!(report["refused"][0]["operation_id"], "getBoat");
    assert_eq!(report["notes"]["extensions"], 1);
}

#[test]
fn only_a_foreign_document_is_read_with_leniency() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let outcome = project.run(&["coverage", "boats.json"]);
    // The project's overlay and decisions are of another document.
    outcome.failed(&["spec/overlay.json#"]);
    project.edit_document("\"x-coin-cost\"", "\"x-coin-price\"");
    let outcome = project.run(&["coverage", DOCUMENT]);
    assert_eq!(outcome.code, 3, "{}", outcome.err);
    assert!(outcome.out.contains("87 operations, 86 generated, 1 refused"), "{}", outcome.out);
}

#[test]
fn what_cannot_be_read_has_no_coverage() {
    let project = Project::new();
    project.run_with(&["coverage", "-", "--foreign"], b"<html>").failed(&["not JSON"]);
    project.run(&["coverage", "nowhere.json", "--foreign"]).failed(&["cannot read nowhere.json"]);
}

#[test]
fn what_generates_of_a_foreign_document_is_written_and_what_is_missing_is_not_overlooked() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let regen = ["regen", "--foreign", "--spec", "boats.json", "--out", "target/boats"];
    let outcome = project.run(&regen);
    assert_eq!(outcome.code, 3, "{}", outcome.err);
    for part in
        ["GET /boats/{id} (getBoat)", "1 generated, 1 refused; the client is written without"]
    {
        assert!(outcome.err.contains(part), "{part:?} is not in:\n{}", outcome.err);
    }
    assert!(outcome.out.contains("made  1 operations"), "{}", outcome.out);
    assert!(!outcome.out.contains("spec/overlay.json"), "{}", outcome.out);
    assert!(project.read("target/boats/boats.rs").contains("pub struct GetBoatsCall"));
    let whole = foreign().replace("{id}", "all");
    project.write("boats.json", whole);
    project.run(&regen).succeeded();
}
