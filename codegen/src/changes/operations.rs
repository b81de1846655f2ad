//! Compares operations, by their ids.

use std::collections::BTreeMap;

use super::Section::{Additions, Breaking, Host, Patch};
use super::comparison::Comparison;
use super::fields::{self, Role};
use super::{Changes, Side, display, money, renames, types};
use crate::facts::Facts;
use crate::model::{Body, BodyForm, Location, Style};
use crate::plan::{Crate, Input, Operation, Paging};
use crate::servers;

/// Compares every operation of two sides.
pub(super) fn compare(old: &Side<'_>, new: &Side<'_>, changes: &mut Changes) {
    let (before, after) = (old.operations(), new.operations());
    let mut gone: Vec<&Operation> = Vec::new();
    for (id, operation) in &before {
        if new.ids.contains(*id) && !after.contains_key(id) {
            changes.unread.push((*id).to_owned());
        } else if !after.contains_key(id) {
            gone.push(operation);
        }
    }
    let fresh: Vec<&Operation> =
        after.iter().filter(|(id, _)| !before.contains_key(*id)).map(|(_, found)| *found).collect();
    let types = [old, new].map(|side| side.krate.types());
    let pairs = renames::operations([&gone, &fresh], types.each_ref());
    let successors: BTreeMap<&str, &Operation> =
        pairs.iter().map(|pair| (pair.old.id.as_str(), pair.new)).collect();
    for operation in &gone {
        removed(operation, successors.get(operation.id.as_str()).copied(), changes);
    }
    for operation in &fresh {
        added(operation, changes);
    }
    changes.renames.extend(pairs.iter().map(renames::Pair::to_rename));
    renames::areas(&before, &after, changes);
    let known =
        |id: &&String| !before.contains_key(id.as_str()) && !after.contains_key(id.as_str());
    changes.unread.extend(new.ids.iter().filter(known).cloned());
    let with_problems = [old.with_problems(), new.with_problems()];
    for (id, operation) in &after {
        if let Some(before) = before.get(id) {
            let is_complete = !with_problems.iter().any(|side| side.contains(id));
            same(before, operation, is_complete, changes);
        }
    }
}

fn removed(operation: &Operation, successor: Option<&Operation>, changes: &mut Changes) {
    let (module, name) = split(&operation.rust_path);
    let mut to = Comparison::new(changes, Some(&operation.id), module);
    let advice = successor.map_or("remove the call".to_owned(), |successor| {
        format!("see whether `{}` replaces it: it is similar", call(successor))
    });
    to.add(Breaking, "operation-removed", name, "operation removed", advice.as_str())
        .before(terms(operation));
}

/// The Rust path and the terms of an operation.
fn terms(operation: &Operation) -> String {
    let line = std::iter::once(request_line(operation));
    line.chain(money::all(&operation.billing)).collect::<Vec<_>>().join(", ")
}

fn added(operation: &Operation, changes: &mut Changes) {
    let (module, name) = split(&operation.rust_path);
    let mut to = Comparison::new(changes, Some(&operation.id), module);
    let advice = format!("call it as `{}`", call(operation));
    to.add(Additions, "operation-added", name, "new operation", advice.as_str())
        .after(terms(operation));
}

/// Compares an operation of both documents. If it has problems, what it lacks is not reported.
fn same(old: &Operation, new: &Operation, is_complete: bool, changes: &mut Changes) {
    let same_terms = money::compare(old, new, changes);
    let (module, name) = split(&new.rust_path);
    let mut to = Comparison::new(changes, Some(&new.id), module);
    if old.rust_path != new.rust_path {
        let advice = format!("call it as `{}`, and import its types from there", call(new));
        to.add(Breaking, "moved", name, "moved", advice.as_str())
            .before(&old.rust_path)
            .after(&new.rust_path);
        to.renamed = Some((old.type_name.clone(), new.type_name.clone()));
    }
    to.deprecation(name, "operation", old.deprecated, new.deprecated);
    if request_line(old) != request_line(new) {
        to.patch(
            "request-line",
            name,
            "another method or path",
            request_line(old),
            request_line(new),
        );
    }
    let [before, after] = [old, new].map(|operation| operation.fields().collect::<Vec<_>>());
    fields::compare(Role::Request, name, &before, &after, &mut to);
    transport(old, new, name, &mut to);
    output(old, new, name, &mut to);
    types::compare(&old.types, &new.types, &mut to);
    if is_complete {
        capabilities(old, new, name, &mut to);
        if same_terms && old.rust_path == new.rust_path {
            titles(old, new, name, &mut to);
        }
    }
    if old.summary != new.summary || old.description != new.description {
        to.docs("the operation".to_owned());
    }
    to.finish(name);
}

