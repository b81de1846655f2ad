//! What generation has to say: problems that stop it and notes that explain it.
//!
//! Every stage adds to one reporter; nothing stops at the first problem, and
//! nothing is reported without its place and a remedy.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::Value;

use crate::foreign;
use crate::visible::line;

/// A place in a JSON document, as an RFC 6901 JSON pointer.
///
/// It is held as the step that leads to it and the place above, which others share: making
/// one costs what its last step costs, and its text is made when it is shown.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Pointer(Option<Arc<Step>>);

/// The last step of a place, and the place that it starts from.
#[derive(PartialEq, Eq, Hash)]
struct Step {
    above: Pointer,
    /// The member's name or the element's index, unescaped.
    token: Box<str>,
}

impl Pointer {
    /// The whole document.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The place of the member or element `token` below this one.
    #[must_use]
    pub fn join(&self, token: impl Token) -> Self {
        Self(Some(Arc::new(Step { above: self.clone(), token: token.text() })))
    }

    /// The place of the object or list that this one is in.
    pub(crate) fn above(&self) -> Option<&Self> {
        self.0.as_ref().map(|step| &step.above)
    }

    /// The last member or element on the way to the place, unescaped.
    pub(crate) fn last(&self) -> Option<&str> {
        self.0.as_ref().map(|step| &*step.token)
    }

    /// The members and elements on the way to the place, unescaped.
    pub(crate) fn tokens(&self) -> Vec<&str> {
        let steps = std::iter::successors(self.0.as_ref(), |step| step.above.0.as_ref());
        let mut tokens: Vec<&str> = steps.map(|step| &*step.token).collect();
        tokens.reverse();
        tokens
    }

    /// What stands at the place.
    pub(crate) fn find<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        self.tokens().into_iter().try_fold(document, |value, token| child(value, token))
    }

    /// The pointer as text; empty for the whole document.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for token in self.tokens() {
            text.push('/');
            text.push_str(&token.replace('~', "~0").replace('/', "~1"));
        }
        text
    }
}

/// The member or element of a value that a step leads to.
pub(crate) fn child<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(members) => members.get(token),
        Value::Array(elements) => token.parse().ok().and_then(|i: usize| elements.get(i)),
        _ => None,
    }
}

/// What leads one step on: the name of a member, or the index of an element.
pub trait Token {
    /// The step, unescaped.
    fn text(self) -> Box<str>;
}

impl Token for &str {
    fn text(self) -> Box<str> {
        self.into()
    }
}

impl Token for &&str {
    fn text(self) -> Box<str> {
        (*self).into()
    }
}

impl Token for &String {
    fn text(self) -> Box<str> {
        self.as_str().into()
    }
}

impl Token for usize {
    fn text(self) -> Box<str> {
        self.to_string().into()
    }
}

impl From<&str> for Pointer {
    /// Takes a pointer that is already in its RFC 6901 form.
    fn from(pointer: &str) -> Self {
        let steps = pointer.split('/').skip(1);
        steps.fold(Self::root(), |at, token| {
            at.join(token.replace("~1", "/").replace("~0", "~").as_str())
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_none() { "/".to_owned() } else { self.text() }.as_str())
    }
}

impl fmt::Debug for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl PartialOrd for Pointer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Pointer {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tokens().cmp(&other.tokens())
    }
}

/// A place that a walk over a document is at, which becomes a [`Pointer`] where something is
/// said of it.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    above: Option<&'a At<'a>>,
    step: Walked<'a>,
    /// How long its text is, nearly.
    pub(crate) length: usize,
}

#[derive(Clone, Copy)]
enum Walked<'a> {
    Place(&'a Pointer),
    Name(&'a str),
    Index(usize),
}

impl<'a> At<'a> {
    pub(crate) fn root() -> Self {
        Self { above: None, step: Walked::Index(0), length: 0 }
    }

    /// A walk that starts at a place.
    pub(crate) fn from_place(place: &'a Pointer) -> Self {
        Self { above: None, step: Walked::Place(place), length: 0 }
    }

    pub(crate) fn join(&'a self, name: &'a str) -> At<'a> {
        At { above: Some(self), step: Walked::Name(name), length: self.length + 1 + name.len() }
    }

    pub(crate) fn element(&'a self, index: usize) -> At<'a> {
        At { above: Some(self), step: Walked::Index(index), length: self.length + 2 }
    }

    pub(crate) fn pointer(&self) -> Pointer {
        match (self.above, self.step) {
            (_, Walked::Place(place)) => place.clone(),
            (None, _) => Pointer::root(),
            (Some(above), Walked::Name(name)) => above.pointer().join(name),
            (Some(above), Walked::Index(index)) => above.pointer().join(index),
        }
    }
}

/// One reason why nothing can be generated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The text it stands in, as named in its [`Source`](crate::Source).
    pub source: String,
    /// Where in that text.
    pub pointer: Pointer,
    /// The operation it belongs to, where there is one.
    pub operation_id: Option<String>,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", Place(self), Words(self))
    }
}

