//! Lowers `oneOf` and `anyOf`.
//!
//! A value is decoded as an alternative only where the document says beyond doubt which
//! one it is: by a member that names it, or because no other alternative is that kind of
//! JSON. Trying one after the other would prove nothing, since an object of which nothing
//! is required takes any object.

use std::collections::BTreeSet;

use openapiv3::{Discriminator, ReferenceOr, Schema as SchemaSource, SchemaKind};
use serde_json::Value;

use super::components::{Followed, followed};
use super::refs::Refs;
use super::scalars::enumeration;
use super::schema::resolve;
use crate::model::{Alternative, Enumeration, JsonType, Kind, Object, Schema, Told, Union, Values};
use crate::report::{Pointer, Reporter};

/// The members of one `oneOf` or `anyOf`.
pub(super) struct Source<'a> {
    pub(super) keyword: &'static str,
    pub(super) members: &'a [ReferenceOr<SchemaSource>],
    /// The schema that the keyword stands in.
    pub(super) pointer: &'a Pointer,
}

/// One member.
struct Member {
    /// The component that it refers to.
    component: Option<String>,
    title: Option<String>,
    followed: Followed,
}

impl Member {
    fn kind(&self) -> &Kind {
        self.followed.kind()
    }
}

impl Source<'_> {
    pub(super) fn lower(
        &self,
        discriminator: Option<&Discriminator>,
        refs: &Refs<'_>,
        reporter: &mut Reporter,
    ) -> Schema {
        let place = self.pointer.join(self.keyword);
        let mut nullable = false;
        let mut members = Vec::new();
        for (index, source) in self.members.iter().enumerate() {
            if is_null(source) {
                nullable = true;
                continue;
            }
            let place = place.join(index);
            let schema = resolve(source, &place, refs, reporter);
            let each = match &schema.kind {
                Kind::Array(values) | Kind::Map(values) => values.bounds.as_slice(),
                _ => &[],
            };
            if !schema.bounds.is_empty() || !each.is_empty() {
                let text = "the bounds of an alternative are left to the server to check";
                reporter.note("lower", &place, text);
            }
            nullable |= schema.nullable;
            members.push(member(source, schema, refs, reporter));
        }
        let schema = match <[Member; 1]>::try_from(members) {
            Ok([only]) => only.followed.schema,
            Err(members) => match texts(&members) {
                Some(schema) => schema,
                None => self.union(members, discriminator, reporter),
            },
        };
        Schema { nullable: nullable || schema.nullable, ..schema }
    }

    fn union(
        &self,
        members: Vec<Member>,
        discriminator: Option<&Discriminator>,
        reporter: &mut Reporter,
    ) -> Schema {
        let place = self.pointer.join(self.keyword);
        let raw = |why: &str, reporter: &mut Reporter| {
            reporter.note("lower", &place, format!("kept as raw JSON: {why}"));
            Schema::bare(self.pointer, Kind::Open)
        };
        if members.is_empty() {
            return raw("it has no alternatives", reporter);
        }
        if members.iter().all(|member| matches!(member.kind(), Kind::Integer | Kind::Number)) {
            return Schema::bare(self.pointer, Kind::Number);
        }
        if members.iter().any(|member| matches!(member.kind(), Kind::Open)) {
            return raw("one of its alternatives may be anything", reporter);
        }
        let tag = discriminator.map(|discriminator| discriminator.property_name.clone());
        let tag = tag.or_else(|| implicit_tag(&members));
        let told: Vec<Told> = members
            .iter()
            .map(|member| told(member, &members, tag.as_deref(), discriminator))
            .collect();
        let names = members.iter().zip(&told).map(|(member, told)| name(member, told));
        let Some(names) = names.collect::<Option<Vec<_>>>() else {
            return raw("an alternative has no name: give it a `title`", reporter);
        };
        let distinct: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        if distinct.len() < names.len() {
            return raw("its alternatives have no names of their own", reporter);
        }
        let untold = names.iter().zip(&told).filter(|(_, told)| **told == Told::Nothing);
        let untold: Vec<String> = untold.map(|(name, _)| format!("`{name}`")).collect();
        if !untold.is_empty() {
            let text = format!(
                "nothing tells {} apart: an answer that may be one of them is kept as raw JSON",
                untold.join(", ")
            );
            reporter.note("lower", &place, text);
        }
        if let Some(discriminator) = discriminator {
            self.unmapped(discriminator, &told, reporter);
        }
        let alternatives =
            members.into_iter().zip(names).zip(told).map(|((member, name), told)| Alternative {
                name,
                told,
                schema: Schema { nullable: false, ..member.followed.schema },
            });
        let union = Union { tag, alternatives: alternatives.collect() };
        Schema::bare(self.pointer, Kind::Union(union))
    }

    /// Notes the values of a mapping that lead to no alternative.
    fn unmapped(&self, discriminator: &Discriminator, told: &[Told], reporter: &mut Reporter) {
        let place = self.pointer.join("discriminator").join("mapping");
        for value in discriminator.mapping.keys() {
            let known = |told: &Told| matches!(told, Told::Tag(values) if values.contains(value));
            if !told.iter().any(known) {
                let text = format!("`{value}` leads to none of the alternatives");
                reporter.note("lower", &place.join(value), text);
            }
        }
    }
}

