//! The path to an error in a JSON text, from the position that `serde_json` reports.
//!
//! Tracking the path while decoding would need a second deserializer for every response type, although it is only used
//! when decoding fails. Walking the text to the reported position finds the same place, and is compiled once.

use std::cell::RefCell;
use std::fmt;

/// Data that does not fit its type, and the path to it.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) error: serde_json::Error,
    pub(crate) path: Path,
}

/// The steps from a JSON value to one inside it; prints as `items[3].price`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(pub(crate) Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Index(usize),
    Member(String),
}

impl Path {
    /// The same path from a value of which this one's is a member, if it has a name.
    pub(crate) fn below(mut self, member: &str) -> Self {
        if !member.is_empty() {
            self.0.insert(0, Step::Member(member.to_owned()));
        }
        self
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Member(name) if !is_word(name) => {
                    write!(f, "[{}]", serde_json::Value::from(name.as_str()))?;
                }
                Step::Member(name) if place == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
            }
        }
        Ok(())
    }
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Finds the path to an error.
///
/// `text` must be valid JSON, which decoding its envelope has checked.
pub(crate) fn mismatch(text: &str, error: serde_json::Error) -> Mismatch {
    let inner = INNER_MISMATCH.take().filter(|_| error.to_string().starts_with(BEGINNING));
    let Some(InnerMismatch { text: inner, path: Path(within) }) = inner else {
        return Mismatch { path: Path(Walk::to(text, offset(text, &error))), error };
    };
    // The error is reported after the value, by whatever contains it; without a position, it is about the whole text.
    let behind = if error.line() == 0 { text.len() } else { offset(text, &error) };
    let found = text.get(..behind.min(text.len())).and_then(|text| text.rfind(&inner));
    let is_scalar = !inner.starts_with(['{', '[']);
    let length = if is_scalar { inner.len() } else { 0 };
    let mut path = Walk::to(text, found.unwrap_or_default().saturating_add(length));
    path.extend(within);
    Mismatch { path: Path(path), error }
}

/// The mismatch inside a value whose text was decoded on its own. Its positions are relative to that text, and an error
/// has only one position, so the mismatch is kept for the decoder of the surrounding text.
struct InnerMismatch {
    text: String,
    path: Path,
}

thread_local! {
    static INNER_MISMATCH: RefCell<Option<InnerMismatch>> = const { RefCell::new(None) };
}

/// The prefix of an error about a value decoded on its own.
const BEGINNING: &str = "an alternative that does not fit at ";

/// The error of a value whose text was decoded on its own.
pub(crate) fn inner_error<E: serde::de::Error>(text: &str, mismatch: &Mismatch) -> E {
    let said = mismatch.error.to_string();
    // Its position would be taken for one in the surrounding text.
    let said = said.rsplit_once(" at line ").map_or(&*said, |(said, _)| said);
    let said = said
        .strip_prefix(BEGINNING)
        .and_then(|said| said.split_once(": "))
        .map_or(said, |said| said.1);
    let path = mismatch.path.clone();
    let place = if path == Path::default() { "itself".to_owned() } else { format!("`{path}`") };
    let error = E::custom(format_args!("{BEGINNING}{place}: {said}"));
    INNER_MISMATCH.set(Some(InnerMismatch { text: text.to_owned(), path }));
    error
}

/// How many bytes had been read when the error was reported: after a wrong scalar, before a wrong array or object,
/// after an object that lacks a field.
fn offset(text: &str, error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    start.saturating_add(error.column())
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    steps: Vec<Step>,
}

