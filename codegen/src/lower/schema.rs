//! Lowers schemas.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, IntegerFormat, IntegerType, NumberType, ObjectType,
    OpenAPI, ReferenceOr, Schema as Source, SchemaData, SchemaKind, StringFormat, StringType, Type,
    VariantOrUnknownOrEmpty,
};

use super::refs::{Found, Refs};
use crate::model::{Bound, Enumeration, Field, Kind, Number, Object, Schema, Side, Values};
use crate::report::{Pointer, Reporter};

/// What to do about a construct that no stage can express yet.
const UNSUPPORTED: &str =
    "describe it with type, properties, items, enum, minimum, maximum or maxLength in the overlay";

/// Every component schema that is not a mere alias.
pub(super) fn components(
    document: &OpenAPI,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> IndexMap<String, Schema> {
    let base = Pointer::root().join("components").join("schemas");
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let mut lowered = IndexMap::new();
    for (name, schema) in schemas {
        if let ReferenceOr::Item(item) = schema {
            let found = Found { item, pointer: base.join(name) };
            lowered.insert(name.clone(), lower(&found, refs, reporter));
        }
    }
    lowered
}

/// Lowers a schema that may stand behind a reference.
pub(super) fn resolve(
    schema: &ReferenceOr<Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    match schema {
        ReferenceOr::Item(item) => lower(&Found { item, pointer: pointer.clone() }, refs, reporter),
        ReferenceOr::Reference { reference } => by_name(reference, pointer, refs, reporter),
    }
}

fn resolve_boxed(
    schema: &ReferenceOr<Box<Source>>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    match schema {
        ReferenceOr::Item(item) => lower(&Found { item, pointer: pointer.clone() }, refs, reporter),
        ReferenceOr::Reference { reference } => by_name(reference, pointer, refs, reporter),
    }
}

/// Lowers a schema whose outermost members are wanted, not a name for them.
pub(super) fn written_out(
    schema: &ReferenceOr<Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let ReferenceOr::Reference { reference } = schema else {
        return resolve(schema, pointer, refs, reporter);
    };
    match refs.follow::<Source>(reference, pointer, reporter) {
        Some((name, found)) => inlined(&name, &found, pointer, refs, reporter),
        None => Schema::bare(pointer, Kind::Open),
    }
}

fn by_name(reference: &str, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    match refs.follow::<Source>(reference, pointer, reporter) {
        None => Schema::bare(pointer, Kind::Open),
        Some((name, found)) if has_own_type(found.item) => Schema {
            nullable: found.item.schema_data.nullable,
            ..Schema::bare(pointer, Kind::Component(name))
        },
        Some((name, found)) => inlined(&name, &found, pointer, refs, reporter),
    }
}

/// A component written out at the place that refers to it.
fn inlined(
    name: &str,
    found: &Found<'_, Source>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    if !refs.enter(name) {
        let cause = format!("the component `{name}` holds itself without a property between");
        reporter.problem(pointer, cause, UNSUPPORTED);
        return Schema::bare(pointer, Kind::Open);
    }
    let schema = lower(found, refs, reporter);
    refs.leave();
    schema
}

/// Whether a component becomes a type that is referred to by name; a mere scalar
/// or list is written out wherever it is used.
fn has_own_type(schema: &Source) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => !object.properties.is_empty(),
        SchemaKind::Type(Type::String(string)) => !string.enumeration.is_empty(),
        SchemaKind::Type(Type::Integer(integer)) => !integer.enumeration.is_empty(),
        _ => false,
    }
}

/// Lowers a schema; what cannot be expressed is reported and stands as open.
fn lower(found: &Found<'_, Source>, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    let Found { item, pointer } = found;
    let data = &item.schema_data;
    let unread = [
        (data.external_docs.is_some(), "externalDocs"),
        (data.discriminator.is_some(), "discriminator"),
    ];
    for (_, keyword) in unread.into_iter().filter(|(present, _)| *present) {
        reporter.note("lower", &pointer.join(keyword), format!("`{keyword}` is left out"));
    }
    let mut schema = Schema {
        description: description(data),
        default: data.default.clone(),
        nullable: data.nullable,
        only: only(data, pointer, reporter),
        ..Schema::bare(pointer, Kind::Open)
    };
    let bounds = &mut schema.bounds;
    schema.kind = match &item.schema_kind {
        SchemaKind::Type(Type::Boolean(_)) => Kind::Boolean,
        SchemaKind::Type(Type::String(ty)) => string(ty, pointer, bounds, reporter),
        SchemaKind::Type(Type::Integer(ty)) => integer(ty, pointer, bounds, reporter),
        SchemaKind::Type(Type::Number(ty)) => number(ty, pointer, bounds, reporter),
        SchemaKind::Type(Type::Array(ty)) => array(ty, pointer, refs, reporter),
        SchemaKind::Type(Type::Object(ty)) => object(ty, pointer, refs, reporter),
        SchemaKind::AllOf { all_of } => self::all_of(all_of, None, pointer, refs, reporter),
        SchemaKind::OneOf { .. } => alternatives("oneOf", pointer, reporter),
        SchemaKind::AnyOf { .. } => alternatives("anyOf", pointer, reporter),
        SchemaKind::Not { .. } => refuse(&pointer.join("not"), "`not`", reporter),
        SchemaKind::Any(any) => self::any(any, pointer, refs, reporter),
    };
    schema
}

