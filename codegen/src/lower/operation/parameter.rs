//! Lowers parameters: their location and style.

use std::collections::BTreeMap;

use openapiv3::{
    Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle,
    ReferenceOr, Schema as OpenApiSchema,
};

use super::Lowering;
use super::media::{self, Medium};
use crate::load::Broken;
use crate::lower::lowered::{Id, Lowered, NodeKind, deprecated};
use crate::model::{Input, Kind, Location, Schema, Style};
use crate::report::Pointer;

/// Headers that OpenAPI describes elsewhere: by media types and security schemes.
const IGNORED: [&str; 3] = ["accept", "content-type", "authorization"];

/// Headers that belong to the connection. Set by a caller, they would truncate a request or
/// redirect it.
const OF_THE_CONNECTION: [&str; 6] =
    ["expect", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/// Those of them that are always sent, or that callers have no use for.
const SENT_BY_THE_CONNECTION: [&str; 4] =
    ["connection", "content-length", "host", "transfer-encoding"];

/// The parts of a schema's values, as far as a parameter's style depends on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Structure {
    Single,
    List,
    Object,
    /// Depends on the value, and is checked when it is encoded.
    Open,
}

impl<'a> Lowering<'a, '_> {
    /// The parameters of the path and of the operation; the operation's take precedence.
    pub(super) fn parameters(
        &mut self,
        shared: &'a [ReferenceOr<Parameter>],
        source: &'a Operation,
    ) -> Vec<Input> {
        let own = self.list(&source.parameters, &self.pointer.join("parameters"));
        let mut seen = BTreeMap::new();
        for (pointer, input) in &own {
            if let Some(first) = seen.insert(key(input), pointer.clone()) {
                self.reporter.operation_problem(
                    pointer,
                    self.id,
                    format!("the parameter `{}` is a duplicate of the one at {first}", input.wire),
                    "remove one of the two in the overlay",
                );
            }
        }
        let above = self.pointer.parent().cloned().unwrap_or_default();
        let shared = self.list(shared, &above.join("parameters"));
        let inherited = shared.into_iter().map(|(_, input)| input);
        let inherited = inherited.filter(|inherited| !seen.contains_key(&key(inherited)));
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
        let location = match parameter {
            Parameter::Path { .. } => Location::Path,
            Parameter::Query { allow_reserved: true, .. } => Location::QueryReserved,
            Parameter::Query { .. } => Location::Query,
            Parameter::Header { .. } => Location::Header,
            Parameter::Cookie { .. } => Location::Cookie,
        };
        if !self.is_usable(data, location, pointer) {
            return None;
        }
        if location == Location::Path && !data.required {
            self.reporter.operation_problem(
                pointer,
                self.id,
                format!("the path parameter `{}` is not required", data.name),
                "add `required: true` in the overlay",
            );
        }
        let (mut schema, style) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => {
                let id = self.readable(schema, data)?;
                let style = self.style(parameter, data, id)?;
                (self.graph.model_of(id), style)
            }
            ParameterSchemaOrContent::Content(_) => (self.content(data, pointer)?, Style::Json),
        };
        if !data.description.as_ref().is_none_or(String::is_empty) {
            schema.description = data.description.clone().unwrap_or_default();
        }
        if data.deprecated.unwrap_or_default() {
            schema.description = deprecated(&schema.description);
        }
        Some(Input { wire: data.name.clone(), location, required: data.required, schema, style })
    }

    /// The schema of a parameter; none if it cannot be read.
    fn readable(
        &mut self,
        schema: &ReferenceOr<OpenApiSchema>,
        data: &ParameterData,
    ) -> Option<Id> {
        let id = self.graph.root(schema)?;
        let Some(Broken { place, cause, remedy }) = self.graph.broken(id) else { return Some(id) };
        let place = place.as_ref().unwrap_or(&self.graph.node(id).place).clone();
        self.unsendable(data.required, &place, cause, remedy);
        None
    }

    /// Whether a parameter can have this name and be set by callers.
    fn is_usable(
        &mut self,
        ParameterData { name, required, .. }: &ParameterData,
        location: Location,
        pointer: &Pointer,
    ) -> bool {
        let is_header = location == Location::Header;
        let is = |names: &[&str]| {
            is_header && names.iter().any(|other| name.eq_ignore_ascii_case(other))
        };
        if is(&IGNORED) {
            let text = format!("the header parameter `{name}` is ignored by OpenAPI");
            self.reporter.note("lower", pointer, text);
            return false;
        }
        let remedy = "correct or remove the parameter in the overlay";
        if is(&SENT_BY_THE_CONNECTION) {
            let cause = format!("the header `{name}` belongs to the connection");
            self.reporter.violation(pointer, cause, remedy, "it is sent automatically");
            return false;
        }
        let cause = if name.is_empty() {
            "the parameter has no name".to_owned()
        } else if matches!(location, Location::Header | Location::Cookie) && !is_token(name) {
            format!("`{name}`: expected a valid name of a header or a cookie")
        } else if is(&OF_THE_CONNECTION) {
            format!("the header `{name}` belongs to the connection and cannot be set")
        } else {
            return true;
        };
        if *required {
            self.reporter.operation_problem(pointer, self.id, cause, remedy);
        } else {
            self.reporter.violation(pointer, cause, remedy, "it is left out");
        }
        false
    }

    /// The schema of a parameter that is encoded as JSON.
    fn content(&mut self, data: &'a ParameterData, pointer: &Pointer) -> Option<Schema> {
        let ParameterSchemaOrContent::Content(content) = &data.format else { return None };
        let place = pointer.join("content");
        let json = content.iter().find(|(name, _)| media::medium(name) == Some(Medium::Json));
        let Some((name, found)) = json else {
            let what = "not supported: a parameter with `content` other than JSON";
            let remedy = "describe it by a `schema` in the overlay";
            self.unsendable(data.required, &place, what, remedy);
            return None;
        };
        let place = place.join(name);
        Some(match &found.schema {
            Some(schema) => {
                let id = self.readable(schema, data)?;
                self.graph.model_of(id)
            }
            None => Schema::bare(&place, Kind::Open),
        })
    }

    /// How the value is encoded; none if it cannot be.
    fn style(&mut self, parameter: &Parameter, data: &ParameterData, id: Id) -> Option<Style> {
        let pointer = self.graph.node(id).place.clone();
        let Some(structure) = self.structure(id) else {
            self.unsendable(
                data.required,
                &pointer,
                "not supported: a parameter with nested values",
                "describe a list or an object of plain values, or use `content` with JSON, \
                 in the overlay",
            );
            return data.required.then_some(Style::Single);
        };
        let explode = |usual: bool| data.explode.unwrap_or(usual);
        let style = match parameter {
            Parameter::Path { style, .. } => Some(in_path(style, structure, explode(false))),
            Parameter::Query { style, .. } => {
                in_query(style, structure, explode(*style == QueryStyle::Form))
            }
            Parameter::Header { .. } => Some(match (structure, explode(false)) {
                (Structure::Single, _) => Style::Single,
                (Structure::Object | Structure::Open, true) => Style::Repeated,
                _ => Style::CommaSeparated,
            }),
            Parameter::Cookie { .. } => match (structure, explode(true)) {
                (Structure::Single, _) => Some(Style::Single),
                (Structure::Open, _) | (_, false) => Some(Style::CommaSeparated),
                (_, true) => None,
            },
        };
        if style.is_none() {
            self.unsendable(
                data.required,
                &pointer,
                "OpenAPI does not define this combination of value, style and `explode`",
                "correct `style` or `explode` in the overlay; for a cookie, `explode: false`",
            );
        }
        // The operation is refused for this, and need not be refused for the missing path input as
        // well.
        style.or(data.required.then_some(Style::Single))
    }

    /// The parts of a schema's values; `None` if these are nested.
    pub(super) fn structure(&self, id: Id) -> Option<Structure> {
        let plain = |id: Id| self.is_single(id);
        match &self.graph.resolved(id)?.kind {
            _ if self.is_single(id) => Some(Structure::Single),
            NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_) => Some(Structure::Open),
            NodeKind::Array(items) => plain(*items).then_some(Structure::List),
            NodeKind::Map(values) => {
                let lowered = self.graph.resolved(*values);
                let fits = plain(*values) || lowered.is_some_and(Lowered::is_open);
                fits.then_some(Structure::Object)
            }
            NodeKind::Object(object) => {
                object.fields.iter().all(|field| plain(field.schema)).then_some(Structure::Object)
            }
            // The parts depend on the value.
            NodeKind::Union(union) => union
                .members
                .iter()
                .all(|id| self.structure(*id).is_some())
                .then_some(Structure::Open),
            _ => None,
        }
    }

    /// Whether a schema's values have no parts.
    fn is_single(&self, id: Id) -> bool {
        self.graph.resolved(id).is_some_and(|lowered| match &lowered.kind {
            // In another vendor's document, it is treated as text.
            NodeKind::Value(Kind::Binary) => self.reporter.is_lenient(),
            NodeKind::Value(kind) => matches!(
                kind,
                Kind::Boolean
                    | Kind::Integer
                    | Kind::Unsigned
                    | Kind::Number
                    | Kind::String
                    | Kind::Enumeration(_)
            ),
            NodeKind::Union(union) => union.members.iter().all(|id| self.is_single(*id)),
            _ => false,
        })
    }
}

