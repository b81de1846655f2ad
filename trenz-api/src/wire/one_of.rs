//! Enums of types: values with several alternative types.
//!
//! A value is decoded as an alternative only where the document leaves no doubt: by its discriminator, or by its JSON
//! type. Everything else is kept as received.
#![allow(dead_code, reason = "whether there is such a type depends on the document")]

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer, de, ser};
use std::fmt;

use crate::wire::decode;
use crate::wire::json::Json;
use crate::wire::json_path;

/// The JSON type of a value, with its discriminator.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum JsonShape<'a> {
    Flag,
    Number,
    Text,
    List,
    Object,
    /// An object with this text as its discriminator.
    Tag(&'a str),
    /// An object with a number or a boolean as its discriminator, as written.
    Bare(&'a str),
    Null,
}

/// A JSON text with the value of its discriminator, if it has one.
#[derive(Debug)]
pub(crate) struct TaggedJson<'a> {
    text: &'a str,
    tag: Option<Tag>,
}

#[derive(Debug)]
enum Tag {
    Text(String),
    Bare(String),
}

impl Tag {
    /// The value of the discriminator, if it can select an alternative.
    fn of(value: String) -> Option<Self> {
        match value.as_bytes().first()? {
            b'"' => serde_json::from_str(&value).ok().map(Self::Text),
            b'{' | b'[' | b'n' => None,
            _ => Some(Self::Bare(value)),
        }
    }

    fn shape(&self) -> JsonShape<'_> {
        match self {
            Self::Text(text) => JsonShape::Tag(text),
            Self::Bare(text) => JsonShape::Bare(text),
        }
    }
}

impl<'a> TaggedJson<'a> {
    pub(crate) fn new(text: &'a str, tag: Option<&str>) -> Self {
        let tag = tag.filter(|_| text.starts_with('{')).and_then(|tag| member(text, tag));
        Self { text, tag: tag.and_then(Tag::of) }
    }

    pub(crate) fn shape(&self) -> JsonShape<'_> {
        if let Some(tag) = &self.tag {
            return tag.shape();
        }
        match self.text.as_bytes().first() {
            Some(b't' | b'f') => JsonShape::Flag,
            Some(b'"') => JsonShape::Text,
            Some(b'[') => JsonShape::List,
            Some(b'{') => JsonShape::Object,
            Some(b'n') => JsonShape::Null,
            _ => JsonShape::Number,
        }
    }
}

/// The text of an object's member; for duplicates, the last.
fn member(text: &str, name: &str) -> Option<String> {
    struct Find<'n>(&'n str);

    impl<'de> Visitor<'de> for Find<'_> {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(name) = map.next_key::<String>()? {
                if name == self.0 {
                    found = Some(map.next_value::<Json>()?.get().to_owned());
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(found)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Find(name)).ok()?
}

/// The discriminator's name, if there is one.
pub(crate) fn tag<'t>(tag: &[&'t str]) -> Option<&'t str> {
    tag.first().copied()
}

/// Decodes an alternative; an error has the path.
pub(crate) fn alternative<'de, T, E>(json: &'de Json) -> Result<T, E>
where
    T: Deserialize<'de>,
    E: de::Error,
{
    let text = json.get();
    decode::value(text).map_err(|mismatch| json_path::inner_error(text, &mismatch))
}

/// Encodes an alternative with its discriminator: if it lacks one, it gets the first of its names.
pub(crate) fn write<T, S>(
    value: &T,
    tag: Option<&str>,
    names: &[JsonShape<'_>],
    to: S,
) -> Result<S::Ok, S::Error>
where
    T: Serialize,
    S: Serializer,
{
    let (Some(tag), Some(first)) = (tag, names.first()) else { return value.serialize(to) };
    let json = Json::from_value(value).map_err(ser::Error::custom)?;
    let Some(said) = member(json.get(), tag) else {
        let Some(rest) = json.get().strip_prefix('{') else { return json.serialize(to) };
        let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
        let tagged = format!("{{{}:{}{comma}{rest}", quoted(tag), name(first));
        return tagged.parse::<Json>().map_err(ser::Error::custom)?.serialize(to);
    };
    if Tag::of(said.clone()).is_some_and(|said| names.contains(&said.shape())) {
        return json.serialize(to);
    }
    let names = names.iter().map(|name| match name {
        JsonShape::Tag(text) | JsonShape::Bare(text) => format!("`{text}`"),
        _ => String::new(),
    });
    let names = names.collect::<Vec<_>>().join(" or ");
    Err(ser::Error::custom(format_args!(
        "expected an object whose `{tag}` is {names}, found one whose `{tag}` is {said}"
    )))
}

/// The value of the discriminator as JSON.
fn name(shape: &JsonShape<'_>) -> String {
    match shape {
        JsonShape::Tag(text) => quoted(text),
        JsonShape::Bare(text) => (*text).to_owned(),
        _ => "null".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Defines an enum of types that also holds values of none of them.
#[allow(unused_macros, reason = "whether there is such a type depends on the document")]
macro_rules! one_of {
    (
        $(#[$meta:meta])*
        pub enum $name:ident $(by $tag:literal)? {
            $(
                $(#[$doc:meta])*
                $variant:ident($held:ty) $(from [$($given:ty),*])? $(= $shape:ident $(($($value:literal)|+))?)?
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$doc])* $variant($held),)*
            /// A value that matches no alternative, as received: parse it as the type that you expect.
            Unrecognized($crate::wire::json::Json),
        }

        $($($(
            impl ::core::convert::From<$given> for $name {
                fn from(value: $given) -> Self {
                    Self::$variant(::core::convert::Into::into(value))
                }
            }
        )*)?)*

        impl ::core::convert::From<$crate::wire::json::Json> for $name {
            fn from(json: $crate::wire::json::Json) -> Self {
                Self::Unrecognized(json)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                let tag = $crate::wire::one_of::tag(&[$($tag)?]);
                match self {
                    $(Self::$variant(value) => {
                        let names = &[$($($($crate::wire::one_of::JsonShape::$shape($value)),+)?)?];
                        $crate::wire::one_of::write(value, tag, names, to)
                    })*
                    Self::Unrecognized(json) => json.serialize(to),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let json = <$crate::wire::json::Json as ::serde::Deserialize>::deserialize(from)?;
                let tag = $crate::wire::one_of::tag(&[$($tag)?]);
                let tagged = $crate::wire::one_of::TaggedJson::new(json.get(), tag);
                match tagged.shape() {
                    $($(
                        $crate::wire::one_of::JsonShape::$shape$(($($value)|+))? => {
                            return $crate::wire::one_of::alternative(&json).map(Self::$variant);
                        }
                    )?)*
                    _ => {}
                }
                ::core::result::Result::Ok(Self::Unrecognized(json))
            }
        }
    };
}
#[allow(unused_imports, reason = "whether there is such a type depends on the document")]
pub(crate) use one_of;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro defines public enums, and a test has no public")]
mod tests;