/// What the schema's title, description and deprecation say, as one text.
fn description(data: &SchemaData) -> String {
    let mut text = data.description.as_ref().or(data.title.as_ref()).cloned().unwrap_or_default();
    if data.deprecated {
        let gap = if text.is_empty() { "" } else { "\n\n" };
        text = format!("{text}{gap}Deprecated.");
    }
    text
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

fn refuse(pointer: &Pointer, what: &str, reporter: &mut Reporter) -> Kind {
    reporter.problem(pointer, format!("{what} is not supported yet"), UNSUPPORTED);
    Kind::Open
}

fn refuse_if(present: bool, pointer: &Pointer, keyword: &str, reporter: &mut Reporter) {
    if present {
        refuse(&pointer.join(keyword), &format!("`{keyword}`"), reporter);
    }
}

/// A constraint that the server checks and this crate does not.
fn unchecked(present: bool, pointer: &Pointer, keyword: &str, reporter: &mut Reporter) {
    if present {
        let text = format!("`{keyword}` is left to the server to check");
        reporter.note("lower", &pointer.join(keyword), text);
    }
}

/// One of several shapes: kept as it comes, for the caller to decode.
fn alternatives(keyword: &str, pointer: &Pointer, reporter: &mut Reporter) -> Kind {
    let text = format!("`{keyword}` is kept as raw JSON");
    reporter.note("lower", &pointer.join(keyword), text);
    Kind::Open
}

/// Objects that are described in parts.
fn all_of(
    parts: &[ReferenceOr<Source>],
    own: Option<Object>,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Kind {
    let place = pointer.join("allOf");
    if let ([part], None) = (parts, &own) {
        return resolve(part, &place.join(0), refs, reporter).kind;
    }
    let mut whole = Object { fields: Vec::new() };
    let mut add = |part: Object| {
        for field in part.fields {
            match whole.fields.iter_mut().find(|known| known.wire == field.wire) {
                // The later part narrows what the earlier one said.
                Some(known) => {
                    let required = known.required || field.required;
                    *known = Field { required, ..field };
                }
                None => whole.fields.push(field),
            }
        }
    };
    for (index, part) in parts.iter().enumerate() {
        let place = place.join(index);
        match written_out(part, &place, refs, reporter).kind {
            Kind::Object(object) => add(object),
            Kind::Open => {}
            _ => return refuse(&place, "`allOf` of something else than objects", reporter),
        }
    }
    own.into_iter().for_each(add);
    if whole.fields.is_empty() { Kind::Open } else { Kind::Object(whole) }
}

/// A schema without a type, or with keywords of several types.
fn any(any: &AnySchema, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Kind {
    if *any == AnySchema::default() {
        return Kind::Open;
    }
    if !any.one_of.is_empty() || !any.any_of.is_empty() {
        let keyword = if any.one_of.is_empty() { "anyOf" } else { "oneOf" };
        return alternatives(keyword, pointer, reporter);
    }
    let described = AnySchema {
        typ: any.typ.clone().filter(|typ| typ == "object"),
        properties: any.properties.clone(),
        required: any.required.clone(),
        additional_properties: any.additional_properties.clone(),
        all_of: any.all_of.clone(),
        ..AnySchema::default()
    };
    if *any != described {
        return refuse(pointer, "a schema that mixes the keywords of several types", reporter);
    }
    let own = ObjectType {
        properties: any.properties.clone(),
        required: any.required.clone(),
        additional_properties: any.additional_properties.clone(),
        ..ObjectType::default()
    };
    let own = object(&own, pointer, refs, reporter);
    match (any.all_of.as_slice(), own) {
        ([], own) => own,
        (parts, Kind::Object(own)) => all_of(parts, Some(own), pointer, refs, reporter),
        (parts, _) => all_of(parts, None, pointer, refs, reporter),
    }
}

fn string(
    ty: &StringType,
    pointer: &Pointer,
    bounds: &mut Vec<Bound>,
    reporter: &mut Reporter,
) -> Kind {
    unchecked(ty.pattern.is_some(), pointer, "pattern", reporter);
    unchecked(ty.min_length.is_some(), pointer, "minLength", reporter);
    if ty.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary) {
        return Kind::Binary;
    }
    bounds.extend(ty.max_length.map(|length| Bound::MaxLength(length as u64)));
    if ty.enumeration.is_empty() {
        return Kind::String;
    }
    let values = ty.enumeration.iter().flatten().map(|value| (value.clone(), String::new()));
    let values: Vec<_> = values.collect();
    refuse_if(values.len() < ty.enumeration.len(), pointer, "enum", reporter);
    Kind::Enumeration(Enumeration { values: Values::Strings(values), extras: Vec::new() })
}

fn integer(
    ty: &IntegerType,
    pointer: &Pointer,
    bounds: &mut Vec<Bound>,
    reporter: &mut Reporter,
) -> Kind {
    unchecked(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    unchecked(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    unchecked(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
    // One Rust type for every integer, so that an id from one answer fits the next
    // call; a narrower format is a bound like any other.
    let narrow = ty.format == VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32);
    let least = ty.minimum.or(narrow.then_some(i64::from(i32::MIN)));
    let most = ty.maximum.or(narrow.then_some(i64::from(i32::MAX)));
    bounds.extend(least.map(|bound| Bound::AtLeast(Number::Integer(bound))));
    bounds.extend(most.map(|bound| Bound::AtMost(Number::Integer(bound))));
    if ty.enumeration.is_empty() {
        return Kind::Integer;
    }
    let values: Vec<_> =
        ty.enumeration.iter().flatten().map(|value| (*value, String::new())).collect();
    refuse_if(values.len() < ty.enumeration.len(), pointer, "enum", reporter);
    Kind::Enumeration(Enumeration { values: Values::Integers(values), extras: Vec::new() })
}

fn number(
    ty: &NumberType,
    pointer: &Pointer,
    bounds: &mut Vec<Bound>,
    reporter: &mut Reporter,
) -> Kind {
    unchecked(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    unchecked(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    unchecked(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
    unchecked(!ty.enumeration.is_empty(), pointer, "enum", reporter);
    bounds.extend(ty.minimum.map(|bound| Bound::AtLeast(Number::Float(bound))));
    bounds.extend(ty.maximum.map(|bound| Bound::AtMost(Number::Float(bound))));
    Kind::Number
}

fn array(ty: &ArrayType, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Kind {
    unchecked(ty.min_items.is_some(), pointer, "minItems", reporter);
    unchecked(ty.max_items.is_some(), pointer, "maxItems", reporter);
    unchecked(ty.unique_items, pointer, "uniqueItems", reporter);
    let place = pointer.join("items");
    let items = match &ty.items {
        Some(items) => resolve_boxed(items, &place, refs, reporter),
        None => Schema::bare(&place, Kind::Open),
    };
    if !items.bounds.is_empty() {
        let text = "the bounds of each item are left to the server to check";
        reporter.note("lower", &items.pointer, text);
    }
    Kind::Array(Box::new(items))
}

fn object(ty: &ObjectType, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Kind {
    unchecked(ty.min_properties.is_some(), pointer, "minProperties", reporter);
    unchecked(ty.max_properties.is_some(), pointer, "maxProperties", reporter);
    for (index, name) in ty.required.iter().enumerate() {
        if !ty.properties.contains_key(name) {
            reporter.problem(
                &pointer.join("required").join(index),
                format!("`{name}` is required but is not among the properties"),
                "describe the property, or remove it from `required`, in the overlay",
            );
        }
    }
    let place = pointer.join("additionalProperties");
    if ty.properties.is_empty() {
        return match &ty.additional_properties {
            None | Some(AdditionalProperties::Any(_)) => Kind::Open,
            Some(AdditionalProperties::Schema(schema)) => {
                Kind::Map(Box::new(resolve(schema, &place, refs, reporter)))
            }
        };
    }
    if let Some(AdditionalProperties::Schema(_) | AdditionalProperties::Any(true)) =
        ty.additional_properties
    {
        reporter.note("lower", &place, "members beyond the described ones are not kept");
    }
    let place = pointer.join("properties");
    let fields = ty.properties.iter().map(|(name, schema)| Field {
        wire: name.clone(),
        required: ty.required.contains(name),
        schema: resolve_boxed(schema, &place.join(name), refs, reporter),
    });
    Kind::Object(Object { fields: fields.collect() })
}
