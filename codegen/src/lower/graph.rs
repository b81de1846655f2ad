//! Every schema of the document as a node.
//!
//! Nodes are created once, in a list without recursion, and refer to each other by ids: a reference
//! is a node of its own. At this stage only the structure is known; `make` determines the types,
//! over the ids.

mod broken;
mod read;

use std::borrow::Borrow;
use std::collections::HashMap;
use std::ops::Range;

use indexmap::IndexMap;
use openapiv3::{AdditionalProperties, ReferenceOr, Schema, SchemaKind, StatusCode, Type};
use serde_json::Value;

use super::lowered::{Id, Lowered, ids};
use super::refs::Refs;
use crate::load::Broken;
use crate::report::{Pointer, Reporter};

/// The schemas that a merged node consists of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Merge {
    /// All of these apply, as parts of `allOf`.
    All(Vec<Id>),
    /// One of these applies, but nothing says which.
    Any(Vec<Id>),
}

/// The origin of a node.
pub(super) enum Origin<'a> {
    /// A schema of the document.
    Schema(&'a Schema),
    /// A reference to another schema; none if it is unresolvable.
    Reference(Option<Id>),
    /// A schema that cannot be read.
    Broken(&'a Broken),
    /// No schema, where any value is allowed.
    Anything,
    /// A merge of others.
    Merged(Merge),
}

/// One schema.
pub(super) struct Node<'a> {
    pub(super) place: Pointer,
    pub(super) origin: Origin<'a>,
    /// The schemas in it: of the properties, the items and the further properties, then the parts
    /// of `allOf`, `oneOf` and `anyOf`.
    inner: Range<u32>,
    /// Whether it is only a part of another schema, by `allOf`.
    pub(super) is_part: bool,
    /// How many merges it is the result of.
    pub(super) depth: u8,
}

/// The schemas of a document.
pub(super) struct Graph<'a> {
    pub(super) refs: Refs<'a>,
    pub(super) reporter: &'a Reporter,
    /// What the types of `openapiv3` do not represent, by place.
    pub(super) unrepresented: &'a HashMap<Pointer, Value>,
    pub(super) nodes: Vec<Node<'a>>,
    /// The results for the nodes, by index, once known.
    pub(super) lowered: Vec<Option<Lowered>>,
    /// The names of the nodes with types of their own.
    pub(super) names: HashMap<Id, String>,
    /// The component schemas, by name.
    pub(super) components: IndexMap<&'a str, Id>,
    /// The targets of references that are not components.
    places: HashMap<Pointer, Id>,
    /// The schemas of operations, by the address of the parsed schema.
    roots: HashMap<usize, Id>,
    /// The merged nodes.
    pub(super) merged: HashMap<Merge, Id>,
    pub(super) inlined: Inlined,
    /// The schemas that cannot be read, and why.
    broken: HashMap<Id, &'a Broken>,
}

/// The schemas in a schema, by purpose.
#[derive(Default)]
pub(super) struct SubschemaIds {
    pub(super) properties: Range<u32>,
    pub(super) items: Option<Id>,
    pub(super) rest: Option<Id>,
    pub(super) all_of: Range<u32>,
    pub(super) one_of: Range<u32>,
    pub(super) any_of: Range<u32>,
}

/// What has been inlined so far.
#[derive(Debug, Default)]
pub(super) struct Inlined {
    pub(super) count: usize,
    pub(super) level: usize,
    /// Where something was left out because of its size.
    pub(super) left_out: Option<Pointer>,
    /// Where something was left out because of its depth.
    pub(super) too_deep: Option<Pointer>,
    /// The schemas that operations use.
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

    /// The result for a node, once known.
    pub(super) fn result(&self, id: Id) -> Option<&Lowered> {
        self.lowered.get(id.index())?.as_ref()
    }

    /// The node of an operation's schema.
    pub(super) fn root(&self, schema: &ReferenceOr<Schema>) -> Option<Id> {
        self.roots.get(&std::ptr::from_ref(schema).addr()).copied()
    }

    /// The number of the next node.
    fn next(&self) -> u32 {
        Id::at(self.nodes.len()).0
    }

    /// The schemas in a schema.
    pub(super) fn subschemas(&self, id: Id) -> SubschemaIds {
        let node = self.node(id);
        let Origin::Schema(schema) = node.origin else { return SubschemaIds::default() };
        let parts = Subschemas::of(schema);
        let mut next = node.inner.start;
        let mut take = |count: usize| {
            let start = next;
            next += u32::try_from(count).unwrap_or(u32::MAX);
            start..next
        };
        let has_rest = !matches!(parts.rest, None | Some(AdditionalProperties::Any(false)));
        SubschemaIds {
            properties: take(parts.properties.map_or(0, IndexMap::len)),
            items: ids(take(usize::from(parts.is_list))).next(),
            rest: ids(take(usize::from(has_rest))).next(),
            all_of: take(parts.all_of.len()),
            one_of: take(parts.one_of.len()),
            any_of: take(parts.any_of.len()),
        }
    }
}

/// The schemas in a schema, as parsed.
#[derive(Default)]
struct Subschemas<'a> {
    properties: Option<&'a IndexMap<String, ReferenceOr<Box<Schema>>>>,
    required: &'a [String],
    is_list: bool,
    items: Option<&'a ReferenceOr<Box<Schema>>>,
    rest: Option<&'a AdditionalProperties>,
    all_of: &'a [ReferenceOr<Schema>],
    one_of: &'a [ReferenceOr<Schema>],
    any_of: &'a [ReferenceOr<Schema>],
}

impl<'a> Subschemas<'a> {
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
enum SchemaRef<'a> {
    Item(&'a Schema),
    Reference(&'a str),
}

impl<'a, S: Borrow<Schema>> From<&'a ReferenceOr<S>> for SchemaRef<'a> {
    fn from(schema: &'a ReferenceOr<S>) -> Self {
        match schema {
            ReferenceOr::Item(item) => Self::Item(item.borrow()),
            ReferenceOr::Reference { reference } => Self::Reference(reference),
        }
    }
}

/// Whether the status is a success.
pub(super) fn is_success(status: &StatusCode) -> bool {
    matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
}
