//! What must hold of the verdict on any two documents, whatever the report has words for.
//!
//! Edits of one verdict are looked at together where they touch different places; with
//! `EDITS=each` in the environment each is looked at alone.

use std::collections::BTreeMap;
use std::env;
use std::sync::LazyLock;

use trenz_codegen::{Generated, generate};

use super::*;
use trenz_codegen::changes::Change;

static REAL: LazyLock<Generated> = LazyLock::new(|| generate(&sources(DOCUMENT)).unwrap());

/// No difference of the generated files goes unsaid, and the verdict is neither less nor
/// more than what their public items ask for; as the vendor's edits, and taken back.
#[test]
fn every_difference_of_the_public_items_is_reported() {
    let real = api::of(&REAL.files);
    let mut failures = String::new();
    let mut batches = Vec::new();
    for verdict in [Verdict::None, Verdict::Patch, Verdict::Minor, Verdict::Major] {
        batches.extend(batches::of(generating().filter(|edit| edit.verdict == verdict)));
    }
    if env::var("EDITS").is_ok_and(|edits| edits == "each") {
        batches = generating().map(|edit| vec![edit]).collect();
    }
    for batch in batches {
        let names: Vec<&str> = batch.iter().map(|edit| edit.name).collect();
        let edits: Vec<_> = batch.iter().map(|edit| edit.apply).collect();
        let document = document(&edits);
        let after = side(&document);
        let (there, back) = (BEFORE.changes_to(&after), after.changes_to(&BEFORE));
        let new = generate(&sources(&document));
        let new = new.unwrap_or_else(|report| panic!("{names:?}: {report}"));
        assert!(there.stale_overrides.is_empty() && there.blockers.is_empty(), "{names:?}");
        let edited = api::of(&new.files);
        for (way, said, before, after) in
            [("", said(&there), &real, &edited), (" taken back", said(&back), &edited, &real)]
        {
            let (mut asked, because) = api::asks_for(before, after);
            let words = |files: &BTreeMap<String, String>| -> Vec<Vec<String>> {
                files.values().map(|text| words(text)).collect()
            };
            if words(&REAL.files) != words(&new.files) {
                asked = asked.max(Verdict::Patch);
            }
            if asked != said {
                let _ = writeln!(
                    failures,
                    "{names:?}{way}: {said}, but the files ask for {asked}: {because:#?}"
                );
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// The verdict on what a compiler sees: it sees no bound, and warns of what is deprecated.
fn said(changes: &Changes) -> Verdict {
    let is_seen = |change: &&Change| !["bounds", "deprecated"].contains(&change.kind);
    let seen = |list: &[Change]| list.iter().any(|change| is_seen(&change));
    match changes {
        changes if seen(&changes.breaking) => Verdict::Major,
        changes if seen(&changes.additions) => Verdict::Minor,
        changes => changes.verdict.min(Verdict::Patch),
    }
}

/// The words of a text in an order of their own, since callers see nothing of that of items.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text.split([' ', '\n', ',']).map(str::to_owned).collect();
    words.sort_unstable();
    words
}

/// What is not generated is said to be in the way, and nothing else is.
#[test]
fn refused_edits_are_reported_as_blockers() {
    for edit in blockers::EDITS {
        let (document, changes) = edited(edit.apply);
        assert!(generate(&sources(&document)).is_err(), "{} is no obstacle", edit.name);
        let said = changes.stale_overrides.len() + changes.blockers.len();
        assert!(said > 0, "{}: refused, and the report does not say so", edit.name);
    }
}
