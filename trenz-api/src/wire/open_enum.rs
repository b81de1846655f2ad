//! Open enums: a value that this version of the crate does not name is kept and sent back unchanged.

use std::fmt;

use crate::base::redact::{Redactor, ServerText};

/// A value that an enum of this crate has no variant for.
///
/// It is only made by the enum's `From<&str>`, so it is never a value that has a variant, and a later version that adds
/// a variant does not change what your code means. Compare with `as_str()`.
///
/// It prints as one line of at most 400 characters, and, if it came in a response, without the API key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue {
    text: Box<str>,
    /// The redactor of the client that received it.
    redactor: Redactor,
}

impl UnknownValue {
    pub(crate) fn new(value: &str) -> Self {
        Self { text: value.into(), redactor: Redactor::current() }
    }

    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&ServerText::line(&self.redactor, &self.text), f)
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&ServerText::line(&self.redactor, &self.text), f)
    }
}

/// An integer that an enum of this crate has no variant for. See [`UnknownValue`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct UnknownInteger(i64);

impl UnknownInteger {
    pub(crate) const fn new(value: i64) -> Self {
        Self(value)
    }

    /// The value on the wire.
    #[must_use]
    pub const fn as_i64(self) -> i64 {
        self.0
    }
}

impl fmt::Debug for UnknownInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnknownInteger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Defines an enum of known texts that also holds unknown ones.
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $wire:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                #[doc = ""]
                $(#[$doc])*
                $variant,
            )*
            /// A value that this version of the crate does not name.
            Unrecognized($crate::wire::open_enum::UnknownValue),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unrecognized(value) => value.as_str(),
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    _ => Self::Unrecognized($crate::wire::open_enum::UnknownValue::new(value)),
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(value: ::std::string::String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            // Not `Self::Err`, because a variant may have this name.
            fn from_str(value: &str) -> ::core::result::Result<Self, ::std::convert::Infallible> {
                ::core::result::Result::Ok(Self::from(value))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant => f.pad($wire),)*
                    Self::Unrecognized(value) => ::std::fmt::Display::fmt(value, f),
                }
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::open_enum::text(from)
            }
        }
    };
}
pub(crate) use open_enum;

/// Defines an enum of known integers that also holds unknown ones.
macro_rules! open_integer_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $wire:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                #[doc = ""]
                $(#[$doc])*
                $variant,
            )*
            /// A number that this version of the crate does not name.
            Unrecognized($crate::wire::open_enum::UnknownInteger),
        }

        impl $name {
            /// The number on the wire.
            #[must_use]
            pub const fn as_i64(self) -> i64 {
                match self {
                    $(Self::$variant => $wire,)*
                    Self::Unrecognized(value) => value.as_i64(),
                }
            }
        }

        impl ::core::convert::From<i64> for $name {
            fn from(value: i64) -> Self {
                match value {
                    $($wire => Self::$variant,)*
                    _ => Self::Unrecognized($crate::wire::open_enum::UnknownInteger::new(value)),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_i64(self.as_i64())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                <i64 as ::serde::Deserialize>::deserialize(from).map(Self::from)
            }
        }
    };
}
pub(crate) use open_integer_enum;

/// Defines a closed enum of the document's own words.
macro_rules! closed_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$doc:meta])* $variant:ident = $wire:literal),* $(,)?
        }
    ) => {
        $(#[$meta])*
        ///
        /// Store the word of a value, not its number (`as u8`): the number depends on the order of the variants.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $wire, "`")]
                #[doc = ""]
                $(#[$doc])*
                $variant,
            )*
        }

        impl $name {
            /// All variants.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word, as the document spells it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $wire,)*
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::wire::open_enum::UnknownValue;

            fn from_str(value: &str) -> ::core::result::Result<Self, $crate::wire::open_enum::UnknownValue> {
                match value {
                    $($wire => ::core::result::Result::Ok(Self::$variant),)*
                    _ => ::core::result::Result::Err($crate::wire::open_enum::UnknownValue::new(value)),
                }
            }
        }

        $crate::base::display::display_as_str!($name);

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(
                &self,
                to: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let word: ::std::string::String = ::serde::Deserialize::deserialize(from)?;
                word.parse().map_err(|word| {
                    ::serde::de::Error::custom(format_args!("expected one of the values of {}, found `{word}`", stringify!($name)))
                })
            }
        }
    };
}
pub(crate) use closed_enum;

/// Decodes a text into an enum, without a copy where the format allows.
pub(crate) fn text<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: for<'a> From<&'a str>,
{
    struct Text<T>(std::marker::PhantomData<T>);

    impl<T: for<'a> From<&'a str>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            Ok(T::from(text))
        }
    }

    from.deserialize_str(Text(std::marker::PhantomData))
}

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros define public enums, and a test has no public")]
mod tests {
    open_enum! {
        /// A ratio.
        pub enum Ratio {
            Wide = "16:9",
        }
    }

    open_integer_enum! {
        /// Seconds.
        pub enum Seconds {
            Five = 5,
        }
    }

    closed_enum! {
        /// A letter.
        pub enum Letter {
            A = "a",
        }
    }

    #[test]
    fn closed_enum_rejects_unknown_words() {
        assert_eq!("a".parse(), Ok(Letter::A));
        assert_eq!(Letter::ALL.len(), 1);
        assert_eq!(serde_json::to_string(&Letter::A).unwrap(), "\"a\"");
        let error = serde_json::from_str::<Letter>("\"b\"").unwrap_err();
        assert!(
            error.to_string().contains("expected one of the values of Letter, found `b`"),
            "{error}"
        );
    }

    #[test]
    fn known_and_unknown_values_round_trip() {
        for (text, known) in [("16:9", true), ("9:16", false), ("", false), ("a\"\u{e4}", false)] {
            let value = Ratio::from(text);
            assert_eq!(value == Ratio::Wide, known);
            assert_eq!(value.to_string(), text);
            assert_eq!(text.parse(), Ok(value.clone()));
            assert_eq!(Ratio::from(text.to_owned()).as_ref(), text);
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Ratio>(&json).unwrap(), value);
        }
        for number in [5, 7, -1] {
            let value = Seconds::from(number);
            assert_eq!(value == Seconds::Five, number == 5);
            assert_eq!(value.to_string(), number.to_string());
            let json = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Seconds>(&json).unwrap(), value);
        }
        assert!(serde_json::from_str::<Ratio>("5").is_err());
        assert!(serde_json::from_str::<Seconds>("\"5\"").is_err());
    }
}
