//! Lowers objects, lists, and objects that are described in parts.

use std::collections::BTreeSet;

use openapiv3::{AdditionalProperties, ArrayType, ObjectType, ReferenceOr, Schema as Source};

use super::components::{behind, written_out};
use super::refs::Refs;
use super::schema::{resolve, resolve_boxed, unchecked};
use crate::model::{Bound, Enumeration, Field, Kind, Number, Object, Schema, Values};
use crate::report::{Pointer, Reporter};

pub(super) fn array(
    ty: &ArrayType,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    unchecked(ty.min_items.is_some(), pointer, "minItems", reporter);
    unchecked(ty.max_items.is_some(), pointer, "maxItems", reporter);
    unchecked(ty.unique_items, pointer, "uniqueItems", reporter);
    let place = pointer.join("items");
    let items = match &ty.items {
        Some(items) => resolve_boxed(items, &place, refs, reporter),
        None => Schema::bare(&place, Kind::Open),
    };
    note_deeper_bounds(&items, reporter);
    Schema::bare(pointer, Kind::Array(Box::new(items)))
}

/// The bounds of each value are kept with the list or the map that holds it; those in
/// lists of lists have no such place.
fn note_deeper_bounds(values: &Schema, reporter: &mut Reporter) {
    if let Kind::Array(inner) | Kind::Map(inner) = &values.kind
        && !inner.bounds.is_empty()
    {
        let text = "bounds in lists of lists are left to the server to check";
        reporter.note("lower", &inner.pointer, text);
    }
}

pub(super) fn object(
    ty: &ObjectType,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let schema = part(ty, pointer, refs, reporter);
    if let Kind::Object(object) = &schema.kind {
        undescribed(&ty.required, object, pointer, reporter);
    }
    schema
}

/// An object that others may add to.
pub(super) fn part(
    ty: &ObjectType,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    unchecked(ty.min_properties.is_some(), pointer, "minProperties", reporter);
    unchecked(ty.max_properties.is_some(), pointer, "maxProperties", reporter);
    let place = pointer.join("additionalProperties");
    let rest = match &ty.additional_properties {
        None | Some(AdditionalProperties::Any(false)) => None,
        Some(AdditionalProperties::Any(true)) => Some(Schema::bare(&place, Kind::Open)),
        Some(AdditionalProperties::Schema(schema)) => Some(resolve(schema, &place, refs, reporter)),
    };
    if let Some(values) = &rest {
        note_deeper_bounds(values, reporter);
    }
    if ty.properties.is_empty() {
        let kind = match (rest, &ty.additional_properties) {
            (Some(values), Some(AdditionalProperties::Schema(_))) => Kind::Map(Box::new(values)),
            _ => Kind::Open,
        };
        return Schema::bare(pointer, kind);
    }
    let place = pointer.join("properties");
    let required: BTreeSet<&String> = ty.required.iter().collect();
    let fields = ty.properties.iter().map(|(name, schema)| Field {
        wire: name.clone(),
        required: required.contains(name),
        schema: resolve_boxed(schema, &place.join(name), refs, reporter),
    });
    let object = Object { fields: fields.collect(), rest: rest.map(Box::new) };
    Schema::bare(pointer, Kind::Object(object))
}

/// Reports what is required and not described.
fn undescribed(required: &[String], object: &Object, pointer: &Pointer, reporter: &mut Reporter) {
    let described: BTreeSet<&str> = object.fields.iter().map(|f| f.wire.as_str()).collect();
    for (index, name) in required.iter().enumerate() {
        if described.contains(name.as_str()) {
            continue;
        }
        let place = pointer.join("required").join(index);
        if object.rest.is_some() {
            let text = format!("`{name}` is required and not described: the server checks it");
            reporter.note("lower", &place, text);
        } else {
            reporter.lapse(
                &place,
                format!("`{name}` is required but is not among the properties"),
                "describe the property, or remove it from `required`, in the overlay",
                "the server checks it",
            );
        }
    }
}

