//! Lowers operations: their parameters, bodies and answers.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use openapiv3::{
    MediaType, OpenAPI, Operation as Source, Parameter, ParameterData, ParameterSchemaOrContent,
    PathStyle, QueryStyle, ReferenceOr, Response, StatusCode,
};

use super::refs::Refs;
use super::schema;
use crate::model::{
    Answer, Field, Input, Kind, Location, Operation, Place, Schema, Style, Wrapping,
};
use crate::report::{Pointer, Reporter};

const JSON: &str = "application/json";

/// Every operation, in document order.
pub(super) fn all(document: &OpenAPI, refs: &Refs<'_>, reporter: &mut Reporter) -> Vec<Operation> {
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
            let lowering = Lowering { id: &id, pointer: &pointer, refs, reporter };
            operations.push(lowering.operation(method, path, &item.parameters, source));
        }
    }
    operations
}

/// The lowering of one operation.
struct Lowering<'a, 'r> {
    id: &'a str,
    pointer: &'a Pointer,
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
        let has_body = self.body(source, &mut inputs);
        self.refuse_if(!source.callbacks.is_empty(), "callbacks");
        self.refuse_if(!source.servers.is_empty(), "servers");
        Operation {
            id: self.id.to_owned(),
            pointer: self.pointer.clone(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: source.summary.clone().unwrap_or_default(),
            description: source.description.clone().unwrap_or_default(),
            tags: source.tags.clone(),
            inputs,
            has_body,
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

    fn refuse_if(&mut self, present: bool, keyword: &str) {
        if present {
            let pointer = self.pointer.join(keyword);
            self.refuse(&pointer, &format!("`{keyword}`"), "remove it in the overlay");
        }
    }

    /// The parameters of the path and of the operation; the operation's win.
    fn parameters(
        &mut self,
        shared: &'a [ReferenceOr<Parameter>],
        source: &'a Source,
    ) -> Vec<Input> {
        let own = self.list(&source.parameters, &self.pointer.join("parameters"));
        let mut seen = BTreeMap::new();
        for (pointer, input) in &own {
            let key = (input.location as u8, input.wire.clone());
            if let Some(first) = seen.insert(key, pointer.clone()) {
                self.reporter.operation_problem(
                    pointer,
                    self.id,
                    format!("the parameter `{}` is declared at {first} already", input.wire),
                    "remove one of the two in the overlay",
                );
            }
        }
        let above = self.pointer.as_str().rsplit_once('/').map_or("", |(path, _)| path);
        let shared = self.list(shared, &Pointer::from(above).join("parameters"));
        let inherited = shared.into_iter().map(|(_, input)| input).filter(|inherited| {
            !seen.contains_key(&(inherited.location as u8, inherited.wire.clone()))
        });
        let inherited: Vec<_> = inherited.collect();
        inherited.into_iter().chain(own.into_iter().map(|(_, input)| input)).collect()
    }

    fn list(
        &mut self,
        parameters: &'a [ReferenceOr<Parameter>],
        pointer: &Pointer,
    ) -> Vec<(Pointer, Input)> {
        let mut inputs = Vec::new();
        for (index, parameter) in parameters.iter().enumerate() {
            let place = pointer.join(index);
            if let Some(found) = self.refs.resolve(parameter, &place, self.reporter)
                && let Some(input) = self.parameter(found.item, &found.pointer)
            {
                inputs.push((place, input));
            }
        }
        inputs
    }

    fn parameter(&mut self, parameter: &'a Parameter, pointer: &Pointer) -> Option<Input> {
        let data = parameter.parameter_data_ref();
        let (location, known_style) = match parameter {
            Parameter::Path { style, .. } => (Location::Path, *style == PathStyle::Simple),
            Parameter::Query { style, allow_reserved, .. } => {
                (Location::Query, *style == QueryStyle::Form && !allow_reserved)
            }
            Parameter::Header { .. } => (Location::Header, true),
            Parameter::Cookie { .. } => {
                self.refuse(pointer, "a cookie parameter", "remove it in the overlay");
                return None;
            }
        };
        if !known_style {
            self.refuse(pointer, "this parameter style", "correct the style in the overlay");
        }
        if location == Location::Path && !data.required {
            self.reporter.operation_problem(
                pointer,
                self.id,
                format!("the path parameter `{}` is not required", data.name),
                "a path has no optional parts: add `required: true` in the overlay",
            );
        }
        let mut schema = self.parameter_schema(data, pointer)?;
        if !data.description.as_ref().is_none_or(String::is_empty) {
            schema.description = data.description.clone().unwrap_or_default();
        }
        let style = self.style(data, location, &schema);
        Some(Input { wire: data.name.clone(), location, required: data.required, schema, style })
    }

    fn parameter_schema(&mut self, data: &'a ParameterData, pointer: &Pointer) -> Option<Schema> {
        match &data.format {
            ParameterSchemaOrContent::Schema(schema) => {
                Some(schema::resolve(schema, &pointer.join("schema"), self.refs, self.reporter))
            }
            ParameterSchemaOrContent::Content(_) => {
                let place = pointer.join("content");
                self.refuse(&place, "a parameter with `content`", "use `schema` in the overlay");
                None
            }
        }
    }

    /// Lists in a query; anything more than scalars elsewhere is refused.
    fn style(&mut self, data: &ParameterData, location: Location, schema: &Schema) -> Style {
        let remedy = "describe a scalar, or a list of scalars in the query, in the overlay";
        match &schema.kind {
            Kind::Array(items) if location == Location::Query && is_scalar(&items.kind) => {
                if data.explode.unwrap_or(true) { Style::Repeated } else { Style::CommaSeparated }
            }
            kind if is_scalar(kind) => Style::Single,
            _ => {
                self.refuse(&schema.pointer, "a structured parameter", remedy);
                Style::Single
            }
        }
    }

    /// Every `{name}` of the path is declared, and every path parameter is used.
    fn check_template(&mut self, path: &str, inputs: &[Input]) {
        let mut in_path = BTreeSet::new();
        for segment in path.split('/') {
            let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            match name {
                Some(name) => {
                    in_path.insert(name);
                }
                None if segment.contains(['{', '}']) => {
                    let what = format!("the path segment `{segment}`");
                    self.refuse(self.pointer, &what, "use whole segments as parameters");
                }
                None => {}
            }
        }
        let declared: BTreeSet<_> = inputs
            .iter()
            .filter(|input| input.location == Location::Path)
            .map(|input| input.wire.as_str())
            .collect();
        for name in in_path.symmetric_difference(&declared) {
            let cause = if in_path.contains(name) {
                format!("the path names `{{{name}}}`, which no parameter declares")
            } else {
                format!("the path parameter `{name}` does not stand in the path `{path}`")
            };
            let remedy = "make the path and its parameters agree in the overlay";
            self.reporter.operation_problem(self.pointer, self.id, cause, remedy);
        }
    }

    /// Adds the members of the JSON body to the inputs; says whether there is a body.
    fn body(&mut self, source: &'a Source, inputs: &mut Vec<Input>) -> bool {
        let Some(body) = &source.request_body else { return false };
        let place = self.pointer.join("requestBody");
        let Some(found) = self.refs.resolve(body, &place, self.reporter) else { return false };
        let Some(schema) = self.json(&found.item.content, &found.pointer) else { return false };
        let pointer = schema.pointer.clone();
        match schema.kind {
            Kind::Object(object) => {
                inputs.extend(object.fields.into_iter().map(|Field { wire, required, schema }| {
                    Input { wire, location: Location::Body, required, schema, style: Style::Single }
                }));
            }
            _ => self.refuse(
                &pointer,
                "a body that is not an object with properties",
                "describe the body's properties in the overlay",
            ),
        }
        true
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
            self.json(&found.item.content, &found.pointer)
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
    fn json(
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
        Some(schema::written_out(schema, &place.join("schema"), self.refs, self.reporter))
    }
}

fn is_scalar(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Boolean | Kind::Integer | Kind::Number | Kind::String | Kind::Enumeration(_)
    )
}
