//! What the compiler does not see: where words of the vendor's may stand, that every
//! module says what it is, and that the documentation names files that exist.

use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace::features;

/// Words that only the vendor uses, in lower case.
const VENDOR: [&str; 10] = [
    "trenz",
    "tiktok",
    "coin",
    "credit",
    "job_id",
    "x-billing",
    "x-coin",
    "x-pricing",
    "x-scope",
    "x-tag",
];

/// Where one stands all the same: file, words around it (none where any line may), reason.
const EXEMPT: [(&str, &str, &str); 7] = [
    ("lib.rs", "mod trenz;", "The folder of the vendor's conventions has to be named."),
    ("stages.rs", ", trenz}", "The same."),
    ("stages.rs", "Origin::Own => trenz::", "It chooses between these conventions and others."),
    ("billing.rs", "UNIT: &str = \"coins\"", "What prices are counted in is said once."),
    ("emit/billing.rs", "", "The runtime's constants and the index speak of coins."),
    ("emit/calls.rs", "trenz_api", "The calls are of this crate."),
    ("emit/markdown/inline.rs", "\"TikTok\",", "A brand that looks like code and is none."),
];

#[test]
fn vendor_words_are_in_the_conventions_only() {
    let source = source();
    let mut used = [false; EXEMPT.len()];
    for file in rust_files(&source) {
        let name = file.strip_prefix(&source).unwrap().to_string_lossy().replace('\\', "/");
        if name.starts_with("trenz/") || name.ends_with("tests.rs") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        // Tests stand last in their file.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (number, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            let Some(word) = VENDOR.iter().find(|word| lower.contains(**word)) else { continue };
            let exempt =
                EXEMPT.iter().position(|(file, words, _)| *file == name && line.contains(words));
            let number = number + 1;
            let exempt = exempt.unwrap_or_else(|| {
                panic!("{name}:{number} says `{word}`: move it to codegen/src/trenz\n{line}")
            });
            used[exempt] = true;
        }
    }
    for ((file, words, reason), used) in EXEMPT.iter().zip(used) {
        assert!(used, "{file} no longer says {words:?}: {reason}");
    }
}

#[test]
fn every_module_has_a_header() {
    for package in ["codegen", "trenz-api", "xtask", "tests"] {
        for file in rust_files(&root().join(package)) {
            let text = fs::read_to_string(&file).unwrap();
            let first =
                text.lines().find(|line| !line.is_empty() && !line.starts_with("// @generated"));
            let says = first.is_some_and(|line| line.starts_with("//! "));
            assert!(says, "{} does not begin with `//!`", file.display());
        }
    }
}

#[test]
fn docs_reference_existing_files() {
    // A paper says `load/` of codegen and `client.rs` of the client.
    let bases =
        ["", "codegen", "codegen/src", "trenz-api", "trenz-api/src", "spec", "tests", "xtask"];
    for paper in ["ARCHITECTURE.md", "README.md", "CHANGELOG.md", "codegen/CONSTRUCTS.md"] {
        let Ok(text) = fs::read_to_string(root().join(paper)) else { continue };
        for name in text.split('`').skip(1).step_by(2).filter(|span| is_file_name(span)) {
            let exists = bases.iter().any(|base| root().join(base).join(name).exists());
            assert!(exists, "{paper} names `{name}`, which does not exist");
        }
    }
}

/// A test that is ignored without a command would never run again.
#[test]
fn ignored_tests_name_a_command_that_runs_them() {
    const FULL: &str = "#[ignore = \"takes long: cargo xtask test --full\"]";
    let folders = ["codegen", "tests", "trenz-api", "xtask"];
    let files: Vec<_> =
        folders.iter().flat_map(|folder| rust_files(&root().join(folder))).collect();
    let mut found = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for pair in lines.windows(2).filter(|pair| pair[0].starts_with("#[ignore")) {
            let full = pair[1].contains("fn full_");
            assert_eq!(pair[0] == FULL, full, "{}: {}", file.display(), pair[1]);
            let named = ["cargo ", "started by the test"];
            assert!(named.iter().any(|command| pair[0].contains(command)), "{}", pair[0]);
            found += 1;
        }
    }
    assert!(found > 10, "{found}");
}

#[test]
fn architecture_lists_the_stages_in_order() {
    let architecture = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let table = architecture.split("| stage | where |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let listed: Vec<_> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    let read = |file: &str| fs::read_to_string(source().join(file)).unwrap();
    let stages = read("stages.rs");
    let lists = stages.split("\n/// Collects").next().unwrap();
    // A stage takes the reporter; the list of those from the model on is one of its own.
    let called: Vec<_> = lists
        .lines()
        .filter(|line| line.contains("reporter)"))
        .map(|line| line.rsplit(" = ").next().unwrap().trim())
        .filter_map(|call| Some(call.split_once('(')?.0))
        .filter(|call| !["planned", "decisions.report_unused"].contains(call))
        .chain(["emit::files"])
        .collect();
    assert_eq!(called, listed);
    assert!(read("lib.rs").contains("emit::files(krate)"));
}

#[test]
fn default_features_are_the_workflows_that_were_generated() {
    let read = |file: &str| fs::read_to_string(root().join("trenz-api").join(file)).unwrap();
    let manifest = read("Cargo.toml");
    let default = manifest.lines().find(|line| line.starts_with("default = ")).unwrap();
    let generated = read("src/generated/workflows.rs");
    let workflows: Vec<_> = features(&generated).collect();
    let others = ["http2", "rustls-tls"];
    let names: Vec<_> = default.split('"').skip(1).step_by(2).collect();
    assert_eq!(names, [&others[..], &workflows].concat());
}

/// Whether a code span is the name of a file or a folder.
fn is_file_name(span: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let named = [".rs", ".json", ".md", ".toml"].iter().any(|end| span.ends_with(end));
    span.chars().all(plain) && !span.starts_with(['/', '.']) && (named || span.ends_with('/'))
}

/// Every Rust file below a folder, but for what cargo and the golden cases put there.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "target" && name != "golden" {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn source() -> PathBuf {
    root().join("codegen/src")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
