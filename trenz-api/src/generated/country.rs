//! Country.
use crate::UnknownValue;

/// Country.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Country {
    /// `us`
    Us,
    /// `gb`
    Gb,
    /// A value this version of the crate does not name.
    Unrecognized(UnknownValue),
}

impl Country {
    /// The value on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Us => "us",
            Self::Gb => "gb",
            Self::Unrecognized(value) => value.as_str(),
        }
    }
}

impl From<&str> for Country {
    fn from(value: &str) -> Self {
        match value {
            "us" => Self::Us,
            "gb" => Self::Gb,
            other => Self::Unrecognized(UnknownValue::new(other)),
        }
    }
}

crate::open_enum!(Country);
