//! The place of an operation in the client: in a module for its first tag, or for the first word of
//! its path, under its operationId.

use std::collections::{BTreeMap, BTreeSet};

use super::Notes;
use crate::decisions::Decisions;
use crate::model::{Api, Operation};
use crate::names;
use crate::report::{Pointer, Reporter, counted};
use crate::runtime;

const RULE: &str = "modules";
const NAMES: &str = "names";

/// The suffix of request types, so that their names do not conflict with schemas.
const SUFFIX: &str = "Call";

/// Gives every operation its module and its name.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let mut titles: BTreeMap<String, String> = BTreeMap::new();
    let mut renamed = Notes::default();
    for operation in &mut api.operations {
        let named = candidates(operation).find_map(|title| module(&title, decisions));
        let (title, module) = named.unwrap_or(("General".to_owned(), "general".to_owned()));
        if let Some(taken) =
            module.strip_suffix("_api").filter(|step| runtime::is_reserved_module(step))
        {
            let why = "because the client has a method of this name";
            let text = format!("the module `{taken}` is named `{module}`, {why}");
            renamed.add(NAMES, &operation.pointer, text);
        }
        // Tags that differ only in case or punctuation are the same.
        let title = titles.entry(module.clone()).or_insert(title).clone();
        operation.client_path.group.clone_from(&title);
        operation.client_path.titles = vec![title];
        operation.client_path.modules = vec![module];
    }
    let text = format!(
        "{} in {}",
        counted(api.operations.len(), "operation"),
        counted(titles.len(), "module")
    );
    let words = words(&api.operations, decisions);
    for (operation, words) in api.operations.iter_mut().zip(words) {
        let name = names::snake(&words);
        if !keeps_name(&operation.id, &name, operation) {
            let text = format!("the operation `{}` is named `{name}`", operation.id);
            renamed.add(NAMES, &operation.pointer, text);
        }
        let data = ["data".to_owned()];
        let client_path = &mut operation.client_path;
        // Inputs and outputs may have parts of the same name.
        client_path.response_words = words.iter().cloned().chain(data).collect();
        client_path.words = words;
        client_path.suffix = SUFFIX;
    }
    reporter.note(RULE, &Pointer::root().join("paths"), text);
    renamed.report(reporter);
}

/// Whether callers find the operation by its operationId; the words of the module may be missing.
/// The name of an operation without an id has been noted.
fn keeps_name(id: &str, name: &str, operation: &Operation) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let is_without_id = *id == format!("{} {}", operation.method, path(operation));
    is_without_id || !name.ends_with('_') && plain(id).ends_with(&plain(name))
}

/// The words of each operation: those that the module does not have, if they are unique, then those
/// of its operationId, then those of method and path.
fn words(operations: &[Operation], decisions: &Decisions) -> Vec<Vec<String>> {
    // The Rust names of method and type, which must be unique in the module.
    let keys = |operation: &Operation, words: &[String]| {
        let module = operation.client_path.modules.concat();
        [names::snake(words), names::pascal(words, decisions)].map(|name| (module.clone(), name))
    };
    let is_named = |words: &[String]| {
        let request = names::pascal(words, decisions) + SUFFIX;
        names::is_name(&names::snake(words)) && names::is_name(&request)
    };
    let choices: Vec<[Vec<String>; 3]> =
        operations.iter().map(|operation| candidate_names(operation, decisions)).collect();
    let mut uses: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (operation, choices) in operations.iter().zip(&choices) {
        let mut own: Vec<_> = choices.iter().flat_map(|words| keys(operation, words)).collect();
        own.sort();
        own.dedup();
        for key in own {
            *uses.entry(key).or_default() += 1;
        }
    }
    let mut taken: BTreeSet<(String, String)> = BTreeSet::new();
    let mut chosen = Vec::new();
    for (operation, choices) in operations.iter().zip(choices) {
        let is_own = |words: &Vec<String>| {
            is_named(words) && keys(operation, words).iter().all(|key| uses[key] == 1)
        };
        let is_left = |words: &Vec<String>| {
            is_named(words) && keys(operation, words).iter().all(|key| !taken.contains(key))
        };
        let all = || choices.iter();
        let mut words = all()
            .find(|words| is_own(words))
            .or_else(|| all().find(|words| is_left(words)))
            .cloned();
        let mut numbers = 2..;
        while words.is_none() {
            let number = numbers.next().map(|number: u32| number.to_string());
            words = Some(truncated(&choices[1]).chain(number).collect()).filter(is_left);
        }
        let words = words.unwrap_or_default();
        taken.extend(keys(operation, &words));
        chosen.push(words);
    }
    chosen
}

/// The candidates for a module's name: the first tag, then each word of the path that is not a
/// version.
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

/// The title and the module for a text, if a name can be derived. A reserved name gets a suffix.
fn module(title: &str, decisions: &Decisions) -> Option<(String, String)> {
    let mut title = title.trim().to_owned();
    let mut words = names::words(&title, decisions);
    // Rust finds the file of a module by an ASCII name only.
    words.retain(|word| word.is_ascii());
    let is_taken = |words: &[String]| {
        runtime::is_reserved_module(&names::snake(words))
            || !names::is_name(&names::pascal(words, decisions))
    };
    if !words.is_empty() && is_taken(&words) {
        title.push_str(" API");
        words.push("api".to_owned());
    }
    let module = names::snake(&words);
    names::is_name(&module).then_some((title, module))
}

/// The words, shortened to leave room for a number.
fn truncated(words: &[String]) -> impl Iterator<Item = String> {
    let mut left = names::LENGTH_LIMIT / 2;
    words.iter().map_while(move |word| {
        let cut: String = word.chars().take(left / 4).collect();
        left = left.saturating_sub(word.len());
        (!cut.is_empty()).then_some(cut)
    })
}

/// The candidates for an operation's name, the best first.
fn candidate_names(operation: &Operation, decisions: &Decisions) -> [Vec<String>; 3] {
    let Operation { id, method, client_path, .. } = operation;
    let path = path(operation);
    let mut long = vec![method.to_lowercase()];
    for segment in path.split('/') {
        // `{pet}.json` is `by_pet_json`.
        if segment.starts_with('{') {
            long.push("by".to_owned());
        }
        long.extend(names::words(segment, decisions));
    }
    let full = names::words(id, decisions);
    if *id == format!("{method} {path}") || full.is_empty() {
        return [long.clone(), long.clone(), long];
    }
    // `repos/get` of the module `repos` is `get`.
    let said = client_path.modules.concat();
    let said: Vec<&str> = said.split('_').collect();
    let repeats = full.len() > said.len()
        && full
            .iter()
            .zip(&said)
            .all(|(word, notes)| names::singular(word) == names::singular(notes));
    let short = if repeats { full[said.len()..].to_vec() } else { full.clone() };
    [short, full, long]
}

/// The path in the document, which may differ from what is sent.
fn path(operation: &Operation) -> String {
    operation.pointer.tokens().get(1).copied().unwrap_or_default().to_owned()
}
