//! How much of a document generates, and why the rest does not.
//!
//! Generation stops where it finds problems. Here the operations that have them are
//! left out, each with its problems, until what is left generates without any: so what
//! is called generated has been. Every operation of the document is in one of the two
//! lists, because it is sorted into them from a list made before any stage has run.

mod operations;
mod reach;
mod render;

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::decisions::{self, Decisions};
use crate::lower::Lowering;
use crate::model::Api;
use crate::plan::{self, Crate};
use crate::report::{Note, Pointer, Problem, Report, Reporter};
use crate::sources::{Origin, Sources};
use crate::{Generated, load, stages};
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
    let mut reporter = stages::reporter(sources);
    let decisions = decisions::read(sources.decisions.as_ref(), &mut reporter);
    let value = load::read(&sources.document, sources.overlay.as_ref(), &mut reporter)?;
    reporter.stage()?;
    let value = stages::tidied(value, sources.origin, &mut reporter);
    let text = |name: &str| {
        let text = value.pointer("/info").and_then(|info| info.get(name));
        text.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let (title, version) = (text("title"), text("version"));
    let listed = operations::list(&value);
    let notes = reporter.into_notes();
    let sieve = Sieve { sources, listed: &listed, refused: BTreeMap::new(), unused: Vec::new() };
    let Sifted { krate, mut refused, mut elsewhere, notes: said } = sieve.sift(value, &decisions);
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

/// Loses the troubled operations of a document.
struct Sieve<'a> {
    sources: &'a Sources<'a>,
    listed: &'a [Listed],
    refused: BTreeMap<Pointer, Vec<Problem>>,
    /// Problems of parts that no operation needs.
    unused: Vec<Problem>,
}

/// What is left, and what is not.
#[derive(Default)]
struct Sifted {
    krate: Option<Crate>,
    refused: BTreeMap<Pointer, Vec<Problem>>,
    elsewhere: Vec<Problem>,
    notes: Vec<Note>,
}

impl<'a> Sieve<'a> {
    /// Plans what is left of the operations until nothing is wrong with it. The document is
    /// read once, and again where planning finds something wrong, so that a great one need not
    /// be kept meanwhile.
    fn sift(mut self, value: Value, decisions: &Decisions) -> Sifted {
        let parts = Parts::of(&value);
        let mut first = Some(value);
        loop {
            let mut reporter = stages::reporter(self.sources).lenient();
            let value = first.take().unwrap_or_else(|| self.again());
            self.unused.clear();
            let (api, reach, mut general) = match self.lowered(value, &parts, &mut reporter) {
                Ok(lowered) => lowered,
                Err(general) => return self.none(&general, reporter),
            };
            let before = self.refused.len();
            let planned = stages::planned(api, self.sources.origin, decisions, &mut reporter);
            let mut problems = reporter.take_problems();
            let krate = planned.map_err(|report| problems.extend(report.into_problems())).ok();
            general.extend(self.sort(problems, &reach, &parts));
            if self.refused.len() > before {
                continue;
            }
            // What concerns the whole document stops all that is left of it.
            let (Some(krate), true) = (krate, general.is_empty()) else {
                return self.none(&general, reporter);
            };
            let mut sifted = Sifted { krate: Some(krate), ..Sifted::default() };
            // A decision on an operation that was left out is not to blame for that.
            if self.refused.is_empty() {
                decisions.report_unused(&mut reporter);
                sifted.elsewhere = reporter.take_problems();
            }
            return self.finish(sifted, reporter);
        }
    }

    /// The document, as it was given at first.
    fn again(&self) -> Value {
        let mut reporter = stages::reporter(self.sources);
        let value =
            load::read(&self.sources.document, self.sources.overlay.as_ref(), &mut reporter);
        stages::tidied(value.unwrap_or_default(), self.sources.origin, &mut reporter)
    }

