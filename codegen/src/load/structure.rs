//! Checks the structure of an OpenAPI 3.0 document: the objects, their keywords and types.
//!
//! `openapiv3` would refuse the same documents, but it stops at the first error, gives only an
//! approximate place, parses a schema twice at each level above an error, and skips unknown
//! keywords. So its errors are anticipated here, each with its place, and keywords that are not in
//! the table are reported: a test compares the table with what `openapiv3` reads.

mod table;
mod visit;

use std::collections::HashMap;

use serde_json::{Map, Value};

use self::table::{COMPONENTS, ENCODING, OPENAPI, PARAMETER, SCHEMA, STYLES};
pub(crate) use self::visit::{KeywordClass, visit};
use crate::report::{Pointer, Reporter, WalkPointer};

/// One reference.
pub(super) struct Reference {
    pub(super) text: String,
    /// The kind of object it must refer to.
    pub(super) kind: &'static ObjectKind,
    pub(super) at: Pointer,
}

/// What later steps need to know about a document.
#[derive(Default)]
pub(super) struct Checked {
    /// The keywords to leave out, as if they were absent.
    pub(super) absent: Vec<Pointer>,
    /// Every reference, in document order.
    pub(super) references: Vec<Reference>,
    /// What the types of `openapiv3` do not represent: whether an encoding has `explode: false` or
    /// no `explode`, and integers beyond the precision of a float.
    pub(super) unrepresented: HashMap<Pointer, Value>,
}

/// Reports every value of the wrong type, every missing required keyword, and every unknown
/// keyword.
pub(super) fn check(document: &Value, reporter: &Reporter) -> Checked {
    let mut checked = Checked::default();
    check_as(document, &OPENAPI, &WalkPointer::root(), &mut checked, reporter);
    checked
}

/// The same for one object.
pub(super) fn check_as(
    value: &Value,
    kind: &'static ObjectKind,
    at: &WalkPointer<'_>,
    checked: &mut Checked,
    reporter: &Reporter,
) {
    Check { reporter, depth: 0, checked }.object(value, kind, at);
}

/// The nesting limit of the specification's objects. `openapiv3` overflows the stack of a thread at
/// about 60 nested schemas; the vendor stays below 13.
const DEPTH_LIMIT: usize = 24;

/// The smallest integer beyond those that a float represents exactly.
const EXACT_FLOAT_LIMIT: u64 = 1 << 53;

