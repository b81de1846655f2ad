//! Lowers schemas.

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, ArrayType, IntegerFormat, IntegerType, NumberType, ObjectType, OpenAPI,
    ReferenceOr, Schema as Source, SchemaData, SchemaKind, StringFormat, StringType, Type,
    VariantOrUnknownOrEmpty,
};

use super::refs::{Found, Refs};
use crate::model::{Bound, Enumeration, Field, Kind, Number, Object, Schema, Values};
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

fn by_name(reference: &str, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Schema {
    let open = |kind| Schema {
        pointer: pointer.clone(),
        description: String::new(),
        default: None,
        bounds: Vec::new(),
        kind,
    };
    let Some((name, found)) = refs.follow::<Source>(reference, pointer, reporter) else {
        return open(Kind::Open);
    };
    if has_own_type(found.item) {
        return open(Kind::Component(name));
    }
    if !refs.enter(&name) {
        let cause = format!("the component `{name}` holds itself without a property between");
        reporter.problem(pointer, cause, UNSUPPORTED);
        return open(Kind::Open);
    }
    let schema = lower(&found, refs, reporter);
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
    refuse_data(&item.schema_data, pointer, reporter);
    let mut bounds = Vec::new();
    let kind = match &item.schema_kind {
        SchemaKind::Type(Type::Boolean(_)) => Kind::Boolean,
        SchemaKind::Type(Type::String(ty)) => string(ty, pointer, &mut bounds, reporter),
        SchemaKind::Type(Type::Integer(ty)) => integer(ty, pointer, &mut bounds, reporter),
        SchemaKind::Type(Type::Number(ty)) => number(ty, pointer, &mut bounds, reporter),
        SchemaKind::Type(Type::Array(ty)) => array(ty, pointer, refs, reporter),
        SchemaKind::Type(Type::Object(ty)) => object(ty, pointer, refs, reporter),
        SchemaKind::Any(any) if *any == openapiv3::AnySchema::default() => Kind::Open,
        SchemaKind::Any(_) => refuse(pointer, "a schema that mixes constructs", reporter),
        SchemaKind::OneOf { .. } => refuse(&pointer.join("oneOf"), "`oneOf`", reporter),
        SchemaKind::AnyOf { .. } => refuse(&pointer.join("anyOf"), "`anyOf`", reporter),
        SchemaKind::AllOf { .. } => refuse(&pointer.join("allOf"), "`allOf`", reporter),
        SchemaKind::Not { .. } => refuse(&pointer.join("not"), "`not`", reporter),
    };
    let data = &item.schema_data;
    let description = data.description.as_ref().or(data.title.as_ref()).cloned();
    Schema {
        pointer: pointer.clone(),
        description: description.unwrap_or_default(),
        default: data.default.clone(),
        bounds,
        kind,
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

fn refuse_data(data: &SchemaData, pointer: &Pointer, reporter: &mut Reporter) {
    refuse_if(data.nullable, pointer, "nullable", reporter);
    refuse_if(data.read_only, pointer, "readOnly", reporter);
    refuse_if(data.write_only, pointer, "writeOnly", reporter);
    refuse_if(data.deprecated, pointer, "deprecated", reporter);
    refuse_if(data.external_docs.is_some(), pointer, "externalDocs", reporter);
    refuse_if(data.discriminator.is_some(), pointer, "discriminator", reporter);
}

fn string(
    ty: &StringType,
    pointer: &Pointer,
    bounds: &mut Vec<Bound>,
    reporter: &mut Reporter,
) -> Kind {
    refuse_if(ty.pattern.is_some(), pointer, "pattern", reporter);
    refuse_if(ty.min_length.is_some(), pointer, "minLength", reporter);
    if let VariantOrUnknownOrEmpty::Item(StringFormat::Binary | StringFormat::Byte) = ty.format {
        refuse(&pointer.join("format"), "binary data in a string", reporter);
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
    refuse_if(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    refuse_if(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    refuse_if(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
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
    refuse_if(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    refuse_if(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    refuse_if(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
    refuse_if(!ty.enumeration.is_empty(), pointer, "enum", reporter);
    bounds.extend(ty.minimum.map(|bound| Bound::AtLeast(Number::Float(bound))));
    bounds.extend(ty.maximum.map(|bound| Bound::AtMost(Number::Float(bound))));
    Kind::Number
}

fn array(ty: &ArrayType, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Kind {
    refuse_if(ty.min_items.is_some(), pointer, "minItems", reporter);
    refuse_if(ty.max_items.is_some(), pointer, "maxItems", reporter);
    refuse_if(ty.unique_items, pointer, "uniqueItems", reporter);
    let place = pointer.join("items");
    let items = match &ty.items {
        Some(items) => resolve_boxed(items, &place, refs, reporter),
        None => Schema {
            pointer: place,
            description: String::new(),
            default: None,
            bounds: Vec::new(),
            kind: Kind::Open,
        },
    };
    Kind::Array(Box::new(items))
}

fn object(ty: &ObjectType, pointer: &Pointer, refs: &Refs<'_>, reporter: &mut Reporter) -> Kind {
    refuse_if(ty.min_properties.is_some(), pointer, "minProperties", reporter);
    refuse_if(ty.max_properties.is_some(), pointer, "maxProperties", reporter);
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
        refuse(&place, "`additionalProperties` beside `properties`", reporter);
    }
    let place = pointer.join("properties");
    let fields = ty.properties.iter().map(|(name, schema)| Field {
        wire: name.clone(),
        required: ty.required.contains(name),
        schema: resolve_boxed(schema, &place.join(name), refs, reporter),
    });
    Kind::Object(Object { fields: fields.collect() })
}
