//! Support for other vendors' documents, which are OpenAPI more or less: one file for each
//! leniency, in ordered lists.
//!
//! A leniency loses nothing that a call needs, and notes what it has left out or reinterpreted.
//! Everything else that is invalid is refused by the general stages.

mod binary;
mod credentials;
mod duplicates;
mod extensions;
mod ids;
mod ill_typed;
mod keywords;
mod media;
mod menu;
mod names;
mod nulls;
mod paths;
mod remedies;
mod required;
mod said;
mod servers;
mod symbols;
mod terms;
mod texts;

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::Api;
use crate::plan::Crate;
use crate::report::Reporter;
pub(crate) use remedies::remedy;
use said::Said;

type Tidying = fn(&mut Value, &mut Said);

/// The steps that make the document valid OpenAPI, in order.
const TIDYING: [Tidying; 9] = [
    nulls::tidy,
    paths::tidy,
    texts::tidy,
    ill_typed::tidy,
    keywords::tidy,
    required::tidy,
    media::tidy,
    duplicates::tidy,
    ids::tidy,
];

/// Makes the document valid OpenAPI.
pub(crate) fn tidy(document: &mut Value, reporter: &Reporter) {
    for tidy in TIDYING {
        let mut said = Said::default();
        tidy(document, &mut said);
        said.note(reporter);
    }
}

type Convention = fn(&mut Api, &Decisions, &Reporter);

/// What replaces the platform's conventions, in order.
const CONVENTIONS: [Convention; 6] = [
    servers::apply,
    credentials::apply,
    binary::apply,
    menu::apply,
    terms::apply,
    extensions::apply,
];

/// Adds to the model what the runtime needs of every document.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    for convention in CONVENTIONS {
        convention(api, decisions, reporter);
    }
}

/// Corrects the plan where there are no decisions.
pub(crate) fn mend(krate: &mut Crate, decisions: &Decisions, reporter: &Reporter) {
    names::apply(krate, decisions, reporter);
}
