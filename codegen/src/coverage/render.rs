//! Renders coverage as text and JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Value, json};

use super::{Coverage, Covered, Refusal};
use crate::report::{self, Note, Problem, kind};
use crate::visible::{self, line};

impl fmt::Display for Coverage {
    /// The report as plain text: refusals by cause, the notes summed up, and totals.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (kind, cases) in self.causes() {
            writeln!(f, "{} refused: {}", operations(cases.len()), line(&kind))?;
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
        let refused = self.refused.iter().map(|refusal| {
            let Refusal { operation_id, method, path, pointer, problems } = refusal;
            json!({
                "operation_id": operation_id,
                "method": method,
                "path": path,
                "pointer": pointer.text(),
                "problems": problems.iter().map(spelled).collect::<Vec<_>>(),
            })
        });
        let generated = self.generated.iter().map(|covered| {
            let Covered { operation_id, method, path, rust_path } = covered;
            json!({ "operation_id": operation_id, "method": method, "path": path, "rust_path": rust_path })
        });
        let causes = self.causes().into_iter().map(|(kind, cases)| (kind, json!(cases.len())));
        let notes = self
            .notes_by_rule()
            .into_iter()
            .map(|(rule, notes)| (rule.to_owned(), json!(notes.len())));
        let report = json!({
            "title": self.title,
            "version": self.version,
            "operations": self.operations(),
            "generated": generated.collect::<Vec<_>>(),
            "refused": refused.collect::<Vec<_>>(),
            "causes": causes.collect::<serde_json::Map<_, _>>(),
            "elsewhere": self.elsewhere.iter().map(spelled).collect::<Vec<_>>(),
            "notes": notes.collect::<serde_json::Map<_, _>>(),
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
            1 => ", and 1 problem beside".to_owned(),
            count => format!(", and {count} problems beside"),
        };
        format!(
            "{}, {} generated, {} refused{elsewhere}",
            operations(self.operations()),
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
                let cases = by_kind.entry(kind(&problem.cause)).or_default();
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

    fn notes_by_rule(&self) -> BTreeMap<&'static str, Vec<&Note>> {
        let mut rules: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for note in &self.notes {
            rules.entry(note.rule).or_default().push(note);
        }
        rules
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

fn operations(count: usize) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} operation{plural}")
}

fn spelled(problem: &Problem) -> Value {
    let Problem { source, pointer, operation_id, cause, remedy } = problem;
    json!({
        "source": source,
        "pointer": pointer.text(),
        "operation_id": operation_id,
        "cause": cause,
        "remedy": remedy,
    })
}
