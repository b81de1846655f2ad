//! Lowers objects and lists, and merges schemas that all apply.

use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, ObjectType, ReferenceOr, Schema as OpenApiSchema,
};

use super::graph::{Graph, Origin};
use super::lowered::{Field, Fields, Id, Lowered, NodeKind, Union, ids, unchecked};
use crate::bounds;
use crate::model::{Enumeration, Kind};
use crate::report::{Pointer, Reporter};

/// The keywords of an object.
#[derive(Clone, Copy)]
pub(super) struct Keywords<'a> {
    properties: &'a IndexMap<String, ReferenceOr<Box<OpenApiSchema>>>,
    pub(super) required: &'a [String],
    rest: Option<&'a AdditionalProperties>,
    least: Option<usize>,
    most: Option<usize>,
}

impl<'a> From<&'a ObjectType> for Keywords<'a> {
    fn from(ty: &'a ObjectType) -> Self {
        Self {
            properties: &ty.properties,
            required: &ty.required,
            rest: ty.additional_properties.as_ref(),
            least: ty.min_properties,
            most: ty.max_properties,
        }
    }
}

impl<'a> From<&'a AnySchema> for Keywords<'a> {
    fn from(any: &'a AnySchema) -> Self {
        Self {
            properties: &any.properties,
            required: &any.required,
            rest: any.additional_properties.as_ref(),
            least: any.min_properties,
            most: any.max_properties,
        }
    }
}

