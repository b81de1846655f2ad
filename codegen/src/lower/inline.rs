//! Converts schemas to the model: to trees in which a schema with a type of its own is a name.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::graph::{Graph, Inlined, Origin};
use super::lowered::{Fields, Id, Lowered, NodeKind};
use crate::model::{self, Alternative, Field, Kind, Object, Schema, Union};
use crate::report::quoted;

/// How deeply schemas may be inlined, to limit the stack.
const LEVELS: usize = 64;

/// How many schemas may be inlined for each schema of the document ...
const PER_SCHEMA: usize = 64;

/// ... and in a small document.
const AT_LEAST: usize = 50_000;

impl Graph<'_> {
    /// The model of an operation's schema.
    pub(super) fn model_of(&mut self, id: Id) -> Schema {
        let mut inlined = std::mem::take(&mut self.inlined);
        inlined.roots.push(id);
        let schema = self.named_or_inlined(id, &mut inlined);
        self.inlined = inlined;
        schema
    }

    /// The schemas with a type of their own, by name.
    pub(super) fn types(&mut self) -> IndexMap<String, Schema> {
        let ids = self.names.keys().copied().filter(|id| self.broken(*id).is_none());
        let mut ids: Vec<Id> = ids.collect();
        ids.sort_unstable();
        let mut inlined = std::mem::take(&mut self.inlined);
        let types = ids.into_iter().filter_map(|id| {
            Some((self.names.get(&id)?.clone(), self.inlined_schema(id, &mut inlined)))
        });
        let types = types.collect();
        self.inlined = inlined;
        types
    }

    /// Reports what could not be inlined, and unused components.
    pub(super) fn report(&mut self) {
        if let Some(place) = &self.inlined.left_out {
            let cause = format!(
                "components that are parts of others, by `allOf` or as a body: expected \
                 at most {} schemas once they are inlined, found more",
                self.allowed()
            );
            self.reporter.problem(
                place,
                cause,
                "refer to them from properties instead, in the overlay",
            );
        }
        if let Some(place) = &self.inlined.too_deep {
            let cause = format!(
                "the schema: expected a nesting depth below {LEVELS} levels, parts included"
            );
            let remedy = "make it simpler in the overlay: refer to a component from a property";
            self.reporter.problem(place, cause, remedy);
        }
        let mut todo = self.inlined.roots.clone();
        let mut used: HashSet<Id> = HashSet::new();
        while let Some(id) = todo.pop() {
            if used.insert(id) {
                todo.extend(self.contained_in(id));
                todo.extend(self.dependencies(id));
            }
        }
        self.note_unused(&used);
        self.inlined = Inlined::default();
    }

    /// Lists the components that no operation uses.
    fn note_unused(&self, used: &HashSet<Id>) {
        let unused = self.components.iter().filter(|(_, id)| !used.contains(id));
        let unused: Vec<(&&str, &Id)> = unused.collect();
        if let Some((_, first)) = unused.first() {
            let names = quoted(unused.iter().take(NAMES).map(|(name, _)| name));
            let more = match unused.len().saturating_sub(NAMES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let text = format!("no input and no response of an operation refers to {names}{more}");
            self.reporter.note("components", &self.node(**first).place, text);
        }
    }

    fn allowed(&self) -> usize {
        AT_LEAST + PER_SCHEMA * self.nodes.len()
    }

    /// A schema, by its name if it has one.
    fn named_or_inlined(&self, id: Id, inlined: &mut Inlined) -> Schema {
        match self.names.get(&id) {
            Some(name) => Schema {
                nullable: self.is_nullable(id),
                ..Schema::bare(&self.node(id).place, Kind::Component(name.clone()))
            },
            None => self.inlined_schema(id, inlined),
        }
    }

    fn inlined_schema(&self, id: Id, inlined: &mut Inlined) -> Schema {
        let place = &self.node(id).place;
        let Some(lowered) = self.result(id) else {
            return Schema::bare(place, Kind::Open);
        };
        inlined.count += 1;
        let too_much = inlined.count > self.allowed();
        if too_much || inlined.level == LEVELS {
            let list = if too_much { &mut inlined.left_out } else { &mut inlined.too_deep };
            list.get_or_insert_with(|| place.clone());
            return Schema::bare(place, Kind::Open);
        }
        inlined.level += 1;
        let schema = match &lowered.kind {
            NodeKind::Alias(other) => self.same(id, lowered, *other, inlined),
            kind => {
                let kind = self.kind(kind, inlined);
                Schema {
                    pointer: lowered.place.clone(),
                    description: lowered.description.clone(),
                    default: lowered.default.clone(),
                    bounds: lowered.bounds.clone(),
                    nullable: lowered.nullable,
                    format: lowered.format.clone(),
                    only: lowered.only,
                    kind,
                }
            }
        };
        inlined.level -= 1;
        schema
    }

    /// A schema that is another one, with its own metadata.
    fn same(&self, id: Id, lowered: &Lowered, other: Id, inlined: &mut Inlined) -> Schema {
        let mut schema = self.named_or_inlined(other, inlined);
        let is_named = matches!(schema.kind, Kind::Component(_));
        let is_reference = matches!(self.node(id).origin, Origin::Reference(_));
        if is_named || !is_reference {
            schema.pointer = lowered.place.clone();
        }
        schema.nullable |= lowered.nullable;
        schema.only = lowered.only.or(schema.only);
        if !lowered.description.is_empty() {
            schema.description.clone_from(&lowered.description);
        }
        if lowered.default.is_some() {
            schema.default.clone_from(&lowered.default);
        }
        schema
    }

    fn kind(&self, kind: &NodeKind, inlined: &mut Inlined) -> Kind {
        match kind {
            NodeKind::Value(kind) => kind.clone(),
            NodeKind::AnyMembers(_) | NodeKind::Alias(_) => Kind::Open,
            NodeKind::Map(values) => Kind::Map(Box::new(self.named_or_inlined(*values, inlined))),
            NodeKind::Array(items) => Kind::Array(Box::new(self.named_or_inlined(*items, inlined))),
            NodeKind::Object(object) => {
                let fields = object.fields.iter().map(|field| Field {
                    wire: field.wire.clone(),
                    required: field.required,
                    schema: self.named_or_inlined(field.schema, inlined),
                });
                let fields = fields.collect();
                let rest = object.rest.map(|rest| Box::new(self.named_or_inlined(rest, inlined)));
                Kind::Object(Object { fields, rest })
            }
            NodeKind::Union(union) => {
                let alternatives = union.members.iter().zip(&union.named);
                let alternatives = alternatives.map(|(id, (name, recognised_by))| Alternative {
                    name: name.clone(),
                    recognised_by: recognised_by.clone(),
                    schema: Schema { nullable: false, ..self.named_or_inlined(*id, inlined) },
                });
                Kind::Union(Union {
                    tag: union.tag.clone(),
                    alternatives: alternatives.collect::<Vec<model::Alternative>>(),
                })
            }
        }
    }

    /// The fields of an object, by ids.
    pub(super) fn fields(&self, id: Id) -> Option<&Fields> {
        self.resolved(id)?.object()
    }
}

/// How many names a note lists.
const NAMES: usize = 12;
