//! Enums that stay open: a value that this version of the crate does not name is kept and sent back as it came.

use std::fmt;

/// A text that an enum of this crate has no name for.
///
/// It cannot be made by hand, only by the enum's `From<&str>`, so a value that has a name never hides in here, and
/// giving a value its name in a later version cannot change what your code means. Compare with `as_str()`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UnknownValue(Box<str>);

impl UnknownValue {
    pub(crate) fn new(value: &str) -> Self {
        Self(value.into())
    }

    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An integer that an enum of this crate has no name for. See [`UnknownValue`].
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

/// The traits of a generated enum of texts, from its `as_str` and `From<&str>`.
macro_rules! open_enum {
    ($name:ident) => {
        impl From<String> for $name {
            fn from(value: String) -> Self {
                Self::from(value.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(value: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                crate::open_enum::text(from)
            }
        }
    };
}
pub(crate) use open_enum;

/// The traits of a generated enum of integers, from its `as_i64` and `From<i64>`.
macro_rules! open_integer_enum {
    ($name:ident) => {
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.as_i64(), f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_i64(self.as_i64())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <i64 as serde::Deserialize>::deserialize(from).map(Self::from)
            }
        }
    };
}
pub(crate) use open_integer_enum;

/// Reads a text into an enum, without a copy of it where the format allows.
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
mod tests {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    enum Ratio {
        Wide,
        Unrecognized(UnknownValue),
    }

    impl Ratio {
        fn as_str(&self) -> &str {
            match self {
                Self::Wide => "16:9",
                Self::Unrecognized(value) => value.as_str(),
            }
        }
    }

    impl From<&str> for Ratio {
        fn from(value: &str) -> Self {
            if value == "16:9" { Self::Wide } else { Self::Unrecognized(UnknownValue::new(value)) }
        }
    }

    open_enum!(Ratio);

    #[derive(Clone, Debug, PartialEq, Eq, Hash)]
    enum Seconds {
        Five,
        Unrecognized(UnknownInteger),
    }

    impl Seconds {
        fn as_i64(&self) -> i64 {
            match self {
                Self::Five => 5,
                Self::Unrecognized(value) => value.as_i64(),
            }
        }
    }

    impl From<i64> for Seconds {
        fn from(value: i64) -> Self {
            if value == 5 { Self::Five } else { Self::Unrecognized(UnknownInteger::new(value)) }
        }
    }

    open_integer_enum!(Seconds);

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
