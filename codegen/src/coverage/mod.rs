//! How much of a document is generated, and why the rest is not.
//!
//! Generation stops at problems. Here the operations with problems are left out, until what is left
//! generates without any: so what is called generated has been generated. Every operation of the
//! document is in one of the two lists, because it is sorted into them from a list made before any
//! stage has run.

mod dependents;
mod operations;
mod render;

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use serde_json::Value;

use crate::decisions::{self, Decisions};
use crate::lower::Lowering;
use crate::model::Api;
use crate::plan::{self, Crate};
use crate::report::{Note, Pointer, Problem, Report, Reporter};
use crate::sources::{Origin, Sources};
use crate::{Generated, load, stages};
use dependents::Dependents;
use operations::Listed;

/// The result for every operation of a document.
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
    /// Problems that concern no operation but would stop generation.
    pub elsewhere: Vec<Problem>,
    /// The notes.
    pub notes: Vec<Note>,
    /// The client of the generated operations, if there are any.
    pub client: Option<Generated>,
}

/// An operation that is generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Covered {
    /// The operationId, or its replacement.
    pub operation_id: String,
    /// Upper case: `GET`.
    pub method: String,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The request's type: `pets::FindPetsCall`.
    pub rust_path: String,
}

/// An operation that is not generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// The operationId, if it has one.
    pub operation_id: Option<String>,
    /// Upper case: `GET`. `None` if the whole path is an unresolvable reference, which counts as
    /// one operation.
    pub method: Option<String>,
    /// The path, with its parameters in braces.
    pub path: String,
    /// The operation's place.
    pub pointer: Pointer,
    /// Why it is not generated; never empty. There may be more: an operation refused at one stage
    /// is not processed by the next.
    pub problems: Vec<Problem>,
}

impl Coverage {
    /// How many operations the document has.
    #[must_use]
    pub fn operations(&self) -> usize {
        self.generated.len() + self.refused.len()
    }

    /// Whether generation would report nothing.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.refused.is_empty() && self.elsewhere.is_empty()
    }
}

/// Sorts every operation of a document. A document that cannot be read is an error.
pub(crate) fn cover(sources: &Sources<'_>) -> Result<Coverage, Report> {
    let reporter = stages::reporter(sources);
    let decisions = decisions::read(sources.decisions.as_ref(), &reporter);
    let value = load::read(&sources.document, sources.overlay.as_ref(), &reporter)?;
    reporter.end_stage()?;
    let value = stages::normalised(value, sources.origin, &reporter);
    let text = |name: &str| {
        let text = value.pointer("/info").and_then(|info| info.get(name));
        text.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (title, version) = (text("title"), text("version"));
    let listed = operations::list(&value);
    let notes = reporter.into_notes();
    let partition =
        Partition { sources, listed: &listed, refused: BTreeMap::new(), unused: Vec::new() };
    let Partitioned { krate, mut refused, mut elsewhere, notes: said } =
        partition.plan(value, &decisions);
    let notes = [notes, said].concat();
    let mut planned = BTreeMap::new();
    let mut client = None;
    if let Some(krate) = krate {
        planned = by_place(&krate);
        if !planned.is_empty() {
            client = Some(crate::emitted(&krate, notes.clone()));
        }
    }
    let mut generated = Vec::new();
    let mut missing = Vec::new();
    for operation in listed {
        if let Some(covered) = planned.remove(&operation.pointer) {
            // The path that is sent may differ from the document's.
            generated.push(Covered { path: operation.path, ..covered });
        } else {
            let problems = refused.remove(&operation.pointer);
            missing.push(refusal(operation, problems, sources));
        }
    }
    // Operations that are not in the list.
    elsewhere.extend(planned.into_iter().map(|(pointer, covered)| {
        defect(sources, &pointer, Some(covered.operation_id), "the operation is generated twice")
    }));
    Ok(Coverage { title, version, generated, refused: missing, elsewhere, notes, client })
}

/// Leaves out the operations of a document that have problems.
struct Partition<'a> {
    sources: &'a Sources<'a>,
    listed: &'a [Listed],
    refused: BTreeMap<Pointer, Vec<Problem>>,
    /// Problems of parts that no operation uses.
    unused: Vec<Problem>,
}

