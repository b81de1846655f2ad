//! The bounds that the document states for an input, checked as it is written.

use std::fmt;

use super::{Inputs, Violation};

/// An input that has just been written, for the bounds that the document states for it.
///
/// Bounds are checked before anything is sent, so that a refused call costs nothing;
/// [`ClientBuilder::check_bounds`](crate::ClientBuilder::check_bounds) turns them off.
#[derive(Debug)]
pub struct Bounded<'a> {
    pub(super) inputs: &'a mut Inputs,
    pub(super) name: &'static str,
    pub(super) number: Option<Limit>,
    pub(super) chars: Option<usize>,
}

impl Bounded<'_> {
    /// The smallest number allowed.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_least(self, minimum: impl Into<Limit>) -> Self {
        let minimum = minimum.into();
        self.bound(minimum, "at least", |number| number.below(minimum))
    }

    /// The largest number allowed.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_most(self, maximum: impl Into<Limit>) -> Self {
        let maximum = maximum.into();
        self.bound(maximum, "at most", |number| maximum.below(number))
    }

    /// The most characters (not bytes) that a text may have.
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "the check is the effect"
    )]
    pub fn max_length(self, maximum: usize) -> Self {
        if let Some(chars) = self.chars
            && chars > maximum
            && self.inputs.check_bounds
        {
            self.inputs.violations.push(Violation {
                field: self.name,
                bound: format!("at most {maximum} characters long"),
                value: format!("{chars} characters long"),
            });
        }
        self
    }

    fn bound(self, limit: Limit, words: &str, broken: impl Fn(Limit) -> bool) -> Self {
        if let Some(number) = self.number
            && broken(number)
            && self.inputs.check_bounds
        {
            self.inputs.violations.push(Violation {
                field: self.name,
                bound: format!("{words} {limit}"),
                value: number.to_string(),
            });
        }
        self
    }
}

/// A number that a bound is made of, as the document writes it: an integer or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit(Number);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i64),
    Float(f64),
}

impl Limit {
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

impl From<i32> for Limit {
    fn from(number: i32) -> Self {
        Self(Number::Integer(number.into()))
    }
}

impl From<i64> for Limit {
    fn from(number: i64) -> Self {
        Self(Number::Integer(number))
    }
}

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
