//! In which order component schemas are lowered: what one is made of before it, so that a
//! chain of references is no recursion, however long it is.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema as Source, SchemaKind, Type};

use super::refs::Refs;
use crate::report::{Pointer, Reporter};

/// The names of all components. In a circle, one comes before what it is made of.
pub(super) fn innermost_first<'d>(
    items: &IndexMap<&'d str, &'d Source>,
    refs: &Refs<'_>,
) -> Vec<&'d str> {
    let mut order = Vec::new();
    let mut seen = BTreeSet::new();
    let mut steps: Vec<Step> = (0..items.len()).rev().map(Step::Enter).collect();
    while let Some(step) = steps.pop() {
        match step {
            Step::Enter(index) if seen.insert(index) => {
                steps.push(Step::Leave(index));
                let inner = needs(index, items, refs);
                steps.extend(inner.into_iter().rev().map(Step::Enter));
            }
            Step::Enter(_) => {}
            Step::Leave(index) => order.extend(items.get_index(index).map(|(name, _)| *name)),
        }
    }
    order
}

/// What is to be done about the component of this index.
enum Step {
    Enter(usize),
    Leave(usize),
}

/// The components that must be known for this one to be lowered.
fn needs(index: usize, items: &IndexMap<&str, &Source>, refs: &Refs<'_>) -> Vec<usize> {
    let mut references = References::default();
    if let Some((_, schema)) = items.get_index(index) {
        references.of(schema);
    }
    let needed = references.found.into_iter().filter_map(|(reference, purpose)| {
        // A reference that leads nowhere is reported where it is lowered.
        let mut unheard = Reporter::default();
        let (name, found) = refs.follow::<Source>(reference, &Pointer::root(), &mut unheard)?;
        let name_will_do = purpose == Purpose::Name && is_type_at_once(found.item);
        if name_will_do { None } else { items.get_index_of(name.as_str()) }
    });
    needed.collect()
}

/// Whether a component is a type of its own, whatever its parts are.
pub(super) fn is_type_at_once(schema: &Source) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        _ => false,
    }
}

/// What a reference is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To name the type, if it is one.
    Name,
    /// To know what is in it.
    Part,
}

/// The references of a schema.
#[derive(Default)]
struct References<'d> {
    found: Vec<(&'d str, Purpose)>,
}

impl<'d> References<'d> {
    /// A recursion as deep as a document may be, which is not very deep.
    fn of(&mut self, schema: &'d Source) {
        match &schema.schema_kind {
            SchemaKind::Type(Type::Array(array)) => self.all(&array.items, Purpose::Name),
            SchemaKind::Type(Type::Object(object)) => {
                self.all(object.properties.values(), Purpose::Name);
                self.rest(object.additional_properties.as_ref());
            }
            SchemaKind::Type(_) | SchemaKind::Not { .. } => {}
            SchemaKind::AllOf { all_of: parts }
            | SchemaKind::OneOf { one_of: parts }
            | SchemaKind::AnyOf { any_of: parts } => self.all(parts, Purpose::Part),
            SchemaKind::Any(any) => {
                self.all(&any.items, Purpose::Name);
                self.all(any.properties.values(), Purpose::Name);
                self.rest(any.additional_properties.as_ref());
                for parts in [&any.all_of, &any.one_of, &any.any_of] {
                    self.all(parts, Purpose::Part);
                }
            }
        }
    }

    fn rest(&mut self, rest: Option<&'d AdditionalProperties>) {
        if let Some(AdditionalProperties::Schema(schema)) = rest {
            self.all([schema.as_ref()], Purpose::Name);
        }
    }

    fn all<S: Borrow<Source> + 'd>(
        &mut self,
        schemas: impl IntoIterator<Item = &'d ReferenceOr<S>>,
        purpose: Purpose,
    ) {
        for schema in schemas {
            match schema {
                ReferenceOr::Item(item) => self.of(item.borrow()),
                ReferenceOr::Reference { reference } => self.found.push((reference, purpose)),
            }
        }
    }
}