/// A schema that is described in parts, its `own` keywords being one of them.
pub(super) fn all_of(
    own: Option<(Schema, &[String])>,
    parts: &[ReferenceOr<Source>],
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let place = pointer.join("allOf");
    if let ([part], None) = (parts, &own) {
        return resolve(part, &place.join(0), refs, reporter);
    }
    let mut whole: Option<Schema> = None;
    for (index, source) in parts.iter().enumerate() {
        let place = place.join(index);
        let mut part = written_out(source, &place, refs, reporter);
        if let Kind::Object(object) = &mut part.kind
            && is_base(source, &place, refs, reporter)
        {
            object.rest = None;
        }
        whole = match whole {
            None => Some(Schema { description: String::new(), ..part }),
            Some(so_far) => match merge(so_far, part, refs, reporter) {
                Ok(merged) => Some(merged),
                Err(why) => return conflict(&place, &why, reporter),
            },
        };
    }
    let mut required: &[String] = &[];
    if let Some((own, names)) = own {
        required = names;
        // Whether null is allowed is said by `nullable`, which is looked at by itself.
        let own = Schema { nullable: true, ..own };
        whole = match whole {
            None => Some(own),
            Some(so_far) => match merge(so_far, own, refs, reporter) {
                Ok(merged) => Some(merged),
                Err(why) => return conflict(pointer, &why, reporter),
            },
        };
    }
    let mut whole = whole.unwrap_or_else(|| Schema::bare(pointer, Kind::Open));
    if let Kind::Object(object) = &mut whole.kind {
        for field in &mut object.fields {
            field.required |= required.contains(&field.wire);
        }
        undescribed(required, object, pointer, reporter);
    }
    whole
}

