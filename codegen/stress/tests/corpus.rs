//! Documents that once made generation fail.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::fs;
use std::path::Path;

use codegen_stress::judge::{comparison, judge};
use codegen_stress::seeds::Seed;

/// Every file of the corpus, with its name.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let files = fs::read_dir(&folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        (path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(path).unwrap())
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files
}

fn bytes(name: &str, document: Vec<u8>) -> Seed {
    Seed { name: name.to_owned(), document, overlay: None, decisions: None }
}

#[test]
fn documents_of_the_corpus_do_no_harm() {
    let mut before: Option<Seed> = None;
    for (name, document) in corpus() {
        let seed = bytes(&name, document);
        let _outcome = judge(&seed).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        if let Some(before) = before.replace(seed.clone()) {
            comparison(&before, &seed).unwrap_or_else(|failure| panic!("{name}: {failure}"));
        }
    }
}
