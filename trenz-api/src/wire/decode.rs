//! Decodes the data of a response into its type.

use memchr::memchr2;
use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::wire::json_path::{self, Mismatch, Path};
use crate::wire::lenient::{self, SkipPolicy, SkippedItem};

/// Decodes valid JSON strictly.
pub(crate) fn value<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Mismatch> {
    serde_json::from_str(text).map_err(|error| json_path::mismatch(text, error))
}

/// Decodes `text` into a caller's own type, which does its own conversions: only invalid text is repaired.
pub(crate) fn open<T: DeserializeOwned>(text: &str) -> Result<T, Mismatch> {
    value(text).or_else(|mismatch| match lenient::repaired(text.as_bytes()) {
        Some(repaired) => value(&repaired),
        None => Err(mismatch),
    })
}

/// Decodes the data of a response leniently. Elements of lists that do not fit are left
/// out where they may be.
///
/// Absent or null data becomes the type's empty value: null, an object without members, or an empty list.
pub(crate) fn data<T: DeserializeOwned>(
    text: Option<&str>,
    items: SkipPolicy,
) -> Result<(T, Vec<SkippedItem>), Mismatch> {
    let Some(text) = text.filter(|text| *text != "null") else {
        return nothing().map(|nothing| (nothing, Vec::new()));
    };
    let mut decoded = None;
    let skipped = lenient::decode(text, items, &mut |text| {
        decoded = Some(value(text)?);
        Ok(())
    })?;
    let undecoded = || Mismatch { path: Path::default(), error: Error::custom("nothing decoded") };
    Ok((decoded.ok_or_else(undecoded)?, skipped))
}

fn nothing<T: DeserializeOwned>() -> Result<T, Mismatch> {
    // What the object lacks says more than that it is not a list.
    let empty = value("null").or_else(|_| value("{}"));
    empty.or_else(|missing| value("[]").map_err(|_| Mismatch { path: Path::default(), ..missing }))
}

/// Whether JSON has more than `values` values: elements, members, and empty lists and objects.
pub(crate) fn holds_more(json: &str, values: usize) -> bool {
    if json.len() <= values {
        return false;
    }
    let (json, mut at, mut count) = (json.as_bytes(), 0, 0_usize);
    while let Some(byte) = json.get(at) {
        match byte {
            b'"' => at = end_of_text(json, at),
            // An empty one counts itself; in others this counts the first element, and each comma another one.
            b',' | b'[' | b'{' => {
                count = count.saturating_add(1);
                if count > values {
                    return true;
                }
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    false
}

/// The index of the closing quotation mark of the string that begins at `start`.
fn end_of_text(json: &[u8], start: usize) -> usize {
    let mut at = start.saturating_add(1);
    while let Some(next) = json.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at = at.saturating_add(next);
        if json.get(at) == Some(&b'"') {
            return at;
        }
        at = at.saturating_add(2);
    }
    json.len()
}

/// Decodes a text body.
pub(crate) fn text<T: DeserializeOwned>(body: &[u8]) -> Result<T, Mismatch> {
    let text = std::str::from_utf8(body).map_err(Error::custom);
    let taken = text.and_then(|text| T::deserialize(Plain::Text(text)));
    taken.map_err(|error| Mismatch { error, path: Path::default() })
}

/// Decodes a body of bytes.
pub(crate) fn bytes<T: DeserializeOwned>(body: &[u8]) -> Result<T, Mismatch> {
    let taken = T::deserialize(Plain::Bytes(body));
    taken.map_err(|error| Mismatch { error, path: Path::default() })
}

/// A response that is not JSON, for the types that take it.
#[derive(Clone, Copy)]
enum Plain<'a> {
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'de> Deserializer<'de> for Plain<'de> {
    type Error = serde_json::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Self::Error> {
        visitor.visit_some(self)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro defines a public struct, and a test has no public")]
mod tests {
    use super::*;
    use crate::wire::json::Json;

    crate::output! {
        /// Every member may be missing.
        pub struct Loose {
            /// A list.
            pub items: Vec<i64>,
            /// A number.
            pub total: Option<i64>,
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Strict {
        id: String,
    }

    #[test]
    fn missing_data_decodes_to_the_types_empty_value() {
        for nothing in [None, Some("null")] {
            data::<()>(nothing, SkipPolicy::Never).unwrap();
            assert_eq!(data::<Json>(nothing, SkipPolicy::Never).unwrap().0.get(), "null");
            assert_eq!(data::<Option<Strict>>(nothing, SkipPolicy::Never).unwrap().0, None);
            assert_eq!(data::<Loose>(nothing, SkipPolicy::Never).unwrap().0, Loose::default());
            assert_eq!(data::<Vec<Strict>>(nothing, SkipPolicy::Never).unwrap().0, []);
            let missing = data::<Strict>(nothing, SkipPolicy::Never).unwrap_err();
            assert_eq!(missing.path, Path::default());
            assert!(missing.error.to_string().starts_with("missing field `id`"));
        }
    }

    #[test]
    fn values_count_elements_members_and_empty_containers() {
        for (json, values) in [
            ("[]", 1),
            ("[{},{}]", 4),
            ("[0,0,0]", 3),
            (r#"{"a":1,"b":{"c":[]}}"#, 4),
            (r#"["a,[{\\\",","\\",","]"#, 3),
            (r#"{"a":"x","b":[1,2]}"#, 4),
        ] {
            assert!(holds_more(json, values - 1), "{json}");
            assert!(!holds_more(json, values), "{json}");
        }
        assert!(holds_more(&format!("[{}0]", "0,".repeat(1000)), 1000));
        assert!(!holds_more(&format!("[{}0]", "0,".repeat(1000)), 1001));
        assert!(!holds_more("\"not closed \\", 0));
    }

    #[test]
    fn null_lists_and_unknown_fields_are_accepted() {
        let read =
            data::<Loose>(Some(r#"{"items":null,"total":null,"new":{}}"#), SkipPolicy::Never)
                .unwrap();
        assert_eq!(read.0, Loose::default());
        let failed = data::<Loose>(Some(r#"{"items":[1,"x"]}"#), SkipPolicy::Never).unwrap_err();
        assert_eq!(failed.path.to_string(), "items[1]");
    }
}
