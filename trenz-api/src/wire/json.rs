//! Raw JSON, for data that the document leaves open.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use std::fmt;

use crate::base::redact::{Redactor, VALUE};

/// A JSON value that the document does not describe, kept exactly as received.
///
/// The digits of large numbers, the order of keys and blanks are kept. Nothing is decoded until you call
/// [`parse`](Self::parse) with a type of your own:
///
/// ```
/// # use trenz_api::Json;
/// #[derive(serde::Deserialize)]
/// struct MyProduct {
///     title: String,
///     gmv: f64,
/// }
///
/// # fn main() -> Result<(), trenz_api::Error> {
/// let item: Json = r#"{"title":"Lipstick","gmv":12.5,"id":184467440737095516160}"#.parse()?;
/// let product: MyProduct = item.parse()?;
/// assert_eq!((product.title.as_str(), product.gmv), ("Lipstick", 12.5));
/// # Ok(())
/// # }
/// ```
///
/// A page of 20 open objects as raw JSON takes an eighth of the time and memory of parsed `serde_json` maps (18 against
/// 141 µs, 25 against 204 kB, for 24 kB of text); with decoding into your own type, a third of the time. `cargo bench
/// -p trenz-api --bench raw_json` measures it.
///
/// Two values are equal if their texts are. Serialising and deserialising work with `serde_json` only; other formats
/// have no raw JSON.
///
/// `Display` prints the whole text. `Debug` prints one line of at most 4,096 characters, and, if the value came in a
/// response, without the API key.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Json {
    raw: Box<RawValue>,
    /// The redactor of the client that received it.
    #[serde(skip)]
    pub(crate) redactor: Redactor,
}

impl Json {
    pub(crate) fn raw(raw: &RawValue, redactor: &Redactor) -> Self {
        Self { raw: raw.to_owned(), redactor: redactor.clone() }
    }

    /// A value made by the caller.
    pub(crate) fn own(raw: Box<RawValue>) -> Self {
        Self { raw, redactor: Redactor::default() }
    }

    /// The text as received.
    #[must_use]
    pub fn get(&self) -> &str {
        self.raw.get()
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let raw = Deserialize::deserialize(from)?;
        Ok(Self { raw, redactor: Redactor::current() })
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Json {}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Json({})", self.redactor.shown(self.get(), VALUE))
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_text_round_trips_unchanged() {
        let text = r#"{"z":184467440737095516160.000000000000001,"a": [ null ],"z":1}"#;
        let json: Json = serde_json::from_str(&format!(" {text} ")).unwrap();
        assert_eq!(json.get(), text);
        assert_eq!(serde_json::to_string(&json).unwrap(), text);
        assert_eq!(format!("{json} {json:?}"), format!("{text} Json({text})"));
        assert_eq!(json, text.parse().unwrap());
        assert_ne!(json, "{}".parse().unwrap());
    }
}
