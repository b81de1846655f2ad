//! Lowers operations: their parameters, bodies and responses.

mod body;
mod media;
mod parameter;
mod path;
mod response;

use std::collections::{HashMap, HashSet};

use openapiv3::{Operation as OpenApiOperation, PathItem};

use super::graph::Graph;
use super::lowered::Id;
use super::refs::Refs;
use super::servers;
use crate::billing::Billing;
use crate::load::{Broken, Document};
use crate::model::{ClientPath, Operation};
use crate::report::{Pointer, Reporter};

/// Every operation except those that are left out, in document order.
pub(super) fn all<'a>(
    document: &'a Document,
    left_out: &HashSet<Pointer>,
    graph: &mut Graph<'a>,
    reporter: &Reporter,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut places: HashMap<&str, Pointer> = HashMap::new();
    let paths = Pointer::root().join("paths");
    for (path, item) in &document.api.paths.paths {
        let place = paths.join(path);
        // A path that is a reference has been inlined, or is unresolvable.
        let Some(item) = item.as_item() else { continue };
        for (method, source) in item.iter() {
            let pointer = place.join(method);
            if left_out.contains(&pointer) {
                continue;
            }
            let Some(id) = &source.operation_id else {
                reporter.problem(
                    &pointer,
                    "the operation has no operationId",
                    "give it one in the overlay",
                );
                continue;
            };
            if let Some(first) = places.insert(id, pointer.clone()) {
                reporter.operation_problem(
                    &pointer,
                    id,
                    format!("the operationId is a duplicate of the one at {first}"),
                    "rename one of the two in the overlay",
                );
            }
            let (pointer, refs) = (&pointer, graph.refs);
            let lowering = Lowering { id, pointer, refs, graph, reporter };
            operations.push(lowering.operation(method, path, item, source));
        }
    }
    operations
}

/// The lowering of one operation.
struct Lowering<'a, 'r> {
    id: &'r str,
    pointer: &'r Pointer,
    refs: Refs<'a>,
    graph: &'r mut Graph<'a>,
    reporter: &'r Reporter,
}

impl<'a> Lowering<'a, '_> {
    fn operation(
        mut self,
        method: &str,
        path: &str,
        item: &'a PathItem,
        source: &'a OpenApiOperation,
    ) -> Operation {
        let mut inputs = self.parameters(&item.parameters, source);
        let path = self.path(path, &mut inputs);
        let body = self.body(method, source, &mut inputs);
        let (served, above) = if source.servers.is_empty() {
            (&item.servers, self.pointer.parent().cloned().unwrap_or_default())
        } else {
            (&source.servers, self.pointer.clone())
        };
        Operation {
            id: self.id.to_owned(),
            pointer: self.pointer.clone(),
            method: method.to_uppercase(),
            path,
            servers: servers(served, &above),
            summary: source.summary.clone().unwrap_or_default(),
            description: source.description.clone().unwrap_or_default(),
            tags: source.tags.clone(),
            security: source.security.as_deref().map(super::security),
            sends_key: true,
            inputs,
            body,
            response: self.response(method, source),
            task_id: None,
            paging: None,
            client_path: ClientPath::default(),
            deprecated: source.deprecated,
            billing: Billing::default(),
        }
    }

    /// Refuses the operation because of schemas that cannot be read.
    fn refuse_broken(&mut self, schemas: impl IntoIterator<Item = Id>) {
        for id in schemas {
            if let Some(Broken { place, cause, remedy }) = self.graph.broken(id) {
                let place = place.as_ref().unwrap_or(&self.graph.node(id).place);
                self.reporter.operation_problem(place, self.id, cause.as_str(), remedy.as_str());
            }
        }
    }

    fn refuse(&mut self, pointer: &Pointer, what: &str, remedy: &str) {
        let cause = format!("not supported: {what}");
        self.reporter.operation_problem(pointer, self.id, cause, remedy);
    }

    /// Refuses the operation because of an input that cannot be sent; in another vendor's document,
    /// an optional input is left out instead.
    fn unsendable(&mut self, required: bool, pointer: &Pointer, cause: &str, remedy: &str) {
        if required || !self.reporter.is_lenient() {
            self.reporter.operation_problem(pointer, self.id, cause, remedy);
        } else {
            self.reporter.violation(pointer, cause, remedy, "the input is left out");
        }
    }
}
