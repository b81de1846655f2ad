//! Documents of other vendors: what of each generates stands beside it, written by hand,
//! and every operation of any document is either generated or refused.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use trenz_codegen::coverage::Coverage;
use trenz_codegen::report::Report;
use trenz_codegen::{Origin, Source, Sources, coverage};

use crate::case::{Case, folders, golden};
use crate::expected;
use crate::files::{Files, collect};
use crate::names;

const DOCUMENT: &str = include_str!("../../../spec/trenz-openapi.json");
const DECISIONS: &[u8] = include_bytes!("../../../spec/decisions.json");

/// A document in the style of what vendors publish, written for this purpose.
pub(crate) struct Foreign {
    pub(crate) name: String,
    document: String,
    expected: String,
    /// A program that calls a server of it.
    pub(crate) call: Option<String>,
}

impl Foreign {
    /// Those of `golden/foreign`, by name.
    pub(crate) fn all() -> Vec<Self> {
        let read = |path: PathBuf| fs::read_to_string(path).unwrap();
        let case = |folder: PathBuf| Self {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            document: read(folder.join("document.json")),
            expected: read(folder.join("expected.txt")),
            call: fs::read_to_string(folder.join("call.rs")).ok(),
        };
        folders("foreign").into_iter().map(case).collect()
    }

    /// Those of `golden/kinds`, each for a kind of thing that real documents have.
    pub(crate) fn kinds() -> Vec<Self> {
        let mut files = Files::new();
        collect(&golden().join("kinds"), Path::new(""), &mut files);
        let case = |(path, document): (PathBuf, String)| Self {
            name: path.file_stem().unwrap().to_string_lossy().replace('-', "_"),
            document,
            expected: String::new(),
            call: None,
        };
        files.into_iter().map(case).collect()
    }

    pub(crate) fn cover(&self) -> Coverage {
        cover(Origin::Foreign, &self.document).unwrap_or_else(|report| panic!("{report}"))
    }
}

pub(crate) fn cover(origin: Origin, document: &str) -> Result<Coverage, Report> {
    let decisions = without_workflows();
    let decisions = Source { name: "decisions.json", text: &decisions };
    coverage(&Sources {
        origin,
        document: Source { name: "document.json", text: document.as_bytes() },
        overlay: None,
        decisions: (origin == Origin::Own).then_some(decisions),
    })
}

/// The decisions on the platform's own document, for a part of it without the operations of the workflows.
fn without_workflows() -> Vec<u8> {
    let mut decisions: Value = serde_json::from_slice(DECISIONS).unwrap();
    let workflows = ["login", "publish", "tasks", "upload"];
    let left_out = workflows.map(|workflow| json!({ "workflow": workflow, "reason": "A part." }));
    decisions["left_out"] = json!(left_out);
    decisions.to_string().into_bytes()
}

/// `expected.txt` has a line for each operation, in document order, and below those the rule and
/// the place of each note that matters. `report.txt` has what is printed.
#[test]
fn foreign_documents_are_generated_as_expected() {
    let mut failures = String::new();
    for case in Foreign::all() {
        let coverage = case.cover();
        let (operations, notes) = case.expected.split_once("\n\n").unwrap();
        let (operations, notes): (Vec<_>, Vec<_>) =
            (operations.lines().collect(), notes.lines().collect());
        let wrong = differences(&coverage, &operations, &notes);
        if !wrong.is_empty() {
            let _ = writeln!(failures, "{}:\n{}\n\n{coverage}\n", case.name, wrong.join("\n"));
        }
        let path = golden().join("foreign").join(&case.name).join("report.txt");
        let report = format!("{coverage}\n\n{}\n", coverage.all_notes());
        failures.push_str(&expected::compare(&path, &report));
    }
    assert!(failures.is_empty(), "{failures}");
}

/// What comes of a document otherwise than expected. An expected note may name its rule alone; one
/// that begins with `!` must not be there.
pub(crate) fn differences(coverage: &Coverage, operations: &[&str], notes: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut expected = operations.to_owned();
    let found = lines(coverage);
    let mut found: Vec<_> = found.iter().map(String::as_str).collect();
    expected.sort_unstable();
    found.sort_unstable();
    if found != expected {
        wrong.push(format!("expected {expected:#?}, found {found:#?}"));
    }
    let all: Vec<String> = coverage
        .notes
        .iter()
        .flat_map(|note| [note.rule.to_owned(), format!("{} {}", note.rule, note.pointer.text())])
        .collect();
    let is_there = |note: &str| all.iter().any(|found| found == note);
    wrong.extend(missing(notes, is_there).map(|note| format!("note {note:?}, found {all:#?}")));
    wrong
}

/// Those of the expected texts that are missing, or that begin with `!` and are there.
pub(crate) fn missing<'e>(
    expected: &'e [&'e str],
    is_there: impl Fn(&str) -> bool,
) -> impl Iterator<Item = &'e &'e str> {
    expected.iter().filter(move |text| match text.strip_prefix('!') {
        Some(absent) => is_there(absent),
        None => !is_there(text),
    })
}

