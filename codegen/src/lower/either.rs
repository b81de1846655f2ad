//! Merges schemas of which one applies but nothing in the JSON says which: properties that only one
//! of them has are optional.

use std::collections::HashSet;

use super::graph::Graph;
use super::made::{Made, What};
use crate::model::{Enumeration, Kind, Values};

impl Graph<'_> {
    /// The schema that covers both; raw JSON if there is none.
    pub(super) fn either(&mut self, left: Made, right: Made) -> Made {
        let described = if left.description.is_empty() { &right } else { &left };
        let open = Made {
            description: described.description.clone(),
            nullable: left.nullable || right.nullable,
            format: left.format.filter(|format| right.format.as_ref() == Some(format)),
            only: left.only.filter(|only| right.only == Some(*only)),
            ..Made::open(&left.place)
        };
        let what = match (left.what, right.what) {
            (What::Object(left), What::Object(right)) => {
                What::Object(self.objects(false, left, right))
            }
            (What::Array(left), What::Array(right)) => {
                What::Array(self.put_together(false, left, right))
            }
            (What::Map(left), What::Map(right)) => What::Map(self.put_together(false, left, right)),
            (What::Plain(left), What::Plain(right)) if covers(&left, &right) => {
                What::Plain(cover(left, right))
            }
            (What::Plain(Kind::Open) | What::Members(_), _)
            | (_, What::Plain(Kind::Open) | What::Members(_)) => return open,
            (left, right) => {
                let [left, right] = [left, right].map(|what| Made::new(&open.place, what));
                let (left, right) = (left.describe(), right.describe());
                let text = format!("kept as raw JSON: it may be {left} or {right}");
                self.reporter.note("lower", &open.place, text);
                return open;
            }
        };
        Made { what, ..open }
    }
}

/// Whether the first kind includes the second.
fn covers(left: &Kind, right: &Kind) -> bool {
    let is_text = |kind: &Kind| {
        matches!(
            kind,
            Kind::String | Kind::Enumeration(Enumeration { values: Values::Strings(_), .. })
        )
    };
    let is_number = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Number);
    let same = std::mem::discriminant(left) == std::mem::discriminant(right);
    same || (is_text(left) && is_text(right)) || (is_number(left) && is_number(right))
}

fn cover(left: Kind, right: Kind) -> Kind {
    match (left, right) {
        (Kind::Enumeration(left), Kind::Enumeration(right)) => values(left, right),
        (Kind::String, _) | (_, Kind::String) => Kind::String,
        (Kind::Number, _) | (_, Kind::Number) => Kind::Number,
        (left, _) => left,
    }
}

/// The values of both, if they are of one kind.
fn values(left: Enumeration, right: Enumeration) -> Kind {
    let values = match (left.values, right.values) {
        (Values::Strings(mut values), Values::Strings(others)) => {
            values.extend(others);
            let mut seen = HashSet::new();
            values.retain(|(value, _)| seen.insert(value.clone()));
            Values::Strings(values)
        }
        (Values::Integers(mut values), Values::Integers(others)) => {
            values.extend(others);
            let mut seen = HashSet::new();
            values.retain(|(value, _)| seen.insert(*value));
            Values::Integers(values)
        }
        _ => return Kind::Open,
    };
    Kind::Enumeration(Enumeration { values, extras: Vec::new() })
}
