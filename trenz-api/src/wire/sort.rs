//! Sort orders: a field and a direction, sent as one value.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

use crate::base::display::display_as_str;

/// A field to sort by and the direction, `gmv:desc` on the wire.
///
/// Made from the field: `SearchSort::Gmv.desc()`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Sort<F> {
    /// The field to sort by.
    pub field: F,
    /// The direction.
    pub direction: Direction,
}

impl<F> Sort<F> {
    /// Sorts by `field` in ascending order.
    pub const fn asc(field: F) -> Self {
        Self { field, direction: Direction::Asc }
    }

    /// Sorts by `field` in descending order.
    pub const fn desc(field: F) -> Self {
        Self { field, direction: Direction::Desc }
    }
}

impl<F: fmt::Display> fmt::Display for Sort<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.field, self.direction)
    }
}

impl<F: fmt::Display> Serialize for Sort<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, F: for<'a> From<&'a str>> Deserialize<'de> for Sort<F> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        // The field may be unknown to this crate, and so may contain colons.
        match text.rsplit_once(':') {
            Some((field, "asc")) => Ok(Self::asc(F::from(field))),
            Some((field, "desc")) => Ok(Self::desc(F::from(field))),
            _ => Err(de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"`field:asc` or `field:desc`",
            )),
        }
    }
}

/// The direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Ascending.
    Asc,
    /// Descending.
    Desc,
}

impl Direction {
    /// The direction on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asc => "asc",
            Self::Desc => "desc",
        }
    }
}

display_as_str!(Direction);

/// The methods of a generated enum of fields that make a sort.
macro_rules! sort_field {
    ($name:ident) => {
        impl $name {
            /// Sorts by this field in ascending order.
            #[must_use]
            pub const fn asc(self) -> crate::wire::sort::Sort<Self> {
                crate::wire::sort::Sort::asc(self)
            }

            /// Sorts by this field in descending order.
            #[must_use]
            pub const fn desc(self) -> crate::wire::sort::Sort<Self> {
                crate::wire::sort::Sort::desc(self)
            }
        }
    };
}
pub(crate) use sort_field;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::Country;

    #[test]
    fn a_sort_is_field_and_direction_and_round_trips() {
        for (sort, wire) in [
            (Sort::asc(Country::Us), "us:asc"),
            (Sort::desc(Country::from("a:b")), "a:b:desc"),
            (Sort::desc(Country::from("")), ":desc"),
        ] {
            assert_eq!(sort.to_string(), wire);
            let json = serde_json::to_string(&sort).unwrap();
            assert_eq!(json, format!("\"{wire}\""));
            assert_eq!(serde_json::from_str::<Sort<Country>>(&json).unwrap(), sort);
        }
        for wrong in ["us", "us:", "us:up", ""] {
            assert!(
                serde_json::from_str::<Sort<Country>>(&format!("\"{wrong}\"")).is_err(),
                "{wrong}"
            );
        }
    }
}