impl Graph<'_> {
    pub(super) fn array(&mut self, items: Option<Id>, ty: &ArrayType, place: &Pointer) -> Lowered {
        unchecked(ty.min_items.is_some(), place, "minItems", self.reporter);
        unchecked(ty.max_items.is_some(), place, "maxItems", self.reporter);
        unchecked(ty.unique_items, place, "uniqueItems", self.reporter);
        let items = items.unwrap_or_else(|| self.add(place.join("items"), Origin::Anything));
        Lowered::new(place, NodeKind::Array(items))
    }

    /// An object; one that is also `composed` may require properties of its parts.
    pub(super) fn object(
        &mut self,
        id: Id,
        ty: &Keywords<'_>,
        composed: bool,
        place: &Pointer,
    ) -> Lowered {
        unchecked(ty.least.is_some(), place, "minProperties", self.reporter);
        unchecked(ty.most.is_some(), place, "maxProperties", self.reporter);
        let inner = self.subschemas(id);
        let required: HashSet<&str> = ty.required.iter().map(String::as_str).collect();
        let kind = if ty.properties.is_empty() {
            match (inner.rest, ty.rest) {
                (Some(rest), Some(AdditionalProperties::Schema(_))) => NodeKind::Map(rest),
                (Some(rest), _) => NodeKind::AnyMembers(rest),
                (None, _) => NodeKind::Value(Kind::Open),
            }
        } else {
            let fields = ty.properties.keys().zip(ids(inner.properties));
            let fields = fields.filter(|(name, schema)| {
                let broken = self.broken(*schema);
                if let Some(broken) = broken {
                    let text = format!("`{name}` is left out: {}", broken.cause);
                    self.reporter.note("lower", &self.node(*schema).place, text);
                }
                broken.is_none()
            });
            let fields = fields.map(|(name, schema)| Field {
                wire: name.clone(),
                required: required.contains(name.as_str()),
                schema,
            });
            NodeKind::Object(Fields { fields: fields.collect(), rest: inner.rest })
        };
        let others = ty.required.iter().filter(|name| !ty.properties.contains_key(*name));
        let lowered = Lowered { required: others.cloned().collect(), ..Lowered::new(place, kind) };
        if !composed && !self.node(id).is_part {
            undescribed(&lowered, ty.required, self.reporter);
        }
        lowered
    }

    /// A schema with parts, its `own` keywords being one of them.
    pub(super) fn all_of(
        &mut self,
        id: Id,
        own: Option<Lowered>,
        parts: Range<u32>,
        required: &[String],
    ) -> Lowered {
        let place = self.node(id).place.clone();
        let parts: Vec<Id> = ids(parts).collect();
        if let ([part], None) = (parts.as_slice(), &own)
            && self.resolved_id(*part).is_some_and(|end| end != id)
        {
            if let (Origin::Schema(_), Some(lowered)) =
                (&self.node(*part).origin, self.resolved(*part))
            {
                undescribed(lowered, &lowered.required, self.reporter);
            }
            return Lowered::new(&place, NodeKind::Alias(*part));
        }
        let mut whole: Option<Lowered> = None;
        for id in parts {
            let Some(mut part) = self.part_value(id) else { continue };
            if let NodeKind::Object(object) = &mut part.kind
                && part.is_base
            {
                object.rest = None;
            }
            whole = match whole {
                None => Some(Lowered { description: String::new(), ..part }),
                Some(so_far) => match self.merge_all(so_far, part) {
                    Ok(merged) => Some(merged),
                    Err(why) => return conflict(&self.node(id).place, &why, self.reporter),
                },
            };
        }
        if let Some(own) = own {
            // `nullable` is handled separately.
            let own = Lowered { nullable: true, ..own };
            whole = match whole {
                None => Some(own),
                Some(so_far) => match self.merge_all(so_far, own) {
                    Ok(merged) => Some(merged),
                    Err(why) => return conflict(&place, &why, self.reporter),
                },
            };
        }
        let mut whole = whole.unwrap_or_else(|| Lowered::open(&place));
        whole.is_base = false;
        whole.place = place;
        if !self.node(id).is_part {
            undescribed(&whole, required, self.reporter);
        }
        whole
    }

    /// Merges two schemas, or returns why that is not possible.
    pub(super) fn merge_all(&mut self, left: Lowered, right: Lowered) -> Result<Lowered, String> {
        let described =
            if right.description.is_empty() { left.description } else { right.description };
        let mut required = left.required;
        required.extend(right.required);
        let whole = Lowered {
            place: right.place.clone(),
            description: described,
            default: right.default.or(left.default),
            bounds: bounds::strictest(&left.bounds, &right.bounds),
            nullable: left.nullable && right.nullable,
            format: right.format.or(left.format),
            only: right.only.or(left.only),
            kind: NodeKind::Value(Kind::Open),
            required: Vec::new(),
            is_base: false,
            flag: right.flag.or(left.flag),
        };
        let mut whole = match (left.kind, right.kind) {
            (NodeKind::Object(mut object), NodeKind::AnyMembers(rest))
            | (NodeKind::AnyMembers(rest), NodeKind::Object(mut object)) => {
                object.rest = object.rest.or(Some(rest));
                Lowered { kind: NodeKind::Object(object), ..whole }
            }
            // An open schema says nothing, not even whether null is allowed.
            (NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_), kind) => {
                Lowered { kind, nullable: right.nullable, ..whole }
            }
            (kind, NodeKind::Value(Kind::Open) | NodeKind::AnyMembers(_)) => {
                Lowered { kind, nullable: left.nullable, ..whole }
            }
            (left, right) => {
                let kind = self.merge_kinds(left, right, &whole.place)?;
                Lowered { kind, ..whole }
            }
        };
        if let NodeKind::Object(object) = &mut whole.kind {
            required.retain(|name| {
                let field = object.fields.iter_mut().find(|field| field.wire == *name);
                field.map(|field| field.required = true).is_none()
            });
        }
        whole.required = required;
        Ok(whole)
    }

    fn merge_kinds(
        &mut self,
        left: NodeKind,
        right: NodeKind,
        place: &Pointer,
    ) -> Result<NodeKind, String> {
        Ok(match (left, right) {
            (NodeKind::Object(left), NodeKind::Object(right)) => {
                NodeKind::Object(self.merge_objects(true, left, right))
            }
            (NodeKind::Object(object), NodeKind::Map(values))
            | (NodeKind::Map(values), NodeKind::Object(object)) => {
                NodeKind::Object(Fields { rest: Some(values), ..object })
            }
            (NodeKind::Object(object), NodeKind::Union(union))
            | (NodeKind::Union(union), NodeKind::Object(object)) => {
                NodeKind::Object(self.with_alternatives(object, &union, place))
            }
            (NodeKind::Union(left), NodeKind::Union(right)) => {
                match [left, right].map(|union| self.members(&union)) {
                    [Some(left), Some(right)] => {
                        NodeKind::Object(self.merge_objects(true, left, right))
                    }
                    _ => return Err("two unions".to_owned()),
                }
            }
            (NodeKind::Map(left), NodeKind::Map(right)) => {
                NodeKind::Map(self.merged_node(true, left, right))
            }
            (NodeKind::Array(left), NodeKind::Array(right)) => {
                NodeKind::Array(self.merged_node(true, left, right))
            }
            (NodeKind::Value(left), NodeKind::Value(right)) => NodeKind::Value(plain(left, right)?),
            (left, right) => {
                let [left, right] = [left, right].map(|kind| Lowered::new(place, kind));
                return Err(format!("{} and {}", left.describe(), right.describe()));
            }
        })
    }

    /// The properties of both: of objects that `all` apply, or of which one does.
    pub(super) fn merge_objects(&mut self, all: bool, mut left: Fields, right: Fields) -> Fields {
        let known: HashMap<String, usize> =
            left.fields.iter().enumerate().map(|(at, field)| (field.wire.clone(), at)).collect();
        let mut others: Vec<bool> = vec![!all; left.fields.len()];
        for field in right.fields {
            match known.get(&field.wire) {
                Some(at) => {
                    others[*at] = false;
                    let known = &mut left.fields[*at];
                    known.required = if all {
                        known.required || field.required
                    } else {
                        known.required && field.required
                    };
                    known.schema = self.merged_node(all, known.schema, field.schema);
                }
                None => left.fields.push(Field { required: field.required && all, ..field }),
            }
        }
        for (field, is_other) in left.fields.iter_mut().zip(others) {
            field.required &= !is_other;
        }
        left.rest = match (left.rest, right.rest) {
            (Some(left), Some(right)) => Some(self.merged_node(all, left, right)),
            (left, right) => left.or(right),
        };
        left
    }

    /// An object with the properties of the alternatives beside it; the server checks their
    /// combinations.
    pub(super) fn with_alternatives(
        &mut self,
        object: Fields,
        union: &Union,
        place: &Pointer,
    ) -> Fields {
        if let Some(members) = self.members(union) {
            let text = "the properties of the alternatives are optional";
            self.reporter.note("lower", place, text);
            return self.merge_objects(true, object, members);
        }
        let text = "the properties of the alternatives are kept as JSON";
        self.reporter.note("lower", place, text);
        let rest = object.rest.unwrap_or_else(|| self.add(place.clone(), Origin::Anything));
        Fields { rest: Some(rest), ..object }
    }

    /// The properties of all alternatives, if each is an object.
    fn members(&mut self, union: &Union) -> Option<Fields> {
        let mut whole: Option<Fields> = None;
        for id in &union.members {
            let object = self.part_value(*id)?.object()?.clone();
            whole = Some(match whole {
                None => object,
                Some(so_far) => self.merge_objects(false, so_far, object),
            });
        }
        whole
    }
}