/// Compares how inputs are encoded, which callers do not notice.
fn transport(old: &Operation, new: &Operation, name: &str, to: &mut Comparison<'_>) {
    let mut ways = BTreeMap::new();
    for input in &old.inputs {
        ways.entry(&input.field.key).or_insert(encoding(input));
    }
    for input in &new.inputs {
        let before = ways.get(&input.field.key).cloned();
        let Some(before) = before.filter(|before| *before != encoding(input)) else { continue };
        let place = format!("{name}.{}", input.field.rust);
        to.patch("transport", place, "input is encoded differently", before, encoding(input));
    }
    if old.body != new.body {
        to.patch("body", name, "request", body(old.body.as_ref()), body(new.body.as_ref()));
    }
}

fn body(body: Option<&Body>) -> String {
    let Some(Body { form, media_type, required }) = body else { return "no body".to_owned() };
    let form = match form {
        BodyForm::JsonMembers | BodyForm::Json => "a JSON body",
        BodyForm::Form => "a form",
        BodyForm::Multipart => "a body of parts",
        BodyForm::Text => "a text as its body",
        BodyForm::Bytes | BodyForm::File => "bytes as its body",
    };
    let optional = if *required { "" } else { ", if an input of it is set" };
    let usual = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"];
    if usual.contains(&media_type.as_str()) {
        format!("{form}{optional}")
    } else {
        format!("{form} (`{media_type}`){optional}")
    }
}

fn encoding(input: &Input) -> String {
    let place = match input.location {
        Location::Path => "in the path",
        Location::Query => "in the query",
        Location::QueryReserved => "in the query, reserved characters as they are",
        Location::Header => "in a header",
        Location::Cookie => "in a cookie",
        Location::Body => "in the body",
        Location::Rest => "in the body, by name",
    };
    let style = match &input.style {
        Style::Single => "",
        Style::Repeated => ", once for each value",
        Style::CommaSeparated => ", joined by commas",
        Style::SpaceSeparated => ", joined by blanks",
        Style::PipeSeparated => ", joined by vertical bars",
        Style::DeepObject => ", members in brackets",
        Style::Label => ", behind a full stop, joined by commas",
        Style::LabelRepeated => ", each value behind a full stop",
        Style::Matrix => ", behind a semicolon and its name, joined by commas",
        Style::MatrixRepeated => ", each value behind a semicolon and its name",
        Style::Json => ", as JSON",
        Style::JsonEach => ", each value as JSON",
        Style::File(_) => ", as a file",
    };
    format!("{place}{style}")
}

fn output(old: &Operation, new: &Operation, name: &str, to: &mut Comparison<'_>) {
    let before = to.renamed_path(&display::output(old.output.as_ref()));
    let after = display::output(new.output.as_ref());
    if before != after {
        for ty in [&old.output, &new.output].into_iter().flatten() {
            to.mention(ty);
        }
        let what = "responds with another type";
        to.add(Breaking, "output", name, what, "read the new type").before(before).after(after);
    }
    if old.accept != new.accept {
        to.patch("accept", name, "accepts another media type", &old.accept, &new.accept);
    }
}

/// Compares what can be done with a call besides sending it.
fn capabilities(old: &Operation, new: &Operation, name: &str, to: &mut Comparison<'_>) {
    match (&old.task_id, &new.task_id) {
        (Some(_), None) => {
            let what = "no longer starts a task";
            to.add(Breaking, "task-removed", name, what, "send it instead of submitting it");
        }
        (None, Some(_)) => {
            let what = "starts a task now";
            to.add(Additions, "task-added", name, what, "submit it to wait for its end");
        }
        _ => {}
    }
    match (&old.paging, &new.paging) {
        (Some(_), None) => {
            let what = "no longer paged";
            to.add(Breaking, "pages-removed", name, what, "send it instead of calling `pages()`");
        }
        (None, Some(_)) => {
            let what = "paged now";
            to.add(Additions, "pages-added", name, what, "use `pages()` or `items()`");
        }
        (Some(before), Some(after)) => {
            let (item, now) = (
                to.renamed_path(&display::rust_type(&before.item)),
                display::rust_type(&after.item),
            );
            if item != now {
                let what = "pages have another item type";
                to.add(Breaking, "pages-item", name, what, "read the new type")
                    .before(item)
                    .after(now);
            } else if to.renamed_path(&paging_details(before)) != paging_details(after) {
                to.add(Patch, "pages", name, "pages are requested differently", None);
            }
        }
        (None, None) => {}
    }
}

