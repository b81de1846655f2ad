//! Merges schemas of which one applies but nothing in the JSON says which: properties that only one
//! of them has are optional.

use std::collections::HashSet;

use super::graph::Graph;
use super::lowered::{Lowered, NodeKind};
use crate::model::{Enumeration, JsonType, Kind};

impl Graph<'_> {
    /// The schema that covers both; raw JSON if there is none.
    pub(super) fn merge_any(&mut self, left: Lowered, right: Lowered) -> Lowered {
        let described = if left.description.is_empty() { &right } else { &left };
        let open = Lowered {
            description: described.description.clone(),
            nullable: left.nullable || right.nullable,
            format: left.format.filter(|format| right.format.as_ref() == Some(format)),
            only: left.only.filter(|only| right.only == Some(*only)),
            ..Lowered::open(&left.place)
        };
        let kind = match (left.kind, right.kind) {
            (NodeKind::Object(left), NodeKind::Object(right)) => {
                NodeKind::Object(self.merge_objects(false, left, right))
            }
            (NodeKind::Array(left), NodeKind::Array(right)) => {
                NodeKind::Array(self.merged_node(false, left, right))
            }
            (NodeKind::Map(left), NodeKind::Map(right)) => {
                NodeKind::Map(self.merged_node(false, left, right))
            }
            (NodeKind::Value(left), NodeKind::Value(right)) if is_compatible(&left, &right) => {
                NodeKind::Value(common_kind(left, right))
            }
            (NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_), _)
            | (_, NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_)) => return open,
            (left, right) => {
                let [left, right] = [left, right].map(|kind| Lowered::new(&open.place, kind));
                let (left, right) = (left.describe(), right.describe());
                let text = format!("kept as raw JSON: it may be {left} or {right}");
                self.reporter.note("lower", &open.place, text);
                return open;
            }
        };
        Lowered { kind, ..open }
    }
}

/// Whether one kind can include both.
fn is_compatible(left: &Kind, right: &Kind) -> bool {
    let is_text = |kind: &Kind| kind.json_type() == Some(JsonType::Text);
    let is_number = |kind: &Kind| matches!(kind, Kind::Integer | Kind::Number);
    let same = std::mem::discriminant(left) == std::mem::discriminant(right);
    same || (is_text(left) && is_text(right)) || (is_number(left) && is_number(right))
}

fn common_kind(left: Kind, right: Kind) -> Kind {
    match (left, right) {
        (Kind::Enumeration(left), Kind::Enumeration(right)) => values(left, right),
        (Kind::String, _) | (_, Kind::String) => Kind::String,
        (Kind::Number, _) | (_, Kind::Number) => Kind::Number,
        (left, _) => left,
    }
}

/// The values of both, if they are of one kind.
fn values(mut left: Enumeration, right: Enumeration) -> Kind {
    if left.is_integer != right.is_integer {
        return Kind::Open;
    }
    left.values.extend(right.values);
    let mut seen = HashSet::new();
    left.values.retain(|(value, _)| seen.insert(value.clone()));
    Kind::enumeration(left.is_integer, left.values)
}
