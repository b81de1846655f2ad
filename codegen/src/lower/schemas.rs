//! Lowers each schema, in terms of the others.
//!
//! A schema is lowered after its parts: those of `allOf`, `oneOf`, `anyOf` or its reference. The
//! schemas of properties, lists and maps stay ids, and need not be known. So each is lowered once,
//! whatever cycles there are.

use openapiv3::{Schema as OpenApiSchema, SchemaData, SchemaKind, Type};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use serde_json::Value;

use super::graph::{Graph, Merge, Origin, SubschemaIds};
use super::integers::{self, IntegerEvidence};
use super::lowered::{Fields, Id, Lowered, NodeKind, deprecated, ids, unchecked};
use super::scalars;
use crate::model::{JsonType, Kind, Side};
use crate::report::{Pointer, Reporter};

impl Graph<'_> {
    /// Lowers every node.
    pub(super) fn lower(&mut self) {
        let count = self.nodes.len();
        self.lowered.resize(count, None);
        let (composed, simple): (Vec<Id>, Vec<Id>) =
            self.all().partition(|id| self.dependencies(*id).next().is_some());
        for id in simple {
            let lowered = self.lower_one(id);
            self.lowered[id.index()] = Some(lowered);
        }
        let order = self.dependencies_first(&composed);
        for id in &order {
            let lowered = self.lower_one(*id);
            self.lowered[id.index()] = Some(lowered);
        }
        self.lower_rest();
        for id in order {
            self.distinguish(id);
        }
        for id in self.all() {
            if id.index() >= count {
                self.distinguish(id);
            }
            self.note_deeper_bounds(id);
        }
    }

    /// The bounds of values are kept with the list or map that contains them; those in nested lists
    /// have no such place.
    fn note_deeper_bounds(&self, id: Id) {
        let Some(lowered) = self.result(id) else { return };
        let values = match &lowered.kind {
            NodeKind::Array(id)
            | NodeKind::Map(id)
            | NodeKind::Object(Fields { rest: Some(id), .. }) => *id,
            _ => return,
        };
        if let Some(Lowered { kind: NodeKind::Array(inner) | NodeKind::Map(inner), .. }) =
            self.resolved(values)
            && let Some(inner) = self.resolved(*inner)
            && !inner.bounds.is_empty()
        {
            let text = "bounds in nested lists are only checked by the server";
            self.reporter.note("lower", &inner.place, text);
        }
    }

    /// Lowers, and names where needed, the nodes that were merged since the last time.
    pub(super) fn lower_new(&mut self) {
        let before = self.lowered.len();
        self.lower_rest();
        let new: Vec<Id> = (before..self.lowered.len()).map(Id::at).collect();
        for id in &new {
            self.distinguish(*id);
        }
        if !new.is_empty() {
            self.name_recursive_and_large(&new);
        }
    }

    /// Lowers merged nodes.
    fn lower_rest(&mut self) {
        while self.lowered.len() < self.nodes.len() {
            let id = Id::at(self.lowered.len());
            let lowered = self.lower_one(id);
            self.lowered.push(Some(lowered));
        }
    }

    /// The schemas that must be lowered before this one.
    pub(super) fn dependencies(&self, id: Id) -> impl Iterator<Item = Id> + use<> {
        let inner = self.subschemas(id);
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
    fn dependencies_first(&self, composed: &[Id]) -> Vec<Id> {
        let mut graph = DiGraph::<Id, ()>::with_capacity(composed.len(), composed.len());
        let mut nodes = vec![None; self.nodes.len()];
        for id in composed {
            nodes[id.index()] = Some(graph.add_node(*id));
        }
        for id in composed {
            for part in self.dependencies(*id) {
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
    pub(super) fn resolved_id(&self, id: Id) -> Option<Id> {
        let mut id = id;
        loop {
            match &self.result(id)?.kind {
                NodeKind::Alias(next) => id = *next,
                _ => return Some(id),
            }
        }
    }

    /// The result behind references and wrappers.
    pub(super) fn resolved(&self, id: Id) -> Option<&Lowered> {
        self.result(self.resolved_id(id)?)
    }

    /// Whether a schema allows null.
    pub(super) fn is_nullable(&self, id: Id) -> bool {
        let mut id = id;
        while let Some(lowered) = self.result(id) {
            match lowered.kind {
                _ if lowered.nullable => return true,
                NodeKind::Alias(next) => id = next,
                _ => break,
            }
        }
        false
    }

    /// The result of a part; reports a schema that is a part of itself.
    pub(super) fn resolved_part(&self, id: Id) -> Option<&Lowered> {
        let behind = self.resolved(id);
        if behind.is_none() {
            let cause = "the schema is a part of itself";
            let remedy = "break the cycle in the overlay";
            self.reporter.violation(&self.node(id).place, cause, remedy, "the part is ignored");
        }
        behind
    }

    /// The same, as a value of its own.
    pub(super) fn part_value(&self, id: Id) -> Option<Lowered> {
        let place = self.node(id).place.clone();
        let behind = self.resolved_part(id)?;
        Some(Lowered { nullable: self.is_nullable(id), place, ..behind.clone() })
    }

    fn lower_one(&mut self, id: Id) -> Lowered {
        let node = self.node(id);
        let place = node.place.clone();
        match &node.origin {
            Origin::Anything if node.depth > 0 => {
                let text = "kept as raw JSON: too many merged schemas";
                self.reporter.note("lower", &place, text);
                Lowered::open(&place)
            }
            Origin::Anything | Origin::Broken(_) | Origin::Reference(None) => Lowered::open(&place),
            Origin::Reference(Some(target)) => Lowered::new(&place, NodeKind::Alias(*target)),
            Origin::Merged(both) => {
                let both = both.clone();
                self.lower_merged(&both, &place)
            }
            Origin::Schema(_) if self.is_null(id) => {
                Lowered { nullable: true, ..Lowered::open(&place) }
            }
            Origin::Schema(schema) => {
                let schema = *schema;
                let mut lowered = self.by_kind(id, schema, &place);
                self.apply_metadata(&schema.schema_data, &mut lowered, &place);
                lowered
            }
        }
    }

    fn by_kind(&mut self, id: Id, schema: &OpenApiSchema, place: &Pointer) -> Lowered {
        let SubschemaIds { items, all_of, one_of, any_of, .. } = self.subschemas(id);
        match &schema.schema_kind {
            SchemaKind::Type(Type::Boolean(ty)) => scalars::boolean(ty, place, self.reporter),
            SchemaKind::Type(Type::String(ty)) => scalars::string(ty, place, self.reporter).into(),
            SchemaKind::Type(Type::Integer(ty)) => {
                let limits = [ty.minimum, ty.maximum].map(|limit| limit.map(i128::from));
                let examples = integers::examples(&schema.schema_data);
                scalars::integer(ty, &IntegerEvidence { limits, examples }, place, self.reporter)
                    .into()
            }
            SchemaKind::Type(Type::Number(ty)) => scalars::number(ty, place, self.reporter).into(),
            SchemaKind::Type(Type::Array(ty)) => self.array(items, ty, place),
            SchemaKind::Type(Type::Object(ty)) => self.object(id, &ty.into(), false, place),
            SchemaKind::AllOf { .. } => self.all_of(id, None, all_of, &[]),
            SchemaKind::OneOf { .. } => self.union(id, "oneOf", one_of),
            SchemaKind::AnyOf { .. } => self.union(id, "anyOf", any_of),
            SchemaKind::Not { .. } => {
                unchecked(true, place, "not", self.reporter);
                Lowered::open(place)
            }
            SchemaKind::Any(any) => self.any(id, any, place),
        }
    }

    /// Adds the schema's metadata.
    fn apply_metadata(&mut self, data: &SchemaData, lowered: &mut Lowered, place: &Pointer) {
        if data.external_docs.is_some() {
            self.reporter.note("lower", &place.join("externalDocs"), "`externalDocs` is left out");
        }
        lowered.place = place.clone();
        lowered.nullable |= data.nullable;
        let description = description(data);
        if !description.is_empty() {
            lowered.description = description;
        }
        if let Some(default) = &data.default {
            if !self.accepts(default, lowered) {
                let text = format!("the default {default} does not fit: it is documentation only");
                self.reporter.note("lower", &place.join("default"), text);
            }
            lowered.default = Some(default.clone());
        }
        lowered.only = only(data, place, self.reporter).or(lowered.only);
        // A base of alternatives with a discriminator: their properties would be lost.
        if data.discriminator.is_some()
            && let NodeKind::Object(object) = &mut lowered.kind
            && object.rest.is_none()
        {
            let text = "no alternatives are listed: properties of other schemas are kept as JSON";
            let place = place.join("discriminator");
            self.reporter.note("lower", &place, text);
            object.rest = Some(self.add(place, Origin::Anything));
            lowered.is_base = true;
        }
    }

    /// Whether the schema's type allows the default.
    fn accepts(&self, default: &Value, lowered: &Lowered) -> bool {
        let nullable = lowered.nullable;
        let lowered = match lowered.kind {
            NodeKind::Alias(id) => self.resolved(id).unwrap_or(lowered),
            _ => lowered,
        };
        match &lowered.kind {
            _ if default.is_null() => nullable || lowered.nullable,
            NodeKind::Value(kind) => match kind {
                Kind::Boolean => default.is_boolean(),
                Kind::Unsigned => default.is_u64(),
                Kind::Number => default.is_number(),
                // An enumeration is open, and a convention may know of composed values.
                kind => match kind.json_type() {
                    Some(JsonType::Text) => default.is_string(),
                    Some(_) => default.is_i64(),
                    None => true,
                },
            },
            NodeKind::Array(_) => default.is_array(),
            NodeKind::Object(_) | NodeKind::Map(_) => default.is_object(),
            _ => true,
        }
    }

    /// The node of a merge: of schemas that all apply, or of which one does.
    pub(super) fn merged_node(&mut self, all: bool, left: Id, right: Id) -> Id {
        if left == right
            || self.resolved_id(left).is_some_and(|end| Some(end) == self.resolved_id(right))
        {
            return left;
        }
        let place = self.node(right).place.clone();
        let mut members = Vec::new();
        for id in [left, right] {
            match &self.node(id).origin {
                Origin::Merged(Merge::All(inner)) if all => members.extend(inner),
                Origin::Merged(Merge::Any(inner)) if !all => members.extend(inner),
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
        let both = if all { Merge::All(members) } else { Merge::Any(members) };
        if let Some(known) = self.merged.get(&both) {
            return *known;
        }
        let depth = self.node(left).depth.max(self.node(right).depth).saturating_add(1);
        let origin = if depth > DEPTH || self.merged.len() > MERGES {
            Origin::Anything
        } else {
            Origin::Merged(both.clone())
        };
        let id = self.add(place, origin);
        self.nodes[id.index()].depth = depth;
        self.merged.insert(both, id);
        id
    }

    fn lower_merged(&mut self, both: &Merge, place: &Pointer) -> Lowered {
        let (members, all) = match both {
            Merge::All(members) => (members, true),
            Merge::Any(members) => (members, false),
        };
        let mut whole: Option<Lowered> = None;
        for id in members {
            let Some(lowered) = self.part_value(*id) else { continue };
            whole = match whole {
                None => Some(lowered),
                Some(so_far) if all => match self.merge_all(so_far, lowered) {
                    Ok(merged) => Some(merged),
                    Err(why) => {
                        let name = place.last().unwrap_or_default();
                        let text = format!("kept as raw JSON: `{name}` is twice, {why}");
                        self.reporter.note("lower", place, text);
                        return Lowered::open(place);
                    }
                },
                Some(so_far) => Some(self.merge_any(so_far, lowered)),
            };
        }
        whole.unwrap_or_else(|| Lowered::open(place))
    }
}

/// How many times merged schemas may be merged again.
const DEPTH: u8 = 8;

/// How many merges a document may have.
const MERGES: usize = 200_000;

/// The schema's title, description and deprecation, as one text.
fn description(data: &SchemaData) -> String {
    let text = data.description.as_ref().or(data.title.as_ref()).cloned().unwrap_or_default();
    if data.deprecated { deprecated(&text) } else { text }
}

/// The direction by `readOnly` and `writeOnly`.
fn only(data: &SchemaData, pointer: &Pointer, reporter: &Reporter) -> Option<Side> {
    match (data.read_only, data.write_only) {
        (false, false) => None,
        (true, false) => Some(Side::Response),
        (false, true) => Some(Side::Input),
        (true, true) => {
            let cause = "the schema is both readOnly and writeOnly";
            reporter.problem(pointer, cause, "remove one of the two in the overlay");
            None
        }
    }
}
