//! Follows the references that the later stages do not know.
//!
//! Those know `#/components/<section>/<name>` of the sections in [`NAMED`]. OpenAPI allows
//! more: any place of the document, written with escapes, through other references. What
//! stands there is copied to where it is referred to, and the reporter is told of it, so
//! that reports still point at what the document says. A schema that would have to be
//! copied into itself becomes a component instead.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::shape::{Is, Shape, section, shape_at};
use crate::report::{Pointer, Reporter};

/// The sections of `components` whose members are referred to by name until `lower`.
const NAMED: [&str; 4] = ["schemas", "parameters", "requestBodies", "responses"];

/// How many copies may stand inside of each other, for the sake of the stack.
const NESTING_LIMIT: usize = 24;

/// How many copies a document may ask for: each can ask for more, twofold at each step.
const COPIES_LIMIT: usize = 10_000;

const WRITE_OUT: &str = "write out what is meant in the overlay, or move it to `components` there";

/// What is wrong with a reference that ends nowhere, and what to do about it.
const MISSING: (&str, &str) =
    ("which does not exist", "correct the reference, or add what it names, in the overlay");

/// The same of one that does not end.
const CYCLE: (&str, &str) =
    ("which only ever leads to another `$ref`", "break the cycle of aliases in the overlay");

/// The document without the references that `lower` could not follow.
pub(super) fn bundle(document: &Value, whole: &'static Is, reporter: &mut Reporter) -> Value {
    let mut bundle = Bundle {
        document,
        reporter,
        open: Vec::new(),
        copies: 0,
        components: BTreeMap::new(),
        todo: Vec::new(),
    };
    let mut bundled = bundle.value(document, whole, &Pointer::root());
    while let Some((name, target, shape)) = bundle.todo.pop() {
        let at = Pointer::root().join("components").join("schemas").join(&name);
        bundle.reporter.moved(&at, &target);
        let found = document.pointer(target.as_str()).unwrap_or(&Value::Null);
        let copy = bundle.object(found, shape, &at);
        bundled["components"]["schemas"][&name] = copy;
        if let Some(original) = bundled.pointer_mut(target.as_str()) {
            *original = named(&name);
        }
    }
    bundled
}

struct Bundle<'a> {
    document: &'a Value,
    reporter: &'a mut Reporter,
    /// The places that are being copied, the outermost first.
    open: Vec<Pointer>,
    copies: usize,
    /// The places that have become components, with their names.
    components: BTreeMap<Pointer, String>,
    /// Components that are still to be made.
    todo: Vec<(String, Pointer, &'static Shape)>,
}

/// Where a reference leads.
enum Target<'a> {
    /// To a component that `lower` finds.
    Component(Pointer),
    Place(Pointer, &'a Value),
}

impl<'a> Bundle<'a> {
    fn value(&mut self, value: &'a Value, is: &'static Is, at: &Pointer) -> Value {
        match is {
            Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => {
                let reference = alias(value);
                match reference.filter(|_| !matches!(is, Is::Object(_))) {
                    Some(reference) => self.reference(value, reference, shape, at),
                    None => self.object(value, shape, at),
                }
            }
            Is::List(item) => match value.as_array() {
                Some(items) => {
                    let items = items.iter().enumerate();
                    items.map(|(index, value)| self.value(value, item, &at.join(index))).collect()
                }
                None => value.clone(),
            },
            Is::Map(item) | Is::Extended(item) => {
                let extended = matches!(is, Is::Extended(_));
                self.members(value, at, |name| {
                    (!extended || !name.starts_with("x-")).then_some(*item)
                })
            }
            _ => value.clone(),
        }
    }

    fn object(&mut self, value: &'a Value, shape: &'static Shape, at: &Pointer) -> Value {
        self.members(value, at, |name| shape.keyword(name))
    }

