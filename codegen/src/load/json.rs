//! Parses JSON strictly: ambiguous JSON is refused.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::report::{Location, Pointer, Reporter, Text, WalkPointer};
use crate::sources::Source;

/// The nesting limit of `serde_json`. It protects the stack; the deepest document seen so far needs
/// a quarter of it.
const NESTING_LIMIT: usize = 128;

/// How long the pointer to a value may be. Reports and the model have one for each place, so a long
/// name above many values would take more memory than the text.
const POINTER_LIMIT: usize = 4096;

/// Parses the text of a source, or reports why it is not one JSON value.
pub(crate) fn json(source: &Source<'_>, of: Text, reporter: &Reporter) -> Option<Value> {
    let text = utf8(source.text, of, reporter)?;
    // Some editors and servers add a byte order mark, which has no meaning.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut invalid = InvalidNames::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = ValueSeed { at: &WalkPointer::root(), invalid: &mut invalid };
    let value = match seed.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)) {
        Ok(value) => value,
        Err(error) => {
            not_json(text, of, &error, reporter);
            return None;
        }
    };
    let InvalidNames { duplicates, too_long } = invalid;
    let is_read = duplicates.is_empty() && too_long.is_empty();
    for pointer in too_long {
        reporter.problem(
            Location { text: of, pointer },
            format!(
                "the names on the path to a value below: expected at most {POINTER_LIMIT} bytes together, found more"
            ),
            "shorten the longest of them",
        );
    }
    for pointer in duplicates {
        reporter.problem(
            Location { text: of, pointer },
            "the object has this member more than once",
            "keep one of them",
        );
    }
    is_read.then_some(value)
}

fn utf8<'a>(text: &'a [u8], of: Text, reporter: &Reporter) -> Option<&'a str> {
    match std::str::from_utf8(text) {
        Ok(text) => Some(text),
        Err(error) => {
            let valid = &text[..error.valid_up_to()];
            let line = valid.split(|&byte| byte == b'\n').count();
            let column = 1 + valid.iter().rev().take_while(|&&byte| byte != b'\n').count();
            reporter.problem(
                Location::root(of),
                format!("not UTF-8: invalid byte at line {line} column {column}"),
                "store the text as UTF-8",
            );
            None
        }
    }
}

fn not_json(text: &str, of: Text, error: &serde_json::Error, reporter: &Reporter) {
    let message = error.to_string();
    let (cause, remedy) = if text.trim().is_empty() {
        ("not JSON: the text is empty".to_owned(), "provide the document's text".to_owned())
    } else if let Some(place) = message.strip_prefix("recursion limit exceeded") {
        (
            format!("nested deeper than {NESTING_LIMIT} levels{place}"),
            format!("flatten the document below {NESTING_LIMIT} levels of arrays and objects"),
        )
    } else if text.trim_start().starts_with('<') {
        let cause = "not JSON: the text is HTML or XML, such as an error page".to_owned();
        (cause, "fetch the document itself".to_owned())
    } else if is_yaml(text) {
        let remedy = "convert it to JSON first, for example with `yq -o=json . FILE`";
        ("not JSON: the text is YAML".to_owned(), remedy.to_owned())
    } else if error.is_eof() {
        let place = format!("line {} column {}", error.line(), error.column());
        (
            format!("not JSON: the text ends early, at {place}"),
            "get the whole text again".to_owned(),
        )
    } else {
        (format!("not JSON: {message}"), "provide a JSON document".to_owned())
    };
    reporter.problem(Location::root(of), cause, remedy);
}

/// Whether a text that is not JSON starts like a YAML mapping.
fn is_yaml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end);
    let first = lines.find(|line| !matches!(line.chars().next(), None | Some('#' | '%' | '-')));
    let key = first.and_then(|line| line.split_once(':')).filter(|(key, value)| {
        let named = |c: char| c.is_ascii_alphanumeric() || "_-'\"".contains(c);
        !key.is_empty() && key.chars().all(named) && (value.is_empty() || value.starts_with(' '))
    });
    key.is_some()
}

