//! Lowers schemas without a type, or with keywords beside those of their type.
//!
//! Where the type is stated, the keywords of other types say nothing of it. Where it is
//! not, it is the one that all keywords are of.

use openapiv3::{
    AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType, ReferenceOr,
    Schema as Source, SchemaData, SchemaKind, StringType,
};
use serde_json::Value;

use super::refs::Refs;
use super::schema::unchecked;
use super::{objects, scalars, unions};
use crate::model::{Kind, Schema};
use crate::report::{Pointer, Reporter};

pub(super) fn any(
    any: &AnySchema,
    data: &SchemaData,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    unchecked(any.not.is_some(), pointer, "not", reporter);
    let mut whole = own(any, pointer, refs, reporter);
    let required = any.required.as_slice();
    let mut alone = whole.is_none() && any.all_of.is_empty();
    if !any.all_of.is_empty() {
        let own = whole.map(|own| (own, required));
        whole = Some(objects::all_of(own, &any.all_of, pointer, refs, reporter));
    }
    for (keyword, members) in [("oneOf", &any.one_of), ("anyOf", &any.any_of)] {
        if members.is_empty() {
            continue;
        }
        let place = pointer.join(keyword);
        if members.iter().all(only_requires) {
            let text = "which members go together is left to the server to check";
            reporter.note("lower", &place, text);
            continue;
        }
        if alone {
            let union = unions::Source { keyword, members, pointer };
            whole = Some(union.lower(data.discriminator.as_ref(), refs, reporter));
            alone = false;
            continue;
        }
        whole = whole.map(|whole| beside(whole, &place, keyword, reporter));
    }
    whole.unwrap_or_else(|| Schema::bare(pointer, Kind::Open))
}

/// What stands beside alternatives: an object keeps their members, too.
fn beside(whole: Schema, place: &Pointer, keyword: &str, reporter: &mut Reporter) -> Schema {
    let Kind::Object(mut object) = whole.kind else {
        let text = format!("kept as raw JSON: `{keyword}` beside other keywords");
        reporter.note("lower", place, text);
        return Schema { kind: Kind::Open, ..whole };
    };
    let text = format!("the members of `{keyword}` beside properties are kept as JSON");
    reporter.note("lower", place, text);
    object.rest = Some(Box::new(Schema::bare(place, Kind::Open)));
    Schema { kind: Kind::Object(object), ..whole }
}

/// Whether an alternative describes nothing and only says which members must be there.
fn only_requires(member: &ReferenceOr<Source>) -> bool {
    let Some(source) = member.as_item() else { return false };
    match &source.schema_kind {
        SchemaKind::Any(any) => {
            let rest = AnySchema { required: Vec::new(), not: None, ..any.clone() };
            !any.required.is_empty() && rest == AnySchema::default()
        }
        SchemaKind::Type(openapiv3::Type::Object(object)) => {
            let rest = ObjectType { required: Vec::new(), ..object.clone() };
            !object.required.is_empty() && rest == ObjectType::default()
        }
        SchemaKind::Not { .. } => true,
        _ => false,
    }
}

