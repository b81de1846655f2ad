//! Every schema of the document as a node.
//!
//! Nodes are made once, in a list without recursion, and refer to each other by their ids:
//! a reference is a node of its own that leads to another. Nothing is known of them yet but
//! what stands where; what it comes to is found by `make`, over the ids.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::ops::Range;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, MediaType, OpenAPI, Operation, Parameter, ParameterSchemaOrContent,
    ReferenceOr, Responses, Schema, SchemaKind, StatusCode, Type,
};

use serde_json::Value;

use super::make::Made;
use super::refs::Refs;
use super::write::Written;
use crate::load::{Document, References, Target};
use crate::report::{Pointer, Reporter};

/// A node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id(u32);

impl Id {
    pub(super) fn at(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

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
    /// The document as JSON, for what the types of `openapiv3` do not tell.
    pub(super) document: &'a Value,
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

/// The nodes of a range.
pub(super) fn ids(range: Range<u32>) -> impl DoubleEndedIterator<Item = Id> + Clone {
    range.map(Id)
}

impl<'a> Graph<'a> {
    /// Reads every schema that is a component, or that an operation begins with.
    pub(super) fn new(document: &'a Document, reporter: &mut Reporter) -> Self {
        let mut graph = Self {
            refs: Refs::new(document),
            document: &document.value,
            nodes: Vec::new(),
            made: Vec::new(),
            names: HashMap::new(),
            components: IndexMap::new(),
            places: HashMap::new(),
            roots: HashMap::new(),
            together: HashMap::new(),
            written: Written::default(),
        };
        let base = Pointer::root().join("components").join("schemas");
        let api = &document.api;
        let schemas = || api.components.iter().flat_map(|components| &components.schemas);
        // Each has its id before any of them is looked into.
        for (name, _) in schemas() {
            let id = graph.add(base.join(name), Origin::Anything);
            graph.components.insert(name, id);
        }
        for place in document.references.schemas.keys() {
            let id = graph.add(place.clone(), Origin::Anything);
            graph.places.insert(place.clone(), id);
        }
        let components: Vec<Id> = graph.components.values().copied().collect();
        for (id, (_, schema)) in components.into_iter().zip(schemas()) {
            let place = graph.node(id).place.clone();
            graph.nodes[id.index()].origin = graph.origin(schema.into(), &place, reporter);
        }
        for (place, schema) in &document.references.schemas {
            if let Some(id) = graph.places.get(place) {
                graph.nodes[id.index()].origin = Origin::Schema(schema);
            }
        }
        graph.operations(api, reporter);
        let References { parameters, bodies, responses, .. } = &document.references;
        for (place, parameter) in parameters {
            graph.parameter(parameter, place, reporter);
        }
        for (place, body) in bodies {
            graph.content(&body.content, place, reporter);
        }
        for (place, response) in responses {
            graph.content(&response.content, place, reporter);
        }
        graph.fill(reporter);
        graph
    }

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

    fn operations(&mut self, api: &'a OpenAPI, reporter: &mut Reporter) {
        if let Some(components) = &api.components {
            let base = Pointer::root().join("components");
            let place = base.join("parameters");
            for (name, parameter) in &components.parameters {
                if let Some(item) = parameter.as_item() {
                    self.parameter(item, &place.join(name), reporter);
                }
            }
            let place = base.join("requestBodies");
            for (name, body) in &components.request_bodies {
                if let Some(item) = body.as_item() {
                    self.content(&item.content, &place.join(name), reporter);
                }
            }
            let place = base.join("responses");
            for (name, response) in &components.responses {
                if let Some(item) = response.as_item() {
                    self.content(&item.content, &place.join(name), reporter);
                }
            }
        }
        let base = Pointer::root().join("paths");
        for (path, item) in &api.paths.paths {
            let Some(item) = item.as_item() else { continue };
            let place = base.join(path);
            self.parameters(&item.parameters, &place, reporter);
            for (method, operation) in item.iter() {
                self.operation(operation, &place.join(method), reporter);
            }
        }
    }

    fn operation(&mut self, operation: &'a Operation, place: &Pointer, reporter: &mut Reporter) {
        self.parameters(&operation.parameters, place, reporter);
        if let Some(ReferenceOr::Item(body)) = &operation.request_body {
            self.content(&body.content, &place.join("requestBody"), reporter);
        }
        let place = place.join("responses");
        let Responses { default, responses, .. } = &operation.responses;
        // What an error holds is not read.
        let good = responses.iter().filter(|(status, _)| is_success(status));
        let good = good.map(|(status, response)| (status.to_string(), response));
        let default = default.iter().map(|response| ("default".to_owned(), response));
        for (status, response) in good.chain(default) {
            if let Some(item) = response.as_item() {
                self.content(&item.content, &place.join(&status), reporter);
            }
        }
    }

    fn parameters(
        &mut self,
        parameters: &'a [ReferenceOr<Parameter>],
        place: &Pointer,
        reporter: &mut Reporter,
    ) {
        let place = place.join("parameters");
        for (index, parameter) in parameters.iter().enumerate() {
            if let Some(item) = parameter.as_item() {
                self.parameter(item, &place.join(index), reporter);
            }
        }
    }

    fn parameter(&mut self, parameter: &'a Parameter, place: &Pointer, reporter: &mut Reporter) {
        match &parameter.parameter_data_ref().format {
            ParameterSchemaOrContent::Schema(schema) => {
                self.begin(schema, place.join("schema"), reporter);
            }
            ParameterSchemaOrContent::Content(content) => self.content(content, place, reporter),
        }
    }

    fn content(
        &mut self,
        content: &'a IndexMap<String, MediaType>,
        place: &Pointer,
        reporter: &mut Reporter,
    ) {
        let place = place.join("content");
        for (name, media) in content {
            if let Some(schema) = &media.schema {
                self.begin(schema, place.join(name).join("schema"), reporter);
            }
        }
    }

    fn begin(&mut self, schema: &'a ReferenceOr<Schema>, place: Pointer, reporter: &mut Reporter) {
        let origin = self.origin(schema.into(), &place, reporter);
        let id = self.add(place, origin);
        self.roots.insert(std::ptr::from_ref(schema).addr(), id);
    }

    /// What stands at a place. What references lead to that is no component is known by
    /// its place, wherever it is met.
    fn origin(&self, schema: Part<'a>, place: &Pointer, reporter: &mut Reporter) -> Origin<'a> {
        if !self.places.is_empty()
            && let Some(known) = self.places.get(place)
        {
            return Origin::Reference(Some(*known));
        }
        match schema {
            Part::Item(schema) => Origin::Schema(schema),
            Part::Reference(text) => Origin::Reference(self.target(text, place, reporter)),
        }
    }

    fn target(&self, text: &str, place: &Pointer, reporter: &mut Reporter) -> Option<Id> {
        match self.refs.target::<Schema>(text, place, reporter)? {
            Target::Component(name) => self.components.get(name.as_str()).copied(),
            Target::Place(place) => self.places.get(&place).copied(),
        }
    }

    /// Adds the schemas inside of all that are there, level by level.
    fn fill(&mut self, reporter: &mut Reporter) {
        let mut next = 0;
        while let Some(node) = self.nodes.get(next) {
            if let Origin::Schema(schema) = node.origin {
                let place = node.place.clone();
                let start = self.next();
                self.inside(schema, &place, reporter);
                self.nodes[next].inner = start..self.next();
            }
            next += 1;
        }
    }

    /// The number of the next node.
    fn next(&self) -> u32 {
        Id::at(self.nodes.len()).0
    }

    fn inside(&mut self, schema: &'a Schema, place: &Pointer, reporter: &mut Reporter) {
        let parts = Parts::of(schema);
        if let Some(properties) = parts.properties.filter(|properties| !properties.is_empty()) {
            let place = place.join("properties");
            for (name, property) in properties {
                self.inner(property.into(), place.join(name), reporter);
            }
        }
        if parts.is_list {
            let place = place.join("items");
            match parts.items {
                Some(items) => self.inner(items.into(), place, reporter),
                None => drop(self.add(place, Origin::Anything)),
            }
        }
        let rest = || place.join("additionalProperties");
        match parts.rest {
            Some(AdditionalProperties::Schema(schema)) => {
                self.inner((&**schema).into(), rest(), reporter);
            }
            Some(AdditionalProperties::Any(true)) => drop(self.add(rest(), Origin::Anything)),
            Some(AdditionalProperties::Any(false)) | None => {}
        }
        for (keyword, schemas) in
            [("allOf", parts.all_of), ("oneOf", parts.one_of), ("anyOf", parts.any_of)]
        {
            if schemas.is_empty() {
                continue;
            }
            let place = place.join(keyword);
            for (index, schema) in schemas.iter().enumerate() {
                self.inner(schema.into(), place.join(index), reporter);
                if let Some(node) = self.nodes.last_mut() {
                    node.is_part = keyword == "allOf" && matches!(node.origin, Origin::Schema(_));
                }
            }
        }
    }

    fn inner(&mut self, schema: Part<'a>, place: Pointer, reporter: &mut Reporter) {
        let origin = self.origin(schema, &place, reporter);
        self.add(place, origin);
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
                rest: ty.additional_properties.as_ref(),
                ..Self::default()
            },
            SchemaKind::Type(_) | SchemaKind::Not { .. } => Self::default(),
            SchemaKind::AllOf { all_of } => Self { all_of, ..Self::default() },
            SchemaKind::OneOf { one_of } => Self { one_of, ..Self::default() },
            SchemaKind::AnyOf { any_of } => Self { any_of, ..Self::default() },
            SchemaKind::Any(any) => Self {
                properties: Some(&any.properties),
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
