//! Creates the nodes: of components, targets of references and schemas of operations; then, level
//! by level, of the schemas in these.

use std::collections::HashMap;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, MediaType, OpenAPI, Operation, Parameter, ParameterSchemaOrContent,
    ReferenceOr, Responses, Schema,
};

use super::{Graph, Inlined, Origin, SchemaRef, Subschemas, is_success};
use crate::load::{Document, References, Target};
use crate::lower::lowered::Id;
use crate::lower::refs::Refs;
use crate::report::{Pointer, Reporter};

impl<'a> Graph<'a> {
    /// Creates the nodes of every component and of every operation's schema.
    pub(in crate::lower) fn new(document: &'a Document, reporter: &'a Reporter) -> Self {
        let mut graph = Self {
            refs: Refs::new(document),
            reporter,
            unrepresented: &document.unrepresented,
            nodes: Vec::new(),
            lowered: Vec::new(),
            names: HashMap::new(),
            components: IndexMap::new(),
            places: HashMap::new(),
            roots: HashMap::new(),
            merged: HashMap::new(),
            inlined: Inlined::default(),
            broken: HashMap::new(),
        };
        let base = Pointer::root().join("components").join("schemas");
        let api = &document.api;
        let schemas = || api.components.iter().flat_map(|components| &components.schemas);
        // All ids are assigned before any node is filled.
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
            graph.nodes[id.index()].origin = graph.origin(schema.into(), &place);
        }
        for (place, schema) in &document.references.schemas {
            if let Some(id) = graph.places.get(place) {
                graph.nodes[id.index()].origin = Origin::Schema(schema);
            }
        }
        graph.operations(api);
        let References { parameters, bodies, responses, .. } = &document.references;
        for (place, parameter) in parameters {
            graph.parameter(parameter, place);
        }
        for (place, body) in bodies {
            graph.content(&body.content, place);
        }
        for (place, response) in responses {
            graph.content(&response.content, place);
        }
        graph.add_all_subschemas();
        graph.find_broken();
        graph
    }

    fn operations(&mut self, api: &'a OpenAPI) {
        if let Some(components) = &api.components {
            let base = Pointer::root().join("components");
            let place = base.join("parameters");
            for (name, parameter) in &components.parameters {
                if let Some(item) = parameter.as_item() {
                    self.parameter(item, &place.join(name));
                }
            }
            let place = base.join("requestBodies");
            for (name, body) in &components.request_bodies {
                if let Some(item) = body.as_item() {
                    self.content(&item.content, &place.join(name));
                }
            }
            let place = base.join("responses");
            for (name, response) in &components.responses {
                if let Some(item) = response.as_item() {
                    self.content(&item.content, &place.join(name));
                }
            }
        }
        let base = Pointer::root().join("paths");
        for (path, item) in &api.paths.paths {
            let Some(item) = item.as_item() else { continue };
            let place = base.join(path);
            self.parameters(&item.parameters, &place);
            for (method, operation) in item.iter() {
                self.operation(operation, &place.join(method));
            }
        }
    }

    fn operation(&mut self, operation: &'a Operation, place: &Pointer) {
        self.parameters(&operation.parameters, place);
        if let Some(ReferenceOr::Item(body)) = &operation.request_body {
            self.content(&body.content, &place.join("requestBody"));
        }
        let place = place.join("responses");
        let Responses { default, responses, .. } = &operation.responses;
        // Error responses are not read.
        let good = responses.iter().filter(|(status, _)| is_success(status));
        let good = good.map(|(status, response)| (status.to_string(), response));
        let default = default.iter().map(|response| ("default".to_owned(), response));
        for (status, response) in good.chain(default) {
            if let Some(item) = response.as_item() {
                self.content(&item.content, &place.join(&status));
            }
        }
    }

    fn parameters(&mut self, parameters: &'a [ReferenceOr<Parameter>], place: &Pointer) {
        let place = place.join("parameters");
        for (index, parameter) in parameters.iter().enumerate() {
            if let Some(item) = parameter.as_item() {
                self.parameter(item, &place.join(index));
            }
        }
    }

    fn parameter(&mut self, parameter: &'a Parameter, place: &Pointer) {
        match &parameter.parameter_data_ref().format {
            ParameterSchemaOrContent::Schema(schema) => {
                self.add_root(schema, place.join("schema"));
            }
            ParameterSchemaOrContent::Content(content) => self.content(content, place),
        }
    }

    fn content(&mut self, content: &'a IndexMap<String, MediaType>, place: &Pointer) {
        let place = place.join("content");
        for (name, media) in content {
            if let Some(schema) = &media.schema {
                self.add_root(schema, place.join(name).join("schema"));
            }
        }
    }

    fn add_root(&mut self, schema: &'a ReferenceOr<Schema>, place: Pointer) {
        let origin = self.origin(schema.into(), &place);
        let id = self.add(place, origin);
        self.roots.insert(std::ptr::from_ref(schema).addr(), id);
    }

    /// The node at a place. A target of references that is not a component is identified by its
    /// place.
    fn origin(&self, schema: SchemaRef<'a>, place: &Pointer) -> Origin<'a> {
        if !self.places.is_empty()
            && let Some(known) = self.places.get(place)
        {
            return Origin::Reference(Some(*known));
        }
        match schema {
            SchemaRef::Item(schema) => Origin::Schema(schema),
            SchemaRef::Reference(text) => match self.refs.schema(text) {
                Ok(Target::Component(name)) => {
                    Origin::Reference(self.components.get(name.as_str()).copied())
                }
                Ok(Target::Place(place)) => Origin::Reference(self.places.get(&place).copied()),
                Err(Some(broken)) => Origin::Broken(broken),
                Err(None) => Origin::Reference(None),
            },
        }
    }

    /// Adds the schemas inside all nodes, level by level.
    fn add_all_subschemas(&mut self) {
        let mut next = 0;
        while let Some(node) = self.nodes.get(next) {
            if let Origin::Schema(schema) = node.origin {
                let place = node.place.clone();
                let start = self.next();
                self.add_subschemas(schema, &place);
                self.nodes[next].inner = start..self.next();
            }
            next += 1;
        }
    }

    fn add_subschemas(&mut self, schema: &'a Schema, place: &Pointer) {
        let parts = Subschemas::of(schema);
        if let Some(properties) = parts.properties.filter(|properties| !properties.is_empty()) {
            let place = place.join("properties");
            for (name, property) in properties {
                self.add_subschema(property.into(), place.join(name));
            }
        }
        if parts.is_list {
            let place = place.join("items");
            match parts.items {
                Some(items) => self.add_subschema(items.into(), place),
                None => drop(self.add(place, Origin::Anything)),
            }
        }
        let rest = || place.join("additionalProperties");
        match parts.rest {
            Some(AdditionalProperties::Schema(schema)) => {
                self.add_subschema((&**schema).into(), rest());
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
                self.add_subschema(schema.into(), place.join(index));
                if let Some(node) = self.nodes.last_mut() {
                    node.is_part = keyword == "allOf" && matches!(node.origin, Origin::Schema(_));
                }
            }
        }
    }

    fn add_subschema(&mut self, schema: SchemaRef<'a>, place: Pointer) {
        let origin = self.origin(schema, &place);
        self.add(place, origin);
    }
}
