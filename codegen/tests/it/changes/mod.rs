//! What the change report says of single edits of the real document.
//!
//! The verdict of each edit stands beside it; the lines of its report are in
//! `golden/changes`, to be read, and rewritten like the other golden files.

mod additions;
mod api;
mod batches;
mod blockers;
mod breaking;
mod builds;
mod completeness;
mod money;
mod patches;
mod report;
mod semver;
mod shapes;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

pub(super) use serde_json::{Value, json};
pub(super) use trenz_codegen::changes::Verdict;
use trenz_codegen::changes::{Changes, Side};
use trenz_codegen::{Origin, Source, Sources, changes};

use crate::expected;

pub(crate) const DOCUMENT: &[u8] = include_bytes!("../../../../spec/trenz-openapi.json");
pub(crate) const OVERLAY: &[u8] = include_bytes!("../../../../spec/overlay.json");
pub(crate) const DECISIONS: &[u8] = include_bytes!("../../../../spec/decisions.json");

/// The real document, which all edits start from.
static BEFORE: LazyLock<Side<'static>> = LazyLock::new(|| side(DOCUMENT));

/// One change of the vendor's.
struct Edit {
    name: &'static str,
    verdict: Verdict,
    apply: fn(&mut Value),
}

/// Holds the report on each edit against `golden/changes/{section}.txt`.
fn check(section: &str, edits: &[Edit]) {
    let mut said = String::new();
    for edit in edits {
        let (_, changes) = edited(edit.apply);
        let _ = writeln!(said, "{}: {}", edit.name, changes.verdict);
        lines(&changes, &mut said);
        said.push('\n');
        assert_eq!(changes.verdict, edit.verdict, "{}:\n{changes}", edit.name);
    }
    expected::golden(&format!("changes/{section}"), &said);
}

fn lines(changes: &Changes, to: &mut String) {
    for (section, changes) in [
        ("money", &changes.money),
        ("host", &changes.host),
        ("breaks", &changes.breaking),
        ("deprecated", &changes.deprecated),
        ("adds", &changes.additions),
        ("terminal", &changes.terminal),
        ("patch", &changes.patch),
    ] {
        for change in changes {
            let _ = writeln!(to, "  {section}: {change}");
        }
    }
    for rename in &changes.renames {
        let _ = writeln!(to, "  rename: {rename}");
    }
    for (section, blockers) in
        [("stale override", &changes.stale_overrides), ("blocker", &changes.blockers)]
    {
        for blocker in blockers {
            let _ = writeln!(to, "  {section}: {blocker}");
        }
    }
    if !changes.unread.is_empty() {
        let _ = writeln!(to, "  unread: {}", changes.unread.join(", "));
    }
}

/// Every edit that generates.
fn generating() -> impl Iterator<Item = &'static Edit> {
    [money::EDITS, breaking::EDITS, additions::EDITS, patches::EDITS].into_iter().flatten()
}

fn document(edits: &[fn(&mut Value)]) -> Vec<u8> {
    let mut document: Value = serde_json::from_slice(DOCUMENT).unwrap();
    for edit in edits {
        edit(&mut document);
    }
    let text = format!("{document:#}\n");
    assert!(!text.contains(": null"), "an edit looked for a member and left it as null");
    text.into_bytes()
}

fn edited(edit: fn(&mut Value)) -> (Vec<u8>, Changes) {
    let document = document(&[edit]);
    let changes = BEFORE.changes_to(&side(&document));
    (document, changes)
}

fn side(document: &[u8]) -> Side<'_> {
    Side::read(&sources(document)).unwrap_or_else(|report| panic!("{report}"))
}

pub(crate) fn sources(document: &[u8]) -> Sources<'_> {
    Sources {
        origin: Origin::Own,
        document: Source { name: "spec/trenz-openapi.json", text: document },
        overlay: Some(Source { name: "spec/overlay.json", text: OVERLAY }),
        decisions: Some(Source { name: "spec/decisions.json", text: DECISIONS }),
    }
}