    /// The model of what is left of the operations, and the problems of the whole document; or
    /// only these.
    fn lowered(
        &mut self,
        value: Value,
        parts: &Parts,
        reporter: &mut Reporter,
    ) -> Result<(Api, Reach<'a>, Vec<Problem>), Vec<Problem>> {
        let (document, value) = match load::openapi(value, true, reporter) {
            Ok(read) => read,
            Err(report) => {
                let reach = Reach::new(self.listed, &Value::Null);
                let problems = report.into_problems();
                let general = self.sort(problems.clone(), &reach, parts);
                // Whatever they are of, nothing can be read for them.
                return Err(if general.is_empty() { problems } else { general });
            }
        };
        let reach = Reach::new(self.listed, &value);
        drop(value);
        let mut lowering = Lowering::new(&document, reporter);
        let mut general = self.sort(reporter.take_problems(), &reach, parts);
        let noted = reporter.noted();
        loop {
            let before = self.refused.len();
            reporter.forget_notes(noted);
            let api = lowering.api(&self.left_out(), reporter);
            let found = self.sort(reporter.take_problems(), &reach, parts);
            if self.refused.len() == before {
                general.extend(found);
                return Ok((api, reach, general));
            }
        }
    }

    fn left_out(&self) -> HashSet<Pointer> {
        self.refused.keys().cloned().collect()
    }

    /// Refuses every operation that is left.
    fn none(mut self, general: &[Problem], reporter: Reporter) -> Sifted {
        let mut left = self.listed.iter().filter(|one| !self.refused.contains_key(&one.pointer));
        let mut elsewhere = Vec::new();
        if left.next().is_none() {
            elsewhere.extend_from_slice(general);
        }
        for operation in self.listed {
            self.refused.entry(operation.pointer.clone()).or_insert_with(|| general.to_vec());
        }
        self.finish(Sifted { elsewhere, ..Sifted::default() }, reporter)
    }

    fn finish(self, sifted: Sifted, reporter: Reporter) -> Sifted {
        let Sifted { krate, mut elsewhere, .. } = sifted;
        let mut notes = reporter.into_notes();
        for problem in self.unused {
            match missed(problem, self.sources.origin) {
                Ok(note) => notes.push(note),
                Err(problem) => elsewhere.push(problem),
            }
        }
        Sifted { krate, refused: self.refused, elsewhere, notes }
    }

    /// Refuses the operations that the problems stop. Gives the problems that stop none and
    /// that stand in no part which could go.
    fn sort(&mut self, problems: Vec<Problem>, reach: &Reach<'_>, parts: &Parts) -> Vec<Problem> {
        let mut general = Vec::new();
        let mut stopped: BTreeMap<Pointer, Vec<Problem>> = BTreeMap::new();
        for problem in problems {
            let found = reach.stopped_by(&problem);
            for &index in &found {
                let pointer = self.listed[index].pointer.clone();
                stopped.entry(pointer).or_default().push(problem.clone());
            }
            if found.is_empty() {
                let is_unused = self.is_unused(&problem, parts);
                let list = if is_unused { &mut self.unused } else { &mut general };
                list.push(problem);
            }
        }
        for (pointer, problems) in stopped {
            self.refused.entry(pointer).or_insert(problems);
        }
        general
    }

    /// Whether a problem that stops no operation stands in a part that can go.
    fn is_unused(&self, problem: &Problem, parts: &Parts) -> bool {
        match problem.pointer.tokens()[..] {
            ["components", "securitySchemes", _, ..] => self.sources.origin == Origin::Foreign,
            ["components" | "paths", ..] => parts.0.contains(&reach::part(&problem.pointer)),
            _ => false,
        }
    }
}

/// What becomes of a problem of a part that nothing needs, once the part is left out: a note,
/// or the same problem, for the vendor's own document is read whole.
fn missed(problem: Problem, origin: Origin) -> Result<Note, Problem> {
    match origin {
        Origin::Own => Err(problem),
        Origin::Foreign => Ok(Note {
            rule: "unused",
            text: format!("left out, since nothing needs it: {}", problem.cause),
            pointer: problem.pointer,
            places: 1,
        }),
    }
}

/// The paths and the components of a document.
struct Parts(HashSet<Option<Pointer>>);

impl Parts {
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
