//! Generates a Rust client from the vendor's OpenAPI 3.0 document, and what is possible from other
//! vendors' documents.
//!
//! A pure library: it takes the texts of the document and the decisions, and returns a map of
//! files or a report of problems. It reads no file, no environment variable and no clock, and
//! prints nothing.

mod billing;
mod bounds;
pub mod changes;
mod check;
pub mod coverage;
mod decisions;
mod emit;
mod error_members;
#[cfg(test)]
#[path = "../tests/it/expected.rs"]
mod expected;
mod facts;
mod flags;
mod foreign;
mod load;
mod lower;
mod model;
mod names;
mod plan;
pub mod report;
mod roles;
mod runtime;
mod servers;
mod shared;
mod sources;
mod stages;
mod trenz;
mod visible;

use std::collections::BTreeMap;

use changes::{Changes, Side};
use coverage::Coverage;
use facts::Key;
pub use load::METHODS;
use report::{Note, Report};
pub use sources::{Origin, Source, Sources};

/// A generated client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The text of each Rust file, by its path below the generated folder.
    pub files: BTreeMap<String, String>,
    /// The operations index, a Markdown file.
    pub index: String,
    /// A Rust file of calls for tests: each operation with its required inputs, and
    /// with all of them.
    pub calls: String,
    /// The text of each Rust file of the command line, by its path below its generated folder. None
    /// for another vendor's document.
    pub commands: BTreeMap<String, String>,
    /// A program that makes one of the calls, unless there is none.
    pub example: Option<String>,
    /// The notes: what was decided on the way.
    pub notes: Vec<Note>,
    /// What was read and generated, in numbers.
    pub summary: Summary,
}

/// What was read and generated, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// How many operations are generated.
    pub operations: usize,
    /// How many types are defined, including requests but not builders.
    pub types: usize,
    /// How calls carry their key, as a header: `Authorization: Bearer …`. `None` where they carry
    /// none.
    pub key: Option<String>,
    /// Whether the document names a server.
    pub names_server: bool,
}

/// Generates the client, or reports every problem.
///
/// The same sources give the same bytes.
pub fn generate(sources: &Sources<'_>) -> Result<Generated, Report> {
    let reporter = stages::reporter(sources);
    let krate = stages::plan(sources, &reporter)?;
    let mut generated = emitted(&krate, reporter.into_notes());
    if sources.origin == Origin::Own {
        generated.commands = emit::commands(&krate);
    }
    Ok(generated)
}

/// Sorts the operations into those that can be generated and those that cannot, with the reasons,
/// and generates the former.
pub fn coverage(sources: &Sources<'_>) -> Result<Coverage, Report> {
    coverage::cover(sources)
}

fn emitted(krate: &plan::Crate, notes: Vec<Note>) -> Generated {
    Generated {
        files: emit::files(krate),
        index: emit::index(krate),
        calls: emit::calls(krate),
        commands: BTreeMap::new(),
        example: emit::example(krate),
        summary: summary(krate),
        notes,
    }
}

/// Reports what a new document means to callers of the client of an old one.
///
/// Sources that cannot be generated are compared as far as they can be read; their blockers are
/// part of the outcome. [`Side`] reads sources once that are compared more than once.
pub fn changes(old: &Sources<'_>, new: &Sources<'_>) -> Result<Changes, Report> {
    let [old, new] = [old, new].map(Side::read);
    Ok(old?.changes_to(&new?))
}

fn summary(krate: &plan::Crate) -> Summary {
    let own: usize = krate.operations().map(|operation| 1 + operation.types.len()).sum();
    Summary {
        title: krate.title.clone(),
        version: krate.version.clone(),
        operations: krate.operations().count(),
        types: own + krate.shared.len() + krate.components.len() + krate.declared.len(),
        key: krate.facts.key.as_ref().map(Key::describe),
        names_server: krate.facts.base_url.is_some(),
    }
}
