//! Tags are groups and areas: `Social/5.Analytics` is the fifth area of the group Social, Analytics.
//! The client has it as `client.social().analytics()`, and operations are named without the words
//! of both.

use serde_json::Value;

use crate::decisions::Decisions;
use crate::model::{Api, ClientPath, Operation};
use crate::names;
use crate::report::{Pointer, Reporter, counted};

/// The first word of the vendor's operationIds.
const VENDOR: &str = "trenz";

/// Gives every operation its group, area and name.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let Some(groups) = groups(api, reporter) else { return };
    for operation in &mut api.operations {
        let [tag] = operation.tags.as_slice() else {
            reporter.problem(
                &operation.pointer.join("tags"),
                format!("the operation has {} tags: expected one", operation.tags.len()),
                "keep the one that names its group and area, in the overlay",
            );
            continue;
        };
        let Some(group) = groups.iter().find(|group| group.tags.contains(tag)) else {
            reporter.problem(
                &operation.pointer.join("tags").join(0),
                format!("the tag `{tag}` is in no group of x-tagGroups"),
                "add it to its group in the overlay",
            );
            continue;
        };
        let titles: Vec<String> = tag.split('/').map(without_ordinal).collect();
        if titles.len() > 2 {
            reporter.problem(
                &operation.pointer.join("tags").join(0),
                format!("the tag `{tag}`: expected a group and an area, found more"),
                "shorten it in the overlay",
            );
            continue;
        }
        let modules: Vec<String> =
            titles.iter().map(|title| names::snake(&names::words(title, decisions))).collect();
        let words = words(operation, group, &titles, decisions);
        if words.is_empty() {
            reporter.problem(
                &operation.pointer.join("operationId"),
                "no Rust name can be derived from the operationId",
                "name the operation in the table `operations` of spec/decisions.json",
            );
        }
        let response_words = words.clone();
        let group = group.name.clone();
        operation.client_path =
            ClientPath { group, titles, modules, words, response_words, suffix: "" };
    }
    let total = api.operations.len();
    let place = Pointer::root().join("x-tagGroups");
    reporter.note(
        "modules",
        &place,
        format!("{} in {}", counted(total, "operation"), counted(groups.len(), "group")),
    );
}

struct Group {
    name: String,
    tags: Vec<String>,
}

/// The groups; none if the document has no groups.
fn groups(api: &mut Api, reporter: &Reporter) -> Option<Vec<Group>> {
    let Some(value) = api.extensions.take(&Pointer::root(), "x-tagGroups") else {
        reporter.problem(
            &Pointer::root(),
            "the document has no x-tagGroups",
            "group its tags in the overlay: `[{\"name\": …, \"tags\": […]}]`",
        );
        return None;
    };
    let place = Pointer::root().join("x-tagGroups");
    let mut groups = Vec::new();
    for (index, group) in value.as_array().into_iter().flatten().enumerate() {
        let name = group.get("name").and_then(Value::as_str);
        let tags = group.get("tags").and_then(Value::as_array).map(|tags| {
            tags.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
        });
        match (name, tags) {
            (Some(name), Some(tags)) => groups.push(Group { name: name.to_owned(), tags }),
            _ => reporter.problem(
                &place.join(index),
                "the group has no `name` or no `tags`",
                "give it both in the overlay",
            ),
        }
    }
    Some(groups)
}

/// `5.Analytics` is `Analytics`: the number is only for sorting.
fn without_ordinal(entry: &str) -> String {
    let rest = entry.trim_start_matches(|c: char| c.is_ascii_digit());
    let named = rest.strip_prefix('.').filter(|_| rest.len() < entry.len());
    named.unwrap_or(entry).trim().to_owned()
}

/// The words of the operationId without those of the vendor, the group and the area.
fn words(
    operation: &Operation,
    group: &Group,
    titles: &[String],
    decisions: &Decisions,
) -> Vec<String> {
    if let Some(decided) = decisions.operations.find(|entry| entry.id == operation.id) {
        return decided.name.split('_').map(str::to_owned).collect();
    }
    let said: Vec<String> = titles
        .iter()
        .flat_map(|title| names::words(title, decisions))
        .map(|word| names::singular(&word))
        .collect();
    let mut words = names::words(&operation.id, decisions);
    if words.len() > 1 && words.first().is_some_and(|word| word == VENDOR) {
        words.remove(0);
    }
    while words.len() > 1 {
        let repeated = said.contains(&names::singular(&words[0]))
            || decisions
                .leading_words
                .find(|entry| entry.group == group.name && entry.word == words[0])
                .is_some();
        if !repeated {
            break;
        }
        words.remove(0);
    }
    words
}
