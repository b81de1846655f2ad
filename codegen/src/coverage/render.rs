//! Renders coverage as text and JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use super::{Coverage, Refusal};
use crate::report::{self, Note, Problem, counted, message_kind};
use crate::visible::{self, line};

impl fmt::Display for Coverage {
    /// The report as plain text: refusals by cause, the notes summed up, and totals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, cases) in self.causes() {
            writeln!(f, "{} refused: {}", counted(cases.len(), "operation"), line(&kind))?;
            for (refusal, problem) in cases {
                writeln!(f, "  {}", refusal.title())?;
                writeln!(f, "    {}#{}", line(&problem.source), line(&problem.pointer.text()))?;
                writeln!(f, "    {}", line(&problem.cause))?;
            }
            writeln!(f)?;
        }
        for problem in &self.elsewhere {
            writeln!(f, "{problem}\n")?;
        }
        if !self.notes.is_empty() {
            let notes = report::summed_up(&self.notes);
            writeln!(f, "notes:\n  {}\n", notes.join("\n  "))?;
        }
        let (title, version) = (line(&self.title), line(&self.version));
        write!(f, "{title}, version {version}: {}", self.totals())
    }
}

impl Coverage {
    /// The report as JSON.
    #[must_use]
    pub fn json(&self) -> String {
        let causes = self.causes().into_iter().map(|(kind, cases)| (kind, json!(cases.len())));
        let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
        for note in &self.notes {
            *notes.entry(note.rule).or_default() += 1;
        }
        let report = json!({
            "title": self.title,
            "version": self.version,
            "operations": self.operations(),
            "generated": self.generated,
            "refused": self.refused,
            "causes": causes.collect::<serde_json::Map<_, _>>(),
            "elsewhere": self.elsewhere,
            "notes": notes,
        });
        visible::json(&format!("{report:#}"))
    }

    /// Every note on a line of its own, where the text report sums them up.
    #[must_use]
    pub fn all_notes(&self) -> String {
        self.notes.iter().map(Note::to_string).collect::<Vec<_>>().join("\n")
    }

    /// The numbers of generated and refused operations.
    #[must_use]
    pub fn totals(&self) -> String {
        let elsewhere = match self.elsewhere.len() {
            0 => String::new(),
            count => format!(", and {} beside", counted(count, "problem")),
        };
        format!(
            "{}, {} generated, {} refused{elsewhere}",
            counted(self.operations(), "operation"),
            self.generated.len(),
            self.refused.len(),
        )
    }

    /// The refusals by kind of cause, the most frequent first. An operation with several causes is
    /// in each of them.
    fn causes(&self) -> Vec<(String, Vec<(&Refusal, &Problem)>)> {
        let mut by_kind: BTreeMap<String, Vec<(&Refusal, &Problem)>> = BTreeMap::new();
        for refusal in &self.refused {
            for problem in &refusal.problems {
                let cases = by_kind.entry(message_kind(&problem.cause)).or_default();
                // One problem for each operation is enough.
                if cases.last().is_none_or(|(last, _)| last.pointer != refusal.pointer) {
                    cases.push((refusal, problem));
                }
            }
        }
        let mut sorted: Vec<_> = by_kind.into_iter().collect();
        sorted.sort_by_key(|(_, cases)| std::cmp::Reverse(cases.len()));
        sorted
    }
}

impl Refusal {
    /// `GET /pets/{id} (pet-get)`.
    #[must_use]
    pub fn title(&self) -> String {
        let method = self.method.as_deref().unwrap_or("every method of");
        let id = self.operation_id.as_ref().map_or(String::new(), |id| format!(" ({id})"));
        line(&format!("{method} {}{id}", self.path))
    }
}
