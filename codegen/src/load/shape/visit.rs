//! Walks over a document that is nearly OpenAPI, for the steps that correct it.

use serde_json::{Map, Value};

use super::table::{OPENAPI, PARAMETER, SCHEMA};
use super::{DEPTH_LIMIT, Is, Shape, has, styles};
use crate::report::{At, Pointer};

/// One object of the specification.
pub(crate) struct Object<'v> {
    pub(crate) members: &'v mut Map<String, Value>,
    at: &'v At<'v>,
    shape: &'static Shape,
    /// Whether a reference is allowed in its place.
    refers: bool,
}

/// The type of a keyword, as far as visitors need it.
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
    /// The place of a member.
    pub(crate) fn at(&self, name: &str) -> Pointer {
        self.at.join(name).pointer()
    }

    /// The object's own place.
    pub(crate) fn place(&self) -> Pointer {
        self.at.pointer()
    }

    /// Its name in messages, with its article.
    pub(crate) fn name(&self) -> &'static str {
        self.shape.name
    }

    pub(crate) fn is_schema(&self) -> bool {
        std::ptr::eq(self.shape, &raw const SCHEMA)
    }

    pub(crate) fn is_reference(&self) -> bool {
        self.refers && self.members.get("$ref").is_some_and(Value::is_string)
    }

    /// The type of a keyword, if it is one.
    pub(crate) fn holds(&self, keyword: &str) -> Option<Holds> {
        Some(match self.shape.keyword(keyword)? {
            Is::Text => Holds::Text,
            Is::List(_) | Is::Filled(_) => Holds::List,
            Is::Map(Is::Object(_) | Is::RefOr(_)) | Is::Extended(Is::RefOr(_), _) => Holds::Objects,
            Is::Unsupported => Holds::Unsupported,
            _ => Holds::Other,
        })
    }

    /// Whether the value has a type that the keyword allows, not considering its members.
    pub(crate) fn fits(&self, keyword: &str, value: &Value) -> bool {
        if keyword == "style" && std::ptr::eq(self.shape, &raw const PARAMETER) {
            return styles(self.members).is_none_or(|styles| has(styles, value));
        }
        match self.shape.keyword(keyword) {
            None | Some(Is::Data | Is::Unsupported) => true,
            Some(Is::Text) => value.is_string(),
            Some(Is::Bool) => value.is_boolean(),
            Some(Is::Number) => value.is_number(),
            Some(Is::Count) => value.is_u64(),
            Some(Is::Word(words)) => has(words, value),
            Some(Is::List(_) | Is::Filled(_)) => value.is_array(),
            Some(Is::BoolOr(_)) => value.is_boolean() || value.is_object(),
            Some(Is::Object(_) | Is::RefOr(_) | Is::Map(_) | Is::Extended(..)) => value.is_object(),
        }
    }
}

/// Visits every object of the specification, outer ones first, down to the nesting limit.
pub(crate) fn visit(document: &mut Value, visitor: &mut dyn FnMut(&mut Object<'_>)) {
    object(document, &OPENAPI, false, &At::root(), 0, visitor);
}

fn object(
    value: &mut Value,
    shape: &'static Shape,
    refers: bool,
    at: &At<'_>,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    let Value::Object(members) = value else { return };
    if depth > DEPTH_LIMIT {
        return;
    }
    let mut seen = Object { members, at, shape, refers };
    visitor(&mut seen);
    if seen.is_reference() {
        return;
    }
    for (keyword, value) in members {
        if let Some(is) = shape.keyword(keyword) {
            self::value(value, is, &at.join(keyword), depth + 1, visitor);
        }
    }
}

fn value(
    value: &mut Value,
    is: &'static Is,
    at: &At<'_>,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    match is {
        Is::Object(shape) => object(value, shape, false, at, depth, visitor),
        Is::RefOr(shape) | Is::BoolOr(shape) => object(value, shape, true, at, depth, visitor),
        Is::List(item) | Is::Filled(item) => {
            for (index, entry) in value.as_array_mut().into_iter().flatten().enumerate() {
                self::value(entry, item, &at.element(index), depth, visitor);
            }
        }
        Is::Map(item) | Is::Extended(item, _) => {
            let extended = matches!(is, Is::Extended(..));
            for (name, entry) in value.as_object_mut().into_iter().flatten() {
                if !(extended && name.starts_with("x-")) {
                    self::value(entry, item, &at.join(name), depth, visitor);
                }
            }
        }
        _ => {}
    }
}
