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

use super::structure::{self, Checked, ObjectKind, PlaceKind, Reference, kind_at, section};
use crate::report::{Pointer, Problem, Reporter, WalkPointer, child};

/// How many references may be followed to resolve one.
const ALIASES_LIMIT: usize = 24;

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
type Fault = (String, &'static str);

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
        match component_name(text, section) {
            Some(name) => Ok(Target::Component(name.to_owned())),
            None => self.targets.get(text).cloned().ok_or(None),
        }
    }

    /// Makes a reference unresolvable, because of a problem.
    pub(super) fn mark_broken(&mut self, text: String, problem: Problem) {
        let Problem { pointer, cause, remedy, .. } = problem;
        self.broken.insert(text, Broken { place: Some(pointer), cause, remedy });
    }
}

/// Resolves every reference; reports those without a target, or with one of another kind.
pub(super) fn follow(document: &Value, checked: &mut Checked, reporter: &Reporter) -> References {
    let mut follow = Follow { document, resolutions: HashMap::new(), found: References::default() };
    let mut index = 0;
    // The content of an extension is checked once something refers to it.
    while index < checked.references.len() {
        let Reference { text, kind, at } = &checked.references[index];
        let (text, kind, at) = (text.clone(), *kind, at.clone());
        index += 1;
        let outcome = follow.resolution(&text, kind).and_then(|end| {
            if let Resolution::Place { place, unknown: true } = &end
                && !follow.is_known(place)
                && let Some(value) = place.find(document)
            {
                let at = place.clone();
                structure::check_as(value, kind, &WalkPointer::from_place(&at), checked, reporter);
            }
            follow.parse(&text, end, kind)
        });
        let outcome = outcome.and_then(|()| follow.alias(&text, &at));
        if let Err((cause, remedy)) = outcome {
            let cause = format!("`$ref` to `{text}`, {cause}");
            if kind.keyword("get").is_some() {
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
    resolutions: HashMap<(String, &'static str), Result<Resolution, Fault>>,
    found: References,
}

/// The target of a reference.
#[derive(Clone)]
enum Resolution {
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

    fn resolution(&mut self, text: &str, kind: &'static ObjectKind) -> Result<Resolution, Fault> {
        let key = (text.to_owned(), kind.name);
        if let Some(known) = self.resolutions.get(&key) {
            return known.clone();
        }
        let end = self.follow(text, kind);
        self.resolutions.insert(key, end.clone());
        end
    }

    /// The component that a reference names, or the end of the chain that it starts.
    fn follow(&self, text: &str, kind: &'static ObjectKind) -> Result<Resolution, Fault> {
        let section = section(kind);
        let mut seen = HashSet::new();
        let mut next = text.to_owned();
        loop {
            let (place, found) = self.find(&place(&next)?).ok_or_else(missing)?;
            let unknown = match kind_at(&place) {
                PlaceKind::ObjectKind(other) if !std::ptr::eq(other, kind) => {
                    return Err((format!("which is {}, not {}", other.name, kind.name), CORRECT));
                }
                PlaceKind::Other => return Err((format!("which is not {}", kind.name), CORRECT)),
                PlaceKind::ObjectKind(_) => false,
                PlaceKind::Unknown => true,
            };
            if let ["components", kind, name] = place.tokens()[..]
                && Some(kind) == section
            {
                return Ok(Resolution::Component(name.to_owned()));
            }
            let Some(alias) = alias(found) else { return Ok(Resolution::Place { place, unknown }) };
            if !seen.insert(place) {
                return Err(cycle());
            }
            alias.clone_into(&mut next);
        }
    }

    /// Reports a component that is a cycle of aliases, at its own place.
    fn alias(&self, text: &str, at: &Pointer) -> Result<(), Fault> {
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
        let mut aliases = 0;
        while let Some(token) = rest.pop() {
            if let Some(member) = child(value, &token) {
                (at, value) = (at.join(&token), member);
                continue;
            }
            let alias = alias(value)?;
            aliases += 1;
            if aliases > ALIASES_LIMIT {
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
    fn parse(
        &mut self,
        text: &str,
        end: Resolution,
        kind: &'static ObjectKind,
    ) -> Result<(), Fault> {
        let section = section(kind).unwrap_or_default();
        let place = match end {
            Resolution::Component(name) => {
                if component_name(text, section).is_none() {
                    self.found.targets.insert(text.to_owned(), Target::Component(name));
                }
                return Ok(());
            }
            Resolution::Place { place, .. } => place,
        };
        let References { targets, schemas, parameters, bodies, responses, .. } = &mut self.found;
        targets.insert(text.to_owned(), Target::Place(place.clone()));
        let value = place.find(self.document).unwrap_or(&Value::Null);
        let read = match section {
            "schemas" => parse_into(schemas, place, value),
            "parameters" => parse_into(parameters, place, value),
            "requestBodies" => parse_into(bodies, place, value),
            "responses" => parse_into(responses, place, value),
            _ => Ok(()),
        };
        read.map_err(|error| (format!("which is not {}: {error}", kind.name), CORRECT))
    }
}

fn parse_into<T: for<'de> Deserialize<'de>>(
    items: &mut BTreeMap<Pointer, T>,
    place: Pointer,
    value: &Value,
) -> Result<(), serde_json::Error> {
    if let Entry::Vacant(entry) = items.entry(place) {
        entry.insert(T::deserialize(value)?);
    }
    Ok(())
}

fn missing() -> Fault {
    ("which does not exist".to_owned(), CORRECT)
}

fn cycle() -> Fault {
    let cause = "which is part of a cycle of `$ref`s".to_owned();
    (cause, "break the cycle of aliases in the overlay")
}

/// The reference of a value that is an alias.
fn alias(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The name in `#/components/<section>/<name>`, where it has no escapes.
fn component_name<'t>(text: &'t str, section: &str) -> Option<&'t str> {
    let name = text.strip_prefix("#/components/")?.strip_prefix(section)?.strip_prefix('/')?;
    (!name.is_empty() && !name.contains(['/', '~', '%'])).then_some(name)
}

/// The place that a reference names.
fn place(reference: &str) -> Result<Pointer, Fault> {
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
pub(super) fn inline_paths(document: &mut Value, reporter: &Reporter) {
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
