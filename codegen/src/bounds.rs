//! Constraints of values that are checked before anything is sent: how they are printed, and which
//! of them are stricter.

use std::cmp::Ordering;
use std::fmt;

/// A constraint of one value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Bound {
    AtLeast(Number),
    AtMost(Number),
    MaxLength(u64),
}

/// A bound's number, exactly as the document gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Integer(i128),
    Float(f64),
}

impl Bound {
    /// Whether this bound refuses everything that `other` refuses.
    fn implies(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AtLeast(least), Self::AtLeast(other)) => least.compare(*other).is_ge(),
            (Self::AtMost(most), Self::AtMost(other)) => most.compare(*other).is_le(),
            (Self::MaxLength(length), Self::MaxLength(other)) => length <= other,
            _ => false,
        }
    }
}

/// Whether the new bounds refuse something that the old ones do not.
pub(crate) fn are_stricter(old: &[Bound], new: &[Bound]) -> bool {
    !new.iter().all(|new| old.iter().any(|old| old.implies(new)))
}

/// The stricter bounds of two sets.
pub(crate) fn strictest(left: &[Bound], right: &[Bound]) -> Vec<Bound> {
    let mut bounds = left.to_vec();
    for bound in right {
        match bounds.iter_mut().find(|other| bound.implies(other) || other.implies(bound)) {
            Some(other) if !other.implies(bound) => *other = bound.clone(),
            Some(_) => {}
            None => bounds.push(bound.clone()),
        }
    }
    bounds
}

impl Number {
    fn compare(self, other: Self) -> Ordering {
        // A float cannot distinguish huge integers, but of two equal ones neither is stricter.
        #[expect(clippy::cast_precision_loss, reason = "one of them is a float")]
        let float = |number| match number {
            Self::Integer(integer) => integer as f64,
            Self::Float(float) => float,
        };
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.cmp(&other),
            (one, other) => float(one).total_cmp(&float(other)),
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "at least {least}"),
            Self::AtMost(most) => write!(f, "at most {most}"),
            Self::MaxLength(length) => write!(f, "at most {length} characters"),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}
