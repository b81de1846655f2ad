//! Lowers request bodies: the media type, and the inputs.

use indexmap::IndexMap;
use openapiv3::{Encoding, MediaType, Operation as OpenApiOperation, QueryStyle};
use serde_json::Value;

use super::Lowering;
use super::media::{self, Choice, Medium};
use super::parameter::{self, Structure};
use crate::lower::lowered::{self, Fields, Id, NodeKind};
use crate::model::{Body, BodyForm, Field, Input, Kind, Location, Schema, Style};
use crate::report::Pointer;

/// Methods whose body has no meaning in HTTP, so that some servers do not read one.
const WITHOUT_MEANING: [&str; 3] = ["get", "head", "delete"];

/// The name of the input that is the whole body.
const WHOLE: &str = "body";

const OCTETS: &str = "application/octet-stream";

impl<'a> Lowering<'a, '_> {
    /// Adds the body's inputs; returns the form of the body.
    pub(super) fn body(
        &mut self,
        method: &str,
        source: &'a OpenApiOperation,
        inputs: &mut Vec<Input>,
    ) -> Option<Body> {
        let body = source.request_body.as_ref()?;
        let place = self.pointer.join("requestBody");
        let found = self.refs.resolve(body, &place, self.reporter)?;
        if method == "trace" {
            let cause = "HTTP allows no body in a TRACE request";
            let remedy = "remove it, or correct the method, in the overlay";
            self.reporter.operation_problem(&place, self.id, cause, remedy);
            return None;
        }
        if WITHOUT_MEANING.contains(&method) {
            let method = method.to_uppercase();
            let text =
                format!("the body of a {method} is sent, although it has no meaning in HTTP");
            self.reporter.note("lower", &place, text);
        }
        let pointer = found.pointer.join("content");
        let Some(choice) = media::choose(&found.item.content) else {
            let names: Vec<_> = found.item.content.keys().map(|name| format!("`{name}`")).collect();
            let what = match names.as_slice() {
                [] => "a body without a media type".to_owned(),
                names => format!("a body of {}", names.join(" or ")),
            };
            self.refuse(&pointer, &what, "describe it as JSON or a form in the overlay");
            return None;
        };
        self.note_left_out(&choice, &pointer);
        let lowered = BodyLowering {
            required: found.item.required,
            pointer: pointer.join(choice.media_type),
            media: choice.found,
            media_type: choice.media_type,
        };
        self.refuse_broken(self.root(&lowered));
        let (form, media_type, mut own) = self.by_medium(&lowered, choice.medium)?;
        if !lowered.required && own.iter().any(|input| input.required) {
            let text = "the body is optional, but always sent, because it has required inputs";
            self.reporter.note("lower", &place, text);
        }
        inputs.append(&mut own);
        Some(Body { form, media_type, required: lowered.required })
    }

    pub(super) fn note_left_out(&mut self, choice: &Choice<'_>, pointer: &Pointer) {
        for other in &choice.left_out {
            let text = format!(
                "the media type `{other}` is left out in favour of `{}`",
                choice.media_type
            );
            self.reporter.note("lower", &pointer.join(other), text);
        }
    }

    fn by_medium(
        &mut self,
        body: &BodyLowering<'a>,
        medium: Medium,
    ) -> Option<(BodyForm, String, Vec<Input>)> {
        let media_type = body.media_type.to_owned();
        let binary = self.is_binary(body);
        match medium {
            Medium::Form => Some((BodyForm::Form, media_type, self.form(body))),
            Medium::Multipart => Some((BodyForm::Multipart, media_type, self.multipart(body)?)),
            Medium::Json if !binary => {
                let (form, inputs) = self.json(body);
                Some((form, media_type, inputs))
            }
            // JSON, where any media type is allowed and a schema describes it.
            Medium::Any if body.media.schema.is_some() && !binary => {
                let text = format!("`{media_type}` is sent as JSON");
                self.reporter.note("lower", &body.pointer, text);
                let (form, inputs) = self.json(body);
                Some((form, "application/json".to_owned(), inputs))
            }
            Medium::Text if !binary => {
                let inputs = vec![self.text(body)];
                Some((BodyForm::Text, media_type, inputs))
            }
            _ if media::is_range(&media_type) => {
                let schema = Schema::bare(&body.pointer, Kind::File);
                let inputs = vec![whole(schema, body.required)];
                Some((BodyForm::File, media_type, inputs))
            }
            _ => {
                let schema = Schema::bare(&body.pointer, Kind::Binary);
                let inputs = vec![whole(schema, body.required)];
                Some((BodyForm::Bytes, media_type, inputs))
            }
        }
    }

    /// The schema of the body, if it has one.
    fn root(&self, body: &BodyLowering<'a>) -> Option<Id> {
        body.media.schema.as_ref().and_then(|schema| self.graph.root(schema))
    }

    fn is_binary(&self, body: &BodyLowering<'a>) -> bool {
        let lowered = self.root(body).and_then(|id| self.graph.resolved(id));
        lowered.is_some_and(|lowered| matches!(lowered.kind, NodeKind::Value(Kind::Binary)))
    }

    /// The schema of the body as one input.
    fn schema(&mut self, body: &BodyLowering<'a>) -> Schema {
        if let Some(id) = self.root(body) {
            return self.graph.model_of(id);
        }
        self.reporter.note("lower", &body.pointer, "the body has no schema: it is raw JSON");
        Schema::bare(&body.pointer, Kind::Open)
    }

    /// The properties of a body that is an object.
    fn object(&self, body: &BodyLowering<'a>) -> Option<Fields> {
        self.graph.fields(self.root(body)?).cloned()
    }

    /// One input for each property of an object without a type of its own, or one for all.
    fn json(&mut self, body: &BodyLowering<'a>) -> (BodyForm, Vec<Input>) {
        let schema = self.schema(body);
        match schema.kind {
            Kind::Object(object) => {
                let inputs = object.fields.into_iter().map(|Field { wire, required, schema }| {
                    let style = Style::Single;
                    Input { wire, location: Location::Body, required, schema, style }
                });
                let rest = object.rest.map(|rest| Input {
                    wire: String::new(),
                    location: Location::Rest,
                    required: false,
                    schema: *rest,
                    style: Style::Single,
                });
                (BodyForm::JsonMembers, inputs.chain(rest).collect())
            }
            _ => (BodyForm::Json, vec![whole(schema, body.required)]),
        }
    }

    /// Only JSON keeps properties that are not described.
    fn note_rest(&mut self, object: &Fields) {
        if let Some(rest) = object.rest {
            let place = &self.graph.node(rest).place;
            self.reporter.note("lower", place, "further properties are left out");
        }
    }

    /// A text, or a value that is encoded as one. Values with parts are encoded by the caller.
    fn text(&mut self, body: &BodyLowering<'a>) -> Input {
        let schema = self.schema(body);
        if self.root(body).and_then(|id| self.structure(id)) == Some(Structure::Single) {
            return whole(schema, body.required);
        }
        let text = format!("`{}` is encoded by the caller, as one text", body.media_type);
        self.reporter.note("lower", &body.pointer, text);
        whole(Schema { kind: Kind::String, ..schema }, body.required)
    }

    fn form(&mut self, body: &BodyLowering<'a>) -> Vec<Input> {
        let Some(object) = self.object(body) else {
            let schema = self.schema(body);
            // Properties that are not described.
            let structure = self.root(body).map_or(Some(Structure::Open), |id| self.structure(id));
            if !matches!(structure, Some(Structure::Object | Structure::Open)) {
                let remedy = "describe an object of plain values in the overlay";
                let what = "a form that is not an object of plain values";
                self.refuse(&schema.pointer, what, remedy);
            }
            return vec![Input { style: Style::Repeated, ..whole(schema, body.required) }];
        };
        self.note_rest(&object);
        let mut inputs = Vec::new();
        for field in object.fields {
            let Some(style) = self.form_style(body, &field) else { continue };
            let schema = self.graph.model_of(field.schema);
            let (wire, required, location) = (field.wire, field.required, Location::Body);
            inputs.push(Input { wire, location, required, schema, style });
        }
        inputs
    }

    /// How a property is encoded; none if it cannot be.
    fn form_style(&mut self, body: &BodyLowering<'a>, field: &lowered::Field) -> Option<Style> {
        let wire = &field.wire;
        let encoding = body.encoding(wire);
        let media_type = encoding.and_then(|encoding| encoding.content_type.as_deref());
        if media_type.and_then(media::medium) == Some(Medium::Json) {
            return Some(Style::Json);
        }
        let declared = encoding.and_then(|encoding| encoding.style.clone()).unwrap_or_default();
        // `openapiv3` does not distinguish `false` from a missing value.
        let place = body.pointer.join("encoding").join(wire).join("explode");
        let explode = self.graph.unrepresented.get(&place).and_then(Value::as_bool);
        let explode = explode.unwrap_or(declared == QueryStyle::Form);
        let style = self.structure(field.schema).and_then(|structure| {
            // An undescribed value may have unnamed parts.
            let structure =
                if structure == Structure::Open { Structure::Object } else { structure };
            parameter::in_query(&declared, structure, explode)
        });
        if style.is_none() {
            let what = format!("`{wire}` as a form field with nested values");
            let remedy = "give it an `encoding` with `contentType: application/json`, if that is \
                          what the server reads, in the overlay";
            let place = self.graph.node(field.schema).place.clone();
            self.unsendable(field.required, &place, &what, remedy);
        }
        style
    }

    fn multipart(&mut self, body: &BodyLowering<'a>) -> Option<Vec<Input>> {
        let Some(object) = self.object(body) else {
            let place = self.schema(body).pointer;
            let remedy = "describe an object with a property for each part in the overlay";
            self.refuse(&place, "a multipart body that is not described", remedy);
            return None;
        };
        self.note_rest(&object);
        let mut inputs = Vec::new();
        for field in object.fields {
            let schema = self.graph.model_of(field.schema);
            let structure = self.structure(field.schema);
            let (wire, required, location) = (field.wire, field.required, Location::Body);
            let (style, schema) = self.part(body, &wire, structure, schema);
            inputs.push(Input { wire, location, required, schema, style });
        }
        Some(inputs)
    }

    /// How a part is encoded, and its kind as an input.
    fn part(
        &mut self,
        body: &BodyLowering<'a>,
        wire: &str,
        structure: Option<Structure>,
        schema: Schema,
    ) -> (Style, Schema) {
        let encoding = body.encoding(wire);
        if encoding.is_some_and(|encoding| !encoding.headers.is_empty()) {
            let place = body.pointer.join("encoding").join(wire).join("headers");
            self.reporter.note("lower", &place, "the headers of a part are left out");
        }
        let media_type = encoding.and_then(|encoding| encoding.content_type.as_deref());
        let medium = media_type.and_then(media::medium);
        let file = |kind: &Kind| match kind {
            Kind::Binary => true,
            // A text with the media type of an image, for example.
            Kind::String => medium.is_some_and(|medium| medium >= Medium::Any),
            _ => false,
        };
        let one = media_type.filter(|given| !media::is_range(given) && !given.contains(','));
        let as_file = Style::File(one.unwrap_or(OCTETS).to_owned());
        match &schema.kind {
            kind if file(kind) => {
                (as_file, Schema { kind: Kind::File, bounds: Vec::new(), ..schema })
            }
            Kind::Array(items) if file(&items.kind) => {
                let items = Schema { kind: Kind::File, bounds: Vec::new(), ..(**items).clone() };
                (as_file, Schema { kind: Kind::Array(Box::new(items)), ..schema })
            }
            _ if medium == Some(Medium::Json) => (Style::Json, schema),
            Kind::Array(_) if structure == Some(Structure::List) => (Style::Repeated, schema),
            Kind::Array(_) => (Style::JsonEach, schema),
            _ if structure == Some(Structure::Single) => (Style::Single, schema),
            _ => (Style::Json, schema),
        }
    }
}

/// A body with the chosen media type.
struct BodyLowering<'a> {
    required: bool,
    /// The place of the media type.
    pointer: Pointer,
    media: &'a MediaType,
    media_type: &'a str,
}

impl<'a> BodyLowering<'a> {
    fn encoding(&self, wire: &str) -> Option<&'a Encoding> {
        let encoding: &IndexMap<String, Encoding> = &self.media.encoding;
        encoding.get(wire)
    }
}

fn whole(schema: Schema, required: bool) -> Input {
    Input {
        wire: WHOLE.to_owned(),
        location: Location::Body,
        required,
        schema,
        style: Style::Single,
    }
}