impl<'a> Walk<'a> {
    /// The steps to the innermost value that starts at or after `offset`, or else ends there.
    fn to(text: &'a str, offset: usize) -> Vec<Step> {
        let mut walk = Walk { text, at: 0, steps: Vec::new() };
        while let Some(byte) = walk.peek() {
            match byte {
                b'{' | b'[' => {
                    if offset <= walk.at {
                        break;
                    }
                    walk.at = walk.at.saturating_add(1);
                    // The first key replaces this placeholder; an empty object has no step.
                    walk.steps.push(if byte == b'[' {
                        Step::Index(0)
                    } else {
                        Step::Member(String::new())
                    });
                    walk.skip_blanks();
                    let has_key = byte == b'{' && walk.peek() != Some(b'}');
                    if has_key && walk.key(offset) {
                        break;
                    }
                }
                b'}' | b']' => {
                    walk.at = walk.at.saturating_add(1);
                    walk.steps.pop();
                    if offset <= walk.at {
                        break;
                    }
                }
                b',' => {
                    walk.at = walk.at.saturating_add(1);
                    match walk.steps.last_mut() {
                        Some(Step::Index(index)) => *index = index.saturating_add(1),
                        Some(Step::Member(_)) => {
                            walk.skip_blanks();
                            if walk.key(offset) {
                                break;
                            }
                        }
                        None => break,
                    }
                }
                b':' | b' ' | b'\n' | b'\r' | b'\t' => walk.at = walk.at.saturating_add(1),
                b'"' => {
                    walk.string();
                    if offset <= walk.at {
                        break;
                    }
                }
                _ => {
                    while walk.peek().is_some_and(|byte| !b",]} \n\r\t".contains(&byte)) {
                        walk.at = walk.at.saturating_add(1);
                    }
                    if offset <= walk.at {
                        break;
                    }
                }
            }
        }
        walk.steps
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at = self.at.saturating_add(1);
        }
    }

    /// Reads a key into the last step; true if the error is about the key itself.
    fn key(&mut self, offset: usize) -> bool {
        let quoted = self.string();
        let key = serde_json::from_str(quoted).unwrap_or_default();
        if let Some(step) = self.steps.last_mut() {
            *step = Step::Member(key);
        }
        offset <= self.at
    }

    fn string(&mut self) -> &'a str {
        let (text, start) = (self.text, self.at);
        self.at = self.at.saturating_add(1);
        while let Some(byte) = self.peek() {
            self.at = self.at.saturating_add(1);
            match byte {
                b'"' => break,
                b'\\' => self.at = self.at.saturating_add(1),
                _ => {}
            }
        }
        self.at = self.at.min(text.len());
        text.get(start..self.at).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::{Deserialize, de::DeserializeOwned};
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only decoding is of interest")]
    struct Item {
        price: f64,
        #[serde(default)]
        tags: Vec<String>,
        inner: Option<Box<Item>>,
        #[serde(default)]
        map: BTreeMap<String, i64>,
        count: Option<i64>,
    }

    /// The same path by the crate that tracks it while decoding: an independent oracle.
    fn tracked<T: DeserializeOwned>(text: &str) -> String {
        let from = &mut serde_json::Deserializer::from_str(text);
        let error = serde_path_to_error::deserialize::<_, T>(from).err().unwrap();
        let path = error.path().to_string();
        if path == "." { String::new() } else { path }
    }

    fn walked<T: DeserializeOwned>(text: &str) -> String {
        mismatch(text, serde_json::from_str::<T>(text).err().unwrap()).path.to_string()
    }

    #[test]
    fn path_equals_that_of_serde_path_to_error() {
        for (text, path) in [
            (r#"[{"price":1},{"price":"x"}]"#, "[1].price"),
            (r#"[{"price":1},{"price":null}]"#, "[1].price"),
            (r#"[{"price":1},{"price":[1]}]"#, "[1].price"),
            (r#"[{"price":1},{"price":{"a":1}}]"#, "[1].price"),
            (r#"[{"price":1},{"tags":[]}]"#, "[1]"),
            (r#"[{"price":1},{}]"#, "[1]"),
            (r#"[{"price":1,"tags":["a","b",3,"c"]}]"#, "[0].tags[2]"),
            (r#"[{"price":1,"tags":[["a"]]}]"#, "[0].tags[0]"),
            (r#"[{"price":1,"tags":"a"}]"#, "[0].tags"),
            (r#"[{"price":1,"map":{"k":1,"l":"x"}}]"#, "[0].map.l"),
            (r#"[{"price":1,"map":{"k":1.5}}]"#, "[0].map.k"),
            (
                r#"[{"price":1,"inner":{"price":2,"inner":{"price":false}}}]"#,
                "[0].inner.inner.price",
            ),
            (
                "[\n  {\n    \"price\" : 1 ,\n    \"tags\" : [ \"\u{e4}\" ,\n 3 ]\n  }\n]",
                "[0].tags[1]",
            ),
            (r#"[{"unknown":{"a":["]}"]},"price":1,"count":12345678901234567890}]"#, "[0].count"),
            (r#"[{"price":true}]"#, "[0].price"),
            (r#"{"price":1}"#, ""),
            ("3", ""),
        ] {
            assert_eq!(walked::<Vec<Item>>(text), path, "{text}");
            assert_eq!(tracked::<Vec<Item>>(text), path, "{text}: the oracle");
        }
    }

    #[test]
    fn keys_that_are_not_words_are_quoted() {
        let path = walked::<BTreeMap<String, BTreeMap<String, i64>>>(r#"{"a b":{"q\"\\":"x"}}"#);
        assert_eq!(path, r#"["a b"]["q\"\\"]"#);
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "[a-z\"\\\\{}\\[\\],:\u{e4} ]{0,6}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            let key = prop_oneof![
                Just("price".to_owned()),
                Just("tags".to_owned()),
                Just("inner".to_owned()),
                Just("map".to_owned()),
                Just("count".to_owned()),
                "[a-z]{1,3}"
            ];
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                proptest::collection::vec((key, inner), 0..5)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_fails_where_tracking_says(value in any_json(), pretty: bool) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            if serde_json::from_str::<Item>(&text).is_err() {
                prop_assert_eq!(walked::<Item>(&text), tracked::<Item>(&text), "{}", text);
            }
            if serde_json::from_str::<Vec<Item>>(&text).is_err() {
                prop_assert_eq!(walked::<Vec<Item>>(&text), tracked::<Vec<Item>>(&text), "{}", text);
            }
        }

        #[test]
        fn any_text_and_position_does_not_panic(text in ".*", offset in 0_usize..100) {
            Walk::to(&text, offset);
        }
    }
}
