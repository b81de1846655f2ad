//! What the report proposes to share is shared by pasting it, and is not proposed again.

use serde_json::{Value, json};
use trenz_codegen::{Generated, Origin, Source, Sources, generate};

use crate::case::Case;
use crate::files::{read, repository};

/// The entries that the notes propose, each as it would be pasted.
fn proposed(generated: &Generated) -> Vec<Value> {
    let notes = generated.notes.iter().filter(|note| note.rule == "sharing");
    notes
        .map(|note| serde_json::from_str(&note.text[note.text.find('{').unwrap()..]).unwrap())
        .collect()
}

/// Generates with these entries pasted into the table `shared`.
fn pasted(sources: &Sources<'_>, entries: &[Value]) -> Generated {
    let Source { name, text } = sources.decisions.unwrap();
    let mut decisions: Value = serde_json::from_slice(text).unwrap();
    let table = decisions.as_object_mut().unwrap().entry("shared").or_insert_with(|| json!([]));
    table.as_array_mut().unwrap().extend_from_slice(entries);
    let text = decisions.to_string();
    let decisions = Some(Source { name, text: text.as_bytes() });
    generate(&Sources { decisions, ..*sources }).unwrap_or_else(|report| panic!("{report}"))
}

#[track_caller]
fn check(name: &str, sources: &Sources<'_>) -> usize {
    let before = generate(sources).unwrap_or_else(|report| panic!("{name}: {report}"));
    let entries = proposed(&before);
    let after = pasted(sources, &entries);
    assert_eq!(proposed(&after), [] as [Value; 0], "{name}");
    let is_worth_it = after.summary.types < before.summary.types;
    assert_eq!(is_worth_it, !entries.is_empty(), "{name}");
    entries.len()
}

#[test]
fn pasted_sharing_proposals_are_applied() {
    let count: usize =
        Case::generated().iter().map(|case| check(&case.name, &case.sources())).sum();
    assert!(count >= 4, "{count}");
    let [document, overlay, decisions] = ["trenz-openapi", "overlay", "decisions"]
        .map(|name| read(&repository().join(format!("spec/{name}.json"))));
    check(
        "the project's own document",
        &Sources {
            origin: Origin::Own,
            document: Source { name: "document.json", text: document.as_bytes() },
            overlay: Some(Source { name: "overlay.json", text: overlay.as_bytes() }),
            decisions: Some(Source { name: "decisions.json", text: decisions.as_bytes() }),
        },
    );
}
