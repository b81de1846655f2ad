//! Renders changes as text, Markdown and JSON.

use std::fmt::{self, Write as _};

use super::{Blocker, Change, Changes, Rename, SECTIONS, Verdict};
use crate::names::capitalized;
use crate::visible::{self, line};

impl fmt::Display for Changes {
    /// The report as plain text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (title, changes) in self.sections() {
            // Advice that several changes share is printed after the last.
            let mut said = Vec::new();
            for alike in changes.chunk_by(|change, next| change.advice == next.advice) {
                let mut lines =
                    alike.iter().map(Change::to_string).collect::<Vec<_>>().join("\n  ");
                if let Some(advice) = alike.first().and_then(|change| change.advice.as_deref()) {
                    let which = match alike.len() {
                        1 => String::new(),
                        count => format!("for the {count} lines above: "),
                    };
                    let _ = write!(lines, "\n      {which}{}", line(advice));
                }
                said.push(lines);
            }
            section(f, title, changes.len(), &said, String::clone)?;
        }
        let renames = &self.renames;
        section(f, "Likely renames (none was applied)", renames.len(), renames, Rename::to_string)?;
        for (title, blockers) in self.blockers() {
            section(f, title, blockers.len(), blockers, Blocker::to_string)?;
        }
        section(f, UNREAD, self.unread.len(), &self.unread, |id| line(id))?;
        write!(f, "Verdict: {}", self.verdict_text(None))
    }
}

const UNREAD: &str = "Not compared, because of the blockers";

fn section<T>(
    f: &mut fmt::Formatter<'_>,
    title: &str,
    count: usize,
    entries: &[T],
    spell: impl Fn(&T) -> String,
) -> fmt::Result {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}: {count}")?;
    for entry in entries {
        writeln!(f, "  {}", spell(entry))?;
    }
    writeln!(f)
}

impl Changes {
    /// The report as plain text, with the version after `current`.
    #[must_use]
    pub fn text(&self, current: &str) -> String {
        let plain = self.to_string();
        let above = plain.rfind("Verdict: ").map_or("", |at| &plain[..at]);
        format!("{above}Verdict: {}", self.verdict_text(Some(current)))
    }

    /// The report as Markdown, with the version after `current`.
    #[must_use]
    pub fn markdown(&self, current: &str) -> String {
        let mut text = String::from("# What the new document changes\n\n");
        let _ = writeln!(text, "Verdict: **{}**", self.verdict_text(Some(current)));
        for (title, changes) in self.sections() {
            list(&mut text, title, changes, |change| match change.advice.as_deref() {
                None => format!("{}.", marked(change)),
                Some(advice) => format!("{}. {}.", marked(change), capitalized(&line(advice))),
            });
        }
        list(&mut text, "Likely renames (none was applied)", &self.renames, Rename::to_string);
        for (title, blockers) in self.blockers() {
            list(&mut text, title, blockers, Blocker::to_string);
        }
        list(&mut text, UNREAD, &self.unread, |id| format!("`{}`", line(id)));
        text
    }

    /// The report as JSON, with the version after `current`.
    #[must_use]
    pub fn json(&self, current: &str) -> String {
        let mut report = serde_json::to_value(self).unwrap_or_default();
        report["version"] = serde_json::json!({
            "current": current,
            "next": self.verdict.next(current),
        });
        visible::json(&format!("{report:#}"))
    }

    /// The entry for the crate's change log, under the version that the changes require.
    #[must_use]
    pub fn changelog(&self, version: &str) -> String {
        let mut text = format!("## {version}\n");
        for (section, _, title) in SECTIONS {
            let changes = self.section(section);
            if !changes.is_empty() {
                let _ = writeln!(text, "\n### {title}\n");
                for change in changes {
                    let _ = writeln!(text, "- {}.", marked(change));
                }
            }
        }
        text
    }

    fn sections(&self) -> impl Iterator<Item = (&'static str, &[Change])> {
        SECTIONS.into_iter().map(|(section, title, _)| (title, self.section(section)))
    }

    fn blockers(&self) -> [(&'static str, &[Blocker]); 2] {
        [
            ("Stale corrections and decisions", &self.stale_overrides),
            ("Blockers of generating the new document", &self.blockers),
        ]
    }

    fn verdict_text(&self, current: Option<&str>) -> String {
        let open = !self.blockers.is_empty() || !self.stale_overrides.is_empty();
        let next = current.and_then(|current| {
            let next = self.verdict.next(current).filter(|next| next != current)?;
            Some(format!("; {current} becomes {next}"))
        });
        let next = next.unwrap_or_default();
        match (self.verdict, open) {
            (Verdict::None, false) => "none, the generated client is the same".to_owned(),
            (verdict, false) => format!("{verdict}{next}"),
            (verdict, true) => {
                format!("{verdict} at least{next}; the new document is not generated yet")
            }
        }
    }
}

impl fmt::Display for Change {
    /// The change on one line, without the advice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&spelled(self, line))?;
        match &self.operation {
            Some(id) => write!(f, " [{}]", line(id)),
            None => Ok(()),
        }
    }
}

/// The same with code spans.
fn marked(change: &Change) -> String {
    spelled(change, |text| format!("`{}`", line(text).replace('`', "'")))
}

fn spelled(change: &Change, code: fn(&str) -> String) -> String {
    // A place with spaces is prose.
    let place = if change.place.contains(' ') { line(&change.place) } else { code(&change.place) };
    let values = match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!(": {} → {}", code(old), code(new)),
        (Some(old), None) => format!(": was {}", code(old)),
        (None, Some(new)) => format!(": {}", code(new)),
        (None, None) => String::new(),
    };
    let percent = change.percent.map_or(String::new(), |percent| format!(" ({percent:+} %)"));
    format!("{place}: {}{values}{percent}", line(&change.what))
}

fn list<T>(text: &mut String, title: &str, entries: &[T], spell: impl Fn(&T) -> String) {
    if !entries.is_empty() {
        let _ = writeln!(text, "\n## {title}\n");
        for entry in entries {
            let _ = writeln!(text, "- {}", spell(entry));
        }
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, place, evidence, .. } = self;
        let (old, new, evidence) = (line(&self.old), line(&self.new), line(evidence));
        let place = line(place);
        write!(f, "{place}: {what} `{old}` is likely `{new}` now: {evidence}")
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", line(&self.source))?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(
            f,
            " ({})",
            if self.pointer.is_empty() { "/".to_owned() } else { line(&self.pointer) }
        )?;
        if let Some(id) = &self.operation {
            write!(f, " [{}]", line(id))?;
        }
        write!(f, ": {}. {}.", line(&self.cause), line(&capitalized(&self.remedy)))
    }
}