/// Where a problem is.
struct Place<'a>(&'a Problem);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { source, pointer, operation_id, .. } = self.0;
        write!(f, "{}#{}", line(source), line(&pointer.text()))?;
        match operation_id {
            Some(id) => write!(f, " ({})", line(id)),
            None => Ok(()),
        }
    }
}

/// What a problem is, and what to do about it.
struct Words<'a>(&'a Problem);

impl fmt::Display for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "  {}\n  remedy: {}", line(&self.0.cause), line(&self.0.remedy))
    }
}

/// One thing that was decided and that a maintainer may want to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The rule that spoke: a stage or a convention, `overlay` or `pricing`.
    pub rule: &'static str,
    /// Where in the document, or in the decisions.
    pub pointer: Pointer,
    /// What was decided.
    pub text: String,
    /// How many places it was decided for, of which `pointer` is the first.
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

/// Notes summed up, a line for those that say the same of different things: how many places
/// it concerns, and the first of them. The most frequent stand first.
#[must_use]
pub fn summed_up(notes: &[Note]) -> Vec<String> {
    let mut kinds: IndexMap<_, (usize, &Note)> = IndexMap::new();
    for note in notes {
        kinds.entry((note.rule, kind(&note.text))).or_insert((0, note)).0 += note.places;
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

/// A sentence without the names of those it concerns: those are in backticks, and places
/// begin with a slash.
pub(crate) fn kind(text: &str) -> String {
    let spans = text.split('`').enumerate();
    let plain = spans.map(|(index, span)| if index % 2 == 1 { "…" } else { span });
    let plain = plain.collect::<Vec<_>>().join("`");
    // A name is taken in one module or another.
    let plain = plain.rfind("` in ").map_or(plain.as_str(), |end| &plain[..=end]);
    let words = plain.split(' ').map(|word| if word.starts_with('/') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Everything that keeps a document from being generated. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    problems: Vec<Problem>,
}

impl Report {
    /// The problems, in the order of their stages and then of the document.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The problems, those together that say the same of different places.
    fn alike(&self) -> Vec<Vec<&Problem>> {
        let mut alike: IndexMap<_, Vec<&Problem>> = IndexMap::new();
        for problem in &self.problems {
            alike.entry((&problem.cause, &problem.remedy)).or_default().push(problem);
        }
        alike.into_values().collect()
    }
}

/// How many places of one problem are printed.
const PLACES: usize = 5;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for alike in self.alike() {
            for problem in alike.iter().take(PLACES) {
                writeln!(f, "{}", Place(problem))?;
            }
            if let Some(more) = alike.len().checked_sub(PLACES).filter(|more| *more > 0) {
                writeln!(f, "… and {more} more")?;
            }
            if let Some(first) = alike.first() {
                writeln!(f, "{}\n", Words(first))?;
            }
        }
        let count = self.problems.len();
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} problem{plural}; nothing was generated")
    }
}

impl std::error::Error for Report {}

/// Collects problems and notes while the stages run.
#[derive(Debug, Default)]
pub(crate) struct Reporter {
    source: String,
    problems: Vec<Problem>,
    notes: Vec<Note>,
    /// The operationId of each operation of the document, by its place.
    operations: HashMap<Pointer, String>,
    /// Whether stages go on in spite of problems, for whoever wants to compare.
    lenient: bool,
    /// Whether lapses are overlooked, for a document that is not the vendor's own.
    forgiving: bool,
}

impl Reporter {
    /// A reporter that lets a stage end with problems, so that as much as possible of a
    /// document that cannot be generated can still be compared.
    pub(crate) fn lenient() -> Self {
        Self { lenient: true, ..Self::default() }
    }

    /// Whether lapses are noted instead of reported as problems.
    pub(crate) fn is_forgiving(&self) -> bool {
        self.forgiving
    }

    pub(crate) fn is_lenient(&self) -> bool {
        self.lenient
    }

    /// Has lapses noted instead of reported as problems, and remedies said otherwise: for
    /// the document of another vendor, which has no overlay.
    pub(crate) fn forgive(&mut self) {
        self.forgiving = true;
    }

    /// Names the text that the problems reported from here on stand in.
    pub(crate) fn reading(&mut self, source: &str) {
        source.clone_into(&mut self.source);
    }

    /// Names the operations of the document, so that a problem at or below the place of
    /// one names it too.
    pub(crate) fn knows(&mut self, operations: impl IntoIterator<Item = (Pointer, String)>) {
        self.operations = operations.into_iter().collect();
    }

