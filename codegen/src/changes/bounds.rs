//! Compares bounds by what they refuse.

use std::cmp::Ordering;

use crate::model::{Bound, Number};

/// Whether something is refused that was not. What both refuses more and refuses less, does.
pub(super) fn refuse_more(old: &[Bound], new: &[Bound]) -> bool {
    let is_old = |new: &Bound| old.iter().any(|old| implies(old, new));
    !new.iter().all(is_old)
}

/// Whether a bound refuses all that another does.
fn implies(bound: &Bound, other: &Bound) -> bool {
    match (bound, other) {
        (Bound::AtLeast(least), Bound::AtLeast(other)) => compare(least, other).is_ge(),
        (Bound::AtMost(most), Bound::AtMost(other)) => compare(most, other).is_le(),
        (Bound::MaxLength(length), Bound::MaxLength(other)) => length <= other,
        _ => false,
    }
}

fn compare(one: &Number, other: &Number) -> Ordering {
    // That a float cannot tell huge integers apart is no harm: of two alike, none is tighter.
    #[expect(clippy::cast_precision_loss, reason = "only one of them is a float")]
    let float = |number: &Number| match number {
        Number::Integer(integer) => *integer as f64,
        Number::Float(float) => *float,
    };
    match (one, other) {
        (Number::Integer(one), Number::Integer(other)) => one.cmp(other),
        (one, other) => float(one).total_cmp(&float(other)),
    }
}
