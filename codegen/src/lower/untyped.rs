//! Lowers schemas without a type, or with keywords of other types.
//!
//! Where the type is stated, the keywords of other types are ignored. Where it is not, it is the
//! type that all keywords belong to.

use openapiv3::{
    AnySchema, ArrayType, BooleanType, IntegerType, NumberType, ObjectType, SchemaKind, StringType,
};
use serde_json::Value;

use super::graph::{Graph, Origin, SubschemaIds};
use super::integers::{self, IntegerEvidence};
use super::lowered::{Id, Lowered, NodeKind, ids, unchecked};
use super::scalars;
use crate::model::Kind;
use crate::report::Pointer;

impl Graph<'_> {
    pub(super) fn any(&mut self, id: Id, any: &AnySchema, place: &Pointer) -> Lowered {
        unchecked(any.not.is_some(), place, "not", self.reporter);
        let SubschemaIds { all_of, one_of, any_of, .. } = self.subschemas(id);
        let mut whole = self.own_keywords(id, any, place);
        let mut alone = whole.is_none() && any.all_of.is_empty();
        if !any.all_of.is_empty() {
            whole = Some(self.all_of(id, whole, all_of, &any.required));
        }
        for (keyword, members) in [("oneOf", one_of), ("anyOf", any_of)] {
            if members.is_empty() {
                continue;
            }
            if ids(members.clone()).all(|member| self.only_requires(member)) {
                let text = "valid combinations of properties are only checked by the server";
                self.reporter.note("lower", &place.join(keyword), text);
                continue;
            }
            let union = self.union(id, keyword, members);
            if alone {
                whole = Some(union);
                alone = false;
                continue;
            }
            whole = whole.map(|whole| self.with_combinator(whole, union, &place.join(keyword)));
        }
        whole.unwrap_or_else(|| Lowered::open(place))
    }

    /// Alternatives beside other keywords: an object keeps their properties, too.
    fn with_combinator(&mut self, whole: Lowered, union: Lowered, place: &Pointer) -> Lowered {
        let union = match union.kind {
            NodeKind::Alias(only) => self.part_value(only).unwrap_or_else(|| Lowered::open(place)),
            _ => union,
        };
        let kind = match (whole.kind, union.kind) {
            (NodeKind::Object(object), NodeKind::Union(union)) => {
                NodeKind::Object(self.with_alternatives(object, &union, place))
            }
            (NodeKind::Object(object), NodeKind::Object(only)) => {
                let [left, right] =
                    [object, only].map(|object| Lowered::new(place, NodeKind::Object(object)));
                match self.merge_all(left, right) {
                    Ok(merged) => merged.kind,
                    Err(_) => NodeKind::Value(Kind::Open),
                }
            }
            (NodeKind::Object(mut object), _) => {
                let text = "the properties of the alternatives are kept as JSON";
                self.reporter.note("lower", place, text);
                object.rest =
                    object.rest.or_else(|| Some(self.add(place.clone(), Origin::Anything)));
                NodeKind::Object(object)
            }
            _ => {
                let keyword = place.last().unwrap_or_default();
                let text = format!("kept as raw JSON: `{keyword}` beside other keywords");
                self.reporter.note("lower", place, text);
                NodeKind::Value(Kind::Open)
            }
        };
        Lowered { kind, ..whole }
    }

    /// Whether an alternative only lists required properties.
    fn only_requires(&self, id: Id) -> bool {
        let Origin::Schema(source) = self.node(id).origin else { return false };
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

    /// The schema by its own keywords, without combinators; none if it has no own keywords.
    fn own_keywords(&mut self, id: Id, any: &AnySchema, place: &Pointer) -> Option<Lowered> {
        let families = families(any);
        let composed = !any.all_of.is_empty() || !any.one_of.is_empty() || !any.any_of.is_empty();
        let ty = match &any.typ {
            Some(ty) => {
                for (_, keywords) in families.iter().filter(|(family, _)| !is_of(family, ty)) {
                    for keyword in keywords {
                        let text = format!("`{keyword}` has no meaning for a {ty}");
                        self.reporter.note("lower", &place.join(keyword), text);
                    }
                }
                // If the parts are objects, the type of the whole adds nothing.
                let bare = ty == "object" && families.is_empty() && any.enumeration.is_empty();
                if bare && composed {
                    return None;
                }
                ty.as_str()
            }
            None => match (common_type(&any.enumeration), families.as_slice()) {
                (Some(ty), _) => ty,
                (None, _) if !any.enumeration.is_empty() => {
                    let text = "kept as raw JSON: its values are of several types";
                    self.reporter.note("lower", &place.join("enum"), text);
                    return Some(Lowered::open(place));
                }
                (None, []) => return None,
                (None, [(family, _)]) => family,
                (None, several) => {
                    let families: Vec<&str> = several.iter().map(|(family, _)| *family).collect();
                    let text = format!(
                        "kept as raw JSON: it has no type, and keywords of {}",
                        families.join(" and ")
                    );
                    self.reporter.note("lower", place, text);
                    return Some(Lowered::open(place));
                }
            },
        };
        Some(self.typed(id, ty, any, composed, place))
    }

    /// The schema with a known type.
    fn typed(
        &mut self,
        id: Id,
        ty: &str,
        any: &AnySchema,
        composed: bool,
        place: &Pointer,
    ) -> Lowered {
        let fits: fn(&Value) -> bool = match ty {
            "string" => Value::is_string,
            "boolean" => Value::is_boolean,
            "integer" => |value| value.is_i64() || value.is_u64(),
            "number" => Value::is_number,
            _ => |_| false,
        };
        let (values, others): (Vec<&Value>, Vec<&Value>) =
            any.enumeration.iter().partition(|value| value.is_null() || fits(value));
        for other in others {
            let text = format!("the value {other} is left out: expected {ty}");
            self.reporter.note("lower", &place.join("enum"), text);
        }
        let format = any.format.clone();
        match ty {
            "object" => self.object(id, &any.into(), composed, place),
            "array" => {
                let array = ArrayType {
                    items: None,
                    min_items: any.min_items,
                    max_items: any.max_items,
                    unique_items: any.unique_items.unwrap_or_default(),
                };
                let items = self.subschemas(id).items;
                self.array(items, &array, place)
            }
            "boolean" => {
                let values = values.into_iter().map(Value::as_bool);
                scalars::boolean(
                    &BooleanType { enumeration: values.collect() },
                    place,
                    self.reporter,
                )
            }
            "integer" => {
                let limits = self.limits(any, place);
                let mut examples = values.clone();
                if let Origin::Schema(schema) = self.node(id).origin {
                    examples.extend(integers::examples(&schema.schema_data));
                }
                // A value that does not fit influences the type, and is then left out.
                let integers = values.into_iter().filter(|value| value.is_null() || value.is_i64());
                let integer = IntegerType {
                    format: format.into(),
                    multiple_of: any.multiple_of.map(|_| 1),
                    exclusive_minimum: any.exclusive_minimum.unwrap_or_default(),
                    exclusive_maximum: any.exclusive_maximum.unwrap_or_default(),
                    minimum: None,
                    maximum: None,
                    enumeration: integers.map(Value::as_i64).collect(),
                };
                scalars::integer(
                    &integer,
                    &IntegerEvidence { limits, examples },
                    place,
                    self.reporter,
                )
                .into()
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
                scalars::number(&number, place, self.reporter).into()
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
                scalars::string(&string, place, self.reporter).into()
            }
        }
    }

    /// The bounds of integers, exactly.
    fn limits(&self, any: &AnySchema, place: &Pointer) -> [Option<i128>; 2] {
        let read = |parsed: Option<f64>, keyword: &str, round: fn(f64) -> f64| {
            let parsed = parsed?;
            let exact = self.unrepresented.get(&place.join(keyword));
            let exact = exact.and_then(|exact| {
                exact.as_i64().map(i128::from).or_else(|| exact.as_u64().map(i128::from))
            });
            #[expect(clippy::cast_possible_truncation, reason = "a float beyond them is a limit")]
            Some(exact.unwrap_or(round(parsed) as i128))
        };
        [read(any.minimum, "minimum", f64::ceil), read(any.maximum, "maximum", f64::floor)]
    }
}

/// The keywords that are present, by type.
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

/// The common type of all values except null.
fn common_type(values: &[Value]) -> Option<&'static str> {
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
    let whole = ty == "number" && values.all(|value| value.is_i64() || value.is_u64());
    Some(if whole { "integer" } else { ty })
}
