//! Lowers operations: their parameters, bodies and answers.

mod answer;
mod body;
mod media;
mod parameter;
mod path;

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, Operation as Source, PathItem};
use serde_json::Value;

use super::refs::Refs;
use super::servers;
use crate::billing::Billing;
use crate::model::{Operation, Place};
use crate::report::{Pointer, Reporter};

/// Every operation, in document order.
pub(super) fn all(
    document: &OpenAPI,
    json: &Value,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut places: BTreeMap<String, Pointer> = BTreeMap::new();
    let paths = Pointer::root().join("paths");
    for (path, item) in &document.paths.paths {
        let place = paths.join(path);
        // A reference that could be followed has been, when the document was read.
        let Some(item) = item.as_item() else { continue };
        for (method, source) in item.iter() {
            let pointer = place.join(method);
            let Some(id) = source.operation_id.clone() else {
                reporter.problem(
                    &pointer,
                    "the operation has no operationId, so that nothing can be named after it",
                    "give it one in the overlay",
                );
                continue;
            };
            if let Some(first) = places.insert(id.clone(), pointer.clone()) {
                reporter.operation_problem(
                    &pointer,
                    &id,
                    format!("the operationId is used at {first} already"),
                    "rename one of the two in the overlay",
                );
            }
            let lowering = Lowering { id: &id, pointer: &pointer, json, refs, reporter };
            operations.push(lowering.operation(method, path, item, source));
        }
    }
    operations
}

/// The lowering of one operation.
struct Lowering<'a, 'r> {
    id: &'a str,
    pointer: &'a Pointer,
    /// The document as JSON, for what the types of `openapiv3` do not tell.
    json: &'a Value,
    refs: &'a Refs<'a>,
    reporter: &'r mut Reporter,
}

impl<'a> Lowering<'a, '_> {
    fn operation(
        mut self,
        method: &str,
        path: &str,
        item: &'a PathItem,
        source: &'a Source,
    ) -> Operation {
        let mut inputs = self.parameters(&item.parameters, source);
        let path = self.path(path, &mut inputs);
        let body = self.body(method, source, &mut inputs);
        let (served, above) = if source.servers.is_empty() {
            let (above, _) = self.pointer.as_str().rsplit_once('/').unwrap_or_default();
            (&item.servers, Pointer::from(above))
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
            inputs,
            body,
            answer: self.answer(method, source),
            task_id: None,
            paging: None,
            place: Place::default(),
            deprecated: source.deprecated,
            billing: Billing::default(),
        }
    }

    fn refuse(&mut self, pointer: &Pointer, what: &str, remedy: &str) {
        let cause = format!("{what} is not supported yet");
        self.reporter.operation_problem(pointer, self.id, cause, remedy);
    }
}
