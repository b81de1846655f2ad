//! The output of generation: problems that stop it and notes that explain it.
//!
//! Every stage adds to one reporter. Nothing stops at the first problem, and every problem has a
//! place and a remedy.

#[cfg(test)]
pub(crate) mod expected;
mod location;
mod reporter;

use std::fmt;

use indexmap::IndexMap;
use serde::Serialize;

use crate::visible::line;
pub use location::Pointer;
pub(crate) use location::{Location, Text, WalkPointer, child};
pub(crate) use reporter::Reporter;

/// A reason why nothing can be generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// The text that it is in, as named in its [`Source`](crate::Source).
    pub source: String,
    /// Where in that text.
    pub pointer: Pointer,
    /// The operation that it is in, if any.
    pub operation_id: Option<String>,
    /// What is wrong: expected and found.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", Located(self), Explanation(self))
    }
}

/// The place of a problem.
struct Located<'a>(&'a Problem);

impl fmt::Display for Located<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { source, pointer, operation_id, .. } = self.0;
        write!(f, "{}#{}", line(source), line(&pointer.text()))?;
        match operation_id {
            Some(id) => write!(f, " ({})", line(id)),
            None => Ok(()),
        }
    }
}

/// The cause and the remedy of a problem.
struct Explanation<'a>(&'a Problem);

impl fmt::Display for Explanation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}\n  remedy: {}", line(&self.0.cause), line(&self.0.remedy))
    }
}

/// A decision that a maintainer may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The stage or convention that made it: `overlay` or `pricing`.
    pub rule: &'static str,
    /// Where in the document, or in the decisions.
    pub pointer: Pointer,
    /// What was decided.
    pub text: String,
    /// For how many places it was made; `pointer` is the first.
    pub places: usize,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, line(&self.text))?;
        if self.places > 1 {
            write!(f, "; {} places, first", self.places)?;
        }
        if self.pointer != Pointer::root() {
            write!(f, " ({})", line(&self.pointer.text()))?;
        }
        Ok(())
    }
}

/// Notes summed up, one line for those that say the same about different things: the number of
/// places, and the first ones. The most frequent come first.
#[must_use]
pub fn summed_up(notes: &[Note]) -> Vec<String> {
    let mut kinds: IndexMap<_, (usize, &Note)> = IndexMap::new();
    for note in notes {
        kinds.entry((note.rule, message_kind(&note.text))).or_insert((0, note)).0 += note.places;
    }
    let mut kinds: Vec<_> = kinds.into_values().collect();
    kinds.sort_by_key(|(places, _)| std::cmp::Reverse(*places));
    let lines = kinds.into_iter().map(|(places, first)| {
        let (rule, text) = (first.rule, line(&first.text));
        let such_as = if places > 1 { ", such as" } else { "" };
        let at = match first.pointer.text().as_str() {
            "" => String::new(),
            pointer => format!(" ({})", line(pointer)),
        };
        format!("{places:>5}  {rule}{such_as}: {text}{at}")
    });
    lines.collect()
}

/// A sentence without the names in it: those are in backticks, and places begin with a slash.
pub(crate) fn message_kind(text: &str) -> String {
    let spans = text.split('`').enumerate();
    let plain = spans.map(|(index, span)| if index % 2 == 1 { "…" } else { span });
    let plain = plain.collect::<Vec<_>>().join("`");
    // A name is reserved in several modules.
    let plain = plain.rfind("` in ").map_or(plain.as_str(), |end| &plain[..=end]);
    let words = plain.split(' ').map(|word| if word.starts_with('/') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// The names in backticks, joined by commas.
pub(crate) fn quoted<N: fmt::Display>(names: impl IntoIterator<Item = N>) -> String {
    let names = names.into_iter().map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(", ")
}

/// `1 operation`, `2 operations`.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// All problems that keep a document from being generated. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    problems: Vec<Problem>,
}

impl Report {
    /// The problems, in the order of the stages and then of the document.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The problems, grouped by those that say the same about different places.
    fn grouped(&self) -> Vec<Vec<&Problem>> {
        let mut group: IndexMap<_, Vec<&Problem>> = IndexMap::new();
        for problem in &self.problems {
            group.entry((&problem.cause, &problem.remedy)).or_default().push(problem);
        }
        group.into_values().collect()
    }
}

/// How many places of a group are printed.
const PLACES: usize = 5;

impl fmt::Display for Report {
    /// The problems and their number; with `{:#}` without what follows from them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in self.grouped() {
            for problem in group.iter().take(PLACES) {
                writeln!(f, "{}", Located(problem))?;
            }
            if let Some(more) = group.len().checked_sub(PLACES).filter(|more| *more > 0) {
                writeln!(f, "… and {more} more")?;
            }
            if let Some(first) = group.first() {
                writeln!(f, "{}\n", Explanation(first))?;
            }
        }
        f.write_str(&counted(self.problems.len(), "problem"))?;
        if f.alternate() { Ok(()) } else { f.write_str("; nothing was generated") }
    }
}

impl std::error::Error for Report {}
