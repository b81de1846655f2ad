//! Puts schemas together of which one or the other applies while nothing in the JSON says
//! which: what only one of them has may be missing.

use std::collections::BTreeSet;

use super::components::behind;
use super::objects::describe;
use super::refs::Refs;
use crate::model::{Enumeration, Field, Kind, Object, Schema, Values};
use crate::report::Reporter;

/// What covers both; raw JSON where they have nothing in common, and in their parts.
pub(super) fn either(
    left: Schema,
    right: Schema,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let open = Schema {
        description: if left.description.is_empty() { right.description } else { left.description },
        nullable: left.nullable || right.nullable,
        format: left.format.filter(|format| right.format.as_ref() == Some(format)),
        only: left.only.filter(|only| right.only == Some(*only)),
        ..Schema::bare(&left.pointer, Kind::Open)
    };
    let place = open.pointer.clone();
    let kind = refs.deeper(&place, reporter, |reporter| {
        let pointer = &place;
        match (left.kind, right.kind) {
            (Kind::Component(left), Kind::Component(right)) if left == right => {
                Kind::Component(left)
            }
            (Kind::Component(left), Kind::Component(right)) => {
                let both = || {
                    let part = |name: &str, reporter: &mut Reporter| {
                        refs.write_out(&behind(name, pointer, refs, reporter), pointer)
                    };
                    let (left, right) = (part(&left, reporter), part(&right, reporter));
                    Ok(either(left, right, refs, reporter).kind)
                };
                // Where each holds itself, that is where they part.
                refs.pair(&left, &right, both).unwrap_or(Kind::Open)
            }
            (Kind::Object(left), Kind::Object(right)) => {
                Kind::Object(objects(left, right, refs, reporter))
            }
            (Kind::Array(left), Kind::Array(right)) => {
                Kind::Array(Box::new(either(*left, *right, refs, reporter)))
            }
            (Kind::Map(left), Kind::Map(right)) => {
                Kind::Map(Box::new(either(*left, *right, refs, reporter)))
            }
            (Kind::Enumeration(left), Kind::Enumeration(right)) => values(left, right),
            (Kind::String, kind) | (kind, Kind::String) if is_text(&kind) => Kind::String,
            (Kind::Integer, Kind::Integer) => Kind::Integer,
            (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => Kind::Number,
            (Kind::Boolean, Kind::Boolean) => Kind::Boolean,
            (Kind::Open, _) | (_, Kind::Open) => Kind::Open,
            (left, right) => {
                let (left, right) = (describe(&left), describe(&right));
                let text = format!("kept as raw JSON: it may be {left} or {right}");
                reporter.note("lower", pointer, text);
                Kind::Open
            }
        }
    });
    Schema { kind: kind.unwrap_or(Kind::Open), ..open }
}

fn is_text(kind: &Kind) -> bool {
    matches!(kind, Kind::String | Kind::Enumeration(Enumeration { values: Values::Strings(_), .. }))
}

/// The members of both.
fn objects(left: Object, right: Object, refs: &Refs<'_>, reporter: &mut Reporter) -> Object {
    let mut others = right.fields;
    let mut fields = Vec::new();
    for field in left.fields {
        let index = others.iter().position(|other| other.wire == field.wire);
        fields.push(match index.map(|index| others.remove(index)) {
            Some(other) => Field {
                required: field.required && other.required,
                schema: either(field.schema, other.schema, refs, reporter),
                ..field
            },
            None => Field { required: false, ..field },
        });
    }
    fields.extend(others.into_iter().map(|field| Field { required: false, ..field }));
    let rest = match (left.rest, right.rest) {
        (Some(left), Some(right)) => Some(Box::new(either(*left, *right, refs, reporter))),
        (rest, None) | (None, rest) => rest,
    };
    Object { fields, rest }
}

/// The values of both, where they are of one kind.
fn values(left: Enumeration, right: Enumeration) -> Kind {
    let values = match (left.values, right.values) {
        (Values::Strings(mut values), Values::Strings(others)) => {
            values.extend(others);
            let mut seen = BTreeSet::new();
            values.retain(|(value, _)| seen.insert(value.clone()));
            Values::Strings(values)
        }
        (Values::Integers(mut values), Values::Integers(others)) => {
            values.extend(others);
            let mut seen = BTreeSet::new();
            values.retain(|(value, _)| seen.insert(*value));
            Values::Integers(values)
        }
        _ => return Kind::Open,
    };
    Kind::Enumeration(Enumeration { values, extras: Vec::new() })
}