/// Whether an alternative is null and nothing else.
fn is_null(source: &ReferenceOr<SchemaSource>) -> bool {
    let Some(source) = source.as_item() else { return false };
    match &source.schema_kind {
        SchemaKind::Any(any) => {
            let mut rest = any.clone();
            rest.enumeration.clear();
            let only_null = any.enumeration.iter().all(Value::is_null);
            let says_so = !any.enumeration.is_empty() || source.schema_data.nullable;
            rest == openapiv3::AnySchema::default() && only_null && says_so
        }
        _ => false,
    }
}

fn member(
    source: &ReferenceOr<SchemaSource>,
    schema: Schema,
    refs: &Refs<'_>,
    reporter: &mut Reporter,
) -> Member {
    let component = match source {
        ReferenceOr::Reference { reference } => {
            reference.rsplit('/').next().map(|name| name.replace("~1", "/").replace("~0", "~"))
        }
        ReferenceOr::Item(_) => None,
    };
    let title = source.as_item().and_then(|source| source.schema_data.title.clone());
    Member { component, title, followed: followed(schema, refs, reporter) }
}

/// Texts, known and unknown ones, are one open enumeration.
fn texts(members: &[Member]) -> Option<Schema> {
    let mut enumerations = Vec::new();
    for member in members {
        match member.kind() {
            Kind::String => {}
            Kind::Enumeration(Enumeration { values: Values::Strings(values), .. }) => {
                enumerations.push((member, values));
            }
            _ => return None,
        }
    }
    let first = members.first()?;
    match enumerations.as_slice() {
        [] => Some(Schema { bounds: Vec::new(), format: None, ..first.followed.schema.clone() }),
        [(member, _)] => Some(Schema { bounds: Vec::new(), ..member.followed.schema.clone() }),
        _ => {
            let mut values: Vec<(String, String)> = Vec::new();
            for value in enumerations.iter().flat_map(|(_, values)| *values) {
                if !values.iter().any(|(known, _)| *known == value.0) {
                    values.push(value.clone());
                }
            }
            Some(Schema::bare(&first.followed.schema.pointer, enumeration(Values::Strings(values))))
        }
    }
}

/// A member that each object alternative has values of its own for.
fn implicit_tag(members: &[Member]) -> Option<String> {
    let objects: Vec<&Object> = members.iter().filter_map(|member| object(member.kind())).collect();
    let (first, others) = objects.split_first()?;
    if others.is_empty() {
        return None;
    }
    let names = first.fields.iter().map(|field| field.wire.as_str());
    names.into_iter().find(|name| is_tag(name, &objects)).map(str::to_owned)
}

fn is_tag(name: &str, objects: &[&Object]) -> bool {
    let mut seen = BTreeSet::new();
    objects.iter().all(|object| {
        let values = tag_values(object, name);
        !values.is_empty() && values.into_iter().all(|value| seen.insert(value.to_owned()))
    })
}

