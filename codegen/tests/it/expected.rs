//! Texts that tests compare with a file, which `UPDATE_GOLDEN=1` rewrites. Review the difference as
//! any other change.

use std::path::Path;
use std::{env, fs};

use similar::TextDiff;

/// Returns the difference between a text and the file that has what is expected, or writes the file.
#[must_use]
pub(crate) fn compare(path: &Path, text: &str) -> String {
    let expected = fs::read_to_string(path).unwrap_or_default();
    if expected == text {
        return String::new();
    }
    if updating() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        return String::new();
    }
    let diff = TextDiff::from_lines(expected.as_str(), text);
    let diff = diff.unified_diff().header(&path.to_string_lossy(), "this run").to_string();
    format!("{diff}\nIf this is intended, rerun with UPDATE_GOLDEN=1.")
}

/// Asserts that a text is that of this package's `tests/golden/NAME.txt`.
#[track_caller]
pub(crate) fn golden(name: &str, text: &str) {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.txt"));
    let difference = compare(&path, text);
    assert!(difference.is_empty(), "{difference}");
}

/// Whether the run is meant to rewrite what is expected.
pub(crate) fn updating() -> bool {
    env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}
