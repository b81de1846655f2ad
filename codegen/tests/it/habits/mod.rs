//! The platform's habits when the real document changes: each edit is first refused,
//! with a report that names what to edit, and then generates with that edited.
//!
//! The reports are in `golden/habits.txt`, to be read, and rewritten like the other
//! golden files. That what adapts also works shows in `behaviour`.

mod behaviour;
mod edits;

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;
use trenz_codegen::report::Report;
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

use crate::changes::{DECISIONS, DOCUMENT, OVERLAY};
use crate::golden;

/// One change of the vendor's, and what a maintainer does about it.
struct Edit {
    name: &'static str,
    /// Of the document.
    apply: fn(&mut Value),
    /// Of the decisions. Nothing where the change just works.
    adapt: Option<fn(&mut Value)>,
}

#[test]
fn a_habit_that_changes_is_reported_and_then_adapted_to() {
    let mut said = String::new();
    let mut failures = String::new();
    for edit in edits::EDITS {
        let (mut document, mut decisions) = (json(DOCUMENT), json(DECISIONS));
        (edit.apply)(&mut document);
        let _ = writeln!(said, "# {}\n", edit.name);
        if let Some(adapt) = edit.adapt {
            match generated(&document, &decisions) {
                Ok(_) => {
                    let _ = writeln!(failures, "{}: is not refused", edit.name);
                }
                Err(report) => {
                    let _ = writeln!(said, "{report}\n");
                }
            }
            adapt(&mut decisions);
        } else {
            said.push_str("It just works.\n\n");
        }
        if let Err(report) = generated(&document, &decisions) {
            let _ = writeln!(failures, "{}: does not adapt:\n{report}", edit.name);
        }
    }
    assert!(failures.is_empty(), "{failures}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/habits.txt");
    let failure = golden::compare(&path, &said);
    assert!(failure.is_empty(), "{failure}");
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).unwrap()
}

fn generated(document: &Value, decisions: &Value) -> Result<Generated, Report> {
    let (document, decisions) = (format!("{document:#}"), format!("{decisions:#}"));
    generate(&Sources {
        origin: Origin::Trenz,
        document: Source { name: "spec/trenz-openapi.json", text: document.as_bytes() },
        overlay: Some(Source { name: "spec/overlay.json", text: OVERLAY }),
        decisions: Some(Source { name: "spec/decisions.json", text: decisions.as_bytes() }),
    })
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
