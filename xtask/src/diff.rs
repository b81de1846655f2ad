//! Says what a document changes for callers.

use std::path::Path;

use codegen::changes::{Changes, Verdict};

use crate::args::{Diff, Format};
use crate::spec::{self, Texts};
use crate::tree::{self, Files};
use crate::{Failure, Outcome};

/// The version that the changes are counted from: all packages have the same.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Compares two documents and prints the report.
pub(crate) fn run(options: &Diff) -> Result<Outcome, Failure> {
    let project = spec::project()?;
    let old = match &options.old {
        Some(old) => Texts::named(&project, old)?,
        None => Texts::current(&project)?,
    };
    let new = Texts::named(&project, &options.new)?;
    let changes = compare(&old, &new)?;
    let mut text = match options.format {
        Format::Text => report(&changes),
        Format::Markdown => changes.markdown(VERSION),
        Format::Json => changes.json(VERSION),
    };
    if options.write_changelog {
        write_changelog(&project, &changes)?;
        if options.format == Format::Text {
            text.push_str("\nwritten to CHANGELOG.md");
        }
    }
    let code = if options.exit_code { severity(changes.verdict) } else { 0 };
    Ok(Outcome { code, ..Outcome::from(text) })
}

pub(crate) fn compare(old: &Texts, new: &Texts) -> Result<Changes, Failure> {
    codegen::changes(&old.sources(), &new.sources())
        .map_err(|report| Failure::new(format!("{report:#}")))
}

/// The report with the version that it asks for.
pub(crate) fn report(changes: &Changes) -> String {
    changes.text(VERSION)
}

/// What the working tree changes of what was last committed, which is what was last
/// generated as far as callers know; nothing where nothing is committed or nothing changed.
pub(crate) fn since_commit(project: &Path, new: &Texts) -> Option<String> {
    let old = Texts::of_revision(project, "HEAD")?;
    let same = old.document == new.document && old.own == new.own;
    if same {
        return None;
    }
    match compare(&old, new) {
        Ok(changes) => (changes.verdict != Verdict::None).then(|| report(&changes)),
        Err(failure) => Some(format!("the documents cannot be compared\n{}", failure.cause)),
    }
}

/// An exit code for each verdict; 1 and 2 are those of failures.
fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::None => 0,
        Verdict::Patch => 3,
        Verdict::Minor => 4,
        _ => 5,
    }
}

/// Puts the entry for the next version below what is unreleased.
fn write_changelog(project: &Path, changes: &Changes) -> Result<(), Failure> {
    let path = project.join("CHANGELOG.md");
    let text = String::from_utf8_lossy(&spec::read(&path)?).into_owned();
    let next = changes.verdict.next(VERSION).unwrap_or_default();
    let entry = changes.changelog(&next);
    if changes.verdict == Verdict::None {
        return Err(Failure::new("error: CHANGELOG.md: expected changes to write, found none"));
    }
    if text.contains(&format!("## {next}\n")) {
        let cause = format!("error: CHANGELOG.md has an entry for {next} already");
        return Err(Failure::new(cause));
    }
    let files: Files = [(path, with_entry(&text, &entry))].into();
    let written = tree::compare(&files, &[]).map_err(Failure::new)?;
    tree::apply(&written, &[]).map_err(Failure::new)
}

fn with_entry(text: &str, entry: &str) -> String {
    // The newest released version; what is unreleased stands above it.
    let released = |at: &usize| !text[*at..].starts_with("\n## Unreleased");
    let at = text.match_indices("\n## ").map(|(at, _)| at).find(released);
    let (above, below) = text.split_at(at.map_or(text.len(), |at| at + 1));
    let below = if below.is_empty() { String::new() } else { format!("\n{below}") };
    format!("{}\n\n{entry}{below}", above.trim_end())
}

#[cfg(test)]
mod tests {
    use super::with_entry;

    #[test]
    fn a_changelog_entry_is_inserted_above_older_versions() {
        for (before, after) in [
            ("# Changelog\n", "# Changelog\n\n## 2\n\n- b\n"),
            (
                "# Changelog\n\n## Unreleased\n\n- c\n",
                "# Changelog\n\n## Unreleased\n\n- c\n\n## 2\n\n- b\n",
            ),
            (
                "# Changelog\n\n## Unreleased\n\n- c\n\n## 1\n\n- a\n",
                "# Changelog\n\n## Unreleased\n\n- c\n\n## 2\n\n- b\n\n## 1\n\n- a\n",
            ),
        ] {
            assert_eq!(with_entry(before, "## 2\n\n- b\n"), after);
        }
    }
}
