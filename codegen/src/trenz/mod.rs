//! What the Trenz platform does its own way: one file per habit, one ordered list.
//!
//! A convention looks for its evidence, cross-checks it, rewrites the model and
//! leaves a note; where the evidence is half there it reports a problem. No other
//! folder of this crate spells a word of the vendor's.

mod charges;
mod credentials;
mod envelope;
mod error_codes;
mod extensions;
mod include;
mod menu;
mod pages;
mod prices;
mod prose;
mod replay;
mod servers;
mod sort;
mod tasks;
mod usage;
mod workflows;

use crate::decisions::Decisions;
use crate::model::Api;
use crate::report::Reporter;

pub(crate) use workflows::bind as bind_workflows;

type Convention = fn(&mut Api, &Decisions, &mut Reporter);

/// The conventions, in the order they are applied: prose is corrected before
/// anything reads it, prices are read before tasks ask how an operation is billed, and
/// extensions are left only when all others are through.
const CONVENTIONS: [Convention; 13] = [
    prose::apply,
    servers::apply,
    credentials::apply,
    envelope::apply,
    menu::apply,
    charges::apply,
    replay::apply,
    tasks::apply,
    pages::apply,
    sort::apply,
    include::apply,
    error_codes::apply,
    extensions::apply,
];

/// Applies every convention.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    for convention in CONVENTIONS {
        convention(api, decisions, reporter);
    }
}