/// Whether a part keeps the members of others only because it is their base.
fn is_base(
    part: &ReferenceOr<Source>,
    place: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> bool {
    let source = match part {
        ReferenceOr::Item(item) => Some(item),
        ReferenceOr::Reference { reference } => {
            refs.follow::<Source>(reference, place, reporter).map(|(_, found)| found.item)
        }
    };
    source.is_some_and(|source| source.schema_data.discriminator.is_some())
}

fn conflict(place: &Pointer, why: &str, reporter: &mut Reporter) -> Schema {
    let text = format!("kept as raw JSON: the parts of `allOf` do not go together, {why}");
    reporter.note("lower", place, text);
    Schema::bare(place, Kind::Open)
}

/// What is both; or why nothing is.
fn merge(
    left: Schema,
    right: Schema,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Result<Schema, String> {
    let place = right.pointer.clone();
    let both = |reporter: &mut Reporter| merge_here(left, right, refs, reporter);
    refs.deeper(&place, reporter, both).unwrap_or_else(|| Err("too deep in others".to_owned()))
}

fn merge_here(
    left: Schema,
    right: Schema,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Result<Schema, String> {
    let whole = Schema {
        pointer: right.pointer.clone(),
        description: either(right.description.clone(), left.description.clone()),
        default: right.default.clone().or_else(|| left.default.clone()),
        bounds: tightest(&left.bounds, &right.bounds),
        nullable: left.nullable && right.nullable,
        format: right.format.clone().or_else(|| left.format.clone()),
        only: right.only.or(left.only),
        kind: Kind::Open,
    };
    let part = |name: &str, reporter: &mut Reporter| {
        let schema = behind(name, &right.pointer, refs, reporter);
        refs.write_out(&schema, &right.pointer)
    };
    let kind = match (left.kind, right.kind) {
        // What is open says nothing, not even whether null is allowed.
        (Kind::Open, kind) => {
            return Ok(Schema { kind, nullable: right.nullable, ..whole });
        }
        (kind, Kind::Open) => {
            return Ok(Schema { kind, nullable: left.nullable, ..whole });
        }
        (Kind::Component(left), Kind::Component(right)) if left == right => Kind::Component(left),
        (Kind::Component(left), Kind::Component(right)) => {
            return refs.pair(&left, &right, || {
                let kind = Kind::Component(right.clone());
                let left = part(&left, reporter);
                merge(left, Schema { kind, ..whole }, refs, reporter)
            });
        }
        (Kind::Component(name), kind) => {
            let left = part(&name, reporter);
            return merge(left, Schema { kind, ..whole }, refs, reporter);
        }
        (kind, Kind::Component(name)) => {
            let right = part(&name, reporter);
            return merge(Schema { kind, ..whole }, right, refs, reporter);
        }
        (Kind::Object(left), Kind::Object(right)) => {
            Kind::Object(objects(left, right, refs, reporter)?)
        }
        (Kind::Object(object), Kind::Map(values)) | (Kind::Map(values), Kind::Object(object)) => {
            Kind::Object(Object { rest: Some(values), ..object })
        }
        // The members of the alternatives are kept as the rest.
        (Kind::Object(object), Kind::Union(_)) | (Kind::Union(_), Kind::Object(object)) => {
            let text = "the members of the alternatives beside properties are kept as JSON";
            reporter.note("lower", &whole.pointer, text);
            let rest = Schema::bare(&whole.pointer, Kind::Open);
            Kind::Object(Object { rest: Some(Box::new(rest)), ..object })
        }
        (Kind::Map(left), Kind::Map(right)) => {
            Kind::Map(Box::new(merge(*left, *right, refs, reporter)?))
        }
        (Kind::Array(left), Kind::Array(right)) => {
            Kind::Array(Box::new(merge(*left, *right, refs, reporter)?))
        }
        (Kind::Enumeration(left), Kind::Enumeration(right)) => common(&left, &right)?,
        (Kind::Enumeration(values), Kind::String | Kind::Integer | Kind::Number)
        | (Kind::String | Kind::Integer | Kind::Number, Kind::Enumeration(values)) => {
            Kind::Enumeration(values)
        }
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Integer,
        (left, right) if std::mem::discriminant(&left) == std::mem::discriminant(&right) => left,
        (left, right) => {
            return Err(format!("{} and {}", describe(&left), describe(&right)));
        }
    };
    Ok(Schema { kind, ..whole })
}

fn objects(
    mut left: Object,
    right: Object,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Result<Object, String> {
    for field in right.fields {
        let Some(known) = left.fields.iter_mut().find(|known| known.wire == field.wire) else {
            left.fields.push(field);
            continue;
        };
        known.required |= field.required;
        let place = field.schema.pointer.clone();
        match merge(known.schema.clone(), field.schema, refs, reporter) {
            Ok(merged) => known.schema = merged,
            Err(why) => {
                let text = format!("kept as raw JSON: `{}` is twice, {why}", known.wire);
                reporter.note("lower", &place, text);
                known.schema = Schema::bare(&place, Kind::Open);
            }
        }
    }
    left.rest = match (left.rest, right.rest) {
        (Some(left), Some(right)) => Some(Box::new(merge(*left, *right, refs, reporter)?)),
        (left, right) => left.or(right),
    };
    Ok(left)
}

/// The values that two enumerations have in common.
fn common(left: &Enumeration, right: &Enumeration) -> Result<Kind, String> {
    let values = match (&left.values, &right.values) {
        (Values::Strings(left), Values::Strings(right)) => {
            let known = |value: &str| right.iter().any(|(other, _)| other == value);
            let values = left.iter().filter(|(value, _)| known(value));
            Values::Strings(values.cloned().collect())
        }
        (Values::Integers(left), Values::Integers(right)) => {
            let known = |value: i64| right.iter().any(|(other, _)| *other == value);
            let values = left.iter().filter(|(value, _)| known(*value));
            Values::Integers(values.cloned().collect())
        }
        _ => return Err("texts and numbers".to_owned()),
    };
    let none = match &values {
        Values::Strings(values) => values.is_empty(),
        Values::Integers(values) => values.is_empty(),
    };
    if none {
        return Err("two enumerations without a common value".to_owned());
    }
    Ok(Kind::Enumeration(Enumeration { values, extras: Vec::new() }))
}

/// Of bounds on both sides, those that let less pass.
fn tightest(left: &[Bound], right: &[Bound]) -> Vec<Bound> {
    let float = |number: &Number| match number {
        #[expect(clippy::cast_precision_loss, reason = "only compared with another bound")]
        Number::Integer(integer) => *integer as f64,
        Number::Float(float) => *float,
    };
    let mut bounds: Vec<Bound> = left.to_vec();
    for bound in right {
        let same =
            |other: &&mut Bound| std::mem::discriminant(&**other) == std::mem::discriminant(bound);
        match (bounds.iter_mut().find(same), bound) {
            (Some(known), bound) => {
                let tighter = match (&*known, bound) {
                    (Bound::AtLeast(old), Bound::AtLeast(new)) => float(new) > float(old),
                    (Bound::AtMost(old), Bound::AtMost(new)) => float(new) < float(old),
                    (Bound::MaxLength(old), Bound::MaxLength(new)) => new < old,
                    _ => false,
                };
                if tighter {
                    *known = bound.clone();
                }
            }
            (None, bound) => bounds.push(bound.clone()),
        }
    }
    bounds
}

fn either(first: String, second: String) -> String {
    if first.is_empty() { second } else { first }
}

/// A kind in a reader's words.
pub(super) fn describe(kind: &Kind) -> &'static str {
    match kind {
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Enumeration(_) => "an enumeration",
        Kind::Object(_) => "an object",
        Kind::Map(_) => "a map",
        Kind::Array(_) => "a list",
        Kind::Union(_) => "one of several things",
        _ => "something else",
    }
}