/// The plan of the remaining operations, and the others.
#[derive(Default)]
struct Partitioned {
    krate: Option<Crate>,
    refused: BTreeMap<Pointer, Vec<Problem>>,
    elsewhere: Vec<Problem>,
    notes: Vec<Note>,
}

impl<'a> Partition<'a> {
    /// Plans the remaining operations until there is no problem. The document is parsed once, and
    /// again if planning finds a problem, so that a large one need not be kept meanwhile.
    fn plan(mut self, value: Value, decisions: &Decisions) -> Partitioned {
        let parts = RemovableParts::of(&value);
        let mut first = Some(value);
        loop {
            let reporter = stages::reporter(self.sources).continuing();
            let value = first.take().unwrap_or_else(|| self.reread());
            self.unused.clear();
            let (api, dependents, mut general) = match self.lowered(value, &parts, &reporter) {
                Ok(lowered) => lowered,
                Err(general) => return self.refuse_all(&general, reporter),
            };
            let before = self.refused.len();
            let planned = stages::planned(api, self.sources.origin, decisions, &reporter);
            let mut problems = reporter.take_problems();
            let krate = planned.map_err(|report| problems.extend(report.into_problems())).ok();
            general.extend(self.sort(problems, &dependents, &parts));
            if self.refused.len() > before {
                continue;
            }
            // A problem of the whole document stops all remaining operations.
            let (Some(krate), true) = (krate, general.is_empty()) else {
                return self.refuse_all(&general, reporter);
            };
            let mut partitioned = Partitioned { krate: Some(krate), ..Partitioned::default() };
            // A decision about an operation that was left out is not stale.
            if self.refused.is_empty() {
                decisions.report_unused(&reporter);
                partitioned.elsewhere = reporter.take_problems();
            }
            return self.finish(partitioned, reporter);
        }
    }

    /// The original document.
    fn reread(&self) -> Value {
        let reporter = stages::reporter(self.sources);
        let value = load::read(&self.sources.document, self.sources.overlay.as_ref(), &reporter);
        stages::normalised(value.unwrap_or_default(), self.sources.origin, &reporter)
    }

    /// The model of the remaining operations, and the problems of the whole document; or only the
    /// problems.
    fn lowered(
        &mut self,
        value: Value,
        parts: &RemovableParts,
        reporter: &Reporter,
    ) -> Result<(Api, Dependents<'a>, Vec<Problem>), Vec<Problem>> {
        let (document, value) = match load::openapi(value, true, reporter) {
            Ok(read) => read,
            Err(report) => {
                let dependents = Dependents::new(self.listed, &Value::Null);
                let problems = report.into_problems();
                let general = self.sort(problems.clone(), &dependents, parts);
                // Whatever they concern, nothing can be read.
                return Err(if general.is_empty() { problems } else { general });
            }
        };
        let dependents = Dependents::new(self.listed, &value);
        drop(value);
        let mut lowering = Lowering::new(&document, reporter);
        let mut general = self.sort(reporter.take_problems(), &dependents, parts);
        let noted = reporter.note_count();
        loop {
            let before = self.refused.len();
            reporter.truncate_notes(noted);
            let api = lowering.api(&self.left_out(), reporter);
            let found = self.sort(reporter.take_problems(), &dependents, parts);
            if self.refused.len() == before {
                general.extend(found);
                return Ok((api, dependents, general));
            }
        }
    }

    fn left_out(&self) -> HashSet<Pointer> {
        self.refused.keys().cloned().collect()
    }

    /// Refuses all remaining operations.
    fn refuse_all(mut self, general: &[Problem], reporter: Reporter) -> Partitioned {
        let mut left = self.listed.iter().filter(|one| !self.refused.contains_key(&one.pointer));
        let mut elsewhere = Vec::new();
        if left.next().is_none() {
            elsewhere.extend_from_slice(general);
        }
        for operation in self.listed {
            self.refused.entry(operation.pointer.clone()).or_insert_with(|| general.to_vec());
        }
        self.finish(Partitioned { elsewhere, ..Partitioned::default() }, reporter)
    }

