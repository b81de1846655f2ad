//! Where callers find an operation: in a module for its first tag, or for the first
//! word of its path, under its operationId.

use std::collections::BTreeMap;

use crate::check;
use crate::decisions::Decisions;
use crate::model::{Api, Operation, Place};
use crate::names;
use crate::report::{Pointer, Reporter};

const RULE: &str = "menu";

/// What every request type ends with, so that it is never called like a schema.
const SUFFIX: &str = "Call";

/// Gives every operation its module and its name.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    for operation in &mut api.operations {
        let named = candidates(operation).find_map(|title| module(&title, decisions));
        let (title, module) = named.unwrap_or(("General".to_owned(), "general".to_owned()));
        // Tags that differ in case or punctuation alone are one to a reader.
        let title = titles.entry(module.clone()).or_insert(title).clone();
        let words = words(operation, decisions);
        let answer = ["data".to_owned()];
        operation.place = Place {
            group: title.clone(),
            titles: vec![title],
            modules: vec![module],
            // What is asked and what is answered may have parts of the same name.
            answer_words: words.iter().cloned().chain(answer).collect(),
            words,
            suffix: SUFFIX,
        };
    }
    let text = format!("{} operations in {} modules", api.operations.len(), titles.len());
    reporter.note(RULE, &Pointer::root().join("paths"), text);
}

/// What a module may be called after: the first tag, then each word of the path that
/// says more than a version.
fn candidates(operation: &Operation) -> impl Iterator<Item = String> {
    let is_version = |segment: &str| {
        let digits = segment.strip_prefix('v').unwrap_or(segment);
        segment == "api" || digits.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let segments: Vec<_> = path(operation)
        .split('/')
        .filter(|segment| !segment.contains('{') && !is_version(segment))
        .map(str::to_owned)
        .collect();
    operation.tags.iter().take(1).cloned().chain(segments)
}

/// The title and the module for a text, unless no name can be made of it. A name that
/// the runtime has taken says that it is the API's.
fn module(title: &str, decisions: &Decisions) -> Option<(String, String)> {
    let mut title = title.trim().to_owned();
    let mut words = names::words(&title, decisions);
    let name = names::pascal(&words, decisions);
    if check::is_step_taken(&names::snake(&words)) || check::is_type_taken(&name) {
        title.push_str(" API");
        words.push("api".to_owned());
    }
    let module = names::snake(&words);
    names::is_name(&module).then_some((title, module))
}

/// The words of the operationId; those of method and path where it has none, or none
/// that a method can be called.
fn words(operation: &Operation, decisions: &Decisions) -> Vec<String> {
    let Operation { id, method, .. } = operation;
    let path = path(operation);
    let words = names::words(id, decisions);
    let name = names::snake(&words);
    if *id != format!("{method} {path}") && names::is_name(&name) && !check::is_method_taken(&name)
    {
        return words;
    }
    let mut words = vec![method.to_lowercase()];
    for segment in path.split('/') {
        // `{pet}.json` is `by_pet_json`.
        if segment.starts_with('{') {
            words.push("by".to_owned());
        }
        words.extend(names::words(segment, decisions));
    }
    words
}

/// The path as the document spells it, from which what is sent may differ.
fn path(operation: &Operation) -> String {
    operation.pointer.tokens().nth(1).unwrap_or_default()
}
