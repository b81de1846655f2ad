//! The platform's habits when the real document changes: each edit is first refused,
//! with a report that names what to edit, and then generates with that edited.
//!
//! The reports are in `golden/conventions.txt`, to be read, and rewritten like the other
//! golden files. That what adapts also works shows in `behaviour`.

mod behaviour;
mod command_line;
mod edits;

use std::fmt::Write as _;

use serde_json::Value;
use trenz_codegen::changes::Side;
use trenz_codegen::report::{Problem, Report};
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

use crate::changes::{DECISIONS, DOCUMENT, OVERLAY};
use crate::expected;

/// One change of the vendor's, and what a maintainer does about it.
struct Edit {
    name: &'static str,
    /// Of the document.
    apply: fn(&mut Value),
    adapt: Adapt,
}

enum Adapt {
    /// The change just works.
    Nothing,
    /// An edit of the decisions.
    Decisions(fn(&mut Value)),
    /// An edit of the overlay.
    Overlay(fn(&mut Value)),
}

#[test]
fn changed_conventions_are_refused_until_decisions_are_adapted() {
    let mut said = String::new();
    let mut failures = String::new();
    for edit in edits::EDITS {
        let (mut document, mut decisions) = (json(DOCUMENT), json(DECISIONS));
        let mut overlay = json(OVERLAY);
        (edit.apply)(&mut document);
        let _ = writeln!(said, "# {}\n", edit.name);
        if matches!(edit.adapt, Adapt::Nothing) {
            said.push_str("It just works.\n\n");
        } else {
            match generated(&document, &overlay, &decisions) {
                Ok(_) => _ = writeln!(failures, "{}: is not refused", edit.name),
                Err(report) => _ = writeln!(said, "{report}\n"),
            }
        }
        match edit.adapt {
            Adapt::Nothing => {}
            Adapt::Decisions(adapt) => adapt(&mut decisions),
            Adapt::Overlay(adapt) => adapt(&mut overlay),
        }
        for problem in problems(&document, &overlay, &decisions) {
            let _ = writeln!(failures, "{}: does not adapt:\n{problem}", edit.name);
        }
    }
    assert!(failures.is_empty(), "{failures}");
    expected::golden("conventions", &said);
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

fn generated(document: &Value, overlay: &Value, decisions: &Value) -> Result<Generated, Report> {
    let texts = [document, overlay, decisions].map(|json| format!("{json:#}"));
    generate(&sources(&texts))
}

/// What keeps a document from being generated, without generating it.
fn problems(document: &Value, overlay: &Value, decisions: &Value) -> Vec<Problem> {
    let texts = [document, overlay, decisions].map(|json| format!("{json:#}"));
    match Side::read(&sources(&texts)) {
        Ok(side) => side.problems().to_vec(),
        Err(report) => report.problems().to_vec(),
    }
}

fn sources([document, overlay, decisions]: &[String; 3]) -> Sources<'_> {
    Sources {
        origin: Origin::Own,
        document: Source { name: "spec/trenz-openapi.json", text: document.as_bytes() },
        overlay: Some(Source { name: "spec/overlay.json", text: overlay.as_bytes() }),
        decisions: Some(Source { name: "spec/decisions.json", text: decisions.as_bytes() }),
    }
}

/// The entry of a table of decisions of which a member has this value.
fn entry<'d>(decisions: &'d mut Value, table: &str, member: &str, value: &str) -> &'d mut Value {
    let entries = decisions[table].as_array_mut().unwrap();
    entries.iter_mut().find(|entry| entry[member] == value).unwrap()
}

fn add(decisions: &mut Value, table: &str, entry: Value) {
    if decisions[table].is_null() {
        decisions[table] = Value::Array(Vec::new());
    }
    let mut entry = entry;
    entry["reason"] = "The document says so now.".into();
    decisions[table].as_array_mut().unwrap().push(entry);
}

/// Adds to what the overlay finds at a place.
fn correct(overlay: &mut Value, target: &str, update: &Value) {
    let description = "The document lacks it.";
    let action =
        serde_json::json!({ "target": target, "description": description, "update": update });
    overlay["actions"].as_array_mut().unwrap().push(action);
}

/// Removes what the overlay finds at a place.
fn drop_at(overlay: &mut Value, target: &str) {
    let description = "It means nothing to us.";
    let action =
        serde_json::json!({ "target": target, "description": description, "remove": true });
    overlay["actions"].as_array_mut().unwrap().push(action);
}
