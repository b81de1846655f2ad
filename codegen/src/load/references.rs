//! Resolves every reference of the document once.
//!
//! Most refer to `#/components/<section>/<name>`, and are known by that name from here on. OpenAPI
//! allows more: any place of the document, with escapes, through other references. Their targets
//! are parsed separately, so that the document is not changed, and so that they are available even
//! if the operation around them is left out.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use openapiv3::{Parameter, RequestBody, Response, Schema};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::shape::{self, Checked, Reference, Shape, Stands, section, shape_at};
use crate::report::{At, Pointer, Problem, Reporter, child};

/// How many references may be followed to resolve one.
const JUMPS_LIMIT: usize = 24;

const CORRECT: &str = "correct the reference, or add what it names, in the overlay";

/// The targets of a document's references.
#[derive(Debug, Default)]
pub(crate) struct References {
    /// By the text of the reference; a reference that is the path of a component is left out.
    targets: HashMap<String, Target>,
    /// The errors of unresolvable references, by their text.
    broken: HashMap<String, Broken>,
    pub(crate) schemas: BTreeMap<Pointer, Schema>,
    pub(crate) parameters: BTreeMap<Pointer, Parameter>,
    pub(crate) bodies: BTreeMap<Pointer, RequestBody>,
    pub(crate) responses: BTreeMap<Pointer, Response>,
}

/// The target of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The component of this name.
    Component(String),
    /// Another place.
    Place(Pointer),
}

/// What is wrong with a reference, and the remedy.
type Wrong = (String, &'static str);

/// Why a reference cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The place of the error, if not the reference.
    pub(crate) place: Option<Pointer>,
    pub(crate) cause: String,
    pub(crate) remedy: String,
}

impl References {
    /// The target of a reference to an object of a section, or why there is none.
    pub(crate) fn target(&self, text: &str, section: &str) -> Result<Target, Option<&Broken>> {
        if let Some(broken) = self.broken.get(text) {
            return Err(Some(broken));
        }
        match plain(text, section) {
            Some(name) => Ok(Target::Component(name.to_owned())),
            None => self.targets.get(text).cloned().ok_or(None),
        }
    }

    /// Makes a reference unresolvable, because of a problem.
    pub(super) fn breaks(&mut self, text: String, problem: Problem) {
        let Problem { pointer, cause, remedy, .. } = problem;
        self.broken.insert(text, Broken { place: Some(pointer), cause, remedy });
    }
}

/// Resolves every reference; reports those without a target, or with one of another kind.
pub(super) fn follow(document: &Value, checked: &mut Checked, reporter: &Reporter) -> References {
    let mut follow = Follow { document, ends: HashMap::new(), found: References::default() };
    let mut index = 0;
    // The content of an extension is checked once something refers to it.
    while index < checked.references.len() {
        let Reference { text, shape, at } = &checked.references[index];
        let (text, shape, at) = (text.clone(), *shape, at.clone());
        index += 1;
        let outcome = follow.end(&text, shape).and_then(|end| {
            if let End::Place { place, unknown: true } = &end
                && !follow.is_known(place)
                && let Some(value) = place.find(document)
            {
                let at = place.clone();
                shape::check_as(value, shape, &At::from_place(&at), checked, reporter);
            }
            follow.parse(&text, end, shape)
        });
        let outcome = outcome.and_then(|()| follow.alias(&text, &at));
        if let Err((cause, remedy)) = outcome {
            let cause = format!("`$ref` to `{text}`, {cause}");
            if shape.keyword("get").is_some() {
                // Paths are always read.
                reporter.problem(&at, cause.as_str(), remedy);
            } else {
                reporter.violation(&at, cause.as_str(), remedy, "what reads it is not generated");
            }
            let broken = Broken { place: None, cause, remedy: remedy.to_owned() };
            follow.found.broken.insert(text, broken);
        }
    }
    follow.found
}

struct Follow<'a> {
    document: &'a Value,
    /// The target of each text, by the expected kind.
    ends: HashMap<(String, &'static str), Result<End, Wrong>>,
    found: References,
}

/// The target of a reference.
#[derive(Clone)]
enum End {
    Component(String),
    Place { place: Pointer, unknown: bool },
}

impl<'a> Follow<'a> {
    fn is_known(&self, place: &Pointer) -> bool {
        let References { schemas, parameters, bodies, responses, .. } = &self.found;
        schemas.contains_key(place)
            || parameters.contains_key(place)
            || bodies.contains_key(place)
            || responses.contains_key(place)
    }

    fn end(&mut self, text: &str, shape: &'static Shape) -> Result<End, Wrong> {
        let key = (text.to_owned(), shape.name);
        if let Some(known) = self.ends.get(&key) {
            return known.clone();
        }
        let end = self.follow(text, shape);
        self.ends.insert(key, end.clone());
        end
    }

    /// The component that a reference names, or the end of the chain that it starts.
    fn follow(&self, text: &str, shape: &'static Shape) -> Result<End, Wrong> {
        let section = section(shape);
        let mut seen = HashSet::new();
        let mut next = text.to_owned();
        loop {
            let (place, found) = self.find(&place(&next)?).ok_or_else(missing)?;
            let unknown = match shape_at(&place) {
                Stands::Shape(other) if !std::ptr::eq(other, shape) => {
                    return Err((format!("which is {}, not {}", other.name, shape.name), CORRECT));
                }
                Stands::Other => return Err((format!("which is not {}", shape.name), CORRECT)),
                Stands::Shape(_) => false,
                Stands::Unknown => true,
            };
            if let ["components", kind, name] = place.tokens()[..]
                && Some(kind) == section
            {
                return Ok(End::Component(name.to_owned()));
            }
            let Some(alias) = alias(found) else { return Ok(End::Place { place, unknown }) };
            if !seen.insert(place) {
                return Err(cycle());
            }
            alias.clone_into(&mut next);
        }
    }

