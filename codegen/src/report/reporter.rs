//! Collects problems and notes while the stages run.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

use super::{Location, Note, Pointer, Problem, Report, Text};
use crate::sources::{Source, Sources};

/// Collects problems and notes while the stages run, which share it.
#[derive(Debug, Default)]
pub(crate) struct Reporter {
    /// The names of the texts: document, overlay and decisions.
    names: [String; 3],
    problems: RefCell<Vec<Problem>>,
    notes: RefCell<Vec<Note>>,
    /// The operationId of each operation of the document, by its place.
    operations: RefCell<HashMap<Pointer, String>>,
    /// Whether stages continue in spite of problems, for comparisons.
    continuing: bool,
    /// For another vendor's document: spec violations are notes, and remedies are rephrased by this
    /// function.
    lenient: Option<fn(&str) -> String>,
}

impl Reporter {
    /// Returns a reporter of problems in these sources.
    pub(crate) fn new(sources: &Sources<'_>) -> Self {
        let name = |source: Option<Source<'_>>| source.map_or("", |source| source.name).to_owned();
        let Sources { document, overlay, decisions, .. } = *sources;
        Self { names: [Some(document), overlay, decisions].map(name), ..Self::default() }
    }

    /// The same, but stages continue in spite of problems, so that as much as possible of a
    /// document that cannot be generated can be compared.
    pub(crate) fn continuing(self) -> Self {
        Self { continuing: true, ..self }
    }

    /// The same, but spec violations are notes instead of problems, and remedies are rephrased: for
    /// the document of another vendor, which has no overlay.
    pub(crate) fn lenient(self, remedy: fn(&str) -> String) -> Self {
        Self { lenient: Some(remedy), ..self }
    }

    /// Whether spec violations are noted instead of reported as problems.
    pub(crate) fn is_lenient(&self) -> bool {
        self.lenient.is_some()
    }

    pub(crate) fn continues(&self) -> bool {
        self.continuing
    }

    /// Sets the operations of the document, so that a problem at or below the place of one names it
    /// too.
    pub(crate) fn set_operations(&self, operations: impl IntoIterator<Item = (Pointer, String)>) {
        self.operations.replace(operations.into_iter().collect());
    }

    /// The operation at or above a place.
    fn operation_at(&self, pointer: &Pointer) -> Option<String> {
        let operations = self.operations.borrow();
        if operations.is_empty() {
            return None;
        }
        let mut places = std::iter::successors(Some(pointer), |place| place.parent());
        places.find_map(|place| operations.get(place)).cloned()
    }

    /// Reports a problem of a whole text, or of the operation that it is in.
    pub(crate) fn problem(
        &self,
        at: impl Into<Location>,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let at = at.into();
        let operation = match at.text {
            Text::Document => self.operation_at(&at.pointer),
            Text::Overlay | Text::Decisions => None,
        };
        self.push(at, operation, cause.into(), remedy.into());
    }

    /// Reports a problem of an operation.
    pub(crate) fn operation_problem(
        &self,
        at: impl Into<Location>,
        operation_id: &str,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(at.into(), Some(operation_id.to_owned()), cause.into(), remedy.into());
    }

    fn push(&self, at: Location, operation_id: Option<String>, cause: String, remedy: String) {
        let source = self.names[at.text as usize].clone();
        let remedy = match self.lenient {
            Some(spell) => spell(&remedy),
            None => remedy,
        };
        self.put_back(Problem { source, pointer: at.pointer, operation_id, cause, remedy });
    }

    /// Reports a spec violation that can be interpreted all the same; `instead` says how. The
    /// vendor's own document must be corrected, another one is taken as it is. Returns whether to
    /// continue.
    pub(crate) fn violation(
        &self,
        pointer: &Pointer,
        cause: impl Into<String>,
        remedy: &str,
        instead: &str,
    ) -> bool {
        let cause = cause.into();
        if self.is_lenient() {
            self.note("violation", pointer, format!("{cause}; {instead}"));
        } else {
            self.problem(pointer, cause, remedy);
        }
        self.is_lenient()
    }

    /// Records a note.
    pub(crate) fn note(&self, rule: &'static str, pointer: &Pointer, text: impl Into<String>) {
        self.note_of(rule, pointer, text, 1);
    }

    /// Records a note about several places, of which `pointer` is the first.
    pub(crate) fn note_of(
        &self,
        rule: &'static str,
        pointer: &Pointer,
        text: impl Into<String>,
        places: usize,
    ) {
        let note = Note { rule, pointer: pointer.clone(), text: text.into(), places };
        self.notes.borrow_mut().push(note);
    }

    /// Ends a stage: stops with all problems so far, if there are any.
    pub(crate) fn end_stage(&self) -> Result<(), Report> {
        if self.continuing { Ok(()) } else { self.gate(0) }
    }

    /// Ends a stage that the following depend on: stops with all problems so far, if there are more
    /// than `before`.
    pub(crate) fn gate(&self, before: usize) -> Result<(), Report> {
        if self.problem_count() <= before {
            return Ok(());
        }
        Err(Report { problems: self.take_problems() })
    }

    /// The number of problems so far.
    pub(crate) fn problem_count(&self) -> usize {
        self.problems.borrow().len()
    }

    /// Some of the problems so far.
    pub(crate) fn problems(&self, range: Range<usize>) -> Vec<Problem> {
        self.problems.borrow().get(range).unwrap_or_default().to_vec()
    }

    /// Takes the problems so far, for a caller that sorts them and continues.
    pub(crate) fn take_problems(&self) -> Vec<Problem> {
        self.problems.take()
    }

    /// Takes the problems from index `first` on.
    pub(crate) fn take_problems_from(&self, first: usize) -> Vec<Problem> {
        let first = first.min(self.problem_count());
        self.problems.borrow_mut().split_off(first)
    }

    /// Puts a problem back that was taken.
    pub(crate) fn put_back(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// The number of notes so far.
    pub(crate) fn note_count(&self) -> usize {
        self.notes.borrow().len()
    }

    /// Drops the notes after the first `count`, which will be recorded again.
    pub(crate) fn truncate_notes(&self, count: usize) {
        self.notes.borrow_mut().truncate(count);
    }

    /// Returns the problems that a run has continued in spite of, and the operations that it knows.
    pub(crate) fn into_problems(self) -> (Vec<Problem>, HashMap<Pointer, String>) {
        (self.problems.into_inner(), self.operations.into_inner())
    }

    /// Returns the notes, once every stage has passed.
    pub(crate) fn into_notes(self) -> Vec<Note> {
        self.notes.into_inner()
    }
}
