//! The shape of an OpenAPI 3.0 document: which object stands where, and what type each
//! of its keywords has.
//!
//! `openapiv3` would refuse the same documents, but it stops at the first mistake, knows
//! its place only roughly, reads a schema twice at each level above a mistake, and skips what
//! it has no field for. So its refusals are foreseen here, each with its place, and what is
//! not in the table is reported: a test holds the table against what `openapiv3` reads.

mod table;
mod visit;

use std::collections::HashMap;

use serde_json::{Map, Value};

use self::table::{COMPONENTS, ENCODING, OPENAPI, PARAMETER, SCHEMA, STYLES};
pub(crate) use self::visit::{Holds, visit};
use crate::report::{At, Pointer, Reporter};

/// One reference.
pub(super) struct Reference {
    pub(super) text: String,
    /// What it must lead to.
    pub(super) shape: &'static Shape,
    pub(super) at: Pointer,
}

/// What a document has that later steps look at.
#[derive(Default)]
pub(super) struct Checked {
    /// The keywords to leave out, as if they were absent.
    pub(super) absent: Vec<Pointer>,
    /// Every reference, in document order.
    pub(super) references: Vec<Reference>,
    /// What the types of `openapiv3` do not tell: whether an encoding says `explode: false` or
    /// nothing, and the integers that a float does not hold.
    pub(super) untold: HashMap<Pointer, Value>,
}

/// Reports every value of the document that has another type than its keyword asks for,
/// every object that lacks a keyword it must have, and every keyword that nothing reads.
pub(super) fn check(document: &Value, reporter: &mut Reporter) -> Checked {
    let mut checked = Checked::default();
    check_as(document, &OPENAPI, &At::root(), &mut checked, reporter);
    checked
}

/// The same for one object.
pub(super) fn check_as(
    value: &Value,
    shape: &'static Shape,
    at: &At<'_>,
    checked: &mut Checked,
    reporter: &mut Reporter,
) {
    Check { reporter, depth: 0, checked }.shape(value, shape, at);
}

/// How many objects of the specification may stand inside each other. `openapiv3` overflows
/// the stack of a thread at about 60 nested schemas; the vendor stays below 13.
const DEPTH_LIMIT: usize = 24;

/// The least integer beyond those that a float holds exactly.
const EXACT: u64 = 1 << 53;

