//! Converts schemas to the model: to trees in which a schema with a type of its own is a name.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::graph::{Graph, Origin, Written};
use super::made::{Fields, Id, Made, What};
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
    pub(super) fn write(&mut self, id: Id) -> Schema {
        let mut written = std::mem::take(&mut self.written);
        written.roots.push(id);
        let schema = self.named_or(id, &mut written);
        self.written = written;
        schema
    }

    /// The schemas with a type of their own, by name.
    pub(super) fn types(&mut self) -> IndexMap<String, Schema> {
        let ids = self.names.keys().copied().filter(|id| self.broken(*id).is_none());
        let mut ids: Vec<Id> = ids.collect();
        ids.sort_unstable();
        let mut written = std::mem::take(&mut self.written);
        let types = ids.into_iter().filter_map(|id| {
            Some((self.names.get(&id)?.clone(), self.written_out(id, &mut written)))
        });
        let types = types.collect();
        self.written = written;
        types
    }

    /// Reports what could not be inlined, and unused components.
    pub(super) fn report(&mut self) {
        if let Some(place) = &self.written.left_out {
            let cause = format!(
                "components that are parts of others, by `allOf` or as a body, have more than \
                 {} schemas when all are written out",
                self.allowed()
            );
            self.reporter.problem(
                place,
                cause,
                "refer to them from properties instead, in the overlay",
            );
        }
        if let Some(place) = &self.written.too_deep {
            let cause = format!(
                "the schema: expected a nesting depth below {LEVELS} levels, parts included"
            );
            let remedy = "make it simpler in the overlay: refer to a component from a property";
            self.reporter.problem(place, cause, remedy);
        }
        let mut todo = self.written.roots.clone();
        let mut used: HashSet<Id> = HashSet::new();
        while let Some(id) = todo.pop() {
            if used.insert(id) {
                todo.extend(self.held_by(id));
                todo.extend(self.parts_of(id));
            }
        }
        self.note_unused(&used);
        self.written = Written::default();
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
    fn named_or(&self, id: Id, written: &mut Written) -> Schema {
        match self.names.get(&id) {
            Some(name) => Schema {
                nullable: self.is_nullable(id),
                ..Schema::bare(&self.node(id).place, Kind::Component(name.clone()))
            },
            None => self.written_out(id, written),
        }
    }

    fn written_out(&self, id: Id, written: &mut Written) -> Schema {
        let place = &self.node(id).place;
        let Some(Some(made)) = self.made.get(id.index()) else {
            return Schema::bare(place, Kind::Open);
        };
        written.count += 1;
        let too_much = written.count > self.allowed();
        if too_much || written.level == LEVELS {
            let list = if too_much { &mut written.left_out } else { &mut written.too_deep };
            list.get_or_insert_with(|| place.clone());
            return Schema::bare(place, Kind::Open);
        }
        written.level += 1;
        let schema = match &made.what {
            What::Same(other) => self.same(id, made, *other, written),
            what => {
                let kind = self.kind(what, written);
                Schema {
                    pointer: made.place.clone(),
                    description: made.description.clone(),
                    default: made.default.clone(),
                    bounds: made.bounds.clone(),
                    nullable: made.nullable,
                    format: made.format.clone(),
                    only: made.only,
                    kind,
                }
            }
        };
        written.level -= 1;
        schema
    }

    /// A schema that is another one, with its own metadata.
    fn same(&self, id: Id, made: &Made, other: Id, written: &mut Written) -> Schema {
        let mut schema = self.named_or(other, written);
        let is_named = matches!(schema.kind, Kind::Component(_));
        let is_reference = matches!(self.node(id).origin, Origin::Reference(_));
        if is_named || !is_reference {
            schema.pointer = made.place.clone();
        }
        schema.nullable |= made.nullable;
        schema.only = made.only.or(schema.only);
        if !made.description.is_empty() {
            schema.description.clone_from(&made.description);
        }
        if made.default.is_some() {
            schema.default.clone_from(&made.default);
        }
        schema
    }

    fn kind(&self, what: &What, written: &mut Written) -> Kind {
        match what {
            What::Plain(kind) => kind.clone(),
            What::Members(_) | What::Same(_) => Kind::Open,
            What::Map(values) => Kind::Map(Box::new(self.named_or(*values, written))),
            What::Array(items) => Kind::Array(Box::new(self.named_or(*items, written))),
            What::Object(object) => {
                let fields = object.fields.iter().map(|field| Field {
                    wire: field.wire.clone(),
                    required: field.required,
                    schema: self.named_or(field.schema, written),
                });
                let fields = fields.collect();
                let rest = object.rest.map(|rest| Box::new(self.named_or(rest, written)));
                Kind::Object(Object { fields, rest })
            }
            What::Union(union) => {
                let alternatives = union.members.iter().zip(&union.told);
                let alternatives = alternatives.map(|(id, (name, told))| Alternative {
                    name: name.clone(),
                    told: told.clone(),
                    schema: Schema { nullable: false, ..self.named_or(*id, written) },
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
        self.behind(id)?.object()
    }
}

/// How many names a note lists.
const NAMES: usize = 12;
