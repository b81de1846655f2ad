//! Reading what stands around the data of an answer, without knowing the data's type.
//!
//! Everything here is optional and forgiving: the call has been paid for, and a server that renames or retypes a
//! field of its envelope must not cost the caller the data.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::{borrow::Cow, fmt};

use crate::Usage;
use crate::generated::facts;

/// The envelope of an answer. What is absent, null or of another type is unknown.
#[derive(Debug, Default)]
pub(crate) struct Envelope<'a> {
    pub(crate) data: Option<&'a str>,
    pub(crate) request_id: Option<String>,
    pub(crate) usage: Usage,
    pub(crate) page: Option<u64>,
    pub(crate) page_size: Option<u64>,
    pub(crate) total: Option<u64>,
    pub(crate) warnings: Vec<String>,
}

impl<'a> Envelope<'a> {
    pub(crate) fn read(body: &'a [u8]) -> Result<Self, serde_json::Error> {
        let members: Members<'a> = serde_json::from_slice(body)?;
        let usage = members.read::<Members<'_>>("usage").unwrap_or_default();
        let warnings = members.read::<Vec<&RawValue>>("warnings").unwrap_or_default();
        Ok(Self {
            data: members.get("data"),
            request_id: members.read("request_id"),
            usage: Usage {
                coin_cost: facts::USAGE_COIN_COST.and_then(|name| usage.read(name)),
                remaining_balance: facts::USAGE_BALANCE.and_then(|name| usage.read(name)),
            },
            page: members.read("page"),
            page_size: members.read("page_size"),
            total: members.read("total"),
            warnings: warnings.into_iter().map(text_or_json).collect(),
        })
    }
}

/// The bare object that the API answers errors with.
#[derive(Debug, Default)]
pub(crate) struct ErrorObject {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) request_id: Option<String>,
    pub(crate) docs_url: Option<String>,
}

impl ErrorObject {
    /// Reads what there is to read: a gateway's HTML is an error without a code.
    pub(crate) fn read(body: &[u8]) -> Self {
        let members: Members<'_> = serde_json::from_slice(body).unwrap_or_default();
        Self {
            code: members.read("code"),
            message: members.read("message"),
            request_id: members.read("request_id"),
            docs_url: members.read("docs_url"),
        }
    }
}

/// A warning is a text; should it become something else, its JSON still says what it says.
fn text_or_json(raw: &RawValue) -> String {
    serde_json::from_str(raw.get()).unwrap_or_else(|_| raw.get().to_owned())
}

/// The members of a JSON object, undecoded. Of members with the same name the last counts.
#[derive(Debug, Default)]
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.get())
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?).ok()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(8);
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    members.push((key, value));
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}

/// A key that is borrowed unless it holds escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn everything_but_the_object_is_optional() {
        let read = |text: &'static str| Envelope::read(text.as_bytes());
        let full = read(
            r#"{"data":{"a":1},"request_id":"r1","usage":{"coin_cost":5,"remaining_balance":-3},
                "page":2,"page_size":20,"total":41,"warnings":["slow",{"code":7}]}"#,
        )
        .unwrap();
        assert_eq!(full.data, Some(r#"{"a":1}"#));
        assert_eq!(full.request_id.as_deref(), Some("r1"));
        assert_eq!(full.usage, Usage { coin_cost: Some(5), remaining_balance: Some(-3) });
        assert_eq!((full.page, full.page_size, full.total), (Some(2), Some(20), Some(41)));
        assert_eq!(full.warnings, ["slow", r#"{"code":7}"#]);

        for other in [
            "{}",
            r#"{"usage":null,"page":null,"warnings":null,"request_id":null}"#,
            r#"{"usage":"free","page":"two","page_size":-1,"total":1.5,"warnings":"none","request_id":7}"#,
            r#"{"usage":{"coin_cost":"5","remaining_balance":1e300}}"#,
            r#"{"usage":{"coin_cost":-5,"remaining_balance":[]}}"#,
            r#"{"usage":{"credits_cost":5}}"#,
        ] {
            let read = read(other).unwrap();
            assert_eq!(read.usage, Usage::default(), "{other}");
            assert_eq!((read.data, read.request_id, read.page), (None, None, None), "{other}");
            assert_eq!(
                (read.page_size, read.total, read.warnings.len()),
                (None, None, 0),
                "{other}"
            );
        }
        assert_eq!(read(r#"{"data":null}"#).unwrap().data, Some("null"));
        assert_eq!(read(r#"{"data":1,"d\u0061ta":2}"#).unwrap().data, Some("2"));
        for wrong in
            ["", "[]", "null", "<html>", "{\"data\":{}", "{} trailing", "{\"data\":\"\u{fffd}"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
        assert!(Envelope::read(b"{\"data\":\"\xff\"}").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes: Vec<u8>) {
            let _ = Envelope::read(&bytes);
            ErrorObject::read(&bytes);
        }
    }
}