    /// The operation at or above a place.
    fn operation_at(&self, pointer: &Pointer) -> Option<&String> {
        if self.operations.is_empty() {
            return None;
        }
        let mut places = std::iter::successors(Some(pointer), |place| place.above());
        places.find_map(|place| self.operations.get(place))
    }

    /// Reports a problem of the whole document, or of the operation that it stands in.
    pub(crate) fn problem(
        &mut self,
        pointer: &Pointer,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let operation = self.operation_at(pointer).cloned();
        self.push(pointer, operation, cause.into(), remedy.into());
    }

    /// Reports a problem of one operation.
    pub(crate) fn operation_problem(
        &mut self,
        pointer: &Pointer,
        operation_id: &str,
        cause: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(pointer, Some(operation_id.to_owned()), cause.into(), remedy.into());
    }

    fn push(
        &mut self,
        pointer: &Pointer,
        operation_id: Option<String>,
        cause: String,
        remedy: String,
    ) {
        let (source, pointer) = (self.source.clone(), pointer.clone());
        let remedy = if self.forgiving { foreign::remedy(&remedy) } else { remedy };
        self.problems.push(Problem { source, pointer, operation_id, cause, remedy });
    }

    /// Reports what a document should not do and what can be made sense of all the same:
    /// `instead` says how. The vendor's own document is corrected, another is taken as it
    /// is. Says whether to go on.
    pub(crate) fn lapse(
        &mut self,
        pointer: &Pointer,
        cause: impl Into<String>,
        remedy: &str,
        instead: &str,
    ) -> bool {
        let cause = cause.into();
        if self.forgiving {
            self.note("lapse", pointer, format!("{cause}; {instead}"));
        } else {
            self.problem(pointer, cause, remedy);
        }
        self.forgiving
    }

    /// Records a decision.
    pub(crate) fn note(&mut self, rule: &'static str, pointer: &Pointer, text: impl Into<String>) {
        self.note_of(rule, pointer, text, 1);
    }

    /// Records a decision on several places, of which `pointer` is the first.
    pub(crate) fn note_of(
        &mut self,
        rule: &'static str,
        pointer: &Pointer,
        text: impl Into<String>,
        places: usize,
    ) {
        self.notes.push(Note { rule, pointer: pointer.clone(), text: text.into(), places });
    }

    /// Ends a stage: stops with all that was found, if anything was.
    pub(crate) fn stage(&mut self) -> Result<(), Report> {
        if self.lenient { Ok(()) } else { self.gate(0) }
    }

    /// Ends a stage that nothing can go on without: stops with all that was found, if
    /// anything was since there were `before` problems.
    pub(crate) fn gate(&mut self, before: usize) -> Result<(), Report> {
        if self.problems.len() <= before {
            return Ok(());
        }
        Err(Report { problems: std::mem::take(&mut self.problems) })
    }

    /// What has been found so far.
    pub(crate) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Hands over what has been found so far, for whoever sorts it and goes on.
    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// How many decisions have been recorded.
    pub(crate) fn noted(&self) -> usize {
        self.notes.len()
    }

    /// Forgets the decisions after the first `count`, which are taken again.
    pub(crate) fn forget_notes(&mut self, count: usize) {
        self.notes.truncate(count);
    }

    /// Hands over the problems that a lenient run went on in spite of, and the
    /// operations that it knows of.
    pub(crate) fn into_problems(self) -> (Vec<Problem>, HashMap<Pointer, String>) {
        (self.problems, self.operations)
    }

    /// Hands over the notes once every stage has passed.
    pub(crate) fn into_notes(self) -> Vec<Note> {
        self.notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_are_alike_whatever_they_concern() {
        for (cause, expected) in [
            (
                "the media type `a/b` is not supported yet",
                "the media type `…` is not supported yet",
            ),
            ("it is declared at /paths/~1a/0 already", "it is declared at … already"),
            ("`a` and `b` are both called `c` in types", "`…` and `…` are both called `…`"),
            ("plain", "plain"),
        ] {
            assert_eq!(kind(cause), expected);
        }
    }

    #[test]
    fn notes_of_a_kind_are_counted_by_their_places() {
        let mut reporter = Reporter::default();
        let at = |place: &str| Pointer::from(place);
        reporter.note("lower", &at("/a"), "`a` is left out");
        reporter.note_of("tidy", &at("/b"), "`b` is left out", 7);
        reporter.note("lower", &at("/c"), "`c` is left out");
        let said = summed_up(&reporter.into_notes());
        assert_eq!(
            said,
            [
                "    7  tidy, such as: `b` is left out (/b)",
                "    2  lower, such as: `a` is left out (/a)",
            ]
        );
    }
}
