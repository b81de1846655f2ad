//! Asserts the places of a report, and compares its sentences with `tests/golden/messages`.

use std::path::Path;

use super::{Note, Place, Report};
use crate::expected::compare;

/// Asserts where a report has its problems, in its order, and returns its text.
#[track_caller]
pub(crate) fn problems_at(report: &Report, places: &[&str]) -> String {
    let found: Vec<String> =
        report.problems.iter().map(|problem| Place(problem).to_string()).collect();
    assert_eq!(found, places, "{report}");
    format!("{report}\n\n")
}

/// Asserts the rule and the place of each note, and returns their text.
#[track_caller]
pub(crate) fn notes_at(notes: &[Note], places: &[(&str, &str)]) -> String {
    let found: Vec<_> = notes.iter().map(|note| (note.rule, note.pointer.text())).collect();
    let found: Vec<_> = found.iter().map(|(rule, place)| (*rule, place.as_str())).collect();
    assert_eq!(found, places, "{notes:#?}");
    notes.iter().map(|note| format!("{note}\n")).collect()
}

/// Compares texts with `tests/golden/messages/NAME.txt`.
#[track_caller]
pub(crate) fn messages(name: &str, text: &str) {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/messages");
    let difference = compare(&golden.join(format!("{name}.txt")), text);
    assert!(difference.is_empty(), "{difference}");
}
