//! The effects of a new document on callers of the client of an old one.
//!
//! It compares two plans, not two texts: changes in the generated Rust and in what calls cost. The
//! rules are those of Rust's semantic versioning, for the code that `emit` prints.

mod comparison;
mod counterparts;
mod display;
mod fields;
mod lines;
mod money;
mod operations;
mod renames;
mod render;
mod terminal;
mod types;
mod unions;
mod values;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::plan::{Crate, Operation};
use crate::report::{Problem, Report};
use crate::sources::{Origin, Sources};
use crate::{emit, stages};
use comparison::Comparison;
pub use version::Verdict;

/// All differences, most important first.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Changes {
    /// Prices and terms; price increases come first.
    pub money: Vec<Change>,
    /// Calls, and the key with them, are sent to another host.
    pub host: Vec<Change>,
    /// Callers' code may no longer compile, or calls that worked are refused.
    pub breaking: Vec<Change>,
    /// Deprecated.
    pub deprecated: Vec<Change>,
    /// New.
    pub additions: Vec<Change>,
    /// What changes for people at the terminal; what breaks a script begins with `breaking`.
    pub terminal: Vec<Change>,
    /// Without effect on callers' code.
    pub patch: Vec<Change>,
    /// Pairs of a removal and an addition that look like one thing under a new name.
    pub renames: Vec<Rename>,
    /// Stale entries of the overlay and the decisions table.
    pub stale_overrides: Vec<Blocker>,
    /// The other blockers of generation.
    pub blockers: Vec<Blocker>,
    /// Operations that were not compared because of blockers.
    pub unread: Vec<String>,
    /// What the differences require of the next version.
    pub verdict: Verdict,
}

/// The sections of the report, by effect on callers.
#[derive(Clone, Copy)]
enum Section {
    Money,
    Host,
    Breaking,
    Deprecated,
    Additions,
    Terminal,
    Patch,
}

/// Every section in the order of the report: its title there, and in a change log.
const SECTIONS: [(Section, &str, &str); 7] = [
    (Section::Money, "Money", "Prices and terms"),
    (Section::Host, "The key goes to another host", "Host"),
    (Section::Breaking, "Breaks callers (major)", "Breaking"),
    (Section::Deprecated, "Deprecated (minor)", "Deprecated"),
    (Section::Additions, "Adds (minor)", "Added"),
    (Section::Terminal, "At the terminal", "Command line"),
    (Section::Patch, "No effect on callers' code, or documentation only (patch)", "Changed"),
];

impl Changes {
    fn section(&self, section: Section) -> &[Change] {
        match section {
            Section::Money => &self.money,
            Section::Host => &self.host,
            Section::Breaking => &self.breaking,
            Section::Deprecated => &self.deprecated,
            Section::Additions => &self.additions,
            Section::Terminal => &self.terminal,
            Section::Patch => &self.patch,
        }
    }

    fn add(&mut self, section: Section, change: Change) -> &mut Change {
        let list = match section {
            Section::Money => &mut self.money,
            Section::Host => &mut self.host,
            Section::Breaking => &mut self.breaking,
            Section::Deprecated => &mut self.deprecated,
            Section::Additions => &mut self.additions,
            Section::Terminal => &mut self.terminal,
            Section::Patch => &mut self.patch,
        };
        list.push(change);
        let index = list.len() - 1;
        &mut list[index]
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The kind of difference, for programs: `input-added`.
    pub kind: &'static str,
    /// The operation it belongs to, unless there are several.
    pub operation: Option<String>,
    /// The Rust path of what changed, by its new name if it has one.
    pub place: String,
    /// A description: `new required input`.
    pub what: String,
    /// The old value.
    pub old: Option<String>,
    /// The new value.
    pub new: Option<String>,
    /// The change of a price in percent, rounded; none if it was free.
    pub percent: Option<f64>,
    /// What a caller has to do, if anything.
    pub advice: Option<String>,
}

/// A removal and an addition that are likely a rename. Nothing was renamed because of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rename {
    /// What was renamed: `operation`, `module`, `input`, `response field` or `value`.
    pub what: &'static str,
    /// The operation or type it belongs to.
    pub place: String,
    /// The old name.
    pub old: String,
    /// The new name.
    pub new: String,
    /// The evidence.
    pub evidence: String,
}

