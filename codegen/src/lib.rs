//! Turns an OpenAPI 3.0 document of the Trenz platform into a Rust client, and what it
//! can of other vendors' documents.
//!
//! A pure library: the document's text and what was decided about it go in, a map
//! of files or a report of problems comes out. It reads no file, no environment
//! variable and no clock, and prints nothing.

mod billing;
pub mod changes;
mod check;
pub mod coverage;
mod decisions;
mod emit;
mod facts;
mod foreign;
mod load;
mod lower;
mod model;
mod names;
mod origin;
mod plan;
pub mod report;
mod runtime;
mod served;
mod shared;
mod trenz;
mod visible;

use std::collections::{BTreeMap, HashSet};

use changes::{Changes, Side};
use coverage::Coverage;
use decisions::Decisions;
use lower::Lowering;
use model::Api;
pub use origin::Origin;
use report::{Note, Report, Reporter};

/// One text that generation reads.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What reports call it, such as `spec/overlay.json`.
    pub name: &'a str,
    /// The text, as it was read.
    pub text: &'a [u8],
}

/// Everything that generation reads.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Whose document it is.
    pub origin: Origin,
    /// The vendor's OpenAPI document.
    pub document: Source<'a>,
    /// Corrections of its defects, an OpenAPI Overlay document.
    pub overlay: Option<Source<'a>>,
    /// What was decided about names and shared types.
    pub decisions: Option<Source<'a>>,
}

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
    /// A program that makes one of the calls, unless there is none.
    pub example: Option<String>,
    /// What was decided on the way.
    pub notes: Vec<Note>,
    /// What was read and made, in numbers.
    pub summary: Summary,
}

/// What was read and made, in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The document's title.
    pub title: String,
    /// The document's version.
    pub version: String,
    /// How many operations can be called.
    pub operations: usize,
    /// How many types were defined, requests included and builders not.
    pub types: usize,
    /// How calls carry their key, as a header: `Authorization: Bearer …`. Nothing where they
    /// carry none.
    pub key: Option<String>,
    /// Whether the document says where the API is served.
    pub names_server: bool,
}

/// Generates the client, or reports every problem that was found.
///
/// The same sources give the same bytes.
pub fn generate(sources: &Sources<'_>) -> Result<Generated, Report> {
    let mut reporter = Reporter::default();
    let krate = plan(sources, &mut reporter)?;
    Ok(emitted(&krate, reporter.into_notes()))
}

/// Says of every operation whether it can be generated and, if not, why; and generates
/// those that can.
pub fn coverage(sources: &Sources<'_>) -> Result<Coverage, Report> {
    coverage::cover(sources)
}

fn emitted(krate: &plan::Crate, notes: Vec<Note>) -> Generated {
    Generated {
        files: emit::files(krate),
        index: emit::index(krate),
        calls: emit::calls(krate),
        example: emit::example(krate),
        summary: summary(krate),
        notes,
    }
}

/// Says what a new document means to callers of the client made of an old one.
///
/// Sources that cannot be generated are compared as far as they can be read; what
/// stands in the way is part of the outcome. Where one of them is compared more than once,
/// [`Side`] has it read but once.
pub fn changes(old: &Sources<'_>, new: &Sources<'_>) -> Result<Changes, Report> {
    let [old, new] = [old, new].map(Side::read);
    Ok(old?.changes_to(&new?))
}

/// Runs every stage but the last.
fn plan(sources: &Sources<'_>, reporter: &mut Reporter) -> Result<plan::Crate, Report> {
    sources.origin.temper(reporter);
    let decisions = read_decisions(sources, reporter);
    let mut document = load::read(&sources.document, sources.overlay.as_ref(), reporter)?;
    sources.origin.tidy(&mut document, reporter);
    reporter.reading(sources.document.name);
    let document = load::openapi(document, false, reporter)?;
    let mut lowering = Lowering::new(&document, reporter);
    let api = lowering.api(&HashSet::new(), reporter);
    reporter.stage()?;
    let krate = planned(api, sources, &decisions, reporter)?;
    if let Some(source) = &sources.decisions {
        decisions.report_unused(source, reporter);
    }
    reporter.stage()?;
    Ok(krate)
}

/// Runs the stages between the model and what is printed of it.
fn planned(
    mut api: Api,
    sources: &Sources<'_>,
    decisions: &Decisions,
    reporter: &mut Reporter,
) -> Result<plan::Crate, Report> {
    let origin = sources.origin;
    origin.conventions(&mut api, decisions, reporter);
    let shared = shared::apply(&mut api, decisions, reporter);
    check::extensions(&api, reporter);
    reporter.stage()?;
    let mut krate = plan::krate(api, &shared, decisions, origin, reporter);
    origin.mend(&mut krate, decisions, reporter);
    plan::keys(&mut krate);
    plan::tags(&mut krate);
    plan::builders(&mut krate, origin);
    plan::inside(&mut krate, reporter);
    origin.workflows(&mut krate, decisions, reporter);
    check::plan(&krate, reporter);
    Ok(krate)
}

/// The decisions, or none; what cannot be read ends the first stage.
fn read_decisions(sources: &Sources<'_>, reporter: &mut Reporter) -> Decisions {
    let Some(source) = &sources.decisions else { return Decisions::default() };
    reporter.reading(source.name);
    let json = load::json(source, reporter);
    json.and_then(|json| Decisions::read(source, json, reporter)).unwrap_or_default()
}

fn summary(krate: &plan::Crate) -> Summary {
    let operations = || krate.modules.values().flat_map(|module| &module.operations);
    let own: usize = operations().map(|operation| 1 + operation.types.len()).sum();
    Summary {
        title: krate.title.clone(),
        version: krate.version.clone(),
        operations: operations().count(),
        types: own + krate.shared.len() + krate.components.len() + krate.declared.len(),
        key: krate.facts.key.as_ref().map(|key| format!("{}: {}…", key.header, key.prefix)),
        names_server: krate.facts.base_url.is_some(),
    }
}