/// A line for each operation: its Rust path, or where it has problems.
fn lines(coverage: &Coverage) -> Vec<String> {
    let generated = coverage.generated.iter();
    let generated = generated.map(|it| format!("{} {}: {}", it.method, it.path, it.rust_path));
    let refused = coverage.refused.iter().map(|it| {
        let method = it.method.as_deref().unwrap_or("every method of");
        let places: Vec<_> = it.problems.iter().map(|it| it.pointer.text()).collect();
        format!("{method} {}: refused at {}", it.path, places.join(" "))
    });
    generated.chain(refused).collect()
}

/// The operations of a document, counted here and not by what is tested.
fn operations(document: &Value) -> usize {
    let is_operation = |(name, value): (&String, &Value)| {
        let methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
        methods.contains(&name.as_str()) && !value.is_null()
    };
    let items = document["paths"].as_object().into_iter().flatten();
    items
        .filter(|(path, _)| !path.starts_with("x-"))
        .map(|(_, item)| {
            item.as_object().into_iter().flatten().filter(|it| is_operation(*it)).count()
        })
        .sum()
}

/// What holds of every coverage, whatever the document.
fn check(coverage: &Coverage, document: &Value) -> Result<(), TestCaseError> {
    // A path that is a reference to another is as many operations as that has, or one.
    let references = document["paths"].as_object().into_iter().flatten();
    if !references.into_iter().any(|(_, item)| item.get("$ref").is_some()) {
        prop_assert_eq!(coverage.operations(), operations(document));
    }
    let generated = coverage.generated.iter().map(|it| (Some(&it.method), &it.path));
    let refused = coverage.refused.iter().map(|it| (it.method.as_ref(), &it.path));
    let each: BTreeSet<_> = generated.chain(refused).collect();
    prop_assert_eq!(each.len(), coverage.operations());
    for refusal in &coverage.refused {
        prop_assert!(!refusal.problems.is_empty(), "{}", refusal.title());
        for problem in &refusal.problems {
            prop_assert!(!problem.cause.is_empty() && !problem.remedy.is_empty(), "{}", problem);
            prop_assert!(!problem.remedy.contains("defect"), "{}", problem);
        }
    }
    let client = coverage.client.as_ref();
    prop_assert_eq!(client.is_some(), !coverage.generated.is_empty());
    if let Some(client) = client {
        prop_assert_eq!(client.summary.operations, coverage.generated.len());
        let judged = names::check(&client.files);
        prop_assert!(judged.is_ok(), "{}", judged.unwrap_err());
    }
    Ok(())
}

/// A foreign document has neither an overlay nor decisions; only its owner can correct it.
#[test]
fn remedies_for_foreign_documents_name_no_overlay_or_decision() {
    let mut seen = 0;
    let refused = Case::refused().into_iter();
    let refused = refused.map(|case| (case.source("document.json").unwrap().to_vec(), case.name));
    let foreign = Foreign::all().into_iter().map(|case| (case.document.into_bytes(), case.name));
    for (document, name) in refused.chain(foreign) {
        let document = Source { name: "document.json", text: &document };
        let sources = Sources { origin: Origin::Foreign, document, overlay: None, decisions: None };
        let problems = match coverage(&sources) {
            Ok(coverage) => {
                let refused = coverage.refused.into_iter().flat_map(|refusal| refusal.problems);
                refused.chain(coverage.elsewhere).collect()
            }
            Err(report) => report.problems().to_vec(),
        };
        for problem in problems {
            let own = ["overlay", "decisions", "trenz", "teach"];
            let said = problem.remedy.to_lowercase();
            assert!(!own.iter().any(|own| said.contains(own)), "{name}: {problem}");
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}

/// A change of one place of a document.
#[derive(Clone, Debug)]
enum Edit {
    Remove,
    Replace(Value),
    Rename(String),
}

fn edit() -> impl Strategy<Value = Edit> {
    let value = prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!(-1)),
        Just(json!("")),
        Just(json!("#/components/schemas/Pet")),
        Just(json!([])),
        Just(json!({})),
        Just(json!({ "$ref": "#/components/schemas/Pet" })),
        Just(json!({ "$ref": "#/paths" })),
        Just(json!({ "not": {} })),
        Just(json!({ "type": "string", "enum": ["a", "A", "\u{0}", "*/"] })),
    ];
    prop_oneof![
        2 => Just(Edit::Remove),
        4 => value.prop_map(Edit::Replace),
        2 => "[a-zA-Z$/{}~ -]{0,8}".prop_map(Edit::Rename),
    ]
}