/// A problem of the new sources, with the line to edit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Blocker {
    /// The text it is in.
    pub source: String,
    /// Its place in that text, as a JSON pointer.
    pub pointer: String,
    /// The line it begins on, from 1.
    pub line: Option<usize>,
    /// The operation it belongs to.
    pub operation: Option<String>,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

/// One side of a comparison: a plan, and what could not be planned. It is read once, and can be
/// compared with several others.
#[derive(Debug)]
pub struct Side<'s> {
    sources: Sources<'s>,
    krate: Crate,
    problems: Vec<Problem>,
    /// Every operationId of the document, whether planned or not.
    ids: BTreeSet<String>,
}

impl<'s> Side<'s> {
    /// Reads a document and its decisions, as far as possible.
    pub fn read(sources: &Sources<'s>) -> Result<Self, Report> {
        let reporter = stages::reporter(sources).continuing();
        let krate = stages::plan(sources, &reporter)?;
        let (problems, operations) = reporter.into_problems();
        let mut ids: BTreeSet<_> = operations.into_values().collect();
        ids.extend(problems.iter().filter_map(|problem| problem.operation_id.clone()));
        Ok(Self { sources: *sources, krate, problems, ids })
    }

    /// The problems that keep the document from being generated.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Reports what a new document means to callers of the client of this one.
    #[must_use]
    pub fn changes_to(&self, new: &Side<'_>) -> Changes {
        let mut changes = Changes::default();
        operations::compare(self, new, &mut changes);
        types::compare_shared(&self.krate, &new.krate, &mut changes);
        operations::compare_facts(&self.krate, &new.krate, &mut changes);
        money::sort(&mut changes.money);
        if new.sources.origin == Origin::Own {
            terminal::compare(self, new, &mut changes);
        }
        blockers(new, &mut changes);
        changes.verdict = Verdict::of(&changes);
        if changes.verdict == Verdict::None && self.problems.is_empty() && new.problems.is_empty() {
            text(&self.krate, &new.krate, &mut changes);
            changes.verdict = Verdict::of(&changes);
        }
        changes
    }

    /// The planned operations, the first of each id.
    fn operations(&self) -> BTreeMap<&str, &Operation> {
        let mut operations = BTreeMap::new();
        for operation in self.krate.operations() {
            operations.entry(operation.id.as_str()).or_insert(operation);
        }
        operations
    }

    /// The operations that may have been planned only in part.
    fn with_problems(&self) -> BTreeSet<&str> {
        self.problems.iter().filter_map(|problem| problem.operation_id.as_deref()).collect()
    }
}

/// Compares the printed text, which shows differences of unnamed items. The order of items does not
/// matter to callers.
fn text(old: &Crate, new: &Crate, changes: &mut Changes) {
    let (before, after) = (emit::files(old), emit::files(new));
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let [before, after] = [&before, &after].map(|files| files.get(name).map(String::as_str));
        if before != after && before.map(words) != after.map(words) {
            let mut to = Comparison::new(changes, None, "");
            let what = "the same items, printed in another form";
            to.add(Section::Patch, "text", format!("src/generated/{name}"), what, None);
        }
    }
}

fn words(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split([' ', '\n', ',']).collect();
    words.sort_unstable();
    words
}

/// Sorts the problems of the new sources into stale entries and blockers.
fn blockers(new: &Side<'_>, changes: &mut Changes) {
    let Sources { document, overlay, decisions, .. } = new.sources;
    for (source, ours) in [(Some(document), false), (overlay, true), (decisions, true)] {
        let Some(source) = source else { continue };
        let of_source = |problem: &&Problem| match (ours, [overlay, decisions]) {
            (true, _) => problem.source == source.name,
            (false, theirs) => {
                !theirs.into_iter().flatten().any(|other| problem.source == other.name)
            }
        };
        let problems: Vec<&Problem> = new.problems.iter().filter(of_source).collect();
        let pointers: Vec<String> = problems.iter().map(|problem| problem.pointer.text()).collect();
        let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
        let text = std::str::from_utf8(source.text).unwrap_or_default();
        let list = if ours { &mut changes.stale_overrides } else { &mut changes.blockers };
        let found = problems.iter().zip(lines::lines(text, &pointers));
        list.extend(found.map(|(problem, line)| Blocker {
            source: problem.source.clone(),
            pointer: problem.pointer.text(),
            line: Some(line),
            operation: problem.operation_id.clone(),
            cause: problem.cause.clone(),
            remedy: problem.remedy.clone(),
        }));
    }
}
