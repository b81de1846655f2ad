//! Support for other vendors' documents, which are OpenAPI more or less: one file for each
//! leniency, in ordered lists.
//!
//! A leniency loses nothing that a call needs, and notes what it has left out or reinterpreted.
//! Everything else that is invalid is refused by the general stages.

mod binary;
mod credentials;
mod defaults;
mod duplicates;
mod extensions;
mod ids;
mod ill_typed;
mod keywords;
mod media_types;
mod modules;
mod names;
mod notes;
mod nulls;
mod paths;
mod remedies;
mod required;
mod servers;
mod symbols;
mod texts;

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::Api;
use crate::plan::Crate;
use crate::report::Reporter;
use notes::Notes;
pub(crate) use remedies::remedy;

type Normalisation = fn(&mut Value, &mut Notes);

/// The steps that make the document valid OpenAPI, in order.
const NORMALISATIONS: [Normalisation; 9] = [
    nulls::normalise,
    paths::normalise,
    texts::normalise,
    ill_typed::normalise,
    keywords::normalise,
    required::normalise,
    media_types::normalise,
    duplicates::normalise,
    ids::normalise,
];

/// Makes the document valid OpenAPI.
pub(crate) fn normalise(document: &mut Value, reporter: &Reporter) {
    for normalise in NORMALISATIONS {
        let mut notes = Notes::default();
        normalise(document, &mut notes);
        notes.report(reporter);
    }
}

type Convention = fn(&mut Api, &Decisions, &Reporter);

/// What replaces the platform's conventions, in order.
const CONVENTIONS: [Convention; 6] = [
    servers::apply,
    credentials::apply,
    binary::apply,
    modules::apply,
    defaults::apply,
    extensions::apply,
];

/// Adds to the model what the runtime needs of every document.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    for convention in CONVENTIONS {
        convention(api, decisions, reporter);
    }
}

/// Corrects the plan where there are no decisions.
pub(crate) fn rename_conflicts(krate: &mut Crate, decisions: &Decisions, reporter: &Reporter) {
    names::apply(krate, decisions, reporter);
}
