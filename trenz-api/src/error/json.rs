//! Values to JSON, and JSON to types.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::str::FromStr;

use super::{Error, Kind};
use crate::base::redact::{Cause, Redactor, ServerText};
use crate::wire::decode;
use crate::wire::inputs::sendable;
use crate::wire::json::Json;

impl Json {
    /// Encodes a serialisable value as JSON.
    ///
    /// Numbers that are not finite are an error: JSON cannot represent them, and `null` would mean something else.
    pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, Error> {
        sendable(value)
            .map_err(|violation| Error::new(Kind::InvalidInput(vec![violation]), None))?;
        serde_json::value::to_raw_value(value).map(Self::own).map_err(|error| not_json(&error))
    }

    /// Decodes the JSON into a type.
    ///
    /// The error names the [path](Error::path) to the value that does not fit. The call has been charged already, so
    /// the [outcome](Error::outcome) is that of an accepted call; the JSON is still here.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let decoded = self.redactor.during(|| decode::open(self.get()));
        decoded.map_err(|mismatch| {
            let path = ServerText::line(&self.redactor, &mismatch.path.to_string());
            let cause = Cause::new(&self.redactor, &mismatch.error);
            Error::new(Kind::Decode { path, said: None }, Some(cause))
        })
    }
}

impl FromStr for Json {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        RawValue::from_string(text.to_owned()).map(Self::own).map_err(|error| not_json(&error))
    }
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::new(Kind::NotJson, Some(Cause::new(&Redactor::default(), error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::outcome::Outcome;

    #[test]
    fn mismatch_has_its_path() {
        let json: Json = r#"{"a":[1,"x"]}"#.parse().unwrap();
        let error = json.parse::<std::collections::BTreeMap<String, Vec<i64>>>().unwrap_err();
        assert!(error.is_decode());
        assert_eq!(error.path(), Some("a[1]"));
        assert_eq!(error.outcome(), Outcome::Accepted);
        assert_eq!(error.to_string(), "a JSON value does not have the expected shape at `a[1]`");
    }

    #[test]
    fn invalid_json_is_invalid_input() {
        assert!("{".parse::<Json>().unwrap_err().is_invalid_input());
        assert!("".parse::<Json>().is_err());
        assert!(Json::from_value(&[f64::NAN]).unwrap_err().is_invalid_input());
        assert_eq!(Json::from_value(&Some(1.5)).unwrap().get(), "1.5");
        assert_eq!(Json::from_value(&None::<f64>).unwrap().get(), "null");
    }
}
