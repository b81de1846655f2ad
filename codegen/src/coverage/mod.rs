//! How much of a document generates, and why the rest does not.
//!
//! Generation stops where it finds problems. Here the operations that have them are
//! left out, each with its problems, until what is left generates without any: so what
//! is called generated has been. Every operation of the document is in one of the two
//! lists, because it is sorted into them from a list made before any stage has run.

mod operations;
mod reach;
mod render;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::plan::{self, Crate};
use crate::report::{Note, Pointer, Problem, Report, Reporter};
use crate::{Generated, Origin, Sources, load};
use operations::Listed;
use reach::Reach;

/// What became of every operation of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Coverage {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// The operations that are generated, in document order.
    pub generated: Vec<Covered>,
    /// The operations that are not, in document order.
    pub refused: Vec<Refusal>,
    /// Problems that stop no operation and that generation would stop for all the same.
    pub elsewhere: Vec<Problem>,
    /// What was decided on the way.
    pub notes: Vec<Note>,
    /// The client of the generated operations, unless there is none.
    pub client: Option<Generated>,
}

/// An operation that is generated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Covered {
    /// The operationId, or what stands for it.
    pub operation_id: String,
    /// Upper case: `GET`.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The request's type: `pets::FindPetsCall`.
    pub rust_path: String,
}

/// An operation that is not generated.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The operationId, if it has one.
    pub operation_id: Option<String>,
    /// Upper case: `GET`. Nothing where a reference stands for the whole path and leads
    /// nowhere, which counts as one operation.
    pub method: Option<String>,
    /// The path, with its parameters in braces.
    pub path: String,
    /// Where the operation stands.
    pub pointer: Pointer,
    /// Why it is not generated; never empty. There may be more behind these: what is
    /// refused at one stage is not shown to the next.
    pub problems: Vec<Problem>,
}

impl Coverage {
    /// How many operations the document has.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.generated.len() + self.refused.len()
    }

    /// Whether generation would have nothing to report.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty() && self.elsewhere.is_empty()
    }
}

/// Sorts every operation of a document. What cannot be read at all is reported.
pub(crate) fn cover(sources: &Sources<'_>) -> Result<Coverage, Report> {
    let mut reporter = Reporter::default();
    sources.origin.temper(&mut reporter);
    crate::read_decisions(sources, &mut reporter);
    let mut document = load::read(&sources.document, sources.overlay.as_ref(), &mut reporter)?;
    reporter.stage()?;
    sources.origin.tidy(&mut document, &mut reporter);
    let listed = operations::list(&document);
    let mut sieve = Sieve {
        sources,
        left: listed.clone(),
        document,
        refused: BTreeMap::new(),
        elsewhere: Vec::new(),
    };
    let outcome = sieve.sift();
    let mut notes = reporter.into_notes();
    let Sieve { document, mut refused, mut elsewhere, .. } = sieve;
    let text = |name: &str| {
        let text = document.pointer("/info").and_then(|info| info.get(name));
        text.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (title, version) = (text("title"), text("version"));
    let mut planned = BTreeMap::new();
    let mut client = None;
    if let Some((krate, said)) = outcome {
        notes.extend(said);
        planned = by_place(&krate);
        if !planned.is_empty() {
            client = Some(crate::emitted(&krate, notes.clone()));
        }
    }
    let mut generated = Vec::new();
    let mut missing = Vec::new();
    for operation in listed {
        if let Some(covered) = planned.remove(&operation.pointer) {
            // What is sent may differ from what the document spells.
            generated.push(Covered { path: operation.path, ..covered });
        } else {
            let problems = refused.remove(&operation.pointer);
            missing.push(refusal(operation, problems, sources));
        }
    }
    // Whatever is not in the list was made of nothing.
    elsewhere.extend(planned.into_iter().map(|(pointer, covered)| {
        defect(sources, &pointer, Some(covered.operation_id), "the operation is generated twice")
    }));
    Ok(Coverage { title, version, generated, refused: missing, elsewhere, notes, client })
}

/// A document that loses its troubled operations one after the other.
struct Sieve<'a> {
    sources: &'a Sources<'a>,
    document: Value,
    /// The operations that the document still has.
    left: Vec<Listed>,
    refused: BTreeMap<Pointer, Vec<Problem>>,
    elsewhere: Vec<Problem>,
}