    /// An object of which each member is what `is` says, or data.
    fn members(
        &mut self,
        value: &'a Value,
        at: &Pointer,
        is: impl Fn(&str) -> Option<&'static Is>,
    ) -> Value {
        let Some(members) = value.as_object() else { return value.clone() };
        let members = members.iter().map(|(name, value)| {
            let value = match is(name) {
                Some(is) => self.value(value, is, &at.join(name)),
                None => value.clone(),
            };
            (name.clone(), value)
        });
        Value::Object(members.collect())
    }

    fn reference(
        &mut self,
        value: &'a Value,
        reference: &str,
        shape: &'static Shape,
        at: &Pointer,
    ) -> Value {
        let section = section(shape);
        match self.target(reference, section) {
            Ok(Target::Component(place)) => {
                if let Some((cause, remedy)) = self.broken(&place, at) {
                    let cause = format!("`$ref` to `{reference}`, {cause}");
                    self.reporter.lapse(at, cause, remedy, "what reads it is not generated");
                }
                let mut named = value.clone();
                named["$ref"] = Value::String(format!("#{}", place.as_str()));
                named
            }
            Ok(Target::Place(place, found)) => {
                let copy = self.copy(reference, &place, found, shape, at);
                self.beside(value, copy, shape, at)
            }
            Err((cause, remedy)) => {
                let cause = format!("`$ref` to `{reference}`, {cause}");
                self.reporter.problem(at, cause, remedy);
                value.clone()
            }
        }
    }

    /// Follows a reference to its end.
    fn target(
        &self,
        reference: &str,
        section: Option<&str>,
    ) -> Result<Target<'a>, (String, &'static str)> {
        let mut seen = BTreeSet::new();
        let mut next = reference.to_owned();
        loop {
            let place = place(&next)?;
            if is_component(&place, section) {
                return Ok(Target::Component(place));
            }
            let Some((place, found)) = self.find(&place) else {
                return Err((MISSING.0.to_owned(), MISSING.1));
            };
            let Some(alias) = alias(found) else { return Ok(Target::Place(place, found)) };
            if !seen.insert(place) {
                return Err((CYCLE.0.to_owned(), CYCLE.1));
            }
            alias.clone_into(&mut next);
        }
    }

    /// What is wrong with the reference to a component at `at`, whether or not a later stage follows it. An alias on
    /// the way that leads nowhere, or back to itself, is reported at its own place.
    fn broken(&self, component: &Pointer, at: &Pointer) -> Option<(&'static str, &'static str)> {
        let Some((mut place, mut found)) = self.find(component) else { return Some(MISSING) };
        let mut seen = BTreeSet::new();
        while let Some(alias) = alias(found) {
            if place == *at {
                return Some(CYCLE);
            }
            if !seen.insert(place) {
                return None;
            }
            (place, found) = self.find(&self::place(alias).ok()?)?;
        }
        None
    }

    /// What stands at a place; a reference on the way there is followed.
    fn find(&self, place: &Pointer) -> Option<(Pointer, &'a Value)> {
        let mut rest: Vec<String> = place.tokens().rev().collect();
        let (mut at, mut value) = (Pointer::root(), self.document);
        let mut jumps = 0;
        while let Some(token) = rest.pop() {
            let member = match value {
                Value::Object(members) => members.get(&token),
                Value::Array(elements) => token.parse().ok().and_then(|i: usize| elements.get(i)),
                _ => None,
            };
            if let Some(member) = member {
                (at, value) = (at.join(&token), member);
                continue;
            }
            let alias = alias(value)?;
            jumps += 1;
            if jumps > NESTING_LIMIT {
                return None;
            }
            rest.push(token);
            rest.extend(self::place(alias).ok()?.tokens().rev());
            (at, value) = (Pointer::root(), self.document);
        }
        Some((at, value))
    }

    /// What stands at `place`, for `at`.
    fn copy(
        &mut self,
        reference: &str,
        place: &Pointer,
        found: &'a Value,
        shape: &'static Shape,
        at: &Pointer,
    ) -> Value {
        if let Some(name) = self.components.get(place) {
            return named(name);
        }
        let mut refuse = |cause: String| {
            let cause = format!("`$ref` to `{reference}`, {cause}");
            self.reporter.problem(at, cause, WRITE_OUT);
            found.clone()
        };
        if let Some(other) = shape_at(place).filter(|other| !std::ptr::eq(*other, shape)) {
            return refuse(format!("which is {}, not {}", other.name, shape.name));
        }
        if self.open.contains(place) {
            let name = name(place);
            let schemas = &self.document["components"]["schemas"];
            let taken = schemas.get(&name).is_some()
                || self.components.values().any(|other| *other == name);
            if section(shape) != Some("schemas") || name.is_empty() || taken {
                return refuse("which holds itself and has no name".to_owned());
            }
            self.components.insert(place.clone(), name.clone());
            self.todo.push((name.clone(), place.clone(), shape));
            return named(&name);
        }
        if self.open.len() == NESTING_LIMIT {
            return refuse(format!("which leads through more than {NESTING_LIMIT} others"));
        }
        if self.copies == COPIES_LIMIT {
            let limit = "which comes after so many others that are no components";
            return refuse(format!("{limit}: {COPIES_LIMIT} is the most"));
        }
        self.copies += 1;
        self.reporter.moved(at, place);
        self.open.push(place.clone());
        let copy = self.object(found, shape, at);
        self.open.pop();
        self.components.get(place).map_or(copy, |name| named(name))
    }

    /// Adds what stands beside the reference, which only a path may have.
    fn beside(
        &mut self,
        value: &Value,
        mut copy: Value,
        shape: &'static Shape,
        at: &Pointer,
    ) -> Value {
        let members = value.as_object().into_iter().flat_map(Map::iter);
        for (name, value) in members.filter(|(name, _)| *name != "$ref") {
            let at = at.join(name);
            self.reporter.moved(&at, &at);
            match copy.as_object_mut() {
                Some(copy) if shape.keyword("get").is_some() && !copy.contains_key(name) => {
                    copy.insert(name.clone(), value.clone());
                }
                _ => super::dropped::beside_reference(name, &at, self.reporter),
            }
        }
        copy
    }
}