/// The identity of a parameter: location and name. Headers are case-insensitive.
fn key(input: &Input) -> (u8, String) {
    match input.location {
        Location::Header => (Location::Header as u8, input.wire.to_ascii_lowercase()),
        Location::QueryReserved => (Location::Query as u8, input.wire.clone()),
        location => (location as u8, input.wire.clone()),
    }
}

fn in_path(style: &PathStyle, structure: Structure, explode: bool) -> Style {
    match (style, structure, explode) {
        (PathStyle::Simple, Structure::Single, _) => Style::Single,
        (PathStyle::Simple, Structure::Object | Structure::Open, true) => Style::Repeated,
        (PathStyle::Simple, ..) => Style::CommaSeparated,
        (PathStyle::Label, _, false) | (PathStyle::Label, Structure::Single, _) => Style::Label,
        (PathStyle::Label, ..) => Style::LabelRepeated,
        (PathStyle::Matrix, _, false) | (PathStyle::Matrix, Structure::Single, _) => Style::Matrix,
        (PathStyle::Matrix, ..) => Style::MatrixRepeated,
    }
}

/// How a value is encoded in a query or a form; `None` where OpenAPI does not define it.
pub(super) fn in_query(style: &QueryStyle, structure: Structure, explode: bool) -> Option<Style> {
    Some(match (style, structure, explode) {
        (QueryStyle::DeepObject, Structure::Object | Structure::Open, _) => Style::DeepObject,
        (QueryStyle::DeepObject, ..) => return None,
        (_, Structure::Single, _) => Style::Single,
        // Exploded values have no delimiter.
        (QueryStyle::Form, _, true) | (_, Structure::List, true) => Style::Repeated,
        (_, _, true) => return None,
        (QueryStyle::Form, ..) => Style::CommaSeparated,
        (QueryStyle::SpaceDelimited, ..) => Style::SpaceSeparated,
        (QueryStyle::PipeDelimited, ..) => Style::PipeSeparated,
    })
}

/// A name by RFC 9110 and RFC 6265.
fn is_token(name: &str) -> bool {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    !name.is_empty() && name.chars().all(is_token)
}
