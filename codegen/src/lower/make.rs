//! Lowers each schema, in terms of the others.
//!
//! A schema is lowered after its parts: those of `allOf`, `oneOf`, `anyOf` or its reference. The
//! schemas of properties, lists and maps stay ids, and need not be known. So each is lowered once,
//! whatever cycles there are.

use openapiv3::{Schema as Source, SchemaData, SchemaKind, Type};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use serde_json::Value;

use super::graph::{Both, Graph, Inner, Origin};
use super::integers::{self, Stated};
use super::made::{Fields, Id, Made, What, deprecated, ids, unchecked};
use super::scalars;
use crate::model::{Enumeration, Kind, Side, Values};
use crate::report::{Pointer, Reporter};

impl Graph<'_> {
    /// Lowers every node.
    pub(super) fn make(&mut self) {
        let count = self.nodes.len();
        self.made.resize(count, None);
        let (composed, simple): (Vec<Id>, Vec<Id>) =
            self.all().partition(|id| self.parts_of(*id).next().is_some());
        for id in simple {
            let made = self.one(id);
            self.made[id.index()] = Some(made);
        }
        let order = self.innermost_first(&composed);
        for id in &order {
            let made = self.one(*id);
            self.made[id.index()] = Some(made);
        }
        self.finish();
        for id in order {
            self.tell(id);
        }
        for id in self.all() {
            if id.index() >= count {
                self.tell(id);
            }
            self.note_deeper_bounds(id);
        }
    }

    /// The bounds of values are kept with the list or map that contains them; those in nested lists
    /// have no such place.
    fn note_deeper_bounds(&self, id: Id) {
        let Some(Some(made)) = self.made.get(id.index()) else { return };
        let values = match &made.what {
            What::Array(id) | What::Map(id) | What::Object(Fields { rest: Some(id), .. }) => *id,
            _ => return,
        };
        if let Some(Made { what: What::Array(inner) | What::Map(inner), .. }) = self.behind(values)
            && let Some(inner) = self.behind(*inner)
            && !inner.bounds.is_empty()
        {
            let text = "bounds in nested lists are only checked by the server";
            self.reporter.note("lower", &inner.place, text);
        }
    }

    /// Lowers, and names where needed, the nodes that were merged since the last time.
    pub(super) fn settle(&mut self) {
        let before = self.made.len();
        self.finish();
        let new: Vec<Id> = (before..self.made.len()).map(Id::at).collect();
        for id in &new {
            self.tell(*id);
        }
        if !new.is_empty() {
            self.name_rest(&new);
        }
    }

    /// Lowers merged nodes.
    fn finish(&mut self) {
        while self.made.len() < self.nodes.len() {
            let id = Id::at(self.made.len());
            let made = self.one(id);
            self.made.push(Some(made));
        }
    }

    /// The schemas that must be lowered before this one.
    pub(super) fn parts_of(&self, id: Id) -> impl Iterator<Item = Id> + use<> {
        let inner = self.inner_of(id);
        let target = match self.node(id).origin {
            Origin::Reference(target) => target,
            _ => None,
        };
        target
            .into_iter()
            .chain(ids(inner.all_of))
            .chain(ids(inner.one_of))
            .chain(ids(inner.any_of))
    }

    /// Sorts schemas so that each comes after its parts. In a cycle, an arbitrary one comes first.
    fn innermost_first(&self, composed: &[Id]) -> Vec<Id> {
        let mut graph = DiGraph::<Id, ()>::with_capacity(composed.len(), composed.len());
        let mut nodes = vec![None; self.nodes.len()];
        for id in composed {
            nodes[id.index()] = Some(graph.add_node(*id));
        }
        for id in composed {
            for part in self.parts_of(*id) {
                if let (Some(from), Some(to)) = (nodes[id.index()], nodes[part.index()]) {
                    graph.add_edge(from, to, ());
                }
            }
        }
        // The groups are in topological order.
        kosaraju_scc(&graph).into_iter().flatten().map(|node| graph[node]).collect()
    }

    /// The schema behind references and wrappers; none if it is not known yet, because it depends
    /// on the one that asks.
    pub(super) fn end(&self, id: Id) -> Option<Id> {
        let mut id = id;
        loop {
            match &self.made.get(id.index())?.as_ref()?.what {
                What::Same(next) => id = *next,
                _ => return Some(id),
            }
        }
    }

    /// The result behind references and wrappers.
    pub(super) fn behind(&self, id: Id) -> Option<&Made> {
        self.made.get(self.end(id)?.index())?.as_ref()
    }

    /// Whether a schema allows null.
    pub(super) fn is_nullable(&self, id: Id) -> bool {
        let mut id = id;
        while let Some(made) = self.made.get(id.index()).and_then(Option::as_ref) {
            match made.what {
                _ if made.nullable => return true,
                What::Same(next) => id = next,
                _ => break,
            }
        }
        false
    }

    /// The result of a part; reports a schema that is a part of itself.
    pub(super) fn known(&self, id: Id) -> Option<&Made> {
        let behind = self.behind(id);
        if behind.is_none() {
            let cause = "the schema is a part of itself";
            let remedy = "break the cycle in the overlay";
            self.reporter.violation(&self.node(id).place, cause, remedy, "the part is ignored");
        }
        behind
    }

    /// The same, as a value of its own.
    pub(super) fn part(&self, id: Id) -> Option<Made> {
        let place = self.node(id).place.clone();
        let behind = self.known(id)?;
        Some(Made { nullable: self.is_nullable(id), place, ..behind.clone() })
    }

    fn one(&mut self, id: Id) -> Made {
        let node = self.node(id);
        let place = node.place.clone();
        match &node.origin {
            Origin::Anything if node.depth > 0 => {
                let text = "kept as raw JSON: too many merged schemas";
                self.reporter.note("lower", &place, text);
                Made::open(&place)
            }
            Origin::Anything | Origin::Broken(_) | Origin::Reference(None) => Made::open(&place),
            Origin::Reference(Some(target)) => Made::new(&place, What::Same(*target)),
            Origin::Together(both) => {
                let both = both.clone();
                self.together(&both, &place)
            }
            Origin::Schema(_) if self.is_null(id) => Made { nullable: true, ..Made::open(&place) },
            Origin::Schema(schema) => {
                let schema = *schema;
                let mut made = self.by_kind(id, schema, &place);
                self.own(&schema.schema_data, &mut made, &place);
                made
            }
        }
    }

    fn by_kind(&mut self, id: Id, schema: &Source, place: &Pointer) -> Made {
        let Inner { items, all_of, one_of, any_of, .. } = self.inner_of(id);
        match &schema.schema_kind {
            SchemaKind::Type(Type::Boolean(ty)) => scalars::boolean(ty, place, self.reporter),
            SchemaKind::Type(Type::String(ty)) => scalars::string(ty, place, self.reporter).into(),
            SchemaKind::Type(Type::Integer(ty)) => {
                let limits = [ty.minimum, ty.maximum].map(|limit| limit.map(i128::from));
                let shown = integers::shown(&schema.schema_data);
                scalars::integer(ty, &Stated { limits, shown }, place, self.reporter).into()
            }
            SchemaKind::Type(Type::Number(ty)) => scalars::number(ty, place, self.reporter).into(),
            SchemaKind::Type(Type::Array(ty)) => self.array(items, ty, place),
            SchemaKind::Type(Type::Object(ty)) => self.object(id, &ty.into(), false, place),
            SchemaKind::AllOf { .. } => self.all_of(id, None, all_of, &[]),
            SchemaKind::OneOf { .. } => self.union(id, "oneOf", one_of),
            SchemaKind::AnyOf { .. } => self.union(id, "anyOf", any_of),
            SchemaKind::Not { .. } => {
                unchecked(true, place, "not", self.reporter);
                Made::open(place)
            }
            SchemaKind::Any(any) => self.any(id, any, place),
        }
    }

    /// Adds the schema's metadata.
    fn own(&mut self, data: &SchemaData, made: &mut Made, place: &Pointer) {
        if data.external_docs.is_some() {
            self.reporter.note("lower", &place.join("externalDocs"), "`externalDocs` is left out");
        }
        made.place = place.clone();
        made.nullable |= data.nullable;
        let description = description(data);
        if !description.is_empty() {
            made.description = description;
        }
        if let Some(default) = &data.default {
            if !self.fits(default, made) {
                let text = format!("the default {default} does not fit: it is documentation only");
                self.reporter.note("lower", &place.join("default"), text);
            }
            made.default = Some(default.clone());
        }
        made.only = only(data, place, self.reporter).or(made.only);
        // A base of alternatives with a discriminator: their properties would be lost.
        if data.discriminator.is_some()
            && let What::Object(object) = &mut made.what
            && object.rest.is_none()
        {
            let text = "no alternatives are listed: properties of other schemas are kept as JSON";
            let place = place.join("discriminator");
            self.reporter.note("lower", &place, text);
            object.rest = Some(self.add(place, Origin::Anything));
            made.is_base = true;
        }
    }

    /// Whether the schema's type allows the default.
    fn fits(&self, default: &Value, made: &Made) -> bool {
        let nullable = made.nullable;
        let made = match made.what {
            What::Same(id) => self.behind(id).unwrap_or(made),
            _ => made,
        };
        match &made.what {
            _ if default.is_null() => nullable || made.nullable,
            What::Plain(Kind::Boolean) => default.is_boolean(),
            What::Plain(Kind::Integer) => default.is_i64(),
            What::Plain(Kind::Unsigned) => default.is_u64(),
            What::Plain(Kind::Number) => default.is_number(),
            // An enumeration is open, and a convention may know of composed values.
            What::Plain(
                Kind::String | Kind::Enumeration(Enumeration { values: Values::Strings(_), .. }),
            ) => default.is_string(),
            What::Plain(Kind::Enumeration(Enumeration { values: Values::Integers(_), .. })) => {
                default.is_i64()
            }
            What::Array(_) => default.is_array(),
            What::Object(_) | What::Map(_) => default.is_object(),
            _ => true,
        }
    }

    /// The node of a merge: of schemas that all apply, or of which one does.
    pub(super) fn put_together(&mut self, all: bool, left: Id, right: Id) -> Id {
        if left == right || self.end(left).is_some_and(|end| Some(end) == self.end(right)) {
            return left;
        }
        let place = self.node(right).place.clone();
        let mut members = Vec::new();
        for id in [left, right] {
            match &self.node(id).origin {
                Origin::Together(Both::All(inner)) if all => members.extend(inner),
                Origin::Together(Both::Any(inner)) if !all => members.extend(inner),
                _ => members.push(id),
            }
        }
        let mut seen = Vec::new();
        members.retain(|id| {
            !seen.contains(id) && {
                seen.push(*id);
                true
            }
        });
        let both = if all { Both::All(members) } else { Both::Any(members) };
        if let Some(known) = self.together.get(&both) {
            return *known;
        }
        let depth = self.node(left).depth.max(self.node(right).depth).saturating_add(1);
        let origin = if depth > DEPTH || self.together.len() > TOGETHER {
            Origin::Anything
        } else {
            Origin::Together(both.clone())
        };
        let id = self.add(place, origin);
        self.nodes[id.index()].depth = depth;
        self.together.insert(both, id);
        id
    }

    fn together(&mut self, both: &Both, place: &Pointer) -> Made {
        let (members, all) = match both {
            Both::All(members) => (members, true),
            Both::Any(members) => (members, false),
        };
        let mut whole: Option<Made> = None;
        for id in members {
            let Some(made) = self.part(*id) else { continue };
            whole = match whole {
                None => Some(made),
                Some(so_far) if all => match self.merge(so_far, made) {
                    Ok(merged) => Some(merged),
                    Err(why) => {
                        let name = place.last().unwrap_or_default();
                        let text = format!("kept as raw JSON: `{name}` is twice, {why}");
                        self.reporter.note("lower", place, text);
                        return Made::open(place);
                    }
                },
                Some(so_far) => Some(self.either(so_far, made)),
            };
        }
        whole.unwrap_or_else(|| Made::open(place))
    }
}

/// How many times merged schemas may be merged again.
const DEPTH: u8 = 8;

/// How many merges a document may have.
const TOGETHER: usize = 200_000;

/// The schema's title, description and deprecation, as one text.
fn description(data: &SchemaData) -> String {
    let text = data.description.as_ref().or(data.title.as_ref()).cloned().unwrap_or_default();
    if data.deprecated { deprecated(&text) } else { text }
}

/// The direction by `readOnly` and `writeOnly`.
fn only(data: &SchemaData, pointer: &Pointer, reporter: &Reporter) -> Option<Side> {
    match (data.read_only, data.write_only) {
        (false, false) => None,
        (true, false) => Some(Side::Answer),
        (false, true) => Some(Side::Input),
        (true, true) => {
            let cause = "the schema is both readOnly and writeOnly";
            reporter.problem(pointer, cause, "remove one of the two in the overlay");
            None
        }
    }
}
