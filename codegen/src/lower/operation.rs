//! Lowers operations: their parameters, bodies and answers.

mod body;
mod media;
mod parameter;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use openapiv3::{
    MediaType, OpenAPI, Operation as Source, Parameter, ReferenceOr, Response, StatusCode,
};
use serde_json::Value;

use super::components;
use super::refs::Refs;
use crate::model::{Answer, Operation, Place, Schema, Wrapping};
use crate::report::{Pointer, Reporter};

const JSON: &str = "application/json";

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
            operations.push(lowering.operation(method, path, &item.parameters, source));
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
        shared: &'a [ReferenceOr<Parameter>],
        source: &'a Source,
    ) -> Operation {
        let mut inputs = self.parameters(shared, source);
        self.check_template(path, &inputs);
        let body = self.body(method, source, &mut inputs);
        if !source.servers.is_empty() {
            self.reporter.operation_problem(
                &self.pointer.join("servers"),
                self.id,
                "the operation is served elsewhere, and the key goes to one host alone",
                "remove `servers` in the overlay if the document's own server answers as well",
            );
        }
        Operation {
            id: self.id.to_owned(),
            pointer: self.pointer.clone(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: source.summary.clone().unwrap_or_default(),
            description: source.description.clone().unwrap_or_default(),
            tags: source.tags.clone(),
            inputs,
            body,
            answer: self.answer(source),
            task_id: None,
            paging: None,
            place: Place::default(),
            constants: Vec::new(),
            terms: Vec::new(),
            facts: source.deprecated.then(|| "deprecated".to_owned()).into_iter().collect(),
            columns: IndexMap::new(),
        }
    }

    fn refuse(&mut self, pointer: &Pointer, what: &str, remedy: &str) {
        let cause = format!("{what} is not supported yet");
        self.reporter.operation_problem(pointer, self.id, cause, remedy);
    }

    /// The one success answer.
    fn answer(&mut self, source: &'a Source) -> Answer {
        let pointer = self.pointer.join("responses");
        let responses = &source.responses.responses;
        let successes: Vec<_> = responses
            .iter()
            .filter(|(status, _)| {
                matches!(status, StatusCode::Code(200..=299) | StatusCode::Range(2))
            })
            .collect();
        let Some(((status, response), others)) = successes.split_first() else {
            let cause = "no success answer is described";
            let remedy = "describe a 2xx response in the overlay";
            self.reporter.operation_problem(&pointer, self.id, cause, remedy);
            return Answer { pointer, schema: None, wrapping: Wrapping::Bare };
        };
        if let Some((other, _)) = others.iter().find(|(_, other)| !self.same(response, other)) {
            self.reporter.operation_problem(
                &pointer,
                self.id,
                format!("the answers {status} and {other} differ, and only one can have a type"),
                "leave one of them, or describe both alike, in the overlay",
            );
        }
        let place = pointer.join(status);
        let Some(found) = self.refs.resolve::<Response>(response, &place, self.reporter) else {
            return Answer { pointer: place, schema: None, wrapping: Wrapping::Bare };
        };
        for (present, keyword) in
            [(!found.item.headers.is_empty(), "headers"), (!found.item.links.is_empty(), "links")]
        {
            if present {
                let text = format!("the answer's `{keyword}` are left out");
                self.reporter.note("lower", &found.pointer.join(keyword), text);
            }
        }
        let schema = if found.item.content.is_empty() {
            None
        } else {
            self.json_of(&found.item.content, &found.pointer)
        };
        Answer { pointer: found.pointer, schema, wrapping: Wrapping::Bare }
    }

    /// Whether two answers have the same content.
    fn same(&mut self, left: &'a ReferenceOr<Response>, right: &'a ReferenceOr<Response>) -> bool {
        let pointer = self.pointer.join("responses");
        let mut content = |response: &'a ReferenceOr<Response>| {
            self.refs.resolve(response, &pointer, self.reporter).map(|found| &found.item.content)
        };
        let (left, right) = (content(left), content(right));
        let schemas = |content: Option<&'a IndexMap<String, MediaType>>| {
            let media = content.into_iter().flatten();
            media.map(|(name, media)| (name, &media.schema)).collect::<Vec<_>>()
        };
        schemas(left) == schemas(right)
    }

    /// The schema of a body whose only media type is JSON.
    fn json_of(
        &mut self,
        content: &'a IndexMap<String, MediaType>,
        pointer: &Pointer,
    ) -> Option<Schema> {
        let place = pointer.join("content");
        for media_type in content.keys().filter(|media_type| *media_type != JSON) {
            let what = format!("the media type `{media_type}`");
            self.refuse(&place.join(media_type), &what, "leave only JSON in the overlay");
        }
        let place = place.join(JSON);
        let Some(schema) = content.get(JSON).and_then(|media| media.schema.as_ref()) else {
            if content.is_empty() || content.contains_key(JSON) {
                let cause = "the body has no schema";
                let remedy = "describe it in the overlay";
                self.reporter.operation_problem(pointer, self.id, cause, remedy);
            }
            return None;
        };
        Some(components::written_out(schema, &place.join("schema"), self.refs, self.reporter))
    }
}