/// The type of a keyword.
pub(super) enum KeywordType {
    /// Any JSON: an example, a default, an extension.
    Data,
    Text,
    Bool,
    Number,
    /// A non-negative integer: a length, a size.
    Count,
    Word(&'static [&'static str]),
    Object(&'static ObjectKind),
    /// The object, or `$ref` to one.
    RefOr(&'static ObjectKind),
    /// `true`, `false`, or the object or a `$ref` to one.
    BoolOr(&'static ObjectKind),
    List(&'static KeywordType),
    /// A list that must not be empty.
    Filled(&'static KeywordType),
    Map(&'static KeywordType),
    /// A map of names that the function accepts, and of extensions.
    Extended(&'static KeywordType, fn(&str) -> bool),
    /// Not supported by the client: callbacks, which are calls by the server. `openapiv3` needs so
    /// much stack for each that a few overflow it.
    Unsupported,
}

/// One kind of object of the specification.
pub(super) struct ObjectKind {
    /// Its name in messages, with its article.
    pub(super) name: &'static str,
    keywords: &'static [(&'static str, KeywordType)],
    /// Of each of these, exactly one.
    required: &'static [&'static [&'static str]],
    /// Keywords that are read only if another one has a certain value.
    only: &'static [(&'static str, &'static str, &'static str)],
}

impl ObjectKind {
    /// The type of a keyword, if it is one.
    pub(super) fn keyword(&self, name: &str) -> Option<&'static KeywordType> {
        self.keywords.iter().find(|(keyword, _)| *keyword == name).map(|(_, is)| is)
    }
}

/// The section of `components` that holds objects of this kind.
pub(super) fn section(kind: &'static ObjectKind) -> Option<&'static str> {
    let sections = COMPONENTS.keywords.iter();
    let holds = |is: &KeywordType| matches!(is, KeywordType::Map(KeywordType::RefOr(held)) if std::ptr::eq(*held, kind));
    sections.into_iter().find(|(_, is)| holds(is)).map(|(section, _)| *section)
}

/// What is at a place.
pub(super) enum PlaceKind {
    /// An object of this kind.
    ObjectKind(&'static ObjectKind),
    /// Something that the specification defines as another object.
    Other,
    /// The specification does not say: a part of an extension.
    Unknown,
}

/// What the specification defines at a place.
pub(super) fn kind_at(place: &Pointer) -> PlaceKind {
    let mut is = &KeywordType::Object(&OPENAPI);
    for token in place.tokens() {
        is = match is {
            KeywordType::Object(kind) | KeywordType::RefOr(kind) | KeywordType::BoolOr(kind) => {
                match kind.keyword(token) {
                    Some(is) => is,
                    None => return PlaceKind::Unknown,
                }
            }
            KeywordType::Extended(..) if token.starts_with("x-") => return PlaceKind::Unknown,
            KeywordType::List(item)
            | KeywordType::Filled(item)
            | KeywordType::Map(item)
            | KeywordType::Extended(item, _) => item,
            KeywordType::Data => return PlaceKind::Unknown,
            _ => return PlaceKind::Other,
        };
    }
    match is {
        KeywordType::Object(kind) | KeywordType::RefOr(kind) | KeywordType::BoolOr(kind) => {
            PlaceKind::ObjectKind(kind)
        }
        _ => PlaceKind::Other,
    }
}

/// Whether a schema, or a reference to one, stands at a place.
pub(super) fn is_schema_at(place: &Pointer) -> bool {
    matches!(kind_at(place), PlaceKind::ObjectKind(kind) if std::ptr::eq(kind, &raw const SCHEMA))
}

struct Check<'a> {
    reporter: &'a Reporter,
    /// How many objects are around the current one.
    depth: usize,
    checked: &'a mut Checked,
}

impl Check<'_> {
    fn object(&mut self, value: &Value, kind: &'static ObjectKind, at: &WalkPointer<'_>) {
        let Some(object) = value.as_object() else {
            return self.mismatch(value, kind.name, at);
        };
        if self.depth == DEPTH_LIMIT {
            let cause =
                format!("{}: expected a nesting depth below {DEPTH_LIMIT} objects", kind.name);
            let remedy = "name an inner schema in `components` and refer to it";
            return self.reporter.problem(&at.pointer(), cause, remedy);
        }
        if object.get("$ref").is_some_and(Value::is_string) {
            if kind.keyword("operationId").is_none() {
                let cause = format!("{} cannot be a `$ref`", kind.name);
                let remedy = "inline its target in the overlay";
                self.reporter.problem(&at.pointer(), cause, remedy);
            }
            // For operations, this has been reported.
            return;
        }
        self.depth += 1;
        for one in kind.required {
            let count = one.iter().filter(|keyword| object.contains_key(**keyword)).count();
            if count != 1 {
                let exactly = if one.len() > 1 { "either " } else { "" };
                let cause = format!("{} must have {exactly}`{}`", kind.name, one.join("` or `"));
                self.reporter.problem(&at.pointer(), cause, "correct it in the overlay");
            }
        }
        for (keyword, value) in object {
            let at = at.join(keyword);
            let explode = keyword == "explode" && std::ptr::eq(kind, &raw const ENCODING);
            let size = value.as_i64().map(i64::unsigned_abs).or(value.as_u64());
            if explode || size.is_some_and(|size| size >= EXACT_FLOAT_LIMIT) {
                self.checked.unrepresented.insert(at.pointer(), value.clone());
            }
            match kind.keyword(keyword) {
                Some(is) if value.is_null() => self.null(kind, keyword, is, &at),
                Some(is) => self.value(value, is, &at),
                None if keyword.starts_with("x-") => {}
                None => {
                    let cause = format!("keyword `{keyword}` is not supported");
                    self.reporter.violation(&at.pointer(), cause, UNREAD, "it is left out");
                }
            }
        }
        if std::ptr::eq(kind, &raw const PARAMETER) {
            self.style(object, at);
        }
        for (keyword, by, word) in kind.only {
            let said = object.get(*keyword).is_some_and(|value| *value != Value::Bool(false));
            if said && object.get(*by).is_some_and(|value| value != word) {
                let cause =
                    format!("keyword `{keyword}` has no meaning where `{by}` is not `{word}`");
                self.reporter.violation(
                    &at.join(keyword).pointer(),
                    cause,
                    UNREAD,
                    "it is left out",
                );
            }
        }
        self.depth -= 1;
    }

    fn style(&mut self, object: &Map<String, Value>, at: &WalkPointer<'_>) {
        let known = |style: &&Value| STYLES.iter().any(|(_, styles)| is_one_of(styles, style));
        if let Some(style) = object.get("style").filter(known)
            && let Some(styles) = styles(object).filter(|styles| !is_one_of(styles, style))
        {
            self.mismatch(style, &format!("one of {}", styles.join(", ")), &at.join("style"));
        }
    }

    fn null(
        &mut self,
        kind: &'static ObjectKind,
        keyword: &str,
        is: &'static KeywordType,
        at: &WalkPointer<'_>,
    ) {
        if matches!(is, KeywordType::Data) {
            return;
        }
        if is_required(kind, keyword) {
            return self.value(&Value::Null, is, at);
        }
        let at = at.pointer();
        let cause = format!("`{keyword}` is null, which OpenAPI 3.0 does not allow");
        let remedy = "remove it or give it a value in the overlay";
        if self.reporter.violation(&at, cause, remedy, "it is taken as absent") {
            self.checked.absent.push(at);
        }
    }

    fn value(&mut self, value: &Value, is: &'static KeywordType, at: &WalkPointer<'_>) {
        match is {
            KeywordType::Data => {}
            KeywordType::Text => self.fits(value.is_string(), "a string", value, at),
            KeywordType::Bool => self.fits(value.is_boolean(), "true or false", value, at),
            KeywordType::Number => self.fits(value.is_number(), "a number", value, at),
            KeywordType::Count => self.fits(value.is_u64(), "a non-negative integer", value, at),
            KeywordType::Word(words) => {
                if !is_one_of(words, value) {
                    self.mismatch(value, &format!("one of {}", words.join(", ")), at);
                }
            }
            KeywordType::BoolOr(_) if value.is_boolean() => {}
            KeywordType::RefOr(kind) | KeywordType::BoolOr(kind)
                if value.get("$ref").is_some_and(Value::is_string) =>
            {
                self.reference(value, kind, at);
            }
            KeywordType::Object(kind) | KeywordType::RefOr(kind) | KeywordType::BoolOr(kind) => {
                self.object(value, kind, at);
            }
            KeywordType::Filled(_) if value.as_array().is_some_and(Vec::is_empty) => {
                let at = at.pointer();
                let keyword = at.last().unwrap_or_default();
                let cause = format!("`{keyword}` is empty, which OpenAPI 3.0 does not allow");
                self.reporter.problem(&at, cause, "remove it or give it a value in the overlay");
            }
            KeywordType::List(item) | KeywordType::Filled(item) => {
                self.fits(value.is_array(), "an array", value, at);
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(value, item, &at.element(index));
                }
            }
            KeywordType::Map(item) => {
                self.fits(value.is_object(), "an object", value, at);
                for (key, value) in value.as_object().into_iter().flatten() {
                    self.value(value, item, &at.join(key));
                }
            }
            KeywordType::Extended(item, is_name) => {
                self.fits(value.is_object(), "an object", value, at);
                let members = value.as_object().into_iter().flatten();
                for (key, value) in members.filter(|(key, _)| !key.starts_with("x-")) {
                    let at = at.join(key);
                    if is_name(key) {
                        self.value(value, item, &at);
                    } else {
                        let cause = format!("`{key}` is not allowed here");
                        self.reporter.problem(&at.pointer(), cause, UNREAD);
                    }
                }
            }
            KeywordType::Unsupported if value.as_object().is_some_and(Map::is_empty) => {}
            KeywordType::Unsupported => {
                let cause = "not supported: callbacks";
                let remedy = "remove them in the overlay";
                self.reporter.problem(&at.pointer(), cause, remedy);
            }
        }
    }

    /// A reference, which may have no other keywords.
    fn reference(&mut self, value: &Value, kind: &'static ObjectKind, at: &WalkPointer<'_>) {
        for (keyword, value) in value.as_object().into_iter().flatten() {
            if keyword == "$ref" {
                let text = value.as_str().unwrap_or_default().to_owned();
                self.checked.references.push(Reference { text, kind, at: at.pointer() });
            } else {
                let cause = format!("`{keyword}` beside `$ref` is ignored by OpenAPI 3.0");
                let at = at.join(keyword).pointer();
                let remedy = "remove one of the two in the overlay";
                self.reporter.violation(&at, cause, remedy, "it is left out");
            }
        }
    }

    fn fits(&mut self, fits: bool, expected: &str, value: &Value, at: &WalkPointer<'_>) {
        if !fits {
            self.mismatch(value, expected, at);
        }
    }

    fn mismatch(&mut self, value: &Value, expected: &str, at: &WalkPointer<'_>) {
        let found = match value {
            Value::Null => "null".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => other.to_string(),
        };
        self.reporter.problem(
            &at.pointer(),
            format!("expected {expected}, found {found}"),
            "correct it in the overlay",
        );
    }
}

const UNREAD: &str = "correct or remove it in the overlay, or support it in the generator";

/// The styles that a parameter may have, by its location.
fn styles(parameter: &Map<String, Value>) -> Option<&'static [&'static str]> {
    let place = parameter.get("in")?.as_str()?;
    STYLES.iter().find(|(known, _)| *known == place).map(|(_, styles)| *styles)
}

/// Whether a value is one of some words.
fn is_one_of(words: &[&str], value: &Value) -> bool {
    value.as_str().is_some_and(|value| words.contains(&value))
}

/// Whether the keyword is required.
fn is_required(kind: &ObjectKind, keyword: &str) -> bool {
    kind.required.iter().any(|one| one.contains(&keyword))
}

#[cfg(test)]
mod tests;
