//! The stages of generation, in order. Each maps plain data to plain data and reports what it
//! finds. ARCHITECTURE.md has the same list.

use serde_json::Value;

use crate::decisions::{self, Decisions};
use crate::model::Api;
use crate::plan::{self, Crate};
use crate::report::{Report, Reporter};
use crate::sources::{Origin, Sources};
use crate::{check, foreign, load, lower, shared, trenz};

/// From texts to the plan of a crate, which `emit` prints.
pub(crate) fn plan(sources: &Sources<'_>, reporter: &Reporter) -> Result<Crate, Report> {
    let origin = sources.origin;
    let decisions = decisions::read(sources.decisions.as_ref(), reporter);
    let json = load::read(&sources.document, sources.overlay.as_ref(), reporter)?;
    let json = normalised(json, origin, reporter);
    // The input of a stage is dropped once the next one has what it needs.
    let (document, _) = load::openapi(json, false, reporter)?;
    let api = lower::api(&document, reporter);
    drop(document);
    reporter.end_stage()?;
    let krate = planned(api, origin, &decisions, reporter)?;
    decisions.report_unused(reporter);
    reporter.end_stage()?;
    Ok(krate)
}

/// From the model to the plan.
pub(crate) fn planned(
    api: Api,
    origin: Origin,
    decisions: &Decisions,
    reporter: &Reporter,
) -> Result<Crate, Report> {
    let api = recognised(api, origin, decisions, reporter);
    let (api, shared) = shared::apply(api, decisions, reporter);
    reporter.end_stage()?;
    let krate = plan::krate(api, &shared, decisions, renames_conflicts(origin), reporter);
    let krate = renamed(krate, origin, decisions, reporter);
    let krate = plan::completed(krate, renames_conflicts(origin), reporter);
    let krate = with_workflows(krate, origin, decisions, reporter);
    check::plan(&krate, reporter);
    Ok(krate)
}

/// Collects what the stages say of these sources.
pub(crate) fn reporter(sources: &Sources<'_>) -> Reporter {
    let reporter = Reporter::new(sources);
    match sources.origin {
        Origin::Own => reporter,
        Origin::Foreign => reporter.lenient(foreign::remedy),
    }
}

/// Turns a document that nearly is OpenAPI into one.
pub(crate) fn normalised(mut json: Value, origin: Origin, reporter: &Reporter) -> Value {
    match origin {
        Origin::Own => {}
        Origin::Foreign => foreign::normalise(&mut json, reporter),
    }
    json
}

/// Recognises the vendor's conventions.
fn recognised(mut api: Api, origin: Origin, decisions: &Decisions, reporter: &Reporter) -> Api {
    match origin {
        Origin::Own => trenz::apply(&mut api, decisions, reporter),
        Origin::Foreign => foreign::apply(&mut api, decisions, reporter),
    }
    api
}

/// Whether conflicting names are changed automatically: in the vendor's own document, a decision is
/// required.
fn renames_conflicts(origin: Origin) -> bool {
    origin == Origin::Foreign
}

/// Renames inputs, fields and values without a decision.
fn renamed(mut krate: Crate, origin: Origin, decisions: &Decisions, reporter: &Reporter) -> Crate {
    match origin {
        Origin::Own => {}
        Origin::Foreign => foreign::rename_conflicts(&mut krate, decisions, reporter),
    }
    krate
}

/// Binds the hand-written workflows to the operations that they use; without such operations, the
/// client is made without them.
fn with_workflows(
    mut krate: Crate,
    origin: Origin,
    decisions: &Decisions,
    reporter: &Reporter,
) -> Crate {
    match origin {
        Origin::Own => trenz::bind_workflows(&mut krate, decisions, reporter),
        Origin::Foreign => {}
    }
    krate
}
