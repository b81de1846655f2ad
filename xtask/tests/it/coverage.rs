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
        "servers": [{ "url": "https://harbour.example" }],
        "paths": {
            "/boats": { "get": { "tags": ["boats"], "responses": answer, "x-rate": 5 } },
            "/boats/{id}": { "get": { "operationId": "getBoat", "responses": answer,
                "servers": [{ "url": "https://boats.example" }] } },
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
        "boats.json#/paths/~1boats~1{id}/get/servers/0",
        "the operation is served at",
        "    1  extensions: `x-rate` is left out (/paths/~1boats/get/x-rate)\n",
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

/// A real document comes to thousands of notes.
#[test]
fn notes_that_say_the_same_of_different_things_are_one_line() {
    let project = Project::new();
    let mut document: Value = serde_json::from_str(&foreign()).unwrap();
    for number in 0..3 {
        document["paths"]["/boats"]["get"][format!("x-{number}")] = number.into();
    }
    project.write("boats.json", document.to_string());
    let summed_up =
        "    4  extensions, such as: `x-rate` is left out (/paths/~1boats/get/x-rate)\n";
    let each = "extensions: `x-1` is left out (/paths/~1boats/get/x-1)\n";
    for line in [
        &["coverage", "boats.json", "--foreign"][..],
        &["regen", "--foreign", "--spec", "boats.json", "--out", "target/boats"],
    ] {
        let few = project.run(line).out;
        assert!(few.contains(summed_up) && !few.contains(each), "{few}");
        let all = project.run(&[line, &["--verbose"]].concat()).out;
        assert!(all.contains(each) && !all.contains(summed_up), "{all}");
    }
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
    let whole = foreign().replace("boats.example", "harbour.example");
    project.write("boats.json", &whole);
    project.run(&regen).succeeded();

    // Both of its operations are gone: what is there stays, unless that is meant.
    let mut empty: Value = serde_json::from_str(&whole).unwrap();
    empty["paths"] = json!({ "/ports": { "get": { "responses": {} } } });
    empty["paths"]["/ports"]["get"]["tags"] = json!(["ports"]);
    let answer = json!({ "200": { "description": "" } });
    empty["paths"]["/ports"]["get"]["responses"] = answer;
    project.write("boats.json", empty.to_string());
    let before = project.files();
    project.run(&regen).failed(&["it loses all 2 operations", "--force", "nothing was written"]);
    assert!(project.files() == before, "a file was touched");
    project.run(&[&regen[..], &["--force"]].concat()).succeeded();
    assert!(project.read("target/boats/ports.rs").contains("/ports"));
}