    fn finish(self, partitioned: Partitioned, reporter: Reporter) -> Partitioned {
        let Partitioned { krate, mut elsewhere, .. } = partitioned;
        let mut notes = reporter.into_notes();
        for problem in self.unused {
            match unused_part(problem, self.sources.origin) {
                Ok(note) => notes.push(note),
                Err(problem) => elsewhere.push(problem),
            }
        }
        Partitioned { krate, refused: self.refused, elsewhere, notes }
    }

    /// Refuses the operations that the problems concern. Returns the problems that concern none and
    /// are not in a removable part.
    fn sort(
        &mut self,
        problems: Vec<Problem>,
        dependents: &Dependents<'_>,
        parts: &RemovableParts,
    ) -> Vec<Problem> {
        let mut general = Vec::new();
        let mut affected: BTreeMap<Pointer, Vec<Problem>> = BTreeMap::new();
        for problem in problems {
            let found = dependents.affected_by(&problem);
            for &index in &found {
                let pointer = self.listed[index].pointer.clone();
                affected.entry(pointer).or_default().push(problem.clone());
            }
            if found.is_empty() {
                let is_unused = self.is_unused(&problem, parts);
                let list = if is_unused { &mut self.unused } else { &mut general };
                list.push(problem);
            }
        }
        for (pointer, problems) in affected {
            self.refused.entry(pointer).or_insert(problems);
        }
        general
    }

    /// Whether a problem that concerns no operation is in a removable part.
    fn is_unused(&self, problem: &Problem, parts: &RemovableParts) -> bool {
        match problem.pointer.tokens()[..] {
            ["components", "securitySchemes", _, ..] => self.sources.origin == Origin::Foreign,
            ["components" | "paths", ..] => parts.0.contains(&dependents::part(&problem.pointer)),
            _ => false,
        }
    }
}

/// The result for a problem of an unused part that is left out: a note, or a problem in the
/// vendor's own document.
fn unused_part(problem: Problem, origin: Origin) -> Result<Note, Problem> {
    match origin {
        Origin::Own => Err(problem),
        Origin::Foreign => Ok(Note {
            rule: "unused",
            text: format!("left out, because it is unused: {}", problem.cause),
            pointer: problem.pointer,
            places: 1,
        }),
    }
}

/// The paths and the components of a document.
struct RemovableParts(HashSet<Option<Pointer>>);

impl RemovableParts {
    fn of(document: &Value) -> Self {
        let root = Pointer::root();
        let members = |value: Option<&Value>| -> Vec<String> {
            value.and_then(Value::as_object).map_or(Vec::new(), |all| all.keys().cloned().collect())
        };
        let place = root.join("paths");
        let paths = members(document.get("paths"));
        let mut parts: HashSet<_> = paths.iter().map(|path| Some(place.join(path))).collect();
        let place = root.join("components");
        for section in members(document.get("components")) {
            let place = place.join(&section);
            let names = members(document.get("components").and_then(|all| all.get(&section)));
            parts.extend(names.iter().map(|name| Some(place.join(name))));
        }
        Self(parts)
    }
}

/// Every planned operation, by its place.
fn by_place(krate: &Crate) -> BTreeMap<Pointer, Covered> {
    let covered = |operation: &plan::Operation| Covered {
        operation_id: operation.id.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        rust_path: operation.rust_path.clone(),
    };
    krate.operations().map(|operation| (operation.pointer.clone(), covered(operation))).collect()
}

fn refusal(operation: Listed, problems: Option<Vec<Problem>>, sources: &Sources<'_>) -> Refusal {
    let Listed { pointer, path, method, id } = operation;
    let problems = problems
        .filter(|problems| !problems.is_empty())
        .unwrap_or_else(|| vec![defect(sources, &pointer, id.clone(), "the operation was lost")]);
    Refusal { operation_id: id, method, path, pointer, problems }
}

/// A defect of the generator.
fn defect(sources: &Sources<'_>, at: &Pointer, id: Option<String>, cause: &str) -> Problem {
    Problem {
        source: sources.document.name.to_owned(),
        pointer: at.clone(),
        operation_id: id,
        cause: cause.to_owned(),
        remedy: "report this as a defect of the generator".to_owned(),
    }
}