/// Reports required properties that are not described.
fn undescribed(lowered: &Lowered, listed: &[String], reporter: &Reporter) {
    let Some(object) = lowered.object() else { return };
    for name in &lowered.required {
        let mut place = lowered.place.join("required");
        if let Some(index) = listed.iter().position(|other| other == name) {
            place = place.join(index);
        }
        if object.rest.is_some() {
            let text = format!("`{name}` is required but not described: only the server checks it");
            reporter.note("lower", &place, text);
        } else {
            reporter.violation(
                &place,
                format!("`{name}` is required but is not among the properties"),
                "describe the property, or remove it from `required`, in the overlay",
                "the server checks it",
            );
        }
    }
}

fn conflict(place: &Pointer, why: &str, reporter: &Reporter) -> Lowered {
    let text = format!("kept as raw JSON: the parts of `allOf` contradict each other, {why}");
    reporter.note("lower", place, text);
    Lowered::open(place)
}

/// The values without parts that both allow.
fn plain(left: Kind, right: Kind) -> Result<Kind, String> {
    Ok(match (left, right) {
        (Kind::Enumeration(left), Kind::Enumeration(right)) => common(&left, &right)?,
        (
            Kind::Enumeration(values),
            Kind::String | Kind::Integer | Kind::Unsigned | Kind::Number,
        )
        | (
            Kind::String | Kind::Integer | Kind::Unsigned | Kind::Number,
            Kind::Enumeration(values),
        ) => Kind::Enumeration(values),
        (Kind::Unsigned, Kind::Integer | Kind::Number)
        | (Kind::Integer | Kind::Number, Kind::Unsigned) => Kind::Unsigned,
        (Kind::Integer, Kind::Number) | (Kind::Number, Kind::Integer) => Kind::Integer,
        (left, right) if std::mem::discriminant(&left) == std::mem::discriminant(&right) => left,
        (left, right) => {
            let place = Pointer::root();
            let [left, right] =
                [left, right].map(|kind| Lowered::new(&place, NodeKind::Value(kind)));
            return Err(format!("{} and {}", left.describe(), right.describe()));
        }
    })
}

/// The values that two enumerations have in common.
fn common(left: &Enumeration, right: &Enumeration) -> Result<Kind, String> {
    if left.is_integer != right.is_integer {
        return Err("texts and numbers".to_owned());
    }
    let known: HashSet<&String> = right.values.iter().map(|(value, _)| value).collect();
    let values = left.values.iter().filter(|(value, _)| known.contains(value));
    let values: Vec<_> = values.cloned().collect();
    if values.is_empty() {
        return Err("two enumerations without a common value".to_owned());
    }
    Ok(Kind::enumeration(left.is_integer, values))
}