pub(crate) fn op<'d>(document: &'d mut Value, id: &str) -> &'d mut Value {
    let items = document["paths"].as_object_mut().unwrap().values_mut();
    let mut operations = items.flat_map(|item| item.as_object_mut().unwrap().values_mut());
    operations.find(|operation| operation["operationId"] == id).unwrap()
}

pub(crate) fn parameters(operation: &mut Value) -> &mut Vec<Value> {
    operation["parameters"].as_array_mut().unwrap()
}

pub(crate) fn parameter<'d>(operation: &'d mut Value, name: &str) -> &'d mut Value {
    parameters(operation).iter_mut().find(|parameter| parameter["name"] == name).unwrap()
}

/// The schema of the request's body.
pub(crate) fn schema(operation: &mut Value) -> &mut Value {
    &mut operation["requestBody"]["content"]["application/json"]["schema"]
}

pub(crate) fn body_properties(operation: &mut Value) -> &mut Value {
    &mut schema(operation)["properties"]
}

fn body<'d>(operation: &'d mut Value, name: &str) -> &'d mut Value {
    let property = &mut body_properties(operation)[name];
    assert!(property.is_object(), "no {name}");
    property
}

/// The schema of the whole response.
pub(crate) fn envelope(operation: &mut Value) -> &mut Value {
    &mut operation["responses"]["200"]["content"]["application/json"]["schema"]
}

/// The schema of what the response is about.
pub(crate) fn data(operation: &mut Value) -> &mut Value {
    &mut envelope(operation)["properties"]["data"]
}

pub(crate) fn set(object: &mut Value, members: &Value) {
    for (name, value) in members.as_object().unwrap() {
        object[name] = value.clone();
    }
}

pub(crate) fn remove(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().shift_remove(name).unwrap();
}

pub(crate) fn rename(object: &mut Value, old: &str, new: &str) {
    let members = object.as_object_mut().unwrap();
    let member = members.shift_remove(old).unwrap();
    members.insert(new.to_owned(), member);
}

/// Calls an operation's tag by another name, wherever it is named.
pub(crate) fn retag(document: &mut Value, old: &str, new: &str) {
    every(document, &mut |value| {
        if value == old {
            *value = json!(new);
        }
    });
}

fn scopes(document: &mut Value, edit: fn(&mut Value)) {
    every(document, &mut |value| {
        if let Some(scope) = value.get_mut("x-scope") {
            edit(scope);
        }
    });
}

/// The list of countries, wherever it stands.
fn countries(document: &mut Value, edit: fn(&mut Vec<Value>)) {
    every(document, &mut |value| {
        if value["name"] == "country"
            && let Some(Value::Array(list)) = value.pointer_mut("/schema/enum")
        {
            edit(list);
        }
    });
}

/// The object that media are sent as, wherever it stands.
fn media(document: &mut Value, edit: fn(&mut Value)) {
    every(document, &mut |value| {
        let members = value.get("properties").and_then(Value::as_object);
        if members.is_some_and(|members| members.len() == 1 && members.contains_key("url")) {
            edit(value);
        }
    });
}

/// The description of a page, wherever it stands.
fn pages(document: &mut Value, edit: fn(&mut Value)) {
    every(document, &mut |value| {
        if value.pointer("/page_info/properties").is_some_and(Value::is_object) {
            edit(&mut value["page_info"]);
        }
    });
}

pub(crate) fn every(value: &mut Value, edit: &mut dyn FnMut(&mut Value)) {
    // Looking for a member of an object must not make one.
    match value {
        Value::Object(_) => {
            let before = value.clone();
            edit(value);
            if let Value::Object(members) = value {
                members.retain(|name, member| !member.is_null() || before.get(name).is_some());
                members.values_mut().for_each(|member| every(member, edit));
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| every(entry, edit)),
        _ => edit(value),
    }
}