/// The schema by its own keywords, without those that put others together; nothing where
/// there are none.
fn own(
    any: &AnySchema,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Option<Schema> {
    let families = families(any);
    let composed = !any.all_of.is_empty() || !any.one_of.is_empty() || !any.any_of.is_empty();
    let ty = match &any.typ {
        Some(ty) => {
            for (_, keywords) in families.iter().filter(|(family, _)| !is_of(family, ty)) {
                for keyword in keywords {
                    let text = format!("`{keyword}` says nothing of a {ty}");
                    reporter.note("lower", &pointer.join(keyword), text);
                }
            }
            // Where the parts are objects, that the whole is one adds nothing.
            let bare = ty == "object" && families.is_empty() && any.enumeration.is_empty();
            if bare && composed {
                return None;
            }
            ty.as_str()
        }
        None => match (values_type(&any.enumeration), families.as_slice()) {
            (Some(ty), _) => ty,
            (None, _) if !any.enumeration.is_empty() => {
                let text = "kept as raw JSON: its values are of several types";
                reporter.note("lower", &pointer.join("enum"), text);
                return Some(Schema::bare(pointer, Kind::Open));
            }
            (None, []) => return None,
            (None, [(family, _)]) => family,
            (None, several) => {
                let families: Vec<&str> = several.iter().map(|(family, _)| *family).collect();
                let text = format!(
                    "kept as raw JSON: it has no type, and keywords of {}",
                    families.join(" and ")
                );
                reporter.note("lower", pointer, text);
                return Some(Schema::bare(pointer, Kind::Open));
            }
        },
    };
    Some(typed(ty, any, composed, pointer, refs, reporter))
}

/// The keywords that are there, by the type they are of.
fn families(any: &AnySchema) -> Vec<(&'static str, Vec<&'static str>)> {
    let object = [
        ("properties", !any.properties.is_empty()),
        ("required", !any.required.is_empty()),
        ("additionalProperties", any.additional_properties.is_some()),
        ("minProperties", any.min_properties.is_some()),
        ("maxProperties", any.max_properties.is_some()),
    ];
    let array = [
        ("items", any.items.is_some()),
        ("minItems", any.min_items.is_some()),
        ("maxItems", any.max_items.is_some()),
        ("uniqueItems", any.unique_items.is_some()),
    ];
    let string = [
        ("pattern", any.pattern.is_some()),
        ("minLength", any.min_length.is_some()),
        ("maxLength", any.max_length.is_some()),
    ];
    let number = [
        ("multipleOf", any.multiple_of.is_some()),
        ("minimum", any.minimum.is_some()),
        ("maximum", any.maximum.is_some()),
        ("exclusiveMinimum", any.exclusive_minimum == Some(true)),
        ("exclusiveMaximum", any.exclusive_maximum == Some(true)),
    ];
    let there = |keywords: &[(&'static str, bool)]| -> Vec<&'static str> {
        keywords.iter().filter(|(_, there)| *there).map(|(keyword, _)| *keyword).collect()
    };
    let families = [
        ("object", there(&object)),
        ("array", there(&array)),
        ("string", there(&string)),
        ("number", there(&number)),
    ];
    families.into_iter().filter(|(_, keywords)| !keywords.is_empty()).collect()
}

fn is_of(family: &str, ty: &str) -> bool {
    family == ty || (family == "number" && ty == "integer")
}

/// The type that all values but null are of.
fn values_type(values: &[Value]) -> Option<&'static str> {
    let mut values = values.iter().filter(|value| !value.is_null()).peekable();
    let first = *values.peek()?;
    let (ty, is): (_, fn(&Value) -> bool) = match first {
        Value::String(_) => ("string", Value::is_string),
        Value::Bool(_) => ("boolean", Value::is_boolean),
        Value::Number(_) => ("number", Value::is_number),
        _ => return None,
    };
    let mut all = values.clone();
    if !all.all(is) {
        return None;
    }
    let whole = ty == "number" && values.all(Value::is_i64);
    Some(if whole { "integer" } else { ty })
}

/// The schema as one of a type.
fn typed(
    ty: &str,
    any: &AnySchema,
    composed: bool,
    pointer: &Pointer,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Schema {
    let fits: fn(&Value) -> bool = match ty {
        "string" => Value::is_string,
        "boolean" => Value::is_boolean,
        "integer" => Value::is_i64,
        "number" => Value::is_number,
        _ => |_| false,
    };
    let (values, others): (Vec<&Value>, Vec<&Value>) =
        any.enumeration.iter().partition(|value| value.is_null() || fits(value));
    for other in others {
        let text = format!("the value {other} is no {ty}: it is left out");
        reporter.note("lower", &pointer.join("enum"), text);
    }
    let format = any.format.clone();
    match ty {
        "object" => {
            let object = ObjectType {
                properties: any.properties.clone(),
                required: any.required.clone(),
                additional_properties: any.additional_properties.clone(),
                min_properties: any.min_properties,
                max_properties: any.max_properties,
            };
            if composed {
                return objects::part(&object, pointer, refs, reporter);
            }
            objects::object(&object, pointer, refs, reporter)
        }
        "array" => {
            let array = ArrayType {
                items: any.items.clone(),
                min_items: any.min_items,
                max_items: any.max_items,
                unique_items: any.unique_items.unwrap_or_default(),
            };
            objects::array(&array, pointer, refs, reporter)
        }
        "boolean" => {
            let values = values.into_iter().map(Value::as_bool);
            scalars::boolean(&BooleanType { enumeration: values.collect() }, pointer, reporter)
        }
        "integer" => {
            let [least, most] = [any.minimum, any.maximum].map(|bound| bound.map(whole));
            let integer = IntegerType {
                format: format.into(),
                multiple_of: any.multiple_of.map(whole),
                exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
                exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
                minimum: least,
                maximum: most,
                enumeration: values.into_iter().map(Value::as_i64).collect(),
            };
            scalars::integer(&integer, pointer, reporter)
        }
        "number" => {
            let number = NumberType {
                format: format.into(),
                multiple_of: any.multiple_of,
                exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
                exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
                minimum: any.minimum,
                maximum: any.maximum,
                enumeration: values.into_iter().map(Value::as_f64).collect(),
            };
            scalars::number(&number, pointer, reporter)
        }
        _ => {
            let values = values.into_iter().map(|value| value.as_str().map(str::to_owned));
            let string = StringType {
                format: format.into(),
                pattern: any.pattern.clone(),
                enumeration: values.collect(),
                min_length: any.min_length,
                max_length: any.max_length,
            };
            scalars::string(&string, pointer, reporter)
        }
    }
}

/// A bound on integers that the document writes as another number.
#[expect(clippy::cast_possible_truncation, reason = "a float beyond an integer is its limit")]
fn whole(number: f64) -> i64 {
    number as i64
}
