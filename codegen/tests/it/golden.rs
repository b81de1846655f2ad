//! What comes out of a document stands beside it, to be read.
//!
//! `UPDATE_GOLDEN=1 cargo test -p trenz-codegen` rewrites what is expected; review the
//! difference as you would any other change.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use similar::TextDiff;

use crate::case::Case;
use crate::expected::updating;

const HINT: &str = "If this is meant: UPDATE_GOLDEN=1 cargo test -p trenz-codegen --test it";

/// The case whose output the others leave out.
const SMALLEST: &str = "smallest";

#[test]
fn cases_generate_the_golden_files() {
    let cases = Case::generated();
    let smallest = cases.iter().find(|case| case.name == SMALLEST).unwrap();
    let smallest = Case::files(smallest.generate().unwrap());
    every(&cases, |case| {
        let mut files = match case.generate() {
            Ok(generated) => Case::files(generated),
            Err(report) => return Err(format!("`{}` is refused:\n{report}\n", case.name)),
        };
        if case.name != SMALLEST {
            // What is the same in the smallest case shows nothing.
            if let Some(notes) = files.get_mut("notes.txt") {
                let common = &smallest["notes.txt"];
                let own = |note: &&str| !common.lines().any(|line| line == *note);
                *notes = notes.split_inclusive('\n').filter(|note| own(&note.trim_end())).collect();
            }
            files.retain(|name, text| !text.is_empty() && smallest.get(name) != Some(text));
        }
        Ok(files.into_iter().map(|(name, text)| (format!("expected/{name}"), text)).collect())
    });
}

#[test]
fn cases_are_refused_with_the_golden_report() {
    every(&Case::refused(), |case| match case.generate() {
        Ok(_) => Err(format!("`{}` is generated\n", case.name)),
        Err(report) => Ok([("report.txt".to_owned(), format!("{report}\n"))].into()),
    });
}

type Files = BTreeMap<String, String>;

/// Checks every case of a kind, so that one run shows all that changed.
fn every(cases: &[Case], output: impl Fn(&Case) -> Result<Files, String>) {
    let mut failures = String::new();
    for case in cases {
        // A panic in one case is that case's failure.
        let outcome = catch_unwind(AssertUnwindSafe(|| output(case)));
        match outcome {
            Ok(Ok(files)) => failures.push_str(&check(case, &files)),
            Ok(Err(failure)) => failures.push_str(&failure),
            Err(_) => {
                let _ = writeln!(failures, "`{}` makes generation panic, see above", case.name);
            }
        }
    }
    assert!(failures.is_empty(), "{failures}\n{HINT}");
}

/// Holds what came out against what is expected, or makes it so.
fn check(case: &Case, output: &Files) -> String {
    let mut expected = BTreeMap::new();
    read(&case.folder.join("expected"), "expected", &mut expected);
    if let Ok(report) = fs::read_to_string(case.folder.join("report.txt")) {
        expected.insert("report.txt".to_owned(), report);
    }
    if updating() {
        for name in expected.keys().filter(|name| !output.contains_key(*name)) {
            fs::remove_file(case.folder.join(name)).unwrap();
        }
        for (name, text) in output.iter().filter(|(name, text)| expected.get(*name) != Some(text)) {
            let path = case.folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        return String::new();
    }
    let names: std::collections::BTreeSet<_> = expected.keys().chain(output.keys()).collect();
    let mut differences = String::new();
    for name in names {
        let [old, new] =
            [&expected, output].map(|files| files.get(name).map_or("", String::as_str));
        if old != new {
            let diff = TextDiff::from_lines(old, new);
            let path = format!("{}/{name}", case.name);
            let diff = diff.unified_diff().header(&path, "what came out").to_string();
            differences.push_str(&diff);
        }
    }
    differences
}

/// Reads every file below a folder that may be missing.
fn read(folder: &Path, name: &str, files: &mut Files) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &name, files);
        } else {
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}
