//! Lowers `oneOf` and `anyOf`.
//!
//! A value is decoded as an alternative only where the document leaves no doubt: by a
//! discriminator, or because no other alternative has that JSON type. Trying one after the other
//! would prove nothing, because an object without required properties accepts any object.

use std::collections::BTreeSet;
use std::ops::Range;

use openapiv3::{Discriminator, SchemaKind};
use serde_json::Value;

use super::graph::{Graph, Origin};
use super::lowered::{Fields, Id, Lowered, NodeKind, Union, ids};
use crate::model::{Enumeration, JsonType, Kind, RecognisedBy};
use crate::report::{Pointer, Reporter, quoted};

impl Graph<'_> {
    /// The schema by the combinator alone.
    pub(super) fn union(&self, of: Id, keyword: &'static str, sources: Range<u32>) -> Lowered {
        let place = self.node(of).place.clone();
        let mut nullable = false;
        let mut members: Vec<(Id, &Lowered)> = Vec::new();
        for id in ids(sources) {
            if self.is_null(id) {
                nullable = true;
            } else if let Some(lowered) = self.resolved_part(id) {
                nullable |= self.is_nullable(id);
                members.push((id, lowered));
            }
        }
        let at = place.join(keyword);
        let raw = |why: &str| {
            self.reporter.note("lower", &at, format!("kept as raw JSON: {why}"));
            Lowered::open(&place)
        };
        let is_number = |lowered: &Lowered| {
            matches!(lowered.kind, NodeKind::Value(Kind::Integer | Kind::Number))
        };
        let lowered = if let [(only, _)] = members.as_slice() {
            Lowered::new(&place, NodeKind::Alias(*only))
        } else if let Some(texts) = texts(&members) {
            texts
        } else if members.is_empty() {
            raw("it has no alternatives")
        } else if members
            .iter()
            .all(|(_, lowered)| matches!(lowered.kind, NodeKind::Value(Kind::Integer)))
        {
            Lowered::new(&place, NodeKind::Value(Kind::Integer))
        } else if members.iter().all(|(_, lowered)| is_number(lowered)) {
            Lowered::new(&place, NodeKind::Value(Kind::Number))
        } else if members.iter().any(|(_, lowered)| lowered.is_open()) {
            raw("one of its alternatives allows any value")
        } else {
            let members = members.into_iter().map(|(id, _)| id).collect();
            let union = Union { of, keyword, members, tag: None, named: Vec::new() };
            Lowered::new(&place, NodeKind::Union(union))
        };
        Lowered { nullable, ..lowered }
    }

    /// Finds how the alternatives of a union are distinguished, once all others are known.
    pub(super) fn distinguish(&mut self, id: Id) {
        let Some(Lowered { kind: NodeKind::Union(union), .. }) = self.result(id) else {
            return;
        };
        let mut union = union.clone();
        // An alias is handled with its target.
        let said = Reporter::default();
        let reporter = if union.of == id { self.reporter } else { &said };
        let recognised = self.distinguished(&mut union, reporter);
        if let Some(Some(lowered)) = self.lowered.get_mut(id.index()) {
            match recognised {
                Ok(()) => lowered.kind = NodeKind::Union(union),
                Err(why) => {
                    let place = self.nodes[union.of.index()].place.join(union.keyword);
                    reporter.note("lower", &place, format!("kept as raw JSON: {why}"));
                    lowered.kind = NodeKind::Value(Kind::Open);
                }
            }
        }
    }

    fn distinguished(&self, union: &mut Union, reporter: &Reporter) -> Result<(), &'static str> {
        let place = self.node(union.of).place.clone();
        let members: Vec<Member<'_>> = union.members.iter().map(|id| self.member(*id)).collect();
        if members.iter().any(|member| member.lowered.is_none_or(Lowered::is_open)) {
            return Err("one of its alternatives allows any value");
        }
        for member in &members {
            if self.has_bounds(member.id) {
                let text = "the bounds of an alternative are only checked by the server";
                reporter.note("lower", member.place, text);
            }
        }
        let discriminator = match self.node(union.of).origin {
            Origin::Schema(schema) => schema.schema_data.discriminator.as_ref(),
            _ => None,
        };
        let tag = discriminator.map(|discriminator| discriminator.property_name.clone());
        let tag = tag.or_else(|| self.implicit_tag(&members));
        let recognised: Vec<RecognisedBy> = members
            .iter()
            .map(|member| self.recognised_by(member, &members, tag.as_deref(), discriminator))
            .collect();
        let names =
            members.iter().zip(&recognised).map(|(member, recognised)| member.name(recognised));
        let Some(names) = names.collect::<Option<Vec<_>>>() else {
            return Err("an alternative has no name: give it a `title`");
        };
        let distinct: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        if distinct.len() < names.len() {
            return Err("its alternatives have no names of their own");
        }
        let unrecognised = names
            .iter()
            .zip(&recognised)
            .filter(|(_, recognised)| **recognised == RecognisedBy::Nothing);
        let unrecognised = quoted(unrecognised.map(|(name, _)| name));
        if !unrecognised.is_empty() {
            let text = format!(
                "nothing distinguishes {unrecognised}: a response with one of them is kept as raw JSON"
            );
            reporter.note("lower", &place.join(union.keyword), text);
        }
        if let Some(discriminator) = discriminator {
            let place = place.join("discriminator").join("mapping");
            for value in discriminator.mapping.keys() {
                let is_for = |by: &RecognisedBy| match by {
                    RecognisedBy::Discriminator(values) => values.contains(value),
                    _ => false,
                };
                if !recognised.iter().any(is_for) {
                    let text = format!("`{value}` maps to none of the alternatives");
                    reporter.note("lower", &place.join(value), text);
                }
            }
        }
        union.tag = tag;
        union.named = names.into_iter().zip(recognised).collect();
        Ok(())
    }

    fn member(&self, id: Id) -> Member<'_> {
        let node = self.node(id);
        let (component, title) = match node.origin {
            Origin::Reference(Some(target)) => (self.node(target).place.last(), None),
            Origin::Schema(schema) => (None, schema.schema_data.title.as_deref()),
            _ => (None, None),
        };
        Member { id, place: &node.place, component, title, lowered: self.resolved(id) }
    }

    /// Whether an alternative, or the values of a list or map, has bounds.
    fn has_bounds(&self, id: Id) -> bool {
        let Some(lowered) = self.resolved(id) else { return false };
        let each = match lowered.kind {
            NodeKind::Array(values) | NodeKind::Map(values) => self.resolved(values),
            _ => None,
        };
        !lowered.bounds.is_empty() || each.is_some_and(|each| !each.bounds.is_empty())
    }

    /// Whether an alternative is null.
    pub(super) fn is_null(&self, id: Id) -> bool {
        let Origin::Schema(source) = self.node(id).origin else { return false };
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

    /// A property with distinct values in each object alternative.
    fn implicit_tag(&self, members: &[Member<'_>]) -> Option<String> {
        let objects: Vec<&Fields> = members.iter().filter_map(Member::object).collect();
        let (first, others) = objects.split_first()?;
        if others.is_empty() {
            return None;
        }
        let names = first.fields.iter().map(|field| field.wire.as_str());
        names.into_iter().find(|name| self.is_tag(name, &objects)).map(str::to_owned)
    }

    fn is_tag(&self, name: &str, objects: &[&Fields]) -> bool {
        let mut seen = BTreeSet::new();
        objects.iter().all(|object| {
            let values = self.tag_values(object, name);
            !values.is_empty() && values.into_iter().all(|value| seen.insert(value))
        })
    }

    /// The known values of a property.
    fn tag_values(&self, object: &Fields, name: &str) -> Vec<String> {
        let field = object.fields.iter().find(|field| field.wire == name);
        let Some(lowered) = field.and_then(|field| self.resolved(field.schema)) else {
            return Vec::new();
        };
        match &lowered.kind {
            NodeKind::Value(Kind::Enumeration(Enumeration { values, .. })) => {
                values.iter().map(|(value, _)| value.clone()).collect()
            }
            _ => lowered.flag.iter().map(ToString::to_string).collect(),
        }
    }

    fn recognised_by(
        &self,
        member: &Member<'_>,
        members: &[Member<'_>],
        tag: Option<&str>,
        discriminator: Option<&Discriminator>,
    ) -> RecognisedBy {
        let Some(ty) = member.json_type() else {
            return discriminator
                .map_or(RecognisedBy::Nothing, |known| self.mapped(member, members, known));
        };
        if let (JsonType::Object, Some(discriminator)) = (ty, discriminator) {
            return self.mapped(member, members, discriminator);
        }
        if let (JsonType::Object, Some(tag), Some(object)) = (ty, tag, member.object()) {
            return RecognisedBy::Discriminator(self.tag_values(object, tag));
        }
        let same = members.iter().filter(|other| other.json_type().is_none_or(|other| other == ty));
        if same.count() == 1 { RecognisedBy::JsonType(ty) } else { RecognisedBy::Nothing }
    }

    /// The values of the discriminator: those of its mapping, or those that the property lists, or
    /// the component's name.
    fn mapped(
        &self,
        member: &Member<'_>,
        members: &[Member<'_>],
        discriminator: &Discriminator,
    ) -> RecognisedBy {
        let tag = &discriminator.property_name;
        let listed = || member.object().map_or(Vec::new(), |object| self.tag_values(object, tag));
        let Some(component) = member.component else {
            let values = listed();
            return if values.is_empty() {
                RecognisedBy::Nothing
            } else {
                RecognisedBy::Discriminator(values)
            };
        };
        let leads_here = |target: &str| {
            let name = target.rsplit('/').next().unwrap_or(target);
            name.replace("~1", "/").replace("~0", "~") == component
        };
        let mapping = discriminator.mapping.iter();
        let mapped = mapping.filter(|(_, target)| leads_here(target));
        let values: Vec<String> = mapped.map(|(value, _)| value.clone()).collect();
        if !values.is_empty() {
            return RecognisedBy::Discriminator(values);
        }
        let objects: Vec<&Fields> = members.iter().filter_map(Member::object).collect();
        let mut values = if self.is_tag(tag, &objects) { listed() } else { Vec::new() };
        if values.is_empty() {
            values.push(component.to_owned());
        }
        // The mapping takes precedence over the name.
        values.retain(|value| !discriminator.mapping.contains_key(value));
        if values.is_empty() { RecognisedBy::Nothing } else { RecognisedBy::Discriminator(values) }
    }
}

/// One alternative.
struct Member<'a> {
    id: Id,
    place: &'a Pointer,
    /// The component that it refers to.
    component: Option<&'a str>,
    title: Option<&'a str>,
    /// The result behind its name.
    lowered: Option<&'a Lowered>,
}

impl<'a> Member<'a> {
    fn object(&self) -> Option<&'a Fields> {
        self.lowered?.object()
    }

    /// Its JSON type; none if it may be several.
    fn json_type(&self) -> Option<JsonType> {
        match &self.lowered?.kind {
            NodeKind::Value(kind) => kind.json_type(),
            NodeKind::Array(_) => Some(JsonType::List),
            NodeKind::Object(_) | NodeKind::Map(_) | NodeKind::AnyMembers(_) => {
                Some(JsonType::Object)
            }
            NodeKind::Union(_) | NodeKind::Alias(_) => None,
        }
    }

    /// Its name.
    fn name(&self, recognised: &RecognisedBy) -> Option<String> {
        if let Some(said) = self.component.or(self.title) {
            return Some(said.to_owned());
        }
        if let RecognisedBy::Discriminator(values) = recognised
            && let Some(first) = values.first()
        {
            return Some(first.clone());
        }
        let word = match &self.lowered?.kind {
            NodeKind::Value(Kind::Boolean) => "flag",
            NodeKind::Value(Kind::Integer | Kind::Unsigned) => "integer",
            NodeKind::Value(Kind::Number) => "number",
            NodeKind::Value(Kind::String) => "text",
            NodeKind::Value(Kind::Enumeration(_)) => "value",
            NodeKind::Array(_) => "list",
            NodeKind::Map(_) => "map",
            NodeKind::Object(_) => "object",
            _ => return None,
        };
        Some(word.to_owned())
    }
}

/// Merges known and unknown texts into an open enumeration.
fn texts(members: &[(Id, &Lowered)]) -> Option<Lowered> {
    let mut enumerations = Vec::new();
    for (id, lowered) in members {
        match &lowered.kind {
            NodeKind::Value(Kind::String) => {}
            NodeKind::Value(Kind::Enumeration(all)) if !all.is_integer => {
                enumerations.push((id, lowered, &all.values));
            }
            _ => return None,
        }
    }
    let (_, first) = members.first()?;
    Some(match enumerations.as_slice() {
        [] => Lowered { bounds: Vec::new(), format: None, ..(*first).clone() },
        [(id, lowered, _)] => Lowered::new(&lowered.place, NodeKind::Alias(**id)),
        _ => {
            let mut seen = BTreeSet::new();
            let all = enumerations.iter().flat_map(|(_, _, values)| *values);
            let values = all.filter(|(value, _)| seen.insert(value)).cloned().collect();
            Lowered::new(&first.place, NodeKind::Value(Kind::enumeration(false, values)))
        }
    })
}
