//! Every schema of the document as a node.
//!
//! Nodes are made once, in a list without recursion, and refer to each other by their ids:
//! a reference is a node of its own that leads to another. Nothing is known of them yet but
//! what stands where; what it comes to is found by `make`, over the ids.

mod broken;
mod read;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::ops::Range;

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, StatusCode, Type};
use serde_json::Value;

use super::made::{Id, Made, ids};
use super::refs::Refs;
use crate::load::Broken;
use crate::report::Pointer;

/// What a node stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Both {
    /// All of these apply, as parts of `allOf`.
    All(Vec<Id>),
    /// One of these applies, and nothing says which.
    Any(Vec<Id>),
}

/// Where a node comes from.
pub(super) enum Origin<'a> {
    /// A schema of the document.
    Schema(&'a Schema),
    /// A reference to another schema; nothing where it leads nowhere.
    Reference(Option<Id>),
    /// What cannot be read.
    Broken(&'a Broken),
    /// No schema, where anything may stand.
    Anything,
    /// Others, put together.
    Together(Both),
}

/// One schema.
pub(super) struct Node<'a> {
    pub(super) place: Pointer,
    pub(super) origin: Origin<'a>,
    /// The schemas in it: of the properties, the items and the further members, then the
    /// parts of `allOf`, `oneOf` and `anyOf`.
    inner: Range<u32>,
    /// Whether it is only a part of another, by `allOf`.
    pub(super) is_part: bool,
    /// How many times it has been put together of others.
    pub(super) depth: u8,
}

/// The schemas of a document.
pub(super) struct Graph<'a> {
    pub(super) refs: Refs<'a>,
    /// What the types of `openapiv3` do not tell, by place.
    pub(super) untold: &'a HashMap<Pointer, Value>,
    pub(super) nodes: Vec<Node<'a>>,
    /// What the nodes come to, by their index, once that is known.
    pub(super) made: Vec<Option<Made>>,
    /// What those are called that have a type of their own.
    pub(super) names: HashMap<Id, String>,
    /// The component schemas, by name.
    pub(super) components: IndexMap<&'a str, Id>,
    /// Those that references lead to and that are no components.
    places: HashMap<Pointer, Id>,
    /// Those that operations begin with, by the address of the parsed schema.
    roots: HashMap<usize, Id>,
    /// Those that have been put together.
    pub(super) together: HashMap<Both, Id>,
    pub(super) written: Written,
    /// The schemas that cannot be read, and why.
    broken: HashMap<Id, &'a Broken>,
}

/// The schemas in a schema, by what they are for.
#[derive(Default)]
pub(super) struct Inner {
    pub(super) properties: Range<u32>,
    pub(super) items: Option<Id>,
    pub(super) rest: Option<Id>,
    pub(super) all_of: Range<u32>,
    pub(super) one_of: Range<u32>,
    pub(super) any_of: Range<u32>,
}

/// What has been inlined so far.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) count: usize,
    pub(super) level: usize,
    /// Where something was left out because there was too much of it.
    pub(super) left_out: Option<Pointer>,
    /// Where something was left out because it was too deep.
    pub(super) too_deep: Option<Pointer>,
    /// What operations have asked for.
    pub(super) roots: Vec<Id>,
}

impl<'a> Graph<'a> {
    /// A new node.
    pub(super) fn add(&mut self, place: Pointer, origin: Origin<'a>) -> Id {
        let id = Id::at(self.nodes.len());
        self.nodes.push(Node { place, origin, inner: 0..0, is_part: false, depth: 0 });
        id
    }

    /// Every node.
    pub(super) fn all(&self) -> impl Iterator<Item = Id> + use<> {
        ids(0..self.next())
    }

    pub(super) fn node(&self, id: Id) -> &Node<'a> {
        &self.nodes[id.index()]
    }

    /// The node of a schema that an operation begins with.
    pub(super) fn root(&self, schema: &ReferenceOr<Schema>) -> Option<Id> {
        self.roots.get(&std::ptr::from_ref(schema).addr()).copied()
    }

    /// The number of the next node.
    fn next(&self) -> u32 {
        Id::at(self.nodes.len()).0
    }

    /// The schemas in a schema.
    pub(super) fn inner_of(&self, id: Id) -> Inner {
        let node = self.node(id);
        let Origin::Schema(schema) = node.origin else { return Inner::default() };
        let parts = Parts::of(schema);
        let mut next = node.inner.start;
        let mut take = |count: usize| {
            let start = next;
            next += u32::try_from(count).unwrap_or(u32::MAX);
            start..next
        };
        let has_rest = !matches!(parts.rest, None | Some(AdditionalProperties::Any(false)));
        Inner {
            properties: take(parts.properties.map_or(0, IndexMap::len)),
            items: ids(take(usize::from(parts.is_list))).next(),
            rest: ids(take(usize::from(has_rest))).next(),
            all_of: take(parts.all_of.len()),
            one_of: take(parts.one_of.len()),
            any_of: take(parts.any_of.len()),
        }
    }
}

/// The schemas in a schema, as they were parsed.
#[derive(Default)]
struct Parts<'a> {
    properties: Option<&'a IndexMap<String, ReferenceOr<Box<Schema>>>>,
    required: &'a [String],
    is_list: bool,
    items: Option<&'a ReferenceOr<Box<Schema>>>,
    rest: Option<&'a AdditionalProperties>,
    all_of: &'a [ReferenceOr<Schema>],
    one_of: &'a [ReferenceOr<Schema>],
    any_of: &'a [ReferenceOr<Schema>],
}

impl<'a> Parts<'a> {
    fn of(schema: &'a Schema) -> Self {
        match &schema.schema_kind {
            SchemaKind::Type(Type::Array(ty)) => {
                Self { is_list: true, items: ty.items.as_ref(), ..Self::default() }
            }
            SchemaKind::Type(Type::Object(ty)) => Self {
                properties: Some(&ty.properties),
                required: &ty.required,
                rest: ty.additional_properties.as_ref(),
                ..Self::default()
            },
            SchemaKind::Type(_) | SchemaKind::Not { .. } => Self::default(),
            SchemaKind::AllOf { all_of } => Self { all_of, ..Self::default() },
            SchemaKind::OneOf { one_of } => Self { one_of, ..Self::default() },
            SchemaKind::AnyOf { any_of } => Self { any_of, ..Self::default() },
            SchemaKind::Any(any) => Self {
                properties: Some(&any.properties),
                required: &any.required,
                is_list: any.items.is_some() || any.typ.as_deref() == Some("array"),
                items: any.items.as_ref(),
                rest: any.additional_properties.as_ref(),
                all_of: &any.all_of,
                one_of: &any.one_of,
                any_of: &any.any_of,
            },
        }
    }
}

/// A schema, or a reference to one.
#[derive(Clone, Copy)]
enum Part<'a> {
    Item(&'a Schema),
    Reference(&'a str),
}

impl<'a, S: Borrow<Schema>> From<&'a ReferenceOr<S>> for Part<'a> {
    fn from(schema: &'a ReferenceOr<S>) -> Self {
        match schema {
            ReferenceOr::Item(item) => Self::Item(item.borrow()),
            ReferenceOr::Reference { reference } => Self::Reference(reference),
        }
    }
}

/// Whether a call has succeeded that is answered with this status.
pub(super) fn is_success(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}
