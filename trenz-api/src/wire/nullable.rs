//! Inputs that may be null, which differs from leaving them out.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value, or null.
///
/// An input of this type that is not set is not sent. Null is sent, and usually clears the value. A setter takes a
/// value, an `Option` of one, or `Nullable::Null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nullable<T> {
    /// `null`
    #[default]
    Null,
    /// A value.
    Value(T),
}

impl<T> Nullable<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl<T> From<T> for Nullable<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl<T> From<Option<T>> for Nullable<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::Value)
    }
}

impl From<&str> for Nullable<String> {
    fn from(text: &str) -> Self {
        Self::Value(text.to_owned())
    }
}

impl<T: Serialize> Serialize for Nullable<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            // Not `serialize_none`, which an input treats as not set.
            Self::Null => to.serialize_unit(),
            Self::Value(value) => value.serialize(to),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Nullable<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Option::deserialize(from).map(Self::from)
    }
}

#[cfg(test)]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the macro defines what callers use, and a test has no callers"
)]
mod tests {
    use super::*;

    crate::part! {
        /// A change.
        #[derive(Default)]
        pub struct Patch {
            /// A name, or none.
            #[optional(null)] pub name: Option<Nullable<String>>,
        }
    }

    #[test]
    fn null_and_absent_round_trip_distinctly() {
        for (name, json) in [
            (None, "{}"),
            (Some(None.into()), r#"{"name":null}"#),
            (Some("a".into()), r#"{"name":"a"}"#),
        ] {
            let patch = Patch { name };
            assert_eq!(serde_json::to_string(&patch).unwrap(), json);
            assert_eq!(serde_json::from_str::<Patch>(json).unwrap(), patch);
        }
    }

    #[test]
    fn nullable_converts_from_values_and_options() {
        assert_eq!(Nullable::from(5).value(), Some(&5));
        assert_eq!(Nullable::from(Some(5)).into_value(), Some(5));
        assert_eq!(Nullable::<i64>::default().value(), None);
    }
}
