//! Lowers objects and lists, and merges schemas that all apply.

use std::collections::HashMap;
use std::collections::HashSet;
use std::ops::Range;

use indexmap::IndexMap;
use openapiv3::{
    AdditionalProperties, AnySchema, ArrayType, ObjectType, ReferenceOr, Schema as Source,
};

use super::graph::{Graph, Origin};
use super::made::{Field, Fields, Id, Made, Union, What, ids, unchecked};
use crate::bounds;
use crate::model::{Enumeration, Kind, Values};
use crate::report::{Pointer, Reporter};

/// The keywords of an object.
#[derive(Clone, Copy)]
pub(super) struct Keywords<'a> {
    properties: &'a IndexMap<String, ReferenceOr<Box<Source>>>,
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
    pub(super) fn array(&mut self, items: Option<Id>, ty: &ArrayType, place: &Pointer) -> Made {
        unchecked(ty.min_items.is_some(), place, "minItems", self.reporter);
        unchecked(ty.max_items.is_some(), place, "maxItems", self.reporter);
        unchecked(ty.unique_items, place, "uniqueItems", self.reporter);
        let items = items.unwrap_or_else(|| self.add(place.join("items"), Origin::Anything));
        Made::new(place, What::Array(items))
    }

    /// An object; one that is also `composed` may require properties of its parts.
    pub(super) fn object(
        &mut self,
        id: Id,
        ty: &Keywords<'_>,
        composed: bool,
        place: &Pointer,
    ) -> Made {
        unchecked(ty.least.is_some(), place, "minProperties", self.reporter);
        unchecked(ty.most.is_some(), place, "maxProperties", self.reporter);
        let inner = self.inner_of(id);
        let required: HashSet<&str> = ty.required.iter().map(String::as_str).collect();
        let what = if ty.properties.is_empty() {
            match (inner.rest, ty.rest) {
                (Some(rest), Some(AdditionalProperties::Schema(_))) => What::Map(rest),
                (Some(rest), _) => What::Members(rest),
                (None, _) => What::Plain(Kind::Open),
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
            What::Object(Fields { fields: fields.collect(), rest: inner.rest })
        };
        let others = ty.required.iter().filter(|name| !ty.properties.contains_key(*name));
        let made = Made { required: others.cloned().collect(), ..Made::new(place, what) };
        if !composed && !self.node(id).is_part {
            undescribed(&made, ty.required, self.reporter);
        }
        made
    }

    /// A schema with parts, its `own` keywords being one of them.
    pub(super) fn all_of(
        &mut self,
        id: Id,
        own: Option<Made>,
        parts: Range<u32>,
        required: &[String],
    ) -> Made {
        let place = self.node(id).place.clone();
        let parts: Vec<Id> = ids(parts).collect();
        if let ([part], None) = (parts.as_slice(), &own)
            && self.end(*part).is_some_and(|end| end != id)
        {
            if let (Origin::Schema(_), Some(made)) = (&self.node(*part).origin, self.behind(*part))
            {
                undescribed(made, &made.required, self.reporter);
            }
            return Made::new(&place, What::Same(*part));
        }
        let mut whole: Option<Made> = None;
        for id in parts {
            let Some(mut part) = self.part(id) else { continue };
            if let What::Object(object) = &mut part.what
                && part.is_base
            {
                object.rest = None;
            }
            whole = match whole {
                None => Some(Made { description: String::new(), ..part }),
                Some(so_far) => match self.merge(so_far, part) {
                    Ok(merged) => Some(merged),
                    Err(why) => return conflict(&self.node(id).place, &why, self.reporter),
                },
            };
        }
        if let Some(own) = own {
            // `nullable` is handled separately.
            let own = Made { nullable: true, ..own };
            whole = match whole {
                None => Some(own),
                Some(so_far) => match self.merge(so_far, own) {
                    Ok(merged) => Some(merged),
                    Err(why) => return conflict(&place, &why, self.reporter),
                },
            };
        }
        let mut whole = whole.unwrap_or_else(|| Made::open(&place));
        whole.is_base = false;
        whole.place = place;
        if !self.node(id).is_part {
            undescribed(&whole, required, self.reporter);
        }
        whole
    }

    /// Merges two schemas, or returns why that is not possible.
    pub(super) fn merge(&mut self, left: Made, right: Made) -> Result<Made, String> {
        let described =
            if right.description.is_empty() { left.description } else { right.description };
        let mut required = left.required;
        required.extend(right.required);
        let whole = Made {
            place: right.place.clone(),
            description: described,
            default: right.default.or(left.default),
            bounds: bounds::tightest(&left.bounds, &right.bounds),
            nullable: left.nullable && right.nullable,
            format: right.format.or(left.format),
            only: right.only.or(left.only),
            what: What::Plain(Kind::Open),
            required: Vec::new(),
            is_base: false,
            flag: right.flag.or(left.flag),
        };
        let mut whole = match (left.what, right.what) {
            (What::Object(mut object), What::Members(rest))
            | (What::Members(rest), What::Object(mut object)) => {
                object.rest = object.rest.or(Some(rest));
                Made { what: What::Object(object), ..whole }
            }
            // An open schema says nothing, not even whether null is allowed.
            (What::Plain(Kind::Open) | What::Members(_), what) => {
                Made { what, nullable: right.nullable, ..whole }
            }
            (what, What::Plain(Kind::Open) | What::Members(_)) => {
                Made { what, nullable: left.nullable, ..whole }
            }
            (left, right) => {
                let what = self.merge_what(left, right, &whole.place)?;
                Made { what, ..whole }
            }
        };
        if let What::Object(object) = &mut whole.what {
            required.retain(|name| {
                let field = object.fields.iter_mut().find(|field| field.wire == *name);
                field.map(|field| field.required = true).is_none()
            });
        }
        whole.required = required;
        Ok(whole)
    }

    fn merge_what(&mut self, left: What, right: What, place: &Pointer) -> Result<What, String> {
        Ok(match (left, right) {
            (What::Object(left), What::Object(right)) => {
                What::Object(self.objects(true, left, right))
            }
            (What::Object(object), What::Map(values))
            | (What::Map(values), What::Object(object)) => {
                What::Object(Fields { rest: Some(values), ..object })
            }
            (What::Object(object), What::Union(union))
            | (What::Union(union), What::Object(object)) => {
                What::Object(self.with_alternatives(object, &union, place))
            }
            (What::Union(left), What::Union(right)) => {
                match [left, right].map(|union| self.members(&union)) {
                    [Some(left), Some(right)] => What::Object(self.objects(true, left, right)),
                    _ => return Err("two unions".to_owned()),
                }
            }
            (What::Map(left), What::Map(right)) => What::Map(self.put_together(true, left, right)),
            (What::Array(left), What::Array(right)) => {
                What::Array(self.put_together(true, left, right))
            }
            (What::Plain(left), What::Plain(right)) => What::Plain(plain(left, right)?),
            (left, right) => {
                let [left, right] = [left, right].map(|what| Made::new(place, what));
                return Err(format!("{} and {}", left.describe(), right.describe()));
            }
        })
    }

    /// The properties of both: of objects that `all` apply, or of which one does.
    pub(super) fn objects(&mut self, all: bool, mut left: Fields, right: Fields) -> Fields {
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
                    known.schema = self.put_together(all, known.schema, field.schema);
                }
                None => left.fields.push(Field { required: field.required && all, ..field }),
            }
        }
        for (field, is_other) in left.fields.iter_mut().zip(others) {
            field.required &= !is_other;
        }
        left.rest = match (left.rest, right.rest) {
            (Some(left), Some(right)) => Some(self.put_together(all, left, right)),
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
            return self.objects(true, object, members);
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
            let object = self.part(*id)?.object()?.clone();
            whole = Some(match whole {
                None => object,
                Some(so_far) => self.objects(false, so_far, object),
            });
        }
        whole
    }
}