/// A reference to a component that was made here.
fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The reference that stands for a value.
fn alias(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// The place in the document that a reference names.
fn place(reference: &str) -> Result<Pointer, (String, &'static str)> {
    let Some(fragment) = reference.strip_prefix('#') else {
        let cause = "which leads out of the document".to_owned();
        return Err((cause, "copy what it points at into `components` in the overlay"));
    };
    let decoded = percent_decode_str(fragment).decode_utf8();
    let Some(pointer) = decoded.ok().filter(|text| text.is_empty() || text.starts_with('/')) else {
        let cause = "which is no JSON pointer".to_owned();
        return Err((cause, "write it as `#/components/schemas/…` in the overlay"));
    };
    Ok(Pointer::from(&*pointer))
}

/// Whether a place is `/components/<section>/<name>`, and a section that is kept.
fn is_component(place: &Pointer, section: Option<&str>) -> bool {
    let tokens: Vec<String> = place.tokens().collect();
    let section = section.filter(|section| NAMED.contains(section));
    matches!(tokens.as_slice(), [components, kind, _] if components == "components" && Some(kind.as_str()) == section)
}

/// What a place is called, once it needs a name: `A_b` for the property `b` of `A`.
fn name(place: &Pointer) -> String {
    const SAID: [&str; 9] = [
        "components",
        "schemas",
        "paths",
        "properties",
        "items",
        "responses",
        "content",
        "application/json",
        "schema",
    ];
    let tokens = place.tokens().filter(|token| !SAID.contains(&token.as_str()));
    let plain = |token: String| -> String {
        token.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    };
    tokens.map(plain).collect::<Vec<_>>().join("_").trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests;
