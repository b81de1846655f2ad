//! The bounds that the document states for an input, checked when it is encoded.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::{Inputs, Violation};

/// A step from a value to a value inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inside {
    /// To the member of this name.
    Member(&'static str),
    /// To each value of a list or a map.
    Each,
}

/// An input that has just been encoded, or the values inside it, to be checked against the document's bounds.
///
/// Bounds are checked before anything is sent, so that a refused call costs nothing;
/// [`ClientBuilder::check_bounds`](crate::ClientBuilder::check_bounds) turns them off.
#[derive(Debug)]
pub struct Bounded<'a> {
    inputs: &'a mut Inputs,
    checked: Checked,
}

#[derive(Debug)]
enum Checked {
    Whole(&'static str, Measured),
    /// Each with its path: `options.depth`.
    Parts(Vec<(String, Measured)>),
}

/// What is compared with the bounds of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Measured {
    pub(super) number: Option<Limit>,
    pub(super) chars: Option<usize>,
}

impl Measured {
    pub(super) fn of<'a>(self, inputs: &'a mut Inputs, name: &'static str) -> Bounded<'a> {
        Bounded { inputs, checked: Checked::Whole(name, self) }
    }

    fn in_json(value: &Value) -> Self {
        let integer = value.as_i64().map(Limit::from).or_else(|| value.as_u64().map(Limit::from));
        let number = integer.or_else(|| value.as_f64().map(Limit::from));
        Self { number, chars: value.as_str().map(|text| text.chars().count()) }
    }
}

impl Inputs {
    /// Selects the values at a path inside the input: none, one or many.
    pub fn inside<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        path: &[Inside],
    ) -> Bounded<'_> {
        let mut parts = Vec::new();
        if self.check_bounds
            && self.price.is_none()
            && let Ok(value) = serde_json::to_value(value)
        {
            collect(name.to_owned(), &value, path, &mut parts);
        }
        Bounded { inputs: self, checked: Checked::Parts(parts) }
    }
}

/// Collects the values at the end of the path.
fn collect(name: String, value: &Value, path: &[Inside], parts: &mut Vec<(String, Measured)>) {
    match (path.split_first(), value) {
        (None, value) => parts.push((name, Measured::in_json(value))),
        (Some((Inside::Member(member), path)), Value::Object(members)) => {
            if let Some(value) = members.get(*member) {
                collect(format!("{name}.{member}"), value, path, parts);
            }
        }
        (Some((Inside::Each, path)), Value::Object(members)) => {
            for (member, value) in members {
                collect(format!("{name}.{member}"), value, path, parts);
            }
        }
        (Some((Inside::Each, path)), Value::Array(elements)) => {
            for (index, value) in elements.iter().enumerate() {
                collect(format!("{name}[{index}]"), value, path, parts);
            }
        }
        _ => {}
    }
}

impl Bounded<'_> {
    /// Checks a minimum.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_least(self, minimum: impl Into<Limit>) -> Self {
        let minimum = minimum.into();
        self.bound(
            || format!("at least {minimum}"),
            |measured| {
                measured
                    .number
                    .filter(|number| number.below(minimum))
                    .map(|number| number.to_string())
            },
        )
    }

    /// Checks a maximum.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_most(self, maximum: impl Into<Limit>) -> Self {
        let maximum = maximum.into();
        self.bound(
            || format!("at most {maximum}"),
            |measured| {
                measured
                    .number
                    .filter(|number| maximum.below(*number))
                    .map(|number| number.to_string())
            },
        )
    }

    /// Checks the maximum length of a text, in characters (not bytes).
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "the check is the effect"
    )]
    pub fn max_length(self, maximum: usize) -> Self {
        self.bound(
            || format!("at most {maximum} characters"),
            |measured| {
                measured
                    .chars
                    .filter(|chars| *chars > maximum)
                    .map(|chars| format!("{chars} characters"))
            },
        )
    }

    /// Records each value that `broken` returns a description of.
    fn bound(
        self,
        bound: impl Fn() -> String,
        broken: impl Fn(Measured) -> Option<String>,
    ) -> Self {
        let Self { inputs, checked } = self;
        if inputs.check_bounds {
            let mut check = |field: Cow<'static, str>, measured: Measured| {
                if let Some(value) = broken(measured) {
                    inputs.violations.push(Violation { field, bound: bound(), value });
                }
            };
            match &checked {
                Checked::Whole(name, measured) => check(Cow::Borrowed(name), *measured),
                Checked::Parts(parts) => {
                    for (name, measured) in parts {
                        check(Cow::Owned(name.clone()), *measured);
                    }
                }
            }
        }
        Self { inputs, checked }
    }
}

/// A number as the document writes it: an integer or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit(Number);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i128),
    Float(f64),
}

impl Limit {
    pub(super) fn integer(number: i128) -> Self {
        Self(Number::Integer(number))
    }

    fn below(self, other: Self) -> bool {
        match (self.0, other.0) {
            (Number::Integer(this), Number::Integer(that)) => this < that,
            _ => self.as_f64() < other.as_f64(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only compared with a number that is no more precise"
    )]
    fn as_f64(self) -> f64 {
        match self.0 {
            Number::Integer(integer) => integer as f64,
            Number::Float(float) => float,
        }
    }
}

macro_rules! integer_limits {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Limit {
            fn from(number: $integer) -> Self {
                Self::integer(number.into())
            }
        }
    )*};
}
integer_limits!(i32, i64, u64);

impl From<f64> for Limit {
    fn from(number: f64) -> Self {
        Self(Number::Float(number))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Number::Integer(integer) => integer.fmt(f),
            Number::Float(float) => float.fmt(f),
        }
    }
}