    /// Reports a component that is a cycle of aliases, at its own place.
    fn alias(&self, text: &str, at: &Pointer) -> Result<(), Wrong> {
        if at.tokens().len() != 3 {
            return Ok(());
        }
        let mut seen = HashSet::new();
        let mut next = place(text)?;
        while let Some((place, found)) = self.find(&next) {
            if place == *at {
                return Err(cycle());
            }
            let Some(alias) = alias(found).filter(|_| seen.insert(place)) else { break };
            next = self::place(alias)?;
        }
        Ok(())
    }

    /// The value at a place; references on the path are followed.
    fn find(&self, place: &Pointer) -> Option<(Pointer, &'a Value)> {
        if let Some(value) = place.find(self.document) {
            return Some((place.clone(), value));
        }
        let mut rest: Vec<String> = place.tokens().into_iter().rev().map(str::to_owned).collect();
        let (mut at, mut value) = (Pointer::root(), self.document);
        let mut jumps = 0;
        while let Some(token) = rest.pop() {
            if let Some(member) = child(value, &token) {
                (at, value) = (at.join(&token), member);
                continue;
            }
            let alias = alias(value)?;
            jumps += 1;
            if jumps > JUMPS_LIMIT {
                return None;
            }
            rest.push(token);
            let target = self::place(alias).ok()?;
            rest.extend(target.tokens().into_iter().rev().map(str::to_owned));
            (at, value) = (Pointer::root(), self.document);
        }
        Some((at, value))
    }

    /// Stores the target of the reference, and parses it.
    fn parse(&mut self, text: &str, end: End, shape: &'static Shape) -> Result<(), Wrong> {
        let section = section(shape).unwrap_or_default();
        let place = match end {
            End::Component(name) => {
                if plain(text, section).is_none() {
                    self.found.targets.insert(text.to_owned(), Target::Component(name));
                }
                return Ok(());
            }
            End::Place { place, .. } => place,
        };
        let References { targets, schemas, parameters, bodies, responses, .. } = &mut self.found;
        targets.insert(text.to_owned(), Target::Place(place.clone()));
        let value = place.find(self.document).unwrap_or(&Value::Null);
        let read = match section {
            "schemas" => keep(schemas, place, value),
            "parameters" => keep(parameters, place, value),
            "requestBodies" => keep(bodies, place, value),
            "responses" => keep(responses, place, value),
            _ => Ok(()),
        };
        read.map_err(|error| (format!("which is not {}: {error}", shape.name), CORRECT))
    }
}

fn keep<T: for<'de> Deserialize<'de>>(
    items: &mut BTreeMap<Pointer, T>,
    place: Pointer,
    value: &Value,
) -> Result<(), serde_json::Error> {
    if let Entry::Vacant(entry) = items.entry(place) {
        entry.insert(T::deserialize(value)?);
    }
    Ok(())
}

fn missing() -> Wrong {
    ("which does not exist".to_owned(), CORRECT)
}

fn cycle() -> Wrong {
    let cause = "which is part of a cycle of `$ref`s".to_owned();
    (cause, "break the cycle of aliases in the overlay")
}

/// The reference of a value that is an alias.
fn alias(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The name in `#/components/<section>/<name>`, where it has no escapes.
fn plain<'t>(text: &'t str, section: &str) -> Option<&'t str> {
    let name = text.strip_prefix("#/components/")?.strip_prefix(section)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains(['/', '~', '%'])).then_some(name)
}

/// The place that a reference names.
fn place(reference: &str) -> Result<Pointer, Wrong> {
    let Some(fragment) = reference.strip_prefix('#') else {
        let cause = "which is outside of the document".to_owned();
        return Err((cause, "copy the target into `components` in the overlay"));
    };
    let decoded = percent_decode_str(fragment).decode_utf8();
    let Some(pointer) = decoded.ok().filter(|text| text.is_empty() || text.starts_with('/')) else {
        let cause = "which is not a JSON pointer".to_owned();
        return Err((cause, "write it as `#/components/schemas/…` in the overlay"));
    };
    Ok(Pointer::from(&*pointer))
}

/// Inlines the paths that are a reference to another one: members beside the reference are added,
/// and duplicates are reported.
pub(super) fn write_out_paths(document: &mut Value, reporter: &Reporter) {
    let base = Pointer::root().join("paths");
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut written: Vec<(String, Map<String, Value>)> = Vec::new();
    for (path, item) in paths {
        let Some(target) = alias(item) else { continue };
        let found = place(target).ok().and_then(|place| place.find(document)?.as_object());
        let Some(found) = found.filter(|found| !found.contains_key("$ref")) else { continue };
        let mut whole = found.clone();
        let beside = item.as_object().into_iter().flatten().filter(|(name, _)| *name != "$ref");
        for (name, value) in beside {
            if whole.contains_key(name) {
                let cause = format!("`{name}` beside `$ref` to a path that has it as well");
                let remedy = "remove one of the two in the overlay";
                reporter.violation(&base.join(path).join(name), cause, remedy, "it is left out");
            } else {
                whole.insert(name.clone(), value.clone());
            }
        }
        written.push((path.clone(), whole));
    }
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        paths.extend(written.into_iter().map(|(path, item)| (path, Value::Object(item))));
    }
}

#[cfg(test)]
mod tests;
