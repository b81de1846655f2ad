//! Asserts the places of a report, and compares its sentences with `tests/golden/messages`.

use super::{Located, Note, Report};
use crate::expected;

/// Asserts where a report has its problems, in its order, and returns its text.
#[track_caller]
pub(crate) fn problems_at(report: &Report, places: &[&str]) -> String {
    let found: Vec<String> =
        report.problems.iter().map(|problem| Located(problem).to_string()).collect();
    assert_eq!(found, places, "{report}");
    format!("{report}\n\n")
}

/// Asserts the rule and the place of each note, and returns their text.
#[track_caller]
pub(crate) fn notes_at(notes: &[Note], places: &[(&str, &str)]) -> String {
    let found: Vec<_> = notes.iter().map(|note| (note.rule, note.pointer.text())).collect();
    let found: Vec<_> = found.iter().map(|(rule, place)| (*rule, place.as_str())).collect();
    assert_eq!(found, places, "{notes:#?}");
    let texts: Vec<String> = notes.iter().map(ToString::to_string).collect();
    texts.join("\n") + "\n"
}

/// Compares texts with `tests/golden/messages/NAME.txt`.
#[track_caller]
pub(crate) fn messages(name: &str, text: &str) {
    expected::golden(&format!("messages/{name}"), text);
}
