//! Parses the document as OpenAPI and reports what the parser would lose in silence.
//!
//! `openapiv3` ignores members that it has no field for. So what it read is written out
//! again and held against the original: a member that does not come back was not read.

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

use crate::report::{Pointer, Reporter};

/// Parses the document; reports what cannot be read and what would be dropped.
pub(crate) fn parse(document: &Value, reporter: &mut Reporter) -> Option<OpenAPI> {
    let api: OpenAPI = match serde_path_to_error::deserialize(document) {
        Ok(api) => api,
        Err(error) => {
            let at = pointer(error.path());
            let cause = format!("not OpenAPI 3.0: {}", error.inner());
            reporter.problem(&at, cause, "correct it in the overlay");
            return None;
        }
    };
    match serde_json::to_value(&api) {
        Ok(read) => Compare { reporter }.keywords(document, &read, &Pointer::root()),
        Err(error) => {
            let cause = format!("what was read cannot be written out again: {error}");
            reporter.problem(&Pointer::root(), cause, "report this as a defect");
        }
    }
    Some(api)
}

/// The place that a deserializer failed at.
pub(crate) fn pointer(path: &serde_path_to_error::Path) -> Pointer {
    use serde_path_to_error::Segment;
    path.iter().fold(Pointer::root(), |at, segment| match segment {
        Segment::Seq { index } => at.join(index),
        Segment::Map { key } => at.join(key),
        // These are of Rust's making and have no place in the document.
        Segment::Enum { .. } | Segment::Unknown => at,
    })
}

/// Keywords whose value is an object from names to things, so that its keys are no keywords.
const NAMED: &[&str] = &[
    "callbacks",
    "content",
    "encoding",
    "examples",
    "headers",
    "links",
    "mapping",
    "parameters",
    "paths",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "scopes",
    "securitySchemes",
    "variables",
];

/// Keywords whose value is the user's own JSON.
const DATA: &[&str] = &["default", "enum", "example", "value"];

/// Keywords that say nothing when they are `false`.
const FALSE: &[&str] = &[
    "allowReserved",
    "deprecated",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "nullable",
    "readOnly",
    "required",
    "uniqueItems",
    "writeOnly",
];

/// Keywords that say nothing when they are empty, beside those in [`NAMED`].
const EMPTY: &[&str] = &["servers", "tags"];

struct Compare<'a> {
    reporter: &'a mut Reporter,
}

impl Compare<'_> {
    /// Compares values whose members, if they are objects, are keywords.
    fn keywords(&mut self, original: &Value, read: &Value, at: &Pointer) {
        let (Value::Object(original), Value::Object(read)) = (original, read) else {
            return self.other(original, read, at, Self::keywords);
        };
        for (keyword, value) in original {
            let at = at.join(keyword);
            let Some(read) = read.get(keyword) else {
                self.absent(original, keyword, value, &at);
                continue;
            };
            if keyword.starts_with("x-") || DATA.contains(&keyword.as_str()) {
                self.data(value, read, &at);
            } else if NAMED.contains(&keyword.as_str()) {
                self.named(value, read, &at);
            } else {
                self.keywords(value, read, &at);
            }
        }
    }

    /// Compares values whose members, if they are objects, have free names.
    fn named(&mut self, original: &Value, read: &Value, at: &Pointer) {
        let (Value::Object(original), Value::Object(read)) = (original, read) else {
            // The parameters of an operation are a list, those of the components a map.
            return self.other(original, read, at, Self::keywords);
        };
        for (name, value) in original {
            let at = at.join(name);
            match read.get(name) {
                Some(read) if name.starts_with("x-") && value == read => {}
                Some(read) => self.keywords(value, read, &at),
                None => self.say(&at, format!("`{name}` is not read"), UNREAD),
            }
        }
    }

    fn data(&mut self, original: &Value, read: &Value, at: &Pointer) {
        match (original, read) {
            (Value::Object(original), Value::Object(read)) => {
                for (key, value) in original {
                    self.data(value, read.get(key).unwrap_or(&Value::Null), &at.join(key));
                }
            }
            _ => self.other(original, read, at, Self::data),
        }
    }

    /// Compares values that are not both objects.
    fn other(
        &mut self,
        original: &Value,
        read: &Value,
        at: &Pointer,
        item: fn(&mut Self, &Value, &Value, &Pointer),
    ) {
        match (original, read) {
            (Value::Array(original), Value::Array(read)) if original.len() == read.len() => {
                for (index, (original, read)) in original.iter().zip(read).enumerate() {
                    item(self, original, read, &at.join(index));
                }
            }
            // The parser keeps some numbers as floats, which write 10 as 10.0.
            (Value::Number(original), Value::Number(read))
                if original.as_f64() == read.as_f64() => {}
            _ if original == read => {}
            _ => self.say(at, format!("{original} is read as {read}"), UNREAD),
        }
    }

    fn absent(&mut self, object: &Map<String, Value>, keyword: &str, value: &Value, at: &Pointer) {
        let empty = value.as_array().is_some_and(Vec::is_empty)
            || value.as_object().is_some_and(Map::is_empty);
        match keyword {
            "required" | "enum" if empty => self.say(
                at,
                format!("`{keyword}` is empty, which OpenAPI 3.0 does not allow"),
                "remove it in the overlay, or fill it there",
            ),
            _ if empty && (EMPTY.contains(&keyword) || NAMED.contains(&keyword)) => {}
            _ if *value == Value::Bool(false) && FALSE.contains(&keyword) => {}
            // A default that is null, and none at all, are the same to a client.
            "default" | "example" | "value" if value.is_null() => {}
            _ if object.contains_key("$ref") => beside_reference(keyword, at, self.reporter),
            _ => {
                let cause = format!("keyword `{keyword}` is not read");
                self.reporter.lapse(at, cause, UNREAD, "it is left out");
            }
        }
    }

    fn say(&mut self, at: &Pointer, cause: String, remedy: &str) {
        self.reporter.problem(at, cause, remedy);
    }
}

