//! One vocabulary: documentation, comments and messages use the field's words, and not those
//! that they replaced.

use std::fs;
use std::path::Path;

use crate::tidy::rust_files;

/// Words to avoid in lower case, and what to say instead.
const AVOIDED: &[(&str, &str)] = &[
    ("answer", "response"),
    ("answered", "responded"),
    ("answers", "response, or responds"),
    ("anybody", "the passive, or who it is"),
    ("as it came", "as received"),
    ("as they came", "as received"),
    ("asked after", "polled"),
    ("be had", "the verb that is meant: fetch, resolve, generate"),
    ("called otherwise", "renamed"),
    ("ceiling", "upper bound"),
    ("for sure", "known to"),
    ("forgiving", "lenient"),
    ("fullest", "largest"),
    ("give back", "refund, or release"),
    ("given back", "refunded, or released"),
    ("gives back", "refunds, or releases"),
    ("go on from", "resume from"),
    ("go on with", "resume"),
    ("goes on from", "resumes from"),
    ("gone on from", "resumed from"),
    ("gone on with", "resumed"),
    ("habit", "convention"),
    ("habits", "conventions"),
    ("held against", "compared with"),
    ("lapse", "spec violation"),
    ("lapses", "spec violations"),
    ("leads nowhere", "has no target"),
    ("mended", "corrected, or decoded leniently"),
    ("nobody", "the passive, or what is missing"),
    ("outlook", "page meta"),
    ("papers", "documentation"),
    ("patience", "timeout"),
    ("purse", "budget"),
    ("rules of money", "spending policy"),
    ("send again", "retry"),
    ("sends again", "retries"),
    ("sent again", "retried"),
    ("sieve", "coverage"),
    ("sift", "sort"),
    ("so many", "the number by its name"),
    ("somebody", "the passive, or who it is"),
    ("spelled otherwise", "renamed"),
    ("stand on", "use"),
    ("stands behind", "follows"),
    ("stands on", "uses"),
    ("told apart", "distinguished, or identified"),
    ("uncountable", "invalid quantity"),
    ("whoever", "the reader, caller or process that is meant"),
    ("whole number", "integer"),
    ("written out", "inlined"),
];

#[test]
fn documentation_and_messages_use_the_fields_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for name in documents(root) {
        let text = fs::read_to_string(root.join(&name)).unwrap();
        let is_rust = Path::new(&name).extension().is_some_and(|extension| extension == "rs");
        // Tests stand last in their file.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for paragraph in paragraphs(text, is_rust) {
            let avoided = AVOIDED.iter().filter(|(avoided, _)| has(&paragraph, avoided));
            found.extend(avoided.map(|(avoided, instead)| {
                format!("{name} says `{avoided}`; say: {instead}\n  {paragraph}")
            }));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn avoided_words_are_found_in_prose_only() {
    for (text, is_rust, expected) in [
        ("// The answer came.\n", true, true),
        ("/// It is sent\n/// again.\n", true, true),
        ("let said = \"no answer came\";\n", true, true),
        ("let answer = \"answer\";\n", true, false),
        ("// The field `answer` came.\n", true, false),
        ("// It answerably came.\n", true, false),
        ("The answer.\n", false, true),
        ("```rust\nlet answer = 1;\n```\n", false, false),
    ] {
        let found = paragraphs(text, is_rust)
            .iter()
            .any(|paragraph| AVOIDED.iter().any(|(avoided, _)| has(paragraph, avoided)));
        assert_eq!(found, expected, "{text}");
    }
}

/// The documents for readers, and the sources whose comments and messages they see.
pub(crate) fn documents(root: &Path) -> Vec<String> {
    let mut names: Vec<String> = [
        "README.md",
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "codegen/CONSTRUCTS.md",
        "codegen/SCALE.md",
        "spec/DECISIONS.md",
        "tests/README.md",
        "trenz-api/README.md",
        "trenz-api/cli/README.md",
        "trenz-api/sandbox/README.md",
    ]
    .map(str::to_owned)
    .into();
    for entry in fs::read_dir(root.join("trenz-api/docs")).unwrap() {
        names.push(format!("trenz-api/docs/{}", entry.unwrap().file_name().to_string_lossy()));
    }
    for package in [
        "codegen",
        "trenz-api",
        "trenz-api/cli",
        "trenz-api/sandbox",
        "xtask",
        "xtask/bench",
        "xtask/fetch",
    ] {
        let files = rust_files(&root.join(package).join("src"));
        let files = files.iter().map(|file| file.strip_prefix(root).unwrap().to_string_lossy());
        let files = files.map(|file| file.replace('\\', "/"));
        // What is generated has the vendor's words.
        names.extend(files.filter(|file| {
            !file.ends_with("tests.rs")
                && !file.contains("/tests/")
                && !file.contains("/generated/")
        }));
    }
    names
}

/// The prose of a text in one line each, without code spans: paragraphs of Markdown; comments
/// and the literals of several words in Rust.
fn paragraphs(text: &str, is_rust: bool) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    let mut is_code = false;
    for line in text.lines() {
        let line = line.trim();
        let prose = match line.strip_prefix("//") {
            Some(comment) if is_rust => comment.trim_start_matches(['/', '!']).trim(),
            _ if is_rust => {
                let literals = line.split('"').skip(1).step_by(2);
                paragraphs.extend(literals.filter(|text| text.contains(' ')).map(str::to_owned));
                ""
            }
            _ => line,
        };
        is_code ^= prose.starts_with("```");
        if prose.is_empty() || prose.starts_with(['|', '-']) {
            paragraphs.push(String::new());
        }
        if !is_code && let Some(last) = paragraphs.last_mut() {
            last.push_str(prose);
            last.push(' ');
        }
    }
    paragraphs.iter().map(|text| text.split('`').step_by(2).collect::<Vec<_>>().join("…")).collect()
}

/// Whether a text has the words, as words of their own.
fn has(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(words).any(|(at, _)| {
        !text[..at].ends_with(is_part) && !text[at + words.len()..].starts_with(is_part)
    })
}
