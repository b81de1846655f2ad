//! Walks over a document that is nearly OpenAPI, for the steps that correct it.

use serde_json::{Map, Value};

use super::table::{OPENAPI, PARAMETER, SCHEMA};
use super::{DEPTH_LIMIT, KeywordType, ObjectKind, is_one_of, styles};
use crate::report::{Pointer, WalkPointer};

/// One object of the specification.
pub(crate) struct Object<'v> {
    pub(crate) members: &'v mut Map<String, Value>,
    at: &'v WalkPointer<'v>,
    kind: &'static ObjectKind,
    /// Whether a reference is allowed in its place.
    refers: bool,
}

/// The type of a keyword, as far as visitors need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeywordClass {
    Text,
    List,
    /// Objects of the specification, by name.
    Objects,
    Unsupported,
    Other,
}

impl<'v> Object<'v> {
    /// The walk to it, of which a place is made where there is something to say.
    pub(crate) fn walk(&self) -> &'v WalkPointer<'v> {
        self.at
    }

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
        self.kind.name
    }

    pub(crate) fn is_schema(&self) -> bool {
        std::ptr::eq(self.kind, &raw const SCHEMA)
    }

    pub(crate) fn is_reference(&self) -> bool {
        self.refers && self.members.get("$ref").is_some_and(Value::is_string)
    }

    /// The type of a keyword, if it is one.
    pub(crate) fn class(&self, keyword: &str) -> Option<KeywordClass> {
        Some(match self.kind.keyword(keyword)? {
            KeywordType::Text => KeywordClass::Text,
            KeywordType::List(_) | KeywordType::Filled(_) => KeywordClass::List,
            KeywordType::Map(KeywordType::Object(_) | KeywordType::RefOr(_))
            | KeywordType::Extended(KeywordType::RefOr(_), _) => KeywordClass::Objects,
            KeywordType::Unsupported => KeywordClass::Unsupported,
            _ => KeywordClass::Other,
        })
    }

    /// Whether the value has a type that the keyword allows, not considering its members.
    pub(crate) fn fits(&self, keyword: &str, value: &Value) -> bool {
        if keyword == "style" && std::ptr::eq(self.kind, &raw const PARAMETER) {
            return styles(self.members).is_none_or(|styles| is_one_of(styles, value));
        }
        match self.kind.keyword(keyword) {
            None | Some(KeywordType::Data | KeywordType::Unsupported) => true,
            Some(KeywordType::Text) => value.is_string(),
            Some(KeywordType::Bool) => value.is_boolean(),
            Some(KeywordType::Number) => value.is_number(),
            Some(KeywordType::Count) => value.is_u64(),
            Some(KeywordType::Word(words)) => is_one_of(words, value),
            Some(KeywordType::List(_) | KeywordType::Filled(_)) => value.is_array(),
            Some(KeywordType::BoolOr(_)) => value.is_boolean() || value.is_object(),
            Some(
                KeywordType::Object(_)
                | KeywordType::RefOr(_)
                | KeywordType::Map(_)
                | KeywordType::Extended(..),
            ) => value.is_object(),
        }
    }
}

/// Visits every object of the specification, outer ones first, down to the nesting limit.
pub(crate) fn visit(document: &mut Value, visitor: &mut dyn FnMut(&mut Object<'_>)) {
    object(document, &OPENAPI, false, &WalkPointer::root(), 0, visitor);
}

fn object(
    value: &mut Value,
    kind: &'static ObjectKind,
    refers: bool,
    at: &WalkPointer<'_>,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    let Value::Object(members) = value else { return };
    if depth > DEPTH_LIMIT {
        return;
    }
    let mut seen = Object { members, at, kind, refers };
    visitor(&mut seen);
    if seen.is_reference() {
        return;
    }
    for (keyword, value) in members {
        if let Some(is) = kind.keyword(keyword) {
            self::value(value, is, &at.join(keyword), depth + 1, visitor);
        }
    }
}

fn value(
    value: &mut Value,
    is: &'static KeywordType,
    at: &WalkPointer<'_>,
    depth: usize,
    visitor: &mut dyn FnMut(&mut Object<'_>),
) {
    match is {
        KeywordType::Object(kind) => object(value, kind, false, at, depth, visitor),
        KeywordType::RefOr(kind) | KeywordType::BoolOr(kind) => {
            object(value, kind, true, at, depth, visitor);
        }
        KeywordType::List(item) | KeywordType::Filled(item) => {
            for (index, entry) in value.as_array_mut().into_iter().flatten().enumerate() {
                self::value(entry, item, &at.element(index), depth, visitor);
            }
        }
        KeywordType::Map(item) | KeywordType::Extended(item, _) => {
            let extended = matches!(is, KeywordType::Extended(..));
            for (name, entry) in value.as_object_mut().into_iter().flatten() {
                if !(extended && name.starts_with("x-")) {
                    self::value(entry, item, &at.join(name), depth, visitor);
                }
            }
        }
        _ => {}
    }
}
