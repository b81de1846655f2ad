//! Lowers the success responses of a call.

use indexmap::IndexMap;
use openapiv3::{MediaType, Operation as OpenApiOperation};

use super::Lowering;
use super::media::{self, Medium};
use crate::lower::graph::is_success;
use crate::lower::lowered::{Id, NodeKind};
use crate::model::{Kind, Response, ResponseForm, Wrapping};
use crate::report::Pointer;

const JSON: &str = "application/json";

/// A success response, and its status.
struct Success<'a> {
    status: String,
    response: &'a openapiv3::Response,
    pointer: Pointer,
}

impl<'a> Lowering<'a, '_> {
    /// The merged success response.
    pub(super) fn response(&mut self, method: &str, source: &'a OpenApiOperation) -> Response {
        let pointer = self.pointer.join("responses");
        let successes = self.successes(source, &pointer);
        let Some(first) = successes.first() else {
            let text = "no success response is described: any is accepted, as raw JSON";
            self.reporter.note("lower", &pointer, text);
            return response(pointer, ResponseForm::Raw, JSON);
        };
        let place = first.pointer.clone();
        let mut contents: Vec<&Success<'a>> = Vec::new();
        for success in &successes {
            self.note_unread(success);
            let content = &success.response.content;
            let known =
                contents.iter().any(|known| have_same_content(&known.response.content, content));
            if !content.is_empty() && !known {
                contents.push(success);
            }
        }
        if method == "head" {
            if let Some(success) = contents.first() {
                let place = success.pointer.join("content");
                let text = "a response to HEAD has no content, whatever is described";
                self.reporter.note("lower", &place, text);
            }
            return response(place, ResponseForm::Nothing, JSON);
        }
        let optional = successes.iter().any(|success| success.response.content.is_empty());
        let found = match contents.as_slice() {
            [] => return response(place, ResponseForm::Nothing, JSON),
            [success] => self.single(success),
            several => self.several(several, &pointer),
        };
        Response { optional, ..found }
    }

    /// The success responses. `default` is used if no success is described.
    fn successes(&mut self, source: &'a OpenApiOperation, pointer: &Pointer) -> Vec<Success<'a>> {
        let responses = source.responses.responses.iter();
        let good = responses.filter(|(status, _)| is_success(status));
        let mut all: Vec<_> =
            good.map(|(status, response)| (status.to_string(), response)).collect();
        if let (true, Some(default)) = (all.is_empty(), &source.responses.default) {
            let place = pointer.join("default");
            self.reporter.note("lower", &place, "`default` is the success response");
            all.push(("default".to_owned(), default));
        }
        let mut successes = Vec::new();
        for (status, response) in all {
            let place = pointer.join(&status);
            if let Some(found) = self.refs.resolve(response, &place, self.reporter) {
                successes.push(Success { status, response: found.item, pointer: found.pointer });
            }
        }
        successes
    }

    fn note_unread(&mut self, success: &Success<'a>) {
        let openapiv3::Response { headers, links, .. } = success.response;
        for (present, keyword) in [(!headers.is_empty(), "headers"), (!links.is_empty(), "links")] {
            if present {
                let text = format!("the response's `{keyword}` are left out");
                self.reporter.note("lower", &success.pointer.join(keyword), text);
            }
        }
    }

    /// A response whose content, if it has any, is always of the same kind.
    fn single(&mut self, success: &Success<'a>) -> Response {
        let content = &success.response.content;
        let pointer = &success.pointer;
        let place = pointer.join("content");
        let Some(choice) = media::choose(content) else {
            // Content that cannot be decoded is returned as bytes.
            let first = content.keys().next().map_or("*/*", String::as_str);
            return response(pointer.clone(), ResponseForm::Bytes, first);
        };
        self.note_left_out(&choice, &place);
        let place = place.join(choice.media_type);
        let form = self.form_of(choice.medium, choice.found);
        let mut found = response(pointer.clone(), form, choice.media_type);
        match (form, &choice.found.schema) {
            (ResponseForm::Json, Some(schema)) => {
                let root = self.graph.root(schema);
                self.refuse_broken(root);
                found.schema = root.map(|id| self.graph.model_of(id));
            }
            (ResponseForm::Raw, _) => {
                self.reporter.note("lower", &place, "the response has no schema: it is raw JSON");
            }
            _ => {}
        }
        if choice.medium == Medium::Any && form == ResponseForm::Json {
            let text = format!("`{}` is read as JSON", choice.media_type);
            self.reporter.note("lower", &place, text);
            JSON.clone_into(&mut found.media_type);
        }
        found
    }

    /// Responses that differ by status: objects are merged into one with the properties of all,
    /// others are returned raw.
    fn several(&mut self, contents: &[&Success<'a>], pointer: &Pointer) -> Response {
        let statuses: Vec<&str> = contents.iter().map(|success| success.status.as_str()).collect();
        let statuses = statuses.join(", ");
        let mut forms = Vec::new();
        let mut schemas: Vec<Id> = Vec::new();
        let mut media_types: Vec<&str> = Vec::new();
        for success in contents {
            let choice = media::choose(&success.response.content);
            let media_type = choice.as_ref().map_or("*/*", |choice| choice.media_type);
            forms.push(
                choice.as_ref().map_or(ResponseForm::Bytes, |choice| {
                    self.form_of(choice.medium, choice.found)
                }),
            );
            let schema = choice.and_then(|choice| choice.found.schema.as_ref());
            schemas.extend(schema.and_then(|schema| self.graph.root(schema)));
            if !media_types.contains(&media_type) {
                media_types.push(media_type);
            }
        }
        self.refuse_broken(schemas.iter().copied());
        let media_types = media_types.join(", ");
        let is_json = forms.iter().all(|form| *form == ResponseForm::Json);
        let is_object = |id: &Id| self.graph.fields(*id).is_some();
        if let ([first, others @ ..], true) = (schemas.as_slice(), is_json)
            && schemas.iter().all(is_object)
        {
            let text =
                format!("the responses {statuses} differ: the type has the properties of all");
            self.reporter.note("lower", pointer, text);
            let whole = others
                .iter()
                .fold(*first, |whole, other| self.graph.merged_node(false, whole, *other));
            self.graph.lower_new();
            let found = response(pointer.clone(), ResponseForm::Json, &media_types);
            return Response { schema: Some(self.graph.model_of(whole)), ..found };
        }
        let is_json = |form: &ResponseForm| matches!(form, ResponseForm::Json | ResponseForm::Raw);
        let (form, what) = if forms.iter().all(is_json) {
            (ResponseForm::Raw, "raw JSON")
        } else {
            (ResponseForm::Bytes, "bytes")
        };
        let text = format!("the responses {statuses} differ: they are kept as {what}");
        self.reporter.note("lower", pointer, text);
        response(pointer.clone(), form, &media_types)
    }

    fn form_of(&self, medium: Medium, media: &MediaType) -> ResponseForm {
        let schema = media.schema.as_ref().and_then(|schema| self.graph.root(schema));
        let binary = schema
            .and_then(|id| self.graph.resolved(id))
            .is_some_and(|lowered| matches!(lowered.kind, NodeKind::Value(Kind::Binary)));
        match (medium, schema) {
            (_, Some(_)) if binary => ResponseForm::Bytes,
            (Medium::Json | Medium::Any, Some(_)) => ResponseForm::Json,
            (Medium::Json, None) => ResponseForm::Raw,
            (Medium::Text, _) => ResponseForm::Text,
            _ => ResponseForm::Bytes,
        }
    }
}

fn response(pointer: Pointer, form: ResponseForm, media_type: &str) -> Response {
    Response {
        pointer,
        schema: None,
        wrapping: Wrapping::Bare,
        form,
        media_type: media_type.to_owned(),
        optional: false,
    }
}

/// Whether two responses have the same content, whatever their examples.
fn have_same_content(
    left: &IndexMap<String, MediaType>,
    right: &IndexMap<String, MediaType>,
) -> bool {
    let schemas = |content: &IndexMap<String, MediaType>| {
        content.iter().map(|(name, media)| (name.clone(), media.schema.clone())).collect::<Vec<_>>()
    };
    schemas(left) == schemas(right)
}
