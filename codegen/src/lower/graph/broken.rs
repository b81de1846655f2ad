//! Finds schemas that cannot be read because of their parts, except objects whose broken property
//! is optional.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::{Graph, Origin, SubschemaIds, Subschemas};
use crate::load::Broken;
use crate::lower::lowered::{Id, ids};

impl<'a> Graph<'a> {
    /// Why a schema cannot be read, if it cannot.
    pub(in crate::lower) fn broken(&self, id: Id) -> Option<&'a Broken> {
        self.broken.get(&id).copied()
    }

    /// Finds what cannot be read.
    pub(super) fn find_broken(&mut self) {
        let mut todo: Vec<(Id, &'a Broken)> = self
            .all()
            .filter_map(|id| match self.node(id).origin {
                Origin::Broken(broken) => Some((id, broken)),
                _ => None,
            })
            .collect();
        if todo.is_empty() {
            return;
        }
        let users = self.users();
        while let Some((id, broken)) = todo.pop() {
            if self.broken.insert(id, broken).is_none() {
                todo.extend(users.get(&id).into_iter().flatten().map(|user| (*user, broken)));
            }
        }
    }

    /// The schemas that need each schema.
    fn users(&self) -> HashMap<Id, Vec<Id>> {
        let mut users: HashMap<Id, Vec<Id>> = HashMap::new();
        for id in self.all() {
            let SubschemaIds { properties, items, rest, .. } = self.subschemas(id);
            let Subschemas { properties: named, required, .. } = match self.node(id).origin {
                Origin::Schema(schema) => Subschemas::of(schema),
                _ => Subschemas::default(),
            };
            let named = named.into_iter().flat_map(IndexMap::keys).zip(ids(properties));
            let needed = named.filter(|(name, _)| required.contains(name)).map(|(_, id)| id);
            for part in needed.chain(items).chain(rest).chain(self.dependencies(id)) {
                users.entry(part).or_default().push(id);
            }
        }
        users
    }
}