/// Invalid names in a text.
#[derive(Debug, Default)]
struct InvalidNames {
    /// Members that repeat one before them in the same object.
    duplicates: Vec<Pointer>,
    /// Values whose members have too long names; their own members are not checked.
    too_long: Vec<Pointer>,
}

/// One value of the text, and where it is.
///
/// [`Value`] is parsed the same way, but silently drops duplicate members.
struct ValueSeed<'a> {
    at: &'a WalkPointer<'a>,
    invalid: &'a mut InvalidNames,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let at = self.at.join(&key);
            if at.length > POINTER_LIMIT {
                let owner = self.at.pointer();
                if self.invalid.too_long.last() != Some(&owner) {
                    self.invalid.too_long.push(owner);
                }
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value_seed(ValueSeed { at: &at, invalid: self.invalid })?;
            if members.contains_key(&key) {
                self.invalid.duplicates.push(at.pointer());
            }
            members.insert(key, value);
        }
        Ok(Value::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut elements = Vec::new();
        loop {
            let at = self.at.element(elements.len());
            match seq.next_element_seed(ValueSeed { at: &at, invalid: self.invalid })? {
                Some(element) => elements.push(element),
                None => return Ok(Value::Array(elements)),
            }
        }
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Report;
    use crate::report::expected::{messages, problems_at};

    fn read(text: impl AsRef<[u8]>) -> Result<Value, Report> {
        let reporter = Reporter::default();
        let source = Source { name: "doc.json", text: text.as_ref() };
        let value = json(&source, Text::Document, &reporter);
        reporter.end_stage()?;
        Ok(value.unwrap())
    }

    #[track_caller]
    fn refused(text: impl AsRef<[u8]>, places: &[&str]) -> String {
        problems_at(&read(text).unwrap_err(), places)
    }

    #[test]
    fn members_keep_their_order() {
        let value = read(r#"{"b": [1, 2.5, null], "a": {"c": "d", "e": true}}"#).unwrap();
        assert_eq!(value.to_string(), r#"{"b":[1,2.5,null],"a":{"c":"d","e":true}}"#);
    }

    #[test]
    fn a_byte_order_mark_is_accepted_at_the_start_only() {
        assert_eq!(read("\u{FEFF}[]").unwrap(), serde_json::json!([]));
        let _ = refused("[]\u{FEFF}", &["#"]);
    }

    #[test]
    fn invalid_json_is_refused_with_its_line_and_column() {
        let texts: [&[u8]; 10] = [
            b"{\n  \"a\": 1,\n}",
            b"openapi: 3.0.3\n",
            b"<html>",
            b"{} {}",
            b"[1e999]",
            b"[NaN]",
            br#"["\ud800"]"#,
            b" \n",
            b"{\n\"caf\xe9\": 1}",
            "[]\u{FEFF}".as_bytes(),
        ];
        messages("json", &texts.map(|text| refused(text, &["#"])).concat());
    }

    #[test]
    fn every_duplicate_member_is_reported() {
        let text = r#"{"a": {"x/y": 1, "x/y": 2}, "b": [{}, {"c": 1, "c": 1}], "a": 0}"#;
        messages("json_duplicates", &refused(text, &["#/a/x~1y", "#/b/1/c", "#/a"]));
    }

    #[test]
    fn equal_names_in_different_objects_are_not_duplicates() {
        read(r#"{"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 1}]}"#).unwrap();
    }

    #[test]
    fn names_have_a_length_limit() {
        let named = |length: usize| format!(r#"{{"a": {{"{}": {{"b": 1}}}}}}"#, "n".repeat(length));
        read(named(POINTER_LIMIT - 5)).unwrap();
        messages("json_names", &refused(named(POINTER_LIMIT), &["#/a"]));
    }

    #[test]
    fn nesting_has_a_depth_limit() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        read(nested(NESTING_LIMIT - 1)).unwrap();
        let deep = [NESTING_LIMIT, 100_000].map(|depth| refused(nested(depth), &["#"]));
        messages("json_depth", &deep.concat());
    }
}
