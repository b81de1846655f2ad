//! Hostile text at every place where the document may have text.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;

use codegen_stress::hostile::{TEXTS, kinds, plant, texts};
use codegen_stress::oracle::{output, skeleton, verify};
use codegen_stress::seeds::{self, Seed, real, real_json};
use serde_json::Value;
use trenz_codegen::{Generated, generate};

/// Prose: what it says changes documentation and nothing else.
fn is_prose(kind: &str, text: &str) -> bool {
    let (_, keyword) = kind.rsplit_once('/').unwrap_or(("", kind));
    // The document's own description holds the table of errors.
    matches!(keyword, "description" | "summary" | "title" | "example")
        && kind != "/info/description"
        // What an `include` may name is read from its description.
        && !text.contains("comma-separated (values: ")
}

fn skeletons(generated: &Generated) -> BTreeMap<&str, String> {
    generated.files.iter().map(|(name, text)| (name.as_str(), skeleton(text))).collect()
}

/// The seed with another document, and without what was decided about its prose.
fn with(seed: &Seed, document: &Value, name: String) -> Seed {
    let decisions = seed.decisions.as_ref().map(|text| {
        let mut decisions: Value = serde_json::from_slice(text).unwrap();
        decisions.as_object_mut().unwrap().shift_remove("prose");
        decisions.to_string().into_bytes()
    });
    Seed { name, document: document.to_string().into_bytes(), decisions, ..seed.clone() }
}

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_hostile_prose_of_the_real_document_is_escaped() {
    let [document, _] = real_json();
    let plain = with(&real(), &document, "plain".to_owned());
    let plain = generate(&plain.sources()).unwrap_or_else(|report| panic!("{report}"));
    let expected = skeletons(&plain);
    // All of them in a row, so that each stands everywhere.
    let seed = with(&real(), &plant(&document, &TEXTS.concat(), is_prose), "hostile".to_owned());
    let generated = generate(&seed.sources()).unwrap_or_else(|report| panic!("{report}"));
    output(&generated).unwrap_or_else(|failure| panic!("{failure}"));
    let found = skeletons(&generated);
    for (name, skeleton) in &expected {
        assert_eq!(found.get(name), Some(skeleton), "{name}");
    }
    assert_eq!(found.len(), expected.len());
}

/// In how many documents each kind of place is tried.
const EACH: usize = 2;

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_hostile_text_in_a_small_document_is_escaped_or_reported() {
    let mut failures = Vec::new();
    let texts = texts();
    let mut turn = 0;
    // Nearly every case has most kinds; a few of each are enough.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for seed in seeds::golden(true) {
        let document: Value = serde_json::from_slice(&seed.document).unwrap();
        for kind in kinds(&document) {
            let count = seen.entry(kind.clone()).or_default();
            *count += 1;
            if *count > EACH {
                continue;
            }
            turn += 1;
            let text = &texts[turn % texts.len()];
            let planted = plant(&document, text, |other, _| other == kind);
            let hostile = with(&seed, &planted, format!("{}{kind} {text:.40?}", seed.name));
            let verified = verify(&hostile);
            if let Err(failure) = verified {
                failures.push(format!("{}: {failure}", hostile.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
