//! The shape of an OpenAPI 3.0 document: which object stands where, and what type each
//! of its keywords has.
//!
//! `openapiv3` would refuse the same documents, but it stops at the first mistake, knows
//! its place only roughly, and reads a schema twice at each level above a mistake. So its
//! refusals are foreseen here, each with its place. Keywords that this table does not list
//! are none of its business: what `openapiv3` drops is found by `dropped`.

mod table;
mod visit;

use serde_json::{Map, Value};

use self::table::{COMPONENTS, OPENAPI};
pub(crate) use self::visit::{Holds, visit};
use crate::report::{Pointer, Reporter};

/// Reports every value of the document that has another type than its keyword asks for,
/// and every object that lacks a keyword it must have. Gives the keywords to leave out, as
/// if they were absent.
pub(crate) fn check(document: &Value, reporter: &mut Reporter) -> Vec<Pointer> {
    let mut check = Check { reporter, depth: 0, absent: Vec::new() };
    check.shape(document, &OPENAPI, &Pointer::root());
    check.absent
}

/// How many objects of the specification may stand inside each other. `openapiv3` overflows
/// the stack of a thread at about 60 nested schemas; the vendor stays below 13.
const DEPTH_LIMIT: usize = 24;

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
    Map(&'static Is),
    /// A map whose names beginning with `x-` are extensions instead.
    Extended(&'static Is),
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
}

impl Shape {
    /// What the keyword holds, if it is one.
    pub(super) fn keyword(&self, name: &str) -> Option<&'static Is> {
        self.keywords.iter().find(|(keyword, _)| *keyword == name).map(|(_, is)| is)
    }
}

/// What the whole document is.
pub(super) static DOCUMENT: Is = Is::Object(&OPENAPI);

/// The section of `components` that holds objects of this kind.
pub(super) fn section(shape: &'static Shape) -> Option<&'static str> {
    let sections = COMPONENTS.keywords.iter();
    let holds = |is: &Is| matches!(is, Is::Map(Is::RefOr(held)) if std::ptr::eq(*held, shape));
    sections.into_iter().find(|(_, is)| holds(is)).map(|(section, _)| *section)
}

/// What kind of object stands at a place, where the specification says it.
pub(super) fn shape_at(place: &Pointer) -> Option<&'static Shape> {
    let mut is = &DOCUMENT;
    for token in place.tokens() {
        is = match is {
            Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => shape.keyword(&token)?,
            Is::List(item) | Is::Map(item) | Is::Extended(item) => item,
            _ => return None,
        };
    }
    match is {
        Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => Some(shape),
        _ => None,
    }
}

struct Check<'a> {
    reporter: &'a mut Reporter,
    /// How many objects are around the one being checked.
    depth: usize,
    /// Keywords that are null, where that is overlooked.
    absent: Vec<Pointer>,
}

impl Check<'_> {
    fn shape(&mut self, value: &Value, shape: &'static Shape, at: &Pointer) {
        let Some(object) = value.as_object() else {
            return self.wrong(value, shape.name, at);
        };
        if self.depth == DEPTH_LIMIT {
            let cause = format!("{} stands {DEPTH_LIMIT} objects deep in others", shape.name);
            let remedy = "name an inner schema in `components` and refer to it";
            return self.reporter.problem(at, cause, remedy);
        }
        self.depth += 1;
        for one in shape.required {
            let count = one.iter().filter(|keyword| object.contains_key(**keyword)).count();
            if count != 1 {
                let exactly = if one.len() > 1 { "either " } else { "" };
                let cause = format!("{} must have {exactly}`{}`", shape.name, one.join("` or `"));
                self.reporter.problem(at, cause, "correct it in the overlay");
            }
        }
        for (keyword, is) in shape.keywords {
            match object.get(*keyword) {
                Some(Value::Null) if !matches!(is, Is::Data) && !is_needed(shape, keyword) => {
                    let at = at.join(keyword);
                    let cause = format!("`{keyword}` is null, which OpenAPI 3.0 does not allow");
                    let remedy = "remove it in the overlay, or fill it there";
                    if self.reporter.lapse(&at, cause, remedy, "it is taken as absent") {
                        self.absent.push(at);
                    }
                }
                Some(value) => self.value(value, is, &at.join(keyword)),
                None => {}
            }
        }
        self.depth -= 1;
    }

    fn value(&mut self, value: &Value, is: &'static Is, at: &Pointer) {
        match is {
            Is::Data => {}
            Is::Text => self.fits(value.is_string(), "a string", value, at),
            Is::Bool => self.fits(value.is_boolean(), "true or false", value, at),
            Is::Number => self.fits(value.is_number(), "a number", value, at),
            Is::Count => self.fits(value.is_u64(), "a whole number, not negative", value, at),
            Is::Word(words) => {
                let fits = value.as_str().is_some_and(|word| words.contains(&word));
                self.fits(fits, &format!("one of {}", words.join(", ")), value, at);
            }
            Is::BoolOr(_) if value.is_boolean() => {}
            Is::RefOr(_) | Is::BoolOr(_) if value.get("$ref").is_some_and(Value::is_string) => {}
            Is::Object(shape) | Is::RefOr(shape) | Is::BoolOr(shape) => {
                self.shape(value, shape, at);
            }
            Is::List(item) => {
                self.fits(value.is_array(), "an array", value, at);
                for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                    self.value(value, item, &at.join(index));
                }
            }
            Is::Map(item) | Is::Extended(item) => {
                self.fits(value.is_object(), "an object", value, at);
                let extended = matches!(is, Is::Extended(_));
                for (key, value) in value.as_object().into_iter().flatten() {
                    if !(extended && key.starts_with("x-")) {
                        self.value(value, item, &at.join(key));
                    }
                }
            }
            Is::Unsupported if value.as_object().is_some_and(Map::is_empty) => {}
            Is::Unsupported => {
                let cause = "calls by the server to its client are not supported";
                let remedy = "remove them in the overlay";
                self.reporter.problem(at, cause, remedy);
            }
        }
    }

    fn fits(&mut self, fits: bool, expected: &str, value: &Value, at: &Pointer) {
        if !fits {
            self.wrong(value, expected, at);
        }
    }

    fn wrong(&mut self, value: &Value, expected: &str, at: &Pointer) {
        let found = match value {
            Value::Null => "null".to_owned(),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
            other => other.to_string(),
        };
        self.reporter.problem(
            at,
            format!("this must be {expected}, but is {found}"),
            "correct it in the overlay",
        );
    }
}