/// The values that a member of the object may have, as far as they are known.
fn tag_values<'o>(object: &'o Object, name: &str) -> Vec<&'o str> {
    let field = object.fields.iter().find(|field| field.wire == name);
    match field.map(|field| &field.schema.kind) {
        Some(Kind::Enumeration(Enumeration { values: Values::Strings(values), .. })) => {
            values.iter().map(|(value, _)| value.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn object(kind: &Kind) -> Option<&Object> {
    match kind {
        Kind::Object(object) => Some(object),
        _ => None,
    }
}

fn told(
    member: &Member,
    members: &[Member],
    tag: Option<&str>,
    discriminator: Option<&Discriminator>,
) -> Told {
    let Some(ty) = json_type(member.kind()) else {
        return discriminator.map_or(Told::Nothing, |known| mapped(member, members, known));
    };
    if let (JsonType::Object, Some(discriminator)) = (ty, discriminator) {
        return mapped(member, members, discriminator);
    }
    if let (JsonType::Object, Some(tag), Some(object)) = (ty, tag, object(member.kind())) {
        return Told::Tag(tag_values(object, tag).into_iter().map(str::to_owned).collect());
    }
    let same =
        members.iter().filter(|other| json_type(other.kind()).is_none_or(|other| other == ty));
    if same.count() == 1 { Told::Type(ty) } else { Told::Nothing }
}

/// The values of the tag by a discriminator: those of its mapping, or those that the
/// member itself lists, or the component's name.
fn mapped(member: &Member, members: &[Member], discriminator: &Discriminator) -> Told {
    let Some(component) = &member.component else {
        let values = object(member.kind())
            .map_or(Vec::new(), |object| tag_values(object, &discriminator.property_name));
        let values: Vec<String> = values.into_iter().map(str::to_owned).collect();
        return if values.is_empty() { Told::Nothing } else { Told::Tag(values) };
    };
    let leads_here = |target: &str| {
        let name = target.rsplit('/').next().unwrap_or(target);
        name.replace("~1", "/").replace("~0", "~") == *component
    };
    let mapping = discriminator.mapping.iter();
    let values: Vec<String> =
        mapping.filter(|(_, target)| leads_here(target)).map(|(value, _)| value.clone()).collect();
    if !values.is_empty() {
        return Told::Tag(values);
    }
    let objects: Vec<&Object> = members.iter().filter_map(|member| object(member.kind())).collect();
    let listed = object(member.kind())
        .filter(|_| is_tag(&discriminator.property_name, &objects))
        .map_or(Vec::new(), |object| tag_values(object, &discriminator.property_name));
    let mut values: Vec<String> = listed.into_iter().map(str::to_owned).collect();
    if values.is_empty() {
        values.push(component.clone());
    }
    // What the mapping says of a value counts more than what it is called.
    values.retain(|value| !discriminator.mapping.contains_key(value));
    if values.is_empty() { Told::Nothing } else { Told::Tag(values) }
}

/// What kind of JSON a schema is; nothing where it may be several.
fn json_type(kind: &Kind) -> Option<JsonType> {
    match kind {
        Kind::Boolean => Some(JsonType::Flag),
        Kind::Integer
        | Kind::Number
        | Kind::Enumeration(Enumeration { values: Values::Integers(_), .. }) => {
            Some(JsonType::Number)
        }
        Kind::String | Kind::Enumeration(Enumeration { values: Values::Strings(_), .. }) => {
            Some(JsonType::Text)
        }
        Kind::Array(_) => Some(JsonType::List),
        Kind::Object(_) | Kind::Map(_) => Some(JsonType::Object),
        _ => None,
    }
}

/// What an alternative is called.
fn name(member: &Member, told: &Told) -> Option<String> {
    let said = member.component.clone().or_else(|| member.title.clone());
    said.or_else(|| match told {
        Told::Tag(values) => values.first().cloned(),
        _ => match member.kind() {
            Kind::Boolean => Some("flag"),
            Kind::Integer => Some("integer"),
            Kind::Number => Some("number"),
            Kind::String => Some("text"),
            Kind::Enumeration(_) => Some("value"),
            Kind::Array(_) => Some("list"),
            Kind::Map(_) => Some("map"),
            Kind::Object(_) => Some("object"),
            _ => None,
        }
        .map(str::to_owned),
    })
}
