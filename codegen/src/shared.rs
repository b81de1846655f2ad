//! Types that several operations share, by the decisions table.
//!
//! A place is shared by the name of its property. That the places agree is checked, so that a
//! document in which they diverge is reported.

mod proposals;

use crate::decisions::{Agreement, Decisions, SharedKind, SharedType};
use crate::model::{Api, Kind, Object, Schema, Side};
use crate::report::Reporter;

/// A shared type, and what its places say about it together.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) name: String,
    pub(crate) schema: Schema,
    pub(crate) in_inputs: bool,
    pub(crate) in_responses: bool,
}

/// Replaces every place of a shared type by its name.
pub(crate) fn apply(
    mut api: Api,
    decisions: &Decisions,
    reporter: &Reporter,
) -> (Api, Vec<Shared>) {
    let mut sharing = Sharing { decisions, shared: Vec::new(), operation: String::new() };
    // Where places describe a field differently, one counts whatever the order of the document.
    let mut operations: Vec<_> = api.operations.iter_mut().collect();
    operations.sort_by(|one, other| one.id.cmp(&other.id));
    for operation in operations {
        operation.id.clone_into(&mut sharing.operation);
        for input in &mut operation.inputs {
            sharing.property(&input.wire.clone(), &mut input.schema, Side::Input, reporter);
        }
        if let Some(schema) = &mut operation.response.schema {
            sharing.schema(schema, Side::Response, reporter);
        }
    }
    for shared in &sharing.shared {
        let text = format!("`{}` is the type of every place in the table", shared.name);
        reporter.note("shared", &shared.schema.pointer, text);
    }
    if !reporter.is_lenient() {
        proposals::propose(&api, decisions, reporter);
    }
    (api, sharing.shared)
}

struct Sharing<'a> {
    decisions: &'a Decisions,
    shared: Vec<Shared>,
    operation: String,
}

impl Sharing<'_> {
    fn schema(&mut self, schema: &mut Schema, side: Side, reporter: &Reporter) {
        if let Kind::Object(object) = &mut schema.kind {
            for field in &mut object.fields {
                self.property(&field.wire.clone(), &mut field.schema, side, reporter);
            }
        } else {
            schema.inner_mut().into_iter().for_each(|inner| self.schema(inner, side, reporter));
        }
    }

    /// A property, or the elements of one that is a list.
    fn property(&mut self, name: &str, schema: &mut Schema, side: Side, reporter: &Reporter) {
        if let Kind::Array(inner) = &mut schema.kind {
            return self.property(name, inner, side, reporter);
        }
        let table = &self.decisions.shared;
        let entry = table.iter().find(|entry| entry.covers(name, side, &self.operation));
        let Some(entry) = entry else { return self.schema(schema, side, reporter) };
        if entry.except.contains(&self.operation) {
            return self.schema(schema, side, reporter);
        }
        let of_kind = match schema.kind {
            Kind::Enumeration(_) => entry.kind == SharedKind::Enum,
            Kind::Object(_) => entry.kind == SharedKind::Object,
            _ => false,
        };
        if !of_kind {
            let how = "has another kind of schema here";
            return disagreement(entry, schema, how, &self.operation, reporter);
        }
        table.find(|other| std::ptr::eq(other, entry));
        let place = std::mem::replace(&mut schema.kind, Kind::Shared(entry.name.clone()));
        self.merge(entry, &Schema { kind: place, ..schema.clone() }, side, reporter);
    }

    fn merge(&mut self, entry: &SharedType, place: &Schema, side: Side, reporter: &Reporter) {
        let known = self.shared.iter_mut().position(|shared| shared.name == entry.name);
        let index = known.unwrap_or_else(|| {
            self.shared.push(Shared {
                name: entry.name.clone(),
                schema: Schema { description: entry.doc.clone(), ..place.clone() },
                in_inputs: false,
                in_responses: false,
            });
            self.shared.len() - 1
        });
        let shared = &mut self.shared[index];
        shared.in_inputs |= side == Side::Input;
        shared.in_responses |= side == Side::Response;
        let agrees = match (&mut shared.schema.kind, &place.kind) {
            (Kind::Enumeration(known), Kind::Enumeration(here)) => known == here,
            (Kind::Object(known), Kind::Object(here)) => {
                merge_fields(known, here, entry.agreement == Agreement::Union)
            }
            _ => false,
        };
        if !agrees {
            let first = format!("differs from the place at {}", shared.schema.pointer);
            disagreement(entry, place, &first, &self.operation, reporter);
        }
    }
}

impl SharedType {
    /// Whether a property of this name is this type's, unless it is an exception.
    fn covers(&self, property: &str, side: Side, operation: &str) -> bool {
        self.properties.iter().any(|name| name == property)
            && self.within.is_none_or(|within| within == side)
            && (self.only.is_empty() || self.only.iter().any(|id| id == operation))
    }
}

fn disagreement(
    entry: &SharedType,
    place: &Schema,
    how: &str,
    operation: &str,
    reporter: &Reporter,
) {
    reporter.operation_problem(
        &place.pointer,
        operation,
        format!("the shared type `{}` {how}", entry.name),
        "correct the `shared` table of spec/decisions.json: name the operation in `except`, \
         or remove the shared type",
    );
}

/// Merges the fields of one place; returns whether it agrees.
fn merge_fields(known: &mut Object, here: &Object, union: bool) -> bool {
    let same_names = known.fields.len() == here.fields.len();
    for field in &here.fields {
        match known.fields.iter().find(|other| other.wire == field.wire) {
            Some(other) if !same(&other.schema, &field.schema) => return false,
            Some(_) => {}
            None if union => known.fields.push(field.clone()),
            None => return false,
        }
    }
    union || same_names
}

/// Whether two schemas allow the same values, whatever their descriptions say.
fn same(left: &Schema, right: &Schema) -> bool {
    match (&left.kind, &right.kind) {
        (Kind::Object(left), Kind::Object(right)) => {
            left.fields.len() == right.fields.len()
                && left.fields.iter().all(|field| {
                    right.fields.iter().any(|other| {
                        other.wire == field.wire
                            && other.required == field.required
                            && same(&other.schema, &field.schema)
                    })
                })
        }
        (Kind::Array(left), Kind::Array(right)) | (Kind::Map(left), Kind::Map(right)) => {
            same(left, right)
        }
        (Kind::Wrapped(outer, left), Kind::Wrapped(other, right)) => {
            outer == other && same(left, right)
        }
        (Kind::Union(left), Kind::Union(right)) => {
            left.tag == right.tag
                && left.alternatives.len() == right.alternatives.len()
                && left.alternatives.iter().zip(&right.alternatives).all(|(left, right)| {
                    left.recognised_by == right.recognised_by && same(&left.schema, &right.schema)
                })
        }
        (Kind::Enumeration(left), Kind::Enumeration(right)) => left == right,
        (Kind::Component(left), Kind::Component(right))
        | (Kind::Shared(left), Kind::Shared(right)) => left == right,
        (left, right) => std::mem::discriminant(left) == std::mem::discriminant(right),
    }
}