fn apply(document: &mut Value, edits: &[(Index, Edit)]) {
    for (index, edit) in edits {
        let mut places = Vec::new();
        walk(document, "", &mut places);
        if places.is_empty() {
            return;
        }
        let place = index.get(&places).clone();
        let (owner, name) = place.rsplit_once('/').unwrap();
        let name = name.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(owner).unwrap(), edit) {
            (Value::Object(members), Edit::Remove) => {
                members.shift_remove(&name);
            }
            (Value::Object(members), Edit::Rename(other)) => {
                let value = members.shift_remove(&name).unwrap();
                members.insert(other.clone(), value);
            }
            (Value::Object(members), Edit::Replace(value)) => {
                members.insert(name, value.clone());
            }
            (Value::Array(elements), edit) => {
                let at: usize = name.parse().unwrap();
                match edit {
                    Edit::Remove | Edit::Rename(_) => {
                        elements.remove(at);
                    }
                    Edit::Replace(value) => elements[at] = value.clone(),
                }
            }
            _ => {}
        }
    }
}

/// Every place but the root, as a JSON pointer.
fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
    let members: Vec<(String, &Value)> = match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value))
            .collect(),
        Value::Array(elements) => {
            elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect()
        }
        _ => Vec::new(),
    };
    for (name, value) in members {
        let at = format!("{at}/{name}");
        walk(value, &at, places);
        places.push(at);
    }
}

#[test]
fn every_operation_is_generated_or_refused() {
    for case in Foreign::all() {
        let document: Value = serde_json::from_str(&case.document).unwrap();
        check(&case.cover(), &document).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_operation_of_an_edited_document_is_lost(
        case: Index,
        edits in prop::collection::vec((any::<Index>(), edit()), 1..6),
    ) {
        let cases = Foreign::all();
        let mut document = serde_json::from_str(&case.get(&cases).document).unwrap();
        apply(&mut document, &edits);
        if let Ok(coverage) = cover(Origin::Foreign, &document.to_string()) {
            check(&coverage, &document)?;
        }
    }
}

/// One operation in eight of the platform's own document is enough.
#[test]
fn no_operation_of_the_edited_vendor_document_is_lost() {
    let mut real: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut number = 0;
    real["paths"].as_object_mut().unwrap().retain(|_, _| {
        number += 1;
        number % 8 == 0
    });
    let whole = cover(Origin::Own, &real.to_string()).unwrap();
    assert_eq!((whole.generated.len(), whole.refused.len()), (10, 0), "{whole}");
    // Most of the decisions are on operations that are not there.
    assert!(!whole.elsewhere.is_empty() && !whole.is_complete());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(12));
    let edits = prop::collection::vec((any::<Index>(), edit()), 0..6);
    runner
        .run(&edits, |edits| {
            let mut document = real.clone();
            apply(&mut document, &edits);
            if let Ok(coverage) = cover(Origin::Own, &document.to_string()) {
                check(&coverage, &document)?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn alternatives_with_integer_tags_are_selected_by_their_value() {
    let cases = Foreign::kinds();
    let case = cases.iter().find(|case| case.name == "tag_integer").unwrap();
    let text = &case.cover().client.unwrap().files["things.rs"];
    for alternative in
        [r#"One(Box<One>) from [One] = Bare("1")"#, r#"Two(Box<Two>) from [Two] = Bare("2")"#]
    {
        assert_eq!(text.matches(alternative).count(), 2, "{text}");
    }
}

#[test]
fn renamed_operations_and_modules_are_noted_with_both_names() {
    let operation = |id: &str, tags: &[&str]| {
        let answer = json!({ "204": { "description": "" } });
        json!({ "get": { "operationId": id, "tags": tags, "responses": answer } })
    };
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "t", "version": "1" },
        "paths": {
            "/clone": operation("Clone", &[]),
            "/new": operation("new", &[]),
            "/a": operation("type", &["things"]),
            "/b": operation("get_thing", &["things"]),
            "/c": operation("getThing", &["things"]),
            "/d": operation("things/list", &["things"]),
            "/e": operation("ListAll", &["things"]),
            "/f": operation("3d", &["things"]),
            "/g": operation("!!", &["things"]),
        },
    });
    let coverage = cover(Origin::Foreign, &document.to_string()).unwrap();
    let notes: Vec<_> = coverage.notes.iter().filter(|note| note.rule == "names").collect();
    let expected = [
        ("/clone", ["clone", "clone_api"]),
        ("/new", ["new", "new_api"]),
        ("/a", ["type", "type_"]),
        ("/b", ["get_thing", "get_b"]),
        ("/c", ["getThing", "get_c"]),
        ("/f", ["3d", "n3d"]),
        ("/g", ["!!", "get_g"]),
    ];
    assert_eq!(notes.len(), expected.len(), "{notes:#?}");
    for (note, (path, names)) in notes.iter().zip(expected) {
        assert_eq!(note.pointer.text(), format!("/paths/{}/get", path.replace('/', "~1")));
        assert!(names.iter().all(|name| note.text.contains(&format!("`{name}`"))), "{note}");
    }
}
