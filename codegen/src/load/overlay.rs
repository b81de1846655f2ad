//! Applies an OpenAPI Overlay document, of version 1.0 or 1.1, to a document.
//!
//! Stricter than the specification, because an overlay here is a record of decisions: every action
//! has a reason, and one that changes nothing is an error or is stale.
//!
//! Targets are RFC 9535 queries by `serde_json_path`. It passes the standard's test suite and
//! returns the places of matches as data, so that they can be changed; it is the lighter one of the
//! two crates that implement the RFC, and nothing else uses it.

use std::cmp::Reverse;

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::report::{Location, Pointer, Reporter, Text};

/// Applies the actions of `overlay` to `document`, each to the result of those before it.
///
/// Problems refer to places in the overlay, notes to the changed places in the document.
pub(crate) fn apply(overlay: &Value, document: &mut Value, reporter: &Reporter) {
    let root = Location::root(Text::Overlay);
    let Some(overlay) = overlay.as_object() else {
        reporter.problem(
            &root,
            "the overlay: expected a JSON object",
            "see the Overlay specification",
        );
        return;
    };
    known(overlay, &["overlay", "info", "extends", "actions"], &root, reporter);
    header(overlay, reporter);
    let at = root.join("actions");
    let Some(actions) = overlay.get("actions").and_then(Value::as_array) else {
        let pointer = if overlay.contains_key("actions") { &at } else { &root };
        reporter.problem(pointer, "`actions`: expected an array", "list the corrections");
        return;
    };
    if actions.is_empty() {
        reporter.problem(&at, "the overlay has no action", "remove the overlay, or add an action");
    }
    for (index, action) in actions.iter().enumerate() {
        let at = at.join(index);
        if let Some(action) = Action::read(action, &at, reporter) {
            action.apply(document, reporter);
        }
    }
}

fn header(overlay: &Map<String, Value>, reporter: &Reporter) {
    let root = Location::root(Text::Overlay);
    let version = overlay.get("overlay").and_then(Value::as_str);
    let patch = version
        .and_then(|version| version.strip_prefix("1.0.").or_else(|| version.strip_prefix("1.1.")));
    if patch.is_none_or(|patch| patch.parse::<u32>().is_err()) {
        reporter.problem(
            root.join("overlay"),
            "`overlay`: expected the version 1.0.x or 1.1.x of the Overlay specification",
            "write \"1.1.0\"",
        );
    }
    let at = root.join("info");
    if let Some(info) = overlay.get("info").and_then(Value::as_object) {
        known(info, &["title", "version"], &at, reporter);
        for member in ["title", "version"] {
            text(info, member, &at, reporter);
        }
    } else {
        reporter.problem(&at, "`info`: expected an object", "give it a `title` and a `version`");
    }
    if overlay.contains_key("extends") {
        text(overlay, "extends", &root, reporter);
    }
}

/// Reports unknown members. The specification allows extensions, but they have no meaning here.
fn known(object: &Map<String, Value>, names: &[&str], at: &Location, reporter: &Reporter) {
    for name in object.keys().filter(|name| !names.contains(&name.as_str())) {
        let known = names.join("`, `");
        reporter.problem(
            at.join(name),
            format!("`{name}`: expected one of `{known}`"),
            "correct the name, or remove the member",
        );
    }
}

fn text<'a>(
    object: &'a Map<String, Value>,
    name: &str,
    at: &Location,
    reporter: &Reporter,
) -> Option<&'a str> {
    let text = object.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if text.is_none() {
        reporter.problem(
            at.join(name),
            format!("`{name}`: expected a non-empty string"),
            if name == "description" { "give the reason for the correction" } else { "add it" },
        );
    }
    text
}

/// One correction.
struct Action<'a> {
    /// Its own place in the overlay.
    at: Location,
    target: &'a str,
    path: JsonPath,
    reason: &'a str,
    change: Change<'a>,
}

enum Change<'a> {
    Update(&'a Value),
    Remove,
}

impl<'a> Action<'a> {
    fn read(action: &'a Value, at: &Location, reporter: &Reporter) -> Option<Self> {
        let Some(object) = action.as_object() else {
            reporter.problem(
                at,
                "the action: expected an object",
                "give it a `target` and a change",
            );
            return None;
        };
        known(object, &["target", "description", "update", "remove"], at, reporter);
        let reason = text(object, "description", at, reporter);
        let target = text(object, "target", at, reporter);
        let path = target.and_then(|target| match JsonPath::parse(target) {
            Ok(path) => Some(path),
            Err(error) => {
                reporter.problem(
                    at.join("target"),
                    format!("`target`: expected a JSONPath: {error}"),
                    "write an RFC 9535 query, such as $.paths['/a'].get.parameters[?@.name=='b']",
                );
                None
            }
        });
        let change = match (object.get("update"), object.get("remove")) {
            (Some(update), None | Some(Value::Bool(false))) => Some(Change::Update(update)),
            (None, Some(Value::Bool(true))) => Some(Change::Remove),
            _ => {
                reporter.problem(
                    at,
                    "the action: expected either `update` or `remove: true`",
                    "keep exactly one of them",
                );
                None
            }
        };
        Some(Self {
            at: at.clone(),
            target: target?,
            path: path?,
            reason: reason?,
            change: change?,
        })
    }

