//! Walks over a document that is nearly OpenAPI, for whoever makes it that.

use serde_json::{Map, Value};

use super::table::{OPENAPI, SCHEMA};
use super::{DEPTH_LIMIT, Is, Shape};
use crate::report::Pointer;

/// One object of the specification.
pub(crate) struct Object<'v> {
    pub(crate) members: &'v mut Map<String, Value>,
    pub(crate) at: Pointer,
    shape: &'static Shape,
    /// Whether a reference may stand in its place.
    refers: bool,
}

/// What kind of value a keyword holds, as far as it matters to a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    List,
    /// Objects of the specification, by name.
    Objects,
    Unsupported,
    Other,
}

impl Object<'_> {
    /// As a message calls it, with its article.
    pub(crate) fn name(&self) -> &'static str {
        self.shape.name
    }

    pub(crate) fn is_schema(&self) -> bool {
        std::ptr::eq(self.shape, &raw const SCHEMA)
    }

    pub(crate) fn is_reference(&self) -> bool {
        self.refers && self.members.get("$ref").is_some_and(Value::is_string)
    }

    /// What the keyword holds, if it is one.
    pub(crate) fn holds(&self, keyword: &str) -> Option<Holds> {
        Some(match self.shape.keyword(keyword)? {
            Is::Text => Holds::Text,
            Is::List(_) => Holds::List,
            Is::Map(Is::Object(_) | Is::RefOr(_)) | Is::Extended(Is::RefOr(_)) => Holds::Objects,
            Is::Unsupported => Holds::Unsupported,
            _ => Holds::Other,
        })
    }

    /// Whether the value is of a type that the keyword may have, its own members aside.
    pub(crate) fn fits(&self, keyword: &str, value: &Value) -> bool {
        match self.shape.keyword(keyword) {
            None | Some(Is::Data | Is::Unsupported) => true,
            Some(Is::Text) => value.is_string(),
            Some(Is::Bool) => value.is_boolean(),
            Some(Is::Number) => value.is_number(),
            Some(Is::Count) => value.is_u64(),
            Some(Is::Word(words)) => value.as_str().is_some_and(|word| words.contains(&word)),
            Some(Is::List(_)) => value.is_array(),
            Some(Is::BoolOr(_)) => value.is_boolean() || value.is_object(),
            Some(Is::Object(_) | Is::RefOr(_) | Is::Map(_) | Is::Extended(_)) => value.is_object(),
        }
    }
}

/// Shows every object of the specification to a visitor, an outer one before those in it,
/// as deep as a document may be.
pub(crate) fn visit(document: &mut Value, visitor: &mut dyn FnMut(&mut Object<'_>)) {
    object(document, &OPENAPI, false, &Pointer::root(), 0, visitor);
}

fn object(
    value: &mut Value,
    shape: &'static Shape,
    refers: bool,
    at: &Pointer,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    let Value::Object(members) = value else { return };
    if depth > DEPTH_LIMIT {
        return;
    }
    let mut seen = Object { members, at: at.clone(), shape, refers };
    visitor(&mut seen);
    if seen.is_reference() {
        return;
    }
    for (keyword, is) in shape.keywords {
        if let Some(value) = members.get_mut(*keyword) {
            self::value(value, is, &at.join(keyword), depth + 1, visitor);
        }
    }
}

fn value(
    value: &mut Value,
    is: &'static Is,
    at: &Pointer,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    match is {
        Is::Object(shape) => object(value, shape, false, at, depth, visitor),
        Is::RefOr(shape) | Is::BoolOr(shape) => object(value, shape, true, at, depth, visitor),
        Is::List(item) => {
            for (index, entry) in value.as_array_mut().into_iter().flatten().enumerate() {
                self::value(entry, item, &at.join(index), depth, visitor);
            }
        }
        Is::Map(item) | Is::Extended(item) => {
            let extended = matches!(is, Is::Extended(_));
            for (name, entry) in value.as_object_mut().into_iter().flatten() {
                if !(extended && name.starts_with("x-")) {
                    self::value(entry, item, &at.join(name), depth, visitor);
                }
            }
        }
        _ => {}
    }
}