/// Whether an object of this kind is none without the keyword.
fn is_needed(shape: &Shape, keyword: &str) -> bool {
    shape.required.iter().any(|one| one.contains(&keyword))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document(paths: &Value, schemas: &Value) -> Value {
        json!({
            "openapi": "3.0.3",
            "info": { "title": "t", "version": "1" },
            "paths": paths,
            "components": { "schemas": schemas },
        })
    }

    #[track_caller]
    fn refused(document: &Value, because: &[&str]) {
        let mut reporter = Reporter::default();
        reporter.knows(crate::load::operations(document));
        check(document, &mut reporter);
        let report = reporter.stage().unwrap_err().to_string();
        for part in because {
            assert!(report.contains(part), "{part:?} is not in:\n{report}");
        }
        let count = format!("\n{} problem", because.len());
        assert!(report.contains(&count), "{count:?} is not in:\n{report}");
    }

    #[test]
    fn every_wrong_type_has_its_place_and_its_operation() {
        let paths = json!({
            "/a": { "get": {
                "operationId": "get-a",
                "deprecated": "no",
                "parameters": [
                    { "$ref": "#/components/parameters/P" },
                    { "name": "p", "in": "body", "schema": {} },
                ],
                "responses": { "200": { "content": { "application/json": { "schema": {
                    "type": ["string", "null"],
                } } } }, "x-note": 1 },
            } },
            "x-extension": 5,
            "/b": null,
        });
        refused(
            &document(&paths, &json!({})),
            &[
                "#/paths/~1a/get/deprecated (get-a)\n  this must be true or false, but is \"no\"",
                "/parameters/1/in (get-a)\n  this must be one of query, header, path, cookie",
                "/responses/200 (get-a)\n  a response must have `description`",
                "/schema/type (get-a)\n  this must be one of string, number",
                "#/paths/~1b\n  this must be a path, but is null",
            ],
        );
    }

    #[test]
    fn a_parameter_has_either_a_schema_or_content() {
        let parameters = json!([
            { "name": "neither", "in": "query" },
            { "name": "both", "in": "query", "schema": {}, "content": {} },
            { "name": "one", "in": "query", "content": {} },
        ]);
        refused(
            &document(&json!({ "/a": { "parameters": parameters } }), &json!({})),
            &[
                "/parameters/0\n",
                "/parameters/1\n  a parameter must have either `schema` or `content`",
            ],
        );
    }

    #[test]
    fn keywords_of_openapi_3_1_are_told_apart_from_those_of_3_0() {
        let schemas = json!({
            "A": { "type": "number", "exclusiveMinimum": 0 },
            "B": { "type": "object", "properties": { "x-b": { "minLength": -1 } } },
            "C": { "additionalProperties": { "items": [{}] } },
        });
        refused(
            &document(&json!({}), &schemas),
            &[
                "/A/exclusiveMinimum\n  this must be true or false, but is 0",
                "/B/properties/x-b/minLength\n  this must be a whole number",
                "/C/additionalProperties/items\n  this must be a schema, but is an array",
            ],
        );
    }

    #[test]
    fn names_and_data_are_not_taken_for_keywords() {
        let schemas = json!({
            "type": { "properties": {
                "type": { "type": "string", "default": { "type": 5 }, "example": null },
                "$ref": { "type": "string" },
                "required": { "type": "boolean" },
            } },
        });
        let mut reporter = Reporter::default();
        check(&document(&json!({}), &schemas), &mut reporter);
        reporter.stage().unwrap();
    }

    #[test]
    fn null_is_a_problem_or_absent() {
        let document = document(
            &json!({ "/a": { "description": null, "get": {
                "operationId": "get-a", "tags": null, "responses": null,
            } } }),
            &json!({ "A": { "enum": null, "default": null, "properties": { "type": null } } }),
        );
        let places = [
            "#/paths/~1a/description\n  `description` is null",
            "#/paths/~1a/get/tags (get-a)\n  `tags` is null",
            "#/paths/~1a/get/responses (get-a)\n  this must be an object, but is null",
            "#/components/schemas/A/enum\n  `enum` is null",
            "#/components/schemas/A/properties/type\n  this must be a schema, but is null",
        ];
        refused(&document, &places);

        let mut reporter = Reporter::default();
        reporter.forgive();
        let absent = check(&document, &mut reporter);
        let absent: Vec<_> = absent.iter().map(Pointer::as_str).collect();
        let expected =
            ["/paths/~1a/description", "/paths/~1a/get/tags", "/components/schemas/A/enum"];
        assert_eq!(absent, expected);
        let notes = reporter.into_notes();
        assert_eq!(
            notes[0].text,
            "`description` is null, which OpenAPI 3.0 does not allow; it is taken as absent"
        );
    }
}
