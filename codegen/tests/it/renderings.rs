//! Documentation, index and change report say what the constants say, and no constant is read
//! back from them: the generator is compiled a second time with other headings and sentences,
//! and its code is the same.

use std::collections::BTreeMap;
use std::path::Path;

use trenz_codegen::{changes, generate};

use crate::changes::{DOCUMENT, op, sources};
use crate::files::{Files, collect, put, read, repository, sync};
use crate::project_copy;

/// A file of the generator, and words that it prints of money or of the API as a whole: a
/// heading, a part of a sentence, the name of a term.
const WORDS: [(&str, &[&str]); 5] = [
    (
        "emit/billing.rs",
        &[
            "\"Coins\"",
            "\"Billing mode\"",
            "\"Scope\"",
            "\"Replay\"",
            "\"free\"",
            "\"charged per call\"",
            "\"charged when the task is accepted\"",
            "\"at most \"",
            "\"scope {}\"",
            "\"any key\"",
            "\" (the default)\"",
            "priced per unit of",
            "where the tier has no price",
        ],
    ),
    ("emit/index.rs", &["\"Rust\"", "\"Request\"", "# Operations", "operations of"]),
    ("emit/facts.rs", &["The base URL of the API.", "The place of the key in requests."]),
    (
        "facts.rs",
        &[
            "member of a response with its data",
            "member of `usage` with the cost of the call",
            "statuses of a completed task",
            "codes of HTTP 429",
        ],
    ),
    (
        "changes/money.rs",
        &[
            "\"price of a call\"",
            "\"billing mode\"",
            "\"scope\"",
            "\"replay class\"",
            "\"priced by\"",
            "price of a unit",
        ],
    ),
];

/// What the other generator is run by. It prints every file behind its name.
const RUN: &str = r#"//! Prints what this generator makes of the document.
use std::fmt::Write as _;
use trenz_codegen::{Origin, Source, Sources, changes, generate};

#[test]
fn printed() {
    let project = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    let [old, new, overlay, decisions] =
        ["trenz-openapi.json", "dearer.json", "overlay.json", "decisions.json"]
            .map(|name| std::fs::read(project.join(name)).unwrap());
    let sources = |document| Sources {
        origin: Origin::Own,
        document: Source { name: "document", text: document },
        overlay: Some(Source { name: "overlay", text: &overlay }),
        decisions: Some(Source { name: "decisions", text: &decisions }),
    };
    let generated = generate(&sources(&old)).unwrap();
    let changes = changes(&sources(&old), &sources(&new)).unwrap().to_string();
    let mut printed = String::new();
    let beside = [("index".to_owned(), generated.index), ("changes".to_owned(), changes)];
    for (name, text) in generated.files.into_iter().chain(beside) {
        let _ = writeln!(printed, "\u{1}{name}\u{2}{text}");
    }
    std::fs::write(project.join("printed"), printed).unwrap();
}
"#;

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_generated_code_does_not_depend_on_printed_documentation() {
    let dearer = dearer();
    let ours = generate(&sources(DOCUMENT)).unwrap();
    let report = changes(&sources(DOCUMENT), &sources(&dearer)).unwrap().to_string();
    let mut theirs = reworded(&dearer);
    assert_ne!(theirs.remove("index").unwrap(), ours.index);
    assert_ne!(theirs.remove("changes").unwrap().trim_end(), report);
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&theirs), names(&ours.files));
    let mut documented_otherwise = 0;
    for (name, text) in &ours.files {
        let other = theirs[name].trim_end();
        assert_eq!(code(other), code(text.trim_end()), "{name}");
        documented_otherwise += usize::from(other != text.trim_end());
    }
    // Every area has an operation with a price, and `facts.rs` has the rest.
    assert!(documented_otherwise > 20, "{documented_otherwise}");
}

/// A document of which the report speaks of money.
fn dearer() -> Vec<u8> {
    let mut document = serde_json::from_slice(DOCUMENT).unwrap();
    op(&mut document, "trenz-ai-image-generate")["x-coin-cost"] = 600.into();
    document.to_string().into_bytes()
}

/// The lines that are no documentation.
fn code(text: &str) -> Vec<&str> {
    // The macro of requests turns the attribute into documentation.
    let is_documentation =
        |line: &&str| ["//", "#[price = "].iter().any(|begin| line.trim_start().starts_with(begin));
    text.lines().filter(|line| !is_documentation(line)).collect()
}

/// What the generator prints with other words.
fn reworded(dearer: &[u8]) -> BTreeMap<String, String> {
    let (root, target) = (repository(), Path::new(env!("CARGO_TARGET_TMPDIR")));
    let workspace = target.join("reworded");
    project_copy::lay_out_beside(&workspace, &["codegen"]);
    let mut files = Files::new();
    collect(&root.join("codegen/src"), Path::new(""), &mut files);
    for (file, words) in WORDS {
        let text = files.get_mut(Path::new(file)).unwrap();
        for word in words {
            assert!(text.contains(word), "{file} no longer says {word}");
            *text = text.replace(word, &other(word));
        }
    }
    let codegen = workspace.join("codegen");
    sync(&codegen.join("src"), &files);
    put(&codegen.join("Cargo.toml"), &read(&root.join("codegen/Cargo.toml")));
    put(&codegen.join("tests/renderings.rs"), RUN);
    for name in ["trenz-openapi.json", "overlay.json", "decisions.json"] {
        put(&workspace.join("spec").join(name), &read(&root.join("spec").join(name)));
    }
    put(&workspace.join("spec/dearer.json"), std::str::from_utf8(dearer).unwrap());
    let run = ["test", "--workspace", "--test", "renderings", "--offline", "--quiet"];
    let output = project_copy::cargo(&workspace).args(run).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = read(&workspace.join("spec/printed"));
    let files = printed.split('\u{1}').skip(1).map(|file| file.split_once('\u{2}').unwrap());
    files.map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Another word, within its quotes if it has such.
fn other(word: &str) -> String {
    word.strip_prefix('"')
        .map_or_else(|| format!("(reworded) {word}"), |rest| format!("\"(reworded) {rest}"))
}