/// What a keyword holds.
pub(super) enum Is {
    /// Any JSON: an example, a default, an extension.
    Data,
    Text,
    Bool,
    Number,
    /// A number of things: a length, a size.
    Count,
    Word(&'static [&'static str]),
    Object(&'static Shape),
    /// The object, or `$ref` to one.
    RefOr(&'static Shape),
    /// `true`, `false`, or the object or a `$ref` to one.
    BoolOr(&'static Shape),
    List(&'static Is),
    /// A list that must not be empty.
    Filled(&'static Is),
    Map(&'static Is),
    /// A map of names for which the function says yes, and of extensions.
    Extended(&'static Is, fn(&str) -> bool),
    /// Something that no client of ours does. Callbacks, which are calls by the server;
    /// besides, `openapiv3` needs so much stack for each that a few overflow it.
    Unsupported,
}

/// One kind of object of the specification.
pub(super) struct Shape {
    /// As a message calls it, with its article.
    pub(super) name: &'static str,
    keywords: &'static [(&'static str, Is)],
    /// Of each of these, exactly one.
    required: &'static [&'static [&'static str]],
    /// Keywords that are read only where another one has a value.
    only: &'static [(&'static str, &'static str, &'static str)],
}

impl Shape {
    /// What the keyword holds, if it is one.
    pub(super) fn keyword(&self, name: &str) -> Option<&'static Is> {
        self.keywords.iter().find(|(keyword, _)| *keyword == name).map(|(_, is)| is)
    }
}

/// The section of `components` that holds objects of this kind.
pub(super) fn section(shape: &'static Shape) -> Option<&'static str> {
    let sections = COMPONENTS.keywords.iter();
    let holds = |is: &Is| matches!(is, Is::Map(Is::RefOr(held)) if std::ptr::eq(*held, shape));
    sections.into_iter().find(|(_, is)| holds(is)).map(|(section, _)| *section)
}

/// What stands at a place.
pub(super) enum Stands {
    /// An object of this kind.
    Shape(&'static Shape),
    /// Something that the specification says to be no such object.
    Other,
    /// The specification does not say: a part of an extension.
    Unknown,
}

/// What stands at a place, as far as the specification says it.
pub(super) fn shape_at(place: &Pointer) -> Stands {
    let mut is = &Is::Object(&OPENAPI);
    for token in place.tokens() {
        is = match is {
            Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => {
                match shape.keyword(token) {
                    Some(is) => is,
                    None => return Stands::Unknown,
                }
            }
            Is::Extended(..) if token.starts_with("x-") => return Stands::Unknown,
            Is::List(item) | Is::Filled(item) | Is::Map(item) | Is::Extended(item, _) => item,
            Is::Data => return Stands::Unknown,
            _ => return Stands::Other,
        };
    }
    match is {
        Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => Stands::Shape(shape),
        _ => Stands::Other,
    }
}

/// Whether a schema, or a reference to one, stands at a place.
pub(super) fn is_schema_at(place: &Pointer) -> bool {
    matches!(shape_at(place), Stands::Shape(shape) if std::ptr::eq(shape, &raw const SCHEMA))
}

struct Check<'a> {
    reporter: &'a mut Reporter,
    /// How many objects are around the one being checked.
    depth: usize,
    checked: &'a mut Checked,
}

impl Check<'_> {
    fn shape(&mut self, value: &Value, shape: &'static Shape, at: &At<'_>) {
        let Some(object) = value.as_object() else {
            return self.wrong(value, shape.name, at);
        };
        if self.depth == DEPTH_LIMIT {
            let cause = format!("{} stands {DEPTH_LIMIT} objects deep in others", shape.name);
            let remedy = "name an inner schema in `components` and refer to it";
            return self.reporter.problem(&at.pointer(), cause, remedy);
        }
        if object.get("$ref").is_some_and(Value::is_string) {
            if shape.keyword("operationId").is_none() {
                let cause = format!("{} cannot be a `$ref`", shape.name);
                let remedy = "write out in the overlay what it refers to";
                self.reporter.problem(&at.pointer(), cause, remedy);
            }
            // Of an operation, it has been said.
            return;
        }
        self.depth += 1;
        for one in shape.required {
            let count = one.iter().filter(|keyword| object.contains_key(**keyword)).count();
            if count != 1 {
                let exactly = if one.len() > 1 { "either " } else { "" };
                let cause = format!("{} must have {exactly}`{}`", shape.name, one.join("` or `"));
                self.reporter.problem(&at.pointer(), cause, "correct it in the overlay");
            }
        }
        for (keyword, value) in object {
            let at = at.join(keyword);
            let explode = keyword == "explode" && std::ptr::eq(shape, &raw const ENCODING);
            let size = value.as_i64().map(i64::unsigned_abs).or(value.as_u64());
            if explode || size.is_some_and(|size| size >= EXACT) {
                self.checked.untold.insert(at.pointer(), value.clone());
            }
            match shape.keyword(keyword) {
                Some(is) if value.is_null() => self.null(shape, keyword, is, &at),
                Some(is) => self.value(value, is, &at),
                None if keyword.starts_with("x-") => {}
                None => {
                    let cause = format!("keyword `{keyword}` is not read");
                    self.reporter.lapse(&at.pointer(), cause, UNREAD, "it is left out");
                }
            }
        }
        if std::ptr::eq(shape, &raw const PARAMETER) {
            self.style(object, at);
        }
        for (keyword, by, word) in shape.only {
            let said = object.get(*keyword).is_some_and(|value| *value != Value::Bool(false));
            if said && object.get(*by).is_some_and(|value| value != word) {
                let cause = format!("keyword `{keyword}` is not read where `{by}` is not `{word}`");
                self.reporter.lapse(&at.join(keyword).pointer(), cause, UNREAD, "it is left out");
            }
        }
        self.depth -= 1;
    }

    fn style(&mut self, object: &Map<String, Value>, at: &At<'_>) {
        let known = |style: &&Value| STYLES.iter().any(|(_, styles)| has(styles, style));
        if let Some(style) = object.get("style").filter(known)
            && let Some(styles) = styles(object).filter(|styles| !has(styles, style))
        {
            self.wrong(style, &format!("one of {}", styles.join(", ")), &at.join("style"));
        }
    }

    fn null(&mut self, shape: &'static Shape, keyword: &str, is: &'static Is, at: &At<'_>) {
        if matches!(is, Is::Data) {
            return;
        }
        if is_needed(shape, keyword) {
            return self.value(&Value::Null, is, at);
        }
        let at = at.pointer();
        let cause = format!("`{keyword}` is null, which OpenAPI 3.0 does not allow");
        let remedy = "remove it in the overlay, or fill it there";
        if self.reporter.lapse(&at, cause, remedy, "it is taken as absent") {
            self.checked.absent.push(at);
        }
    }

    fn value(&mut self, value: &Value, is: &'static Is, at: &At<'_>) {
        match is {
            Is::Data => {}
            Is::Text => self.fits(value.is_string(), "a string", value, at),
            Is::Bool => self.fits(value.is_boolean(), "true or false", value, at),
            Is::Number => self.fits(value.is_number(), "a number", value, at),
            Is::Count => self.fits(value.is_u64(), "a whole number, not negative", value, at),
            Is::Word(words) => {
                if !has(words, value) {
                    self.wrong(value, &format!("one of {}", words.join(", ")), at);
                }
            }
            Is::BoolOr(_) if value.is_boolean() => {}
            Is::RefOr(shape) | Is::BoolOr(shape)
                if value.get("$ref").is_some_and(Value::is_string) =>
            {
                self.reference(value, shape, at);
            }
            Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => {
                self.shape(value, shape, at);
            }
            Is::Filled(_) if value.as_array().is_some_and(Vec::is_empty) => {
                let at = at.pointer();
                let keyword = at.last().unwrap_or_default();
                let cause = format!("`{keyword}` is empty, which OpenAPI 3.0 does not allow");
                self.reporter.problem(&at, cause, "remove it in the overlay, or fill it there");
            }
            Is::List(item) | Is::Filled(item) => {
                self.fits(value.is_array(), "an array", value, at);
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(value, item, &at.element(index));
                }
            }
            Is::Map(item) => {
                self.fits(value.is_object(), "an object", value, at);
                for (key, value) in value.as_object().into_iter().flatten() {
                    self.value(value, item, &at.join(key));
                }
            }
            Is::Extended(item, is_name) => {
                self.fits(value.is_object(), "an object", value, at);
                let members = value.as_object().into_iter().flatten();
                for (key, value) in members.filter(|(key, _)| !key.starts_with("x-")) {
                    let at = at.join(key);
                    if is_name(key) {
                        self.value(value, item, &at);
                    } else {
                        let cause = format!("`{key}` is not read");
                        self.reporter.problem(&at.pointer(), cause, UNREAD);
                    }
                }
            }
            Is::Unsupported if value.as_object().is_some_and(Map::is_empty) => {}
            Is::Unsupported => {
                let cause = "calls by the server to its client are not supported";
                let remedy = "remove them in the overlay";
                self.reporter.problem(&at.pointer(), cause, remedy);
            }
        }
    }

    /// A reference, which stands alone.
    fn reference(&mut self, value: &Value, shape: &'static Shape, at: &At<'_>) {
        for (keyword, value) in value.as_object().into_iter().flatten() {
            if keyword == "$ref" {
                let text = value.as_str().unwrap_or_default().to_owned();
                self.checked.references.push(Reference { text, shape, at: at.pointer() });
            } else {
                let cause =
                    format!("`{keyword}` beside `$ref` is not read; a reference stands alone");
                let at = at.join(keyword).pointer();
                let remedy = "remove one of the two in the overlay";
                self.reporter.lapse(&at, cause, remedy, "it is left out");
            }
        }
    }

    fn fits(&mut self, fits: bool, expected: &str, value: &Value, at: &At<'_>) {
        if !fits {
            self.wrong(value, expected, at);
        }
    }

    fn wrong(&mut self, value: &Value, expected: &str, at: &At<'_>) {
        let found = match value {
            Value::Null => "null".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => other.to_string(),
        };
        self.reporter.problem(
            &at.pointer(),
            format!("this must be {expected}, but is {found}"),
            "correct it in the overlay",
        );
    }
}

const UNREAD: &str = "correct or remove it in the overlay, or teach the generator to read it";

/// The styles that a parameter may have, by its place.
fn styles(parameter: &Map<String, Value>) -> Option<&'static [&'static str]> {
    let place = parameter.get("in")?.as_str()?;
    STYLES.iter().find(|(known, _)| *known == place).map(|(_, styles)| *styles)
}

/// Whether a value is one of some words.
fn has(words: &[&str], value: &Value) -> bool {
    value.as_str().is_some_and(|value| words.contains(&value))
}

/// Whether an object of this kind is none without the keyword.
fn is_needed(shape: &Shape, keyword: &str) -> bool {
    shape.required.iter().any(|one| one.contains(&keyword))
}

#[cfg(test)]
mod tests;
