//! The verdicts, compared with those of `cargo semver-checks` on the documentation of the client
//! before and after each edit.
//!
//! `cargo xtask semver` runs it and records its findings in `golden/changes/semver.txt`; every run
//! of the tests compares that record with the verdicts. It compares names and few types; the
//! module `completeness` finds the differences that it does not see.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use super::builds::lay_out_batch;
use super::*;
use crate::files::read;

/// The edits on which it differs from the report, and why the report is right.
const DISAGREEMENTS: &[(&str, &[&str])] = &[
    (
        "It compares the names of fields and methods and not their types: code that sets or reads \
         the field gets another type.",
        &[
            "an input gets another type",
            "an input becomes a list",
            "a free text becomes an enum",
            "a number of seconds becomes an enum",
            "a list input becomes any JSON",
            "a response field gets another type",
            "a response field becomes required",
        ],
    ),
    (
        "It does not compare what methods return, nor the types that belong to a trait: code that \
         calls the operation gets another output.",
        &[
            "a response gets content",
            "a response may have no content",
            "an object without properties gets some",
        ],
    ),
    (
        "A builder may get another type parameter that has a default; but without the input \
         `send` does not exist any more, since only a complete builder has it.",
        &[
            "a required input is added",
            "a required query parameter is added",
            "an optional input becomes required",
        ],
    ),
    (
        "It compares names, and does not see that calls which worked are refused.",
        &["a bound is tightened", "a bound appears"],
    ),
    (
        "It compares the numbers of an enum's values under `as`. The enum's documentation \
         tells callers not to rely on them, and the order follows the document.",
        &["a new scope"],
    ),
];

/// The findings of cargo-semver-checks, by edit: the rules that are broken, or none.
type Record = BTreeMap<String, Vec<String>>;

#[test]
fn verdicts_agree_with_cargo_semver_checks() {
    let record = recorded();
    let mut justified: Vec<&str> =
        DISAGREEMENTS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let mut failures = String::new();
    for edit in generating() {
        let justified = take(&mut justified, edit.name);
        let ours = edit.verdict == Verdict::Major;
        let failure = match record.get(edit.name).map(|broken| !broken.is_empty()) {
            None => "is not recorded",
            Some(theirs) if theirs != ours && !justified => {
                "differs from the report, without a justification"
            }
            Some(theirs) if theirs == ours && justified => {
                "agrees with the report: remove the justification"
            }
            Some(_) => continue,
        };
        let _ = writeln!(failures, "{} {failure}: cargo xtask semver --edit '{0}'", edit.name);
    }
    for name in record.keys().filter(|name| generating().all(|edit| edit.name != **name)) {
        let _ = writeln!(failures, "{name} is recorded, but is not an edit that generates");
    }
    for name in justified {
        let _ = writeln!(failures, "{name} is justified twice, or is not an edit");
    }
    assert!(failures.is_empty(), "{failures}");
}

fn take(names: &mut Vec<&str>, name: &str) -> bool {
    let at = names.iter().position(|other| *other == name);
    at.map(|at| names.swap_remove(at)).is_some()
}

/// Runs cargo-semver-checks on the edits that are not recorded, or the one that `EDITS` names, or
/// `all`: on each by itself, and on those that should not break anything together.
#[test]
#[ignore = "needs cargo-semver-checks and much time: cargo xtask semver"]
fn record_cargo_semver_checks() {
    let mut record = recorded();
    let wanted = env::var("EDITS").ok();
    let is_wanted = |edit: &&Edit| match wanted.as_deref() {
        None => !record.contains_key(edit.name),
        Some("all") => true,
        Some(name) => name == edit.name,
    };
    let (breaking, quiet): (Vec<_>, Vec<_>) =
        generating().filter(is_wanted).partition(|edit| edit.verdict == Verdict::Major);
    if breaking.is_empty() && quiet.is_empty() {
        assert_eq!(wanted, None, "EDITS: expected an edit that generates");
        return;
    }
    let installed = cargo().args(["semver-checks", "--version"]).output().unwrap();
    let hint = "cargo-semver-checks is needed: cargo install cargo-semver-checks --locked";
    assert!(installed.status.success(), "{hint}");
    let baseline = documented(&[], "before.json");
    let mut asked = |batch: &[&Edit], broken: &[String]| {
        for edit in batch {
            println!("{}: {}", edit.name, spell(broken));
            record.insert(edit.name.to_owned(), broken.to_owned());
        }
        write(&record);
    };
    for batch in batches::of(quiet.into_iter()) {
        let broken = broken(&baseline, &batch);
        if broken.is_empty() {
            asked(&batch, &broken);
        } else {
            for edit in batch {
                asked(&[edit], &self::broken(&baseline, &[edit]));
            }
        }
    }
    for edit in breaking {
        asked(&[edit], &broken(&baseline, &[edit]));
    }
}

/// The rules that the client breaks once the document is edited.
fn broken(baseline: &Path, edits: &[&Edit]) -> Vec<String> {
    let current = documented(edits, "after.json");
    let checks = cargo()
        .args(["semver-checks", "check-release", "--release-type", "minor", "--color", "never"])
        .arg("--baseline-rustdoc")
        .arg(baseline)
        .arg("--current-rustdoc")
        .arg(current)
        .output()
        .unwrap();
    let [out, err] = [checks.stdout, checks.stderr].map(|text| String::from_utf8(text).unwrap());
    let rules = out.lines().filter_map(|line| line.strip_prefix("--- failure ")?.split_once(':'));
    let mut rules: Vec<String> = rules.map(|(rule, _)| rule.to_owned()).collect();
    rules.sort();
    // Failing to run fails as well.
    assert_eq!(checks.status.success(), rules.is_empty(), "{out}\n{err}");
    rules
}

/// The documentation of the client once the document is edited, as JSON.
fn documented(edits: &[&Edit], name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("semver");
    let (workspace, target) = (folder.join("edited"), folder.join("target"));
    lay_out_batch(&workspace, edits);
    let documentation = cargo()
        .args(["rustdoc", "--package", "trenz-api", "--lib", "--offline", "--quiet", "--"])
        .args(["-Zunstable-options", "--output-format=json", "--cap-lints=allow"])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", &target)
        // The format is not stable yet; cargo-semver-checks reports one that it does not read.
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&documentation.stderr);
    assert!(documentation.status.success(), "{said}");
    let to = folder.join(name);
    fs::copy(target.join("doc/trenz_api.json"), &to).unwrap();
    to
}

fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/changes/semver.txt")
}

fn recorded() -> Record {
    let text = read(&file());
    let rows = text.lines().filter_map(|row| row.split_once(": "));
    rows.map(|(name, said)| {
        let rules = said.split(", ").filter(|rule| *rule != NOTHING).map(str::to_owned);
        (name.to_owned(), rules.collect())
    })
    .collect()
}

/// Writes the record, in the order of the edits; what is not an edit any more is forgotten.
fn write(record: &Record) {
    let mut text = String::new();
    for edit in generating() {
        if let Some(broken) = record.get(edit.name) {
            let _ = writeln!(text, "{}: {}", edit.name, spell(broken));
        }
    }
    fs::write(file(), text).unwrap();
}

/// What stands where no rule is broken.
const NOTHING: &str = "breaks nothing";

fn spell(broken: &[String]) -> String {
    if broken.is_empty() { NOTHING.to_owned() } else { broken.join(", ") }
}
