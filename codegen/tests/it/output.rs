//! What holds for whatever is generated or refused.

use serde_json::{Map, Value};
use trenz_codegen::report::{Note, summed_up};
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

use crate::case::Case;

const DOCUMENT: &[u8] = include_bytes!("../../../spec/trenz-openapi.json");
const OVERLAY: &[u8] = include_bytes!("../../../spec/overlay.json");
const DECISIONS: &[u8] = include_bytes!("../../../spec/decisions.json");

fn real(document: &[u8]) -> Generated {
    generate(&Sources {
        origin: Origin::Own,
        document: Source { name: "document", text: document },
        overlay: Some(Source { name: "overlay", text: OVERLAY }),
        decisions: Some(Source { name: "decisions", text: DECISIONS }),
    })
    .unwrap_or_else(|report| panic!("{report}"))
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    assert_eq!(real(DOCUMENT), real(DOCUMENT));
}

/// Members whose own members come out in the document's order.
const ORDERED: [&str; 4] = ["paths", "properties", "schemas", "unit_price_map"];

#[test]
fn the_order_of_keywords_does_not_matter() {
    let document: Value = serde_json::from_slice(DOCUMENT).unwrap();
    let turned = turn(&document, false);
    assert_ne!(turned.to_string(), document.to_string());
    let (given, turned) = (real(DOCUMENT), real(turned.to_string().as_bytes()));
    assert_eq!(given.files, turned.files);
    assert_eq!(given.index, turned.index);
    assert_eq!(given.calls, turned.calls);
    assert_eq!(given.notes, turned.notes);
}

/// The value with the members of each object in reverse, but where their order counts.
fn turn(value: &Value, ordered: bool) -> Value {
    match value {
        Value::Object(members) => {
            let turned = members.iter().map(|(name, member)| {
                let ordered = !ordered && ORDERED.contains(&name.as_str());
                (name.clone(), turn(member, ordered))
            });
            let turned: Vec<_> = turned.collect();
            let members: Map<_, _> = if ordered {
                turned.into_iter().collect()
            } else {
                turned.into_iter().rev().collect()
            };
            Value::Object(members)
        }
        Value::Array(entries) => entries.iter().map(|entry| turn(entry, false)).collect(),
        other => other.clone(),
    }
}

#[test]
fn every_problem_has_a_place_and_a_remedy() {
    for case in Case::refused() {
        let report = case.generate().unwrap_err();
        for problem in report.problems() {
            assert!(!problem.cause.is_empty() && !problem.remedy.is_empty(), "{problem:?}");
            let text = case.source(&problem.source).unwrap_or_else(|| panic!("{problem:?}"));
            let Ok(json) = serde_json::from_slice::<Value>(text) else { continue };
            // What is missing has no place of its own, but an owner that has one.
            let place = problem.pointer.text();
            let owner = place.rsplit_once('/').map_or("", |(owner, _)| owner);
            assert!(json.pointer(&place).or_else(|| json.pointer(owner)).is_some(), "{problem}");
        }
    }
}

#[test]
fn equal_notes_are_summed_up_with_their_number_of_places() {
    let note = |rule, pointer: &str, text: &str, places| Note {
        rule,
        pointer: pointer.into(),
        text: text.to_owned(),
        places,
    };
    let said = summed_up(&[
        note("lower", "/a", "`a` is left out", 1),
        note("tidy", "/b", "`b` is left out", 7),
        note("lower", "/c", "`c` is left out", 1),
        // Whatever they concern, and wherever it stands.
        note("names", "/d", "`a` conflicts with `b` in types: both are named `c`", 2),
        note("names", "/e", "`d` conflicts with `e` in x::y: both are named `f`", 1),
        note("twice", "/f", "it is declared at /paths/~1a/0 already", 2),
        note("twice", "/g", "it is declared at /paths/~1b already", 2),
    ]);
    assert_eq!(
        said,
        [
            "    7  tidy, such as: `b` is left out (/b)",
            "    4  twice, such as: it is declared at /paths/~1a/0 already (/f)",
            "    3  names, such as: `a` conflicts with `b` in types: both are named `c` (/d)",
            "    2  lower, such as: `a` is left out (/a)",
        ]
    );
}
