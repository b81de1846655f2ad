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

/// The decisions on the platform's own document, for a part of it that no workflow can stand on.
fn without_workflows() -> Vec<u8> {
    let mut decisions: Value = serde_json::from_slice(DECISIONS).unwrap();
    let workflows = ["login", "publish", "tasks", "upload"];
    let left_out = workflows.map(|workflow| json!({ "workflow": workflow, "reason": "A part." }));
    decisions["left_out"] = json!(left_out);
    decisions.to_string().into_bytes()
}

/// `expected.txt` has a line for each operation, in document order, and below those the
/// notes that matter.
#[test]
fn what_generates_is_what_was_expected() {
    let mut failures = String::new();
    for case in Foreign::all() {
        let coverage = case.cover();
        let (operations, notes) = case.expected.split_once("\n\n").unwrap();
        let said = lines(&coverage);
        let expected: Vec<&str> = operations.lines().collect();
        let mut wrong: Vec<String> = said
            .iter()
            .filter(|line| !expected.iter().any(|expected| agrees(line, expected)))
            .map(|line| format!("came out: {line}"))
            .collect();
        wrong.extend(
            expected
                .iter()
                .filter(|expected| !said.iter().any(|line| agrees(line, expected)))
                .map(|line| format!("expected: {line}")),
        );
        let all: Vec<String> = coverage.notes.iter().map(ToString::to_string).collect();
        wrong.extend(
            notes
                .lines()
                .filter(|expected| !all.iter().any(|note| note.starts_with(expected)))
                .map(|expected| format!("no note: {expected}")),
        );
        if !wrong.is_empty() {
            let _ = writeln!(failures, "{}:\n{}\n\n{coverage}\n", case.name, wrong.join("\n"));
        }
        assert_eq!(said.len(), expected.len(), "{}", case.name);
    }
    assert!(failures.is_empty(), "{failures}");
}

/// A line for each operation.
pub(crate) fn lines(coverage: &Coverage) -> Vec<String> {
    let generated = coverage.generated.iter();
    let generated = generated.map(|it| format!("{} {}: {}", it.method, it.path, it.rust_path));
    let refused = coverage.refused.iter().map(|it| {
        let method = it.method.as_deref().unwrap_or("every method of");
        let causes: Vec<_> = it.problems.iter().map(|problem| problem.cause.as_str()).collect();
        format!("{method} {}: refused, {}", it.path, causes.join("; "))
    });
    generated.chain(refused).collect()
}

/// Of a refusal, a part of its causes is expected.
pub(crate) fn agrees(line: &str, expected: &str) -> bool {
    match expected.split_once(": refused, ") {
        Some((operation, cause)) => line
            .strip_prefix(operation)
            .is_some_and(|rest| rest.starts_with(": refused, ") && rest.contains(cause)),
        None => line == expected,
    }
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
        let judged = names::judge(&client.files);
        prop_assert!(judged.is_ok(), "{}", judged.unwrap_err());
    }
    Ok(())
}

/// There are no tables of decisions about it, and nothing corrects it but who has it.
#[test]
fn no_remedy_is_one_for_the_platforms_own_document() {
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
fn every_operation_of_the_cases_is_in_one_list() {
    for case in Foreign::all() {
        let document: Value = serde_json::from_str(&case.document).unwrap();
        check(&case.cover(), &document).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_operation_is_lost_whatever_is_wrong_with_a_document(
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

/// The platform's own document, of which one operation in eight is enough.
#[test]
fn no_operation_of_the_real_document_is_lost_either() {
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
fn alternatives_with_numbers_for_tags_are_told_by_value() {
    let cases = Foreign::kinds();
    let case = cases.iter().find(|case| case.name == "tag_integer").unwrap();
    let text = &case.cover().client.unwrap().files["things.rs"];
    for alternative in
        [r#"One(Box<One>) from [One] = Bare("1")"#, r#"Two(Box<Two>) from [Two] = Bare("2")"#]
    {
        assert_eq!(text.matches(alternative).count(), 2, "{text}");
    }
}

/// What is called otherwise than the document calls it is noted by both of its names.
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
    let said = coverage.notes.iter().filter(|note| note.rule == "names");
    let said: Vec<_> = said.map(|note| (&*note.text, note.pointer.text())).collect();
    let expected = [
        (
            "the module `clone` is named `clone_api`, because the client has a method of this name",
            "/paths/~1clone/get",
        ),
        (
            "the module `new` is named `new_api`, because the client has a method of this name",
            "/paths/~1new/get",
        ),
        ("the operation `type` is named `type_`", "/paths/~1a/get"),
        ("the operation `get_thing` is named `get_b`", "/paths/~1b/get"),
        ("the operation `getThing` is named `get_c`", "/paths/~1c/get"),
        ("the operation `3d` is named `n3d`", "/paths/~1f/get"),
        ("the operation `!!` is named `get_g`", "/paths/~1g/get"),
    ];
    let expected = expected.map(|(text, pointer)| (text, pointer.to_owned()));
    assert_eq!(said, expected);
}