/// Reports a keyword beside a reference.
pub(super) fn beside_reference(keyword: &str, at: &Pointer, reporter: &mut Reporter) {
    let cause = format!("`{keyword}` beside `$ref` is not read; a reference stands alone");
    reporter.lapse(at, cause, "remove one of the two in the overlay", "it is left out");
}

const UNREAD: &str = "correct or remove it in the overlay, or teach the generator to read it";

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

    fn report(document: &Value) -> String {
        let mut reporter = Reporter::default();
        reporter.knows(crate::load::operations(document));
        parse(document, &mut reporter);
        reporter.stage().map_or_else(|report| report.to_string(), |()| String::new())
    }

    #[track_caller]
    fn refused(document: &Value, because: &[&str]) {
        let report = report(document);
        for part in because {
            assert!(report.contains(part), "{part:?} is not in:\n{report}");
        }
        let count = format!("\n{} problem", because.len());
        assert!(report.contains(&count), "{count:?} is not in:\n{report}");
    }

    #[test]
    fn unread_keywords_are_reported_wherever_they_stand() {
        let paths = json!({
            "/a": { "get": {
                "operationId": "get-a",
                "sumary": "a slip of the pen",
                "responses": { "200": { "description": "", "content": { "application/json": {
                    "schema": { "type": "object", "properties": {
                        "type": { "type": "string", "const": "a" },
                    } },
                } } }, "2000": { "description": "" } },
            } },
            "b": {},
        });
        let schemas = json!({ "A": { "xml": {}, "items": { "contains": false } } });
        refused(
            &document(&paths, &schemas),
            &[
                "#/paths/~1a/get/sumary (get-a)\n  keyword `sumary` is not read",
                "/schema/properties/type/const (get-a)\n  keyword `const`",
                "/responses/2000 (get-a)\n  `2000` is not read",
                "#/paths/b\n  `b` is not read",
                "#/components/schemas/A/xml\n",
                "#/components/schemas/A/items/contains\n",
            ],
        );
    }

    #[test]
    fn a_reference_stands_alone() {
        let schemas = json!({ "A": { "$ref": "#/components/schemas/B", "description": "d" } });
        refused(
            &document(&json!({}), &schemas),
            &["/A/description\n  `description` beside `$ref`"],
        );
    }

    #[test]
    fn an_empty_required_or_enum_is_no_openapi() {
        let schemas = json!({ "A": { "type": "object", "required": [] }, "B": { "enum": [] } });
        refused(
            &document(&json!({}), &schemas),
            &["/A/required\n  `required` is empty", "/B/enum\n  `enum` is empty"],
        );
    }

    #[test]
    fn a_keyword_that_says_its_default_is_not_missed() {
        let paths = json!({ "/a": {
            "servers": [],
            "parameters": [],
            "get": { "deprecated": false, "tags": [], "callbacks": {}, "parameters": [
                { "name": "p", "in": "query", "required": false, "allowReserved": false,
                  "style": "form", "schema": { "type": "string" } },
            ], "responses": { "200": { "description": "", "headers": {} } } },
        } });
        let schemas = json!({ "A": {
            "type": "object", "nullable": false, "properties": {}, "default": null,
            "externalDocs": { "url": "u" },
        } });
        assert_eq!(report(&document(&paths, &schemas)), "");
    }

    #[test]
    fn data_is_compared_as_data() {
        let schemas = json!({ "A": { "type": "object", "properties": {
            "default": { "type": "string", "nullable": false },
            "n": { "type": "number", "minimum": 10, "default": { "required": false, "a": [] } },
            "s": { "type": "string", "enum": ["a", null, "b"], "x-names": { "enum": [] } },
            "m": { "enum": [1, "a", { "required": [] }], "example": { "deprecated": false } },
        } } });
        assert_eq!(report(&document(&json!({}), &schemas)), "");
    }

    #[test]
    fn what_the_parser_refuses_has_a_place() {
        let mut document = document(&json!({}), &json!({}));
        document["components"]["securitySchemes"] = json!({ "Key": { "type": "apiKey" } });
        refused(&document, &["#/components/securitySchemes/Key\n  not OpenAPI 3.0: missing field"]);
    }
}
