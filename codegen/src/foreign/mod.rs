//! What is done about other vendors' documents, of which nothing is known but that
//! they are OpenAPI, more or less: one file per leniency, in ordered lists.
//!
//! A leniency loses nothing that a call needs, and says in a note what it has left
//! out or read otherwise. What cannot be read without guessing stays as it is, and is
//! refused by the general stages.

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

/// What makes OpenAPI of the document, in order.
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

/// Makes OpenAPI of the document.
pub(crate) fn tidy(document: &mut Value, reporter: &mut Reporter) {
    for tidy in TIDYING {
        let mut said = Said::default();
        tidy(document, &mut said);
        said.note(reporter);
    }
}

type Convention = fn(&mut Api, &Decisions, &mut Reporter);

/// What stands in place of the habits of the platform, in order.
const CONVENTIONS: [Convention; 6] = [
    servers::apply,
    credentials::apply,
    binary::apply,
    menu::apply,
    terms::apply,
    extensions::apply,
];

/// Gives the model what the runtime asks of every document.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    for convention in CONVENTIONS {
        convention(api, decisions, reporter);
    }
}

/// Mends the plan where nobody has decided anything about it.
pub(crate) fn mend(krate: &mut Crate, decisions: &Decisions, reporter: &mut Reporter) {
    names::apply(krate, decisions, reporter);
}