    fn apply(&self, document: &mut Value, reporter: &Reporter) {
        let places = places(&self.path, document);
        if places.is_empty() {
            self.problem(
                reporter,
                format!("the action is stale: {} matches nothing in the document", self.target),
                "remove the action if the vendor has corrected this; otherwise correct the target",
            );
        } else if let Change::Update(update) = self.change {
            self.update(update, &places, document, reporter);
        } else {
            self.remove(places, document, reporter);
        }
    }

    fn update(
        &self,
        update: &Value,
        places: &[Pointer],
        document: &mut Value,
        reporter: &Reporter,
    ) {
        let (mut changed, mut failed) = (false, false);
        for pointer in places {
            let merged = match document.pointer_mut(&pointer.text()) {
                // Updating an array appends the value.
                Some(Value::Array(entries)) => {
                    entries.push(update.clone());
                    Ok(true)
                }
                Some(target @ Value::Object(_)) => merge(target, update, pointer),
                _ => {
                    failed = true;
                    self.single_value(pointer, reporter);
                    continue;
                }
            };
            match merged {
                Ok(true) => {
                    changed = true;
                    reporter.note("overlay", pointer, self.reason);
                }
                Ok(false) => {}
                Err(cause) => {
                    failed = true;
                    let remedy = "remove the old value by an action before this one";
                    self.problem(reporter, cause, remedy);
                }
            }
        }
        if !changed && !failed {
            self.problem(
                reporter,
                format!("the action is stale: {} has this value already", self.target),
                "remove the action: the vendor has corrected this",
            );
        }
    }

    fn remove(&self, mut places: Vec<Pointer>, document: &mut Value, reporter: &Reporter) {
        for place in &places {
            if *place == Pointer::root() {
                let cause = "the document itself cannot be removed";
                self.problem(reporter, cause, "select the part to remove");
            } else {
                reporter.note("overlay", place, self.reason);
            }
        }
        // From the inside out, and from the last element to the first, so that the places stay valid.
        let index = |place: &Pointer| place.last().and_then(|step| step.parse::<usize>().ok());
        places.sort_by_key(|place| Reverse((place.tokens().len(), index(place))));
        for place in places {
            super::remove(document, &place);
        }
    }

    fn single_value(&self, pointer: &Pointer, reporter: &Reporter) {
        self.problem(
            reporter,
            format!("{} selects {pointer}: expected an object or an array", self.target),
            "select and update the object that contains it",
        );
    }

    fn problem(&self, reporter: &Reporter, cause: impl Into<String>, remedy: &str) {
        reporter.problem(&self.at, cause, remedy);
    }
}

/// Merges `update` into `target`: objects member by member, arrays by appending, other values by
/// replacing. Returns whether anything changed, or what does not fit.
fn merge(target: &mut Value, update: &Value, at: &Pointer) -> Result<bool, String> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (name, update) in update {
                if let Some(target) = target.get_mut(name) {
                    changed |= merge(target, update, &at.join(name))?;
                } else {
                    target.insert(name.clone(), update.clone());
                    changed = true;
                }
            }
            Ok(changed)
        }
        (Value::Array(target), Value::Array(update)) => {
            target.extend_from_slice(update);
            Ok(!update.is_empty())
        }
        (target @ (Value::Object(_) | Value::Array(_)), update)
        | (target, update @ (Value::Object(_) | Value::Array(_))) => {
            Err(format!("{} cannot be merged into {} at {at}", kind(update), kind(target)))
        }
        (target, update) => {
            let changed = target != update;
            target.clone_from(update);
            Ok(changed)
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "an object",
        Value::Array(_) => "an array",
        _ => "a single value",
    }
}

/// The matches of a query, each place once, in the order of the query.
fn places(path: &JsonPath, document: &Value) -> Vec<Pointer> {
    let mut places = Vec::new();
    for location in path.query_located(document).locations() {
        let place = Pointer::from(location.to_json_pointer().as_str());
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

#[cfg(test)]
mod tests;