impl Sieve<'_> {
    /// Leaves operations out until the others can be planned. Each round leaves out one
    /// at least, or it is the last.
    fn sift(&mut self) -> Option<(Crate, Vec<Note>)> {
        let mut unused = Vec::new();
        loop {
            let mut reporter = Reporter::default();
            let problems = match self.plan(&mut reporter) {
                Ok(krate) => {
                    let mut notes = reporter.into_notes();
                    notes.extend(unused);
                    return Some((krate, notes));
                }
                Err(report) => report.into_problems(),
            };
            if self.left.is_empty() {
                self.elsewhere.extend(problems);
                return None;
            }
            for problem in self.leave_out(problems) {
                match self.sources.origin.missed(problem) {
                    Ok(note) => unused.push(note),
                    Err(problem) => self.elsewhere.push(problem),
                }
            }
        }
    }

    fn plan(&mut self, reporter: &mut Reporter) -> Result<Crate, Report> {
        let decisions = crate::read_decisions(self.sources, reporter);
        let krate = crate::understand(&self.document, self.sources, &decisions, reporter)?;
        reporter.stage()?;
        // A decision on an operation that was left out is not to blame for that.
        if let Some(source) = self.sources.decisions.as_ref().filter(|_| self.refused.is_empty()) {
            decisions.report_unused(source, reporter);
            if let Err(report) = reporter.stage() {
                self.elsewhere.extend(report.into_problems());
            }
        }
        Ok(krate)
    }

    /// Leaves out what the problems stop. Gives those that stand in a part which no
    /// operation needs, once it is left out as well.
    fn leave_out(&mut self, problems: Vec<Problem>) -> Vec<Problem> {
        let reach = Reach::of(&self.left, &self.document);
        let (mut stopped, mut unused, mut general) = (BTreeMap::new(), Vec::new(), Vec::new());
        for problem in problems {
            let found = reach.stopped_by(&problem);
            for &index in &found {
                stopped.entry(index).or_insert_with(Vec::new).push(problem.clone());
            }
            if found.is_empty() {
                let list = if self.is_unused(&problem) { &mut unused } else { &mut general };
                list.push(problem);
            }
        }
        for part in unused.iter().filter_map(|problem| reach::part(problem.pointer.as_str())) {
            load::remove(&mut self.document, &Pointer::from(&*part));
        }
        // What concerns the whole document stops all that is left of it, but not before
        // everything else has been tried.
        if stopped.is_empty() && unused.is_empty() {
            stopped = (0..self.left.len()).map(|index| (index, general.clone())).collect();
        }
        for (index, problems) in stopped.into_iter().rev() {
            let operation = self.left.remove(index);
            operations::remove(&mut self.document, &operation);
            self.refused.insert(operation.pointer, problems);
        }
        unused
    }

    /// Whether a problem that stops no operation stands in a part that can go.
    fn is_unused(&self, problem: &Problem) -> bool {
        let part = reach::part(problem.pointer.as_str());
        let there = part.filter(|place| self.document.pointer(place).is_some());
        there.is_some_and(|place| {
            !place.starts_with("/components/securitySchemes/")
                || self.sources.origin == Origin::Foreign
        })
    }
}

/// Every planned operation, by its place.
fn by_place(krate: &Crate) -> BTreeMap<Pointer, Covered> {
    let operations = krate.modules.values().flat_map(|module| &module.operations);
    let covered = |operation: &plan::Operation| Covered {
        operation_id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        rust_path: operation.rust_path.clone(),
    };
    operations.map(|operation| (operation.pointer.clone(), covered(operation))).collect()
}

fn refusal(operation: Listed, problems: Option<Vec<Problem>>, sources: &Sources<'_>) -> Refusal {
    let Listed { pointer, path, method, id } = operation;
    let problems = problems.filter(|problems| !problems.is_empty()).unwrap_or_else(|| {
        vec![defect(sources, &pointer, id.clone(), "the operation is lost on the way")]
    });
    Refusal { operation_id: id, method, path, pointer, problems }
}

/// A problem of ours.
fn defect(sources: &Sources<'_>, at: &Pointer, id: Option<String>, cause: &str) -> Problem {
    Problem {
        source: sources.document.name.to_owned(),
        pointer: at.clone(),
        operation_id: id,
        cause: cause.to_owned(),
        remedy: "report this as a defect of the generator".to_owned(),
    }
}
