//! Spelling: documents, comments, messages and names have no word of the dictionary of common typos.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use typos::tokens::{Case, Identifier, Tokenizer, Word};
use typos::{Dictionary, Status, check_str};
use unicase::UniCase;

use crate::tidy::rust_files;
use crate::words::documents;

/// Words that are in the dictionary and right, and why.
const ALLOWED: &[(&str, &str)] = &[
    ("caf", "The first bytes of an invalid UTF-8 text, in a test."),
    ("chek", "A misspelled option, in a test."),
    ("flate", "The crate `flate2`."),
    ("iy", "A part of a key in base64, in a test."),
    ("onnection", "A part of a header, in a test."),
    ("ser", "A module of serde."),
    ("sumary", "A misspelled keyword, in a test."),
];

#[test]
fn words_are_spelled_correctly() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut names = documents(root);
    for folder in ["codegen", "tests", "trenz-api", "xtask"] {
        let files = rust_files(&root.join(folder));
        let files = files.iter().map(|file| file.strip_prefix(root).unwrap().to_string_lossy());
        // What is generated, and what it is generated from, has the vendor's words.
        let own = |file: &String| !file.contains("/generated/") && !file.contains("/golden/");
        names.extend(files.map(|file| file.replace('\\', "/")).filter(own));
    }
    names.sort();
    names.dedup();
    let tokenizer = Tokenizer::new();
    let mut found = Vec::new();
    for name in names {
        let text = fs::read_to_string(root.join(&name)).unwrap();
        for typo in check_str(&text, &tokenizer, &Common) {
            let line = text[..typo.byte_offset].lines().count();
            found.push(format!("{name}:{line}: {}: {:?}", typo.typo, typo.corrections));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn typos_are_found() {
    let tokenizer = Tokenizer::new();
    let found = |text: &str| check_str(text, &tokenizer, &Common).count();
    // In pieces, since this file is checked too.
    assert_eq!(found(&["fn rec", "ieve_adr", "ess() {} // te", "h"].concat()), 3);
    assert_eq!(found("serde::ser"), 0);
}

/// The dictionary of common typos, without what is allowed.
struct Common;

impl Dictionary for Common {
    fn correct_ident<'s>(&'s self, _: Identifier<'_>) -> Option<Status<'s>> {
        None
    }

    fn correct_word<'s>(&'s self, word: Word<'_>) -> Option<Status<'s>> {
        let text = word.token();
        let is_allowed = ALLOWED.iter().any(|(allowed, _)| text.eq_ignore_ascii_case(allowed));
        if word.case() == Case::None || is_allowed {
            return None;
        }
        let corrections = typos_dict::WORD.find(&UniCase::new(text))?;
        Some(Status::Corrections(corrections.iter().copied().map(Cow::Borrowed).collect()))
    }
}