/// How pages are requested, except for their size, which is a bound of an input.
fn paging_details(paging: &Paging) -> String {
    let Paging { style, position, size, items, total, pages, next, more, .. } = paging;
    format!("{style:?} {position} {size:?} {items} {total:?} {pages:?} {next:?} {more:?}")
}

/// Compares the titles of an operation's group and area.
fn titles(old: &Operation, new: &Operation, place: &str, to: &mut Comparison<'_>) {
    for (name, before, after) in [("GROUP", &old.group, &new.group), ("AREA", &old.area, &new.area)]
    {
        if before != after {
            to.patch(
                "constant",
                place,
                format!("`{name}`"),
                format!("{before:?}"),
                format!("{after:?}"),
            );
        }
    }
}

/// Compares the facts of the whole document.
pub(super) fn compare_facts(old: &Crate, new: &Crate, changes: &mut Changes) {
    money::compare_usage(&old.facts, &new.facts, WHOLE, changes);
    let mut to = Comparison::new(changes, None, "");
    let [from, host] =
        [old, new].map(|krate| krate.facts.base_url.as_deref().and_then(servers::host));
    if from != host {
        let advice = "make sure that the new host is the vendor's before sending a key to it, and allow \
                      it where connections are filtered";
        let spell = |host: &Option<String>| host.clone().unwrap_or("none".to_owned());
        to.add(Host, "host", WHOLE, "host that calls and their key are sent to", advice)
            .before(spell(&from))
            .after(spell(&host));
    }
    let (before, after) = (facts(&old.facts), facts(&new.facts));
    for (what, value) in &after {
        let before = before.iter().find(|(other, _)| other == what);
        let before = before.map_or("None", |(_, before)| before.as_str());
        let is_said = from != host && what == URL;
        if before != value && !is_said {
            to.patch("fact", WHOLE, what, before, value);
        }
    }
    for (what, before, after) in [
        ("title of the document", &old.title, &new.title),
        ("version of the document", &old.version, &new.version),
    ] {
        if before != after {
            to.patch("document", WHOLE, what, before, after);
        }
    }
    for (path, module) in &new.modules {
        let before = old.modules.get(path).map(|before| (&before.titles, &before.description));
        if before.is_some_and(|before| before != (&module.titles, &module.description)) {
            to.docs(format!("`{}`", path.join("::")));
        }
    }
    to.finish("modules");
}

/// The facts for the runtime, except those about costs: a description, and the value.
fn facts(facts: &Facts) -> Vec<(String, String)> {
    let Facts { base_url, key, needs_key, words } = facts;
    let url = base_url.as_ref();
    let url = url.map(|url| (URL.to_owned(), format!("{url:?}")));
    let shown = key.as_ref().map_or("nowhere".to_owned(), |key| format!("`{}`", key.describe()));
    let key = [
        ("Where requests carry the key".to_owned(), shown),
        ("Whether every request needs the key".to_owned(), needs_key.to_string()),
    ];
    let words = words.iter().filter(|(meaning, _)| !meaning.is_about_money());
    let words = words
        .map(|(meaning, words)| (format!("The {}", meaning.description()), format!("&{words:?}")));
    url.into_iter().chain(key).chain(words).collect()
}

const URL: &str = "The base URL of the API";

/// The place of a change that belongs to no operation and no type.
const WHOLE: &str = "the whole API";

fn request_line(operation: &Operation) -> String {
    format!("{} {}", operation.method, operation.path)
}

/// `client.data().products().search()`.
fn call(operation: &Operation) -> String {
    let (module, _) = split(&operation.rust_path);
    let steps: Vec<&str> = module.split("::").chain([operation.method_name.as_str()]).collect();
    format!("client.{}()", steps.join("()."))
}

fn split(rust_path: &str) -> (&str, &str) {
    rust_path.rsplit_once("::").unwrap_or(("", rust_path))
}
