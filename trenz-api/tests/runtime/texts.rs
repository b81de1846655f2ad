//! The texts that callers read, apart from what the tests assert: each case has a line in `texts/<module>.txt`, which
//! `UPDATE_GOLDEN=1` rewrites.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// Held while a file is read and rewritten, because tests run in parallel.
static FILES: Mutex<()> = Mutex::new(());

/// Compares a text of one line with the one that is kept for a case, such as `errors/rate limited`.
pub(crate) fn assert_text(case: &str, text: impl Display) {
    let text = text.to_string();
    assert!(!text.contains('\n'), "{case}: expected one line, found {text}");
    let (module, name) = case.split_once('/').unwrap();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runtime/texts");
    let path = path.join(module).with_extension("txt");
    let _held = FILES.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let mut texts: BTreeMap<&str, &str> =
        kept.lines().filter_map(|line| line.split_once(": ")).collect();
    if std::env::var_os("UPDATE_GOLDEN").is_none() {
        assert_eq!(texts.get(name).copied(), Some(text.as_str()), "{case}: see texts.rs");
        return;
    }
    texts.insert(name, &text);
    let lines: Vec<_> = texts.iter().map(|(name, text)| format!("{name}: {text}\n")).collect();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, lines.concat()).unwrap();
}
