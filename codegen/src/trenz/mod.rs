//! The conventions of the Trenz platform: one file each, one ordered list.
//!
//! A convention looks for its evidence, cross-checks it, rewrites the model and leaves a note;
//! incomplete evidence is a problem. No other folder of this crate contains the vendor's words.

mod billing;
mod credentials;
mod envelope;
mod error_codes;
mod extensions;
mod include;
mod modules;
mod pages;
mod pricing;
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

type Convention = fn(&mut Api, &Decisions, &Reporter);

/// The conventions, in order: prose is corrected before anything reads it, prices are read before
/// tasks need the billing mode, and unread extensions are reported last.
const CONVENTIONS: [Convention; 13] = [
    prose::apply,
    servers::apply,
    credentials::apply,
    envelope::apply,
    modules::apply,
    billing::apply,
    replay::apply,
    tasks::apply,
    pages::apply,
    sort::apply,
    include::apply,
    error_codes::apply,
    extensions::apply,
];

/// Applies every convention.
pub(crate) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    for convention in CONVENTIONS {
        convention(api, decisions, reporter);
    }
}