/// Reports required properties that are not described.
fn undescribed(made: &Made, listed: &[String], reporter: &Reporter) {
    let Some(object) = made.object() else { return };
    for name in &made.required {
        let mut place = made.place.join("required");
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

fn conflict(place: &Pointer, why: &str, reporter: &Reporter) -> Made {
    let text = format!("kept as raw JSON: the parts of `allOf` contradict each other, {why}");
    reporter.note("lower", place, text);
    Made::open(place)
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
            let [left, right] = [left, right].map(|kind| Made::new(&place, What::Plain(kind)));
            return Err(format!("{} and {}", left.describe(), right.describe()));
        }
    })
}

/// The values that two enumerations have in common.
fn common(left: &Enumeration, right: &Enumeration) -> Result<Kind, String> {
    let values = match (&left.values, &right.values) {
        (Values::Strings(left), Values::Strings(right)) => {
            let known: HashSet<&String> = right.iter().map(|(value, _)| value).collect();
            Values::Strings(
                left.iter().filter(|(value, _)| known.contains(value)).cloned().collect(),
            )
        }
        (Values::Integers(left), Values::Integers(right)) => {
            let known: HashSet<i64> = right.iter().map(|(value, _)| *value).collect();
            Values::Integers(
                left.iter().filter(|(value, _)| known.contains(value)).cloned().collect(),
            )
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
