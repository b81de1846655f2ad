//! `coverage`, and `regen --foreign`, which writes what can be generated.

use serde_json::{Value, json};

use crate::project::{DOCUMENT, Project, output_is};

/// A foreign document with one operation that cannot be generated.
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
fn every_operation_of_the_projects_own_document_is_generated() {
    let project = Project::new();
    let out = project.run(&["coverage", DOCUMENT]).succeeded();
    assert!(out.contains("87 generated"), "{out}");
}

#[test]
fn refused_operations_are_listed_and_exit_with_3() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let outcome = project.run(&["coverage", "boats.json", "--foreign"]);
    assert_eq!((outcome.code, outcome.err.as_str()), (3, ""), "{}", outcome.out);
    output_is("coverage", &outcome.out);
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
fn equal_notes_are_summed_up_unless_verbose() {
    let project = Project::new();
    let mut document: Value = serde_json::from_str(&foreign()).unwrap();
    for number in 0..3 {
        document["paths"]["/boats"]["get"][format!("x-{number}")] = number.into();
    }
    project.write("boats.json", document.to_string());
    let pointers = |out: &str| out.matches("(/paths/~1boats/get/x-").count();
    for line in [
        &["coverage", "boats.json", "--foreign"][..],
        &["regen", "--foreign", "--spec", "boats.json", "--out", "target/boats"],
    ] {
        let few = project.run(line).out;
        assert_eq!(pointers(&few), 1, "{few}");
        let all = project.run(&[line, &["--verbose"]].concat()).out;
        assert_eq!(pointers(&all), 4, "{all}");
    }
}

#[test]
fn only_foreign_documents_are_read_leniently() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let outcome = project.run(&["coverage", "boats.json"]);
    // The project's overlay and decisions are of another document.
    outcome.failed(&["spec/overlay.json#"]);
    project.edit_document("\"x-coin-cost\"", "\"x-coin-price\"");
    let outcome = project.run(&["coverage", DOCUMENT]);
    assert_eq!(outcome.code, 3, "{}", outcome.err);
    assert!(outcome.out.contains("86 generated"), "{}", outcome.out);
}

#[test]
fn unreadable_documents_have_no_coverage() {
    let project = Project::new();
    project.run_with(&["coverage", "-", "--foreign"], b"<html>").failed(&["standard input#"]);
    project.run(&["coverage", "nowhere.json", "--foreign"]).failed(&["nowhere.json"]);
    project.failures_are("coverage_unreadable");
}

#[test]
fn regen_of_a_foreign_document_writes_what_it_can_and_exits_with_3() {
    let project = Project::new();
    project.write("boats.json", foreign());
    let regen = ["regen", "--foreign", "--spec", "boats.json", "--out", "target/boats"];
    let outcome = project.run(&regen);
    assert_eq!(outcome.code, 3, "{}", outcome.err);
    assert!(outcome.err.contains("GET /boats/{id} (getBoat)"), "{}", outcome.err);
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
    project.run(&regen).failed(&["--force"]);
    project.failures_are("coverage_regen");
    assert!(project.files() == before, "a file was touched");
    project.run(&[&regen[..], &["--force"]].concat()).succeeded();
    assert!(project.read("target/boats/ports.rs").contains("/ports"));
}
