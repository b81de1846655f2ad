//! Structs that keep the members which no field of theirs stands for.
//!
//! `serde` can flatten a map, but it reads such members through a buffer that changes numbers and knows no raw JSON.
//! So they are taken out of the object on the way to the struct's own decoder, as they come.
#![allow(dead_code, reason = "whether there is such a type depends on the document")]

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::BTreeMap;
use std::fmt;

/// Reads an object into a struct that knows the members `known`, and all others into `rest`.
pub(crate) struct Sorting<'r, D, T> {
    pub(crate) from: D,
    pub(crate) known: &'static [&'static str],
    pub(crate) rest: &'r mut BTreeMap<String, T>,
}

impl<'de, D: Deserializer<'de>, T: Deserialize<'de>> Deserializer<'de> for Sorting<'_, D, T> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let Self { from, known, rest } = self;
        from.deserialize_map(Sorted { visitor, known, rest })
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct Sorted<'r, V, T> {
    visitor: V,
    known: &'static [&'static str],
    rest: &'r mut BTreeMap<String, T>,
}

impl<'de, V: Visitor<'de>, T: Deserialize<'de>> Visitor<'de> for Sorted<'_, V, T> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        let Self { visitor, known, rest } = self;
        visitor.visit_map(Members { map, known, rest })
    }
}

/// The known members of an object.
struct Members<'r, A, T> {
    map: A,
    known: &'static [&'static str],
    rest: &'r mut BTreeMap<String, T>,
}

impl<'de, A: MapAccess<'de>, T: Deserialize<'de>> MapAccess<'de> for Members<'_, A, T> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<String>()? {
            if self.known.contains(&name.as_str()) {
                return seed.deserialize(serde::de::value::StringDeserializer::new(name)).map(Some);
            }
            let value = self.map.next_value()?;
            self.rest.insert(name, value);
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

/// A member that would be written twice, if there is one.
pub(crate) fn repeated<'r, T>(rest: &'r BTreeMap<String, T>, known: &[&str]) -> Option<&'r str> {
    rest.keys().map(String::as_str).find(|name| known.contains(name))
}

/// Makes a struct that derives its serialisation for itself (`remote = "Self"`) keep further members in a field.
#[allow(unused_macros, reason = "whether there is such a type depends on the document")]
macro_rules! keep_rest {
    ($name:ident, $rest:ident, [$($known:literal),* $(,)?]) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let twice = $crate::wire::rest::repeated(&self.$rest, &[$($known),*]);
                if let ::core::option::Option::Some(name) = twice {
                    return ::core::result::Result::Err(::serde::ser::Error::custom(format_args!(
                        "`{name}` is among the further members and has a field of its own"
                    )));
                }
                Self::serialize(self, to)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut rest = ::std::collections::BTreeMap::new();
                let known = &[$($known),*];
                let mut value =
                    Self::deserialize($crate::wire::rest::Sorting { from, known, rest: &mut rest })?;
                value.$rest = rest;
                ::core::result::Result::Ok(value)
            }
        }
    };
}
#[allow(unused_imports, reason = "whether there is such a type depends on the document")]
pub(crate) use keep_rest;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use crate::wire::json::Json;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(remote = "Self")]
    struct Labels {
        id: String,
        #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
        type_: Option<Json>,
        #[serde(flatten, skip_deserializing)]
        more: BTreeMap<String, Json>,
    }

    keep_rest!(Labels, more, ["id", "type"]);

    #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
    #[serde(default)]
    #[serde(remote = "Self")]
    struct Counts {
        total: Option<i64>,
        #[serde(flatten, skip_deserializing)]
        more: BTreeMap<String, i64>,
    }

    keep_rest!(Counts, more, ["total"]);

    #[test]
    fn further_members_are_kept_as_they_came() {
        let text = r#"{"id":"a","type":{"n":1.50},"a":184467440737095516160,"b":{"id":"x", "y":[1.0]},"c":null}"#;
        let labels: Labels = serde_json::from_str(text).unwrap();
        assert_eq!(labels.id, "a");
        assert_eq!(labels.type_.as_ref().unwrap().get(), r#"{"n":1.50}"#);
        assert_eq!(labels.more["a"].get(), "184467440737095516160");
        assert_eq!(labels.more["b"].get(), r#"{"id":"x", "y":[1.0]}"#);
        assert_eq!(labels.more["c"].get(), "null");
        assert_eq!(serde_json::to_string(&labels).unwrap(), text);
    }

    #[test]
    fn further_members_have_their_type() {
        let counts: Counts = serde_json::from_str(r#"{"total":3,"a":1,"b":2}"#).unwrap();
        assert_eq!(counts.more, [("a".to_owned(), 1), ("b".to_owned(), 2)].into());
        assert_eq!(serde_json::from_str::<Counts>("{}").unwrap(), Counts::default());
        let error = serde_json::from_str::<Counts>(r#"{"total":3,"a":"x"}"#).unwrap_err();
        assert!(error.to_string().contains("invalid type: string"), "{error}");
        assert!(serde_json::from_str::<Labels>("{}").unwrap_err().to_string().contains("`id`"));
        assert!(serde_json::from_str::<Labels>("[]").is_err());
    }

    #[test]
    fn a_member_is_not_sent_twice() {
        let more = [("id".to_owned(), "1".parse().unwrap())].into();
        let labels = Labels { id: "a".to_owned(), type_: None, more };
        let error = serde_json::to_string(&labels).unwrap_err();
        assert!(error.to_string().contains("`id` is among the further members"), "{error}");
    }
}
