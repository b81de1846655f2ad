//! Lowers schemas.

use openapiv3::{ReferenceOr, Schema as Source, SchemaData, SchemaKind, Type};
use serde_json::Value;

use super::refs::{Found, Refs};
use super::{components, mixed, objects, scalars, unions};
use crate::model::{Enumeration, Kind, Schema, Side, Values};
use crate::report::{Pointer, Reporter};

/// Lowers a schema that may stand behind a reference.
pub(super) fn resolve(
    schema: &ReferenceOr<Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    match schema {
        ReferenceOr::Item(item) => lower(&Found { item, pointer: pointer.clone() }, refs, reporter),
        ReferenceOr::Reference { reference } => {
            components::by_name(reference, pointer, refs, reporter)
        }
    }
}

pub(super) fn resolve_boxed(
    schema: &ReferenceOr<Box<Source>>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    match schema {
        ReferenceOr::Item(item) => lower(&Found { item, pointer: pointer.clone() }, refs, reporter),
        ReferenceOr::Reference { reference } => {
            components::by_name(reference, pointer, refs, reporter)
        }
    }
}

/// Lowers a schema; what cannot be expressed is noted and stands as open.
pub(super) fn lower(found: &Found<'_, Source>, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    let Found { item, pointer } = found;
    let schema = refs.deeper(pointer, reporter, |reporter| by_kind(item, pointer, refs, reporter));
    let mut schema = schema.unwrap_or_else(|| Schema::bare(pointer, Kind::Open));
    own(&item.schema_data, &mut schema, pointer, reporter);
    schema
}

fn by_kind(item: &Source, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    let data = &item.schema_data;
    match &item.schema_kind {
        SchemaKind::Type(Type::Boolean(ty)) => scalars::boolean(ty, pointer, reporter),
        SchemaKind::Type(Type::String(ty)) => scalars::string(ty, pointer, reporter),
        SchemaKind::Type(Type::Integer(ty)) => scalars::integer(ty, pointer, reporter),
        SchemaKind::Type(Type::Number(ty)) => scalars::number(ty, pointer, reporter),
        SchemaKind::Type(Type::Array(ty)) => objects::array(ty, pointer, refs, reporter),
        SchemaKind::Type(Type::Object(ty)) => objects::object(ty, pointer, refs, reporter),
        SchemaKind::AllOf { all_of } => objects::all_of(None, all_of, pointer, refs, reporter),
        SchemaKind::OneOf { one_of } => {
            let union = unions::Source { keyword: "oneOf", members: one_of, pointer };
            union.lower(data.discriminator.as_ref(), refs, reporter)
        }
        SchemaKind::AnyOf { any_of } => {
            let union = unions::Source { keyword: "anyOf", members: any_of, pointer };
            union.lower(data.discriminator.as_ref(), refs, reporter)
        }
        SchemaKind::Not { .. } => {
            unchecked(true, pointer, "not", reporter);
            Schema::bare(pointer, Kind::Open)
        }
        SchemaKind::Any(any) => mixed::any(any, data, pointer, refs, reporter),
    }
}

/// Adds what the schema says beside its type.
fn own(data: &SchemaData, schema: &mut Schema, pointer: &Pointer, reporter: &mut Reporter) {
    if data.external_docs.is_some() {
        reporter.note("lower", &pointer.join("externalDocs"), "`externalDocs` is left out");
    }
    schema.pointer = pointer.clone();
    schema.nullable |= data.nullable;
    let description = description(data);
    if !description.is_empty() {
        schema.description = description;
    }
    if let Some(default) = &data.default {
        if !fits(default, schema) {
            let text = format!("the default {default} does not fit: it is documentation only");
            reporter.note("lower", &pointer.join("default"), text);
        }
        schema.default = Some(default.clone());
    }
    schema.only = only(data, pointer, reporter).or(schema.only);
    // A base of which others are told by a member: what those add would be lost.
    if data.discriminator.is_some()
        && let Kind::Object(object) = &mut schema.kind
        && object.rest.is_none()
    {
        let text = "nothing says what this may be: members of other schemas are kept as JSON";
        reporter.note("lower", &pointer.join("discriminator"), text);
        object.rest = Some(Box::new(Schema::bare(pointer, Kind::Open)));
    }
}

/// What the schema's title, description and deprecation say, as one text.
fn description(data: &SchemaData) -> String {
    let text = data.description.as_ref().or(data.title.as_ref()).cloned().unwrap_or_default();
    if data.deprecated { deprecated(&text) } else { text }
}

/// The description of what is deprecated, which it says last.
pub(super) fn deprecated(description: &str) -> String {
    match description.trim_end() {
        "" => "Deprecated.".to_owned(),
        said if said.ends_with("Deprecated.") => said.to_owned(),
        said => format!("{said}\n\nDeprecated."),
    }
}

/// The direction that `readOnly` and `writeOnly` leave.
fn only(data: &SchemaData, pointer: &Pointer, reporter: &mut Reporter) -> Option<Side> {
    match (data.read_only, data.write_only) {
        (false, false) => None,
        (true, false) => Some(Side::Answer),
        (false, true) => Some(Side::Input),
        (true, true) => {
            let cause = "it is both readOnly and writeOnly, so it is nowhere";
            reporter.problem(pointer, cause, "remove one of the two in the overlay");
            None
        }
    }
}

/// Whether a default is a value that the schema allows, as far as its type says.
fn fits(default: &Value, schema: &Schema) -> bool {
    match &schema.kind {
        _ if default.is_null() => schema.nullable,
        Kind::Boolean => default.is_boolean(),
        Kind::Integer => default.is_i64() || default.is_u64(),
        Kind::Number => default.is_number(),
        // An enumeration is open, and a convention may know of values that are made of its own.
        Kind::String | Kind::Enumeration(Enumeration { values: Values::Strings(_), .. }) => {
            default.is_string()
        }
        Kind::Enumeration(Enumeration { values: Values::Integers(_), .. }) => default.is_i64(),
        Kind::Array(_) => default.is_array(),
        Kind::Object(_) | Kind::Map(_) => default.is_object(),
        _ => true,
    }
}

/// A constraint that the server checks and this crate does not.
pub(super) fn unchecked(present: bool, pointer: &Pointer, keyword: &str, reporter: &mut Reporter) {
    if present {
        let text = format!("`{keyword}` is left to the server to check");
        reporter.note("lower", &pointer.join(keyword), text);
    }
}
