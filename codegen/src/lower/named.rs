//! Decides which schemas have a type of their own.
//!
//! A component that is an object, an enumeration or a union has one; a scalar or a list is inlined
//! wherever it is used. Recursive schemas are never inlined, because they need a name, nor are
//! large components, because they would be large at each place.

use std::collections::{HashMap, HashSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::graph::{Graph, Origin};
use super::lowered::{Id, NodeKind};
use crate::model::Kind;
use crate::report::Pointer;

/// What is inlined at each place is at most this many schemas ...
const INLINED_SCHEMAS_LIMIT: usize = 256;

/// ... and this many of them in each other.
const INLINED_LEVELS_LIMIT: usize = 8;

impl Graph<'_> {
    /// Names every schema that needs a name.
    pub(super) fn name(&mut self) {
        let named: Vec<(Id, String)> = self
            .components
            .iter()
            .filter(|(_, id)| self.is_type(**id))
            .map(|(name, id)| (*id, (*name).to_owned()))
            .collect();
        self.names.extend(named);
        let all: Vec<Id> = self.all().collect();
        self.name_recursive_and_large(&all);
    }

    /// Names the recursive and the large ones among schemas that are otherwise inlined.
    pub(super) fn name_recursive_and_large(&mut self, among: &[Id]) {
        let components: HashSet<Id> = self.components.values().copied().collect();
        let mut groups = self.cyclic_groups(among);
        let is_cycle = |graph: &Self, group: &[Id]| match group {
            [one] => {
                !graph.names.contains_key(one)
                    && graph.contained_in(*one).any(|inner| inner == *one)
            }
            _ => true,
        };
        loop {
            let cycles = groups.iter().filter(|group| is_cycle(self, group));
            let cycles: Vec<Vec<Id>> = cycles.cloned().collect();
            if cycles.is_empty() {
                break;
            }
            for group in &cycles {
                let component = group.iter().filter(|id| components.contains(id)).min();
                // Without a component, a reference or a merge closes the cycle.
                let closing = || group.iter().filter(|id| self.closes_cycle(**id, group)).min();
                if let Some(id) = component.or_else(closing).or_else(|| group.iter().min()) {
                    let name = self.unused_name(*id);
                    self.names.insert(*id, name);
                }
            }
            groups = self.cyclic_groups(among);
        }
        // The contents of a group come before it.
        let mut sizes: HashMap<Id, (usize, usize)> = HashMap::new();
        for id in groups.into_iter().flatten() {
            let inner = self.contained_in(id).map(|inner| {
                let size = sizes.get(&inner).filter(|_| !self.names.contains_key(&inner));
                size.copied().unwrap_or((1, 1))
            });
            let (count, levels) = inner.fold((1_usize, 1_usize), |(count, levels), inner| {
                (count.saturating_add(inner.0), levels.max(1 + inner.1))
            });
            sizes.insert(id, (count, levels));
            if (count > INLINED_SCHEMAS_LIMIT || levels > INLINED_LEVELS_LIMIT)
                && components.contains(&id)
                && !self.names.contains_key(&id)
            {
                let name = self.unused_name(id);
                self.names.insert(id, name);
            }
        }
    }

    fn is_type(&self, id: Id) -> bool {
        let lowered = self.result(id);
        lowered.is_some_and(|lowered| {
            matches!(
                lowered.kind,
                NodeKind::Object(_) | NodeKind::Union(_) | NodeKind::Value(Kind::Enumeration(_))
            )
        })
    }

    /// The schemas that one contains.
    pub(super) fn contained_in(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let lowered = self.result(id);
        lowered.into_iter().flat_map(|lowered| lowered.kind.inner())
    }

    /// Groups of schemas that form cycles of unnamed ones, each after those that it contains.
    fn cyclic_groups(&self, among: &[Id]) -> Vec<Vec<Id>> {
        let mut graph = DiGraph::<Id, ()>::new();
        let mut nodes = HashMap::new();
        for id in among {
            if self.contained_in(*id).next().is_some() {
                nodes.insert(*id, graph.add_node(*id));
            }
        }
        for id in among {
            for inner in self.contained_in(*id).filter(|inner| !self.names.contains_key(inner)) {
                if let (Some(from), Some(to)) = (nodes.get(id), nodes.get(&inner)) {
                    graph.add_edge(*from, *to, ());
                }
            }
        }
        let groups = kosaraju_scc(&graph).into_iter();
        groups.map(|group| group.into_iter().map(|node| graph[node]).collect()).collect()
    }

    /// Whether a member of a group refers to this one.
    fn closes_cycle(&self, id: Id, group: &[Id]) -> bool {
        let refers = |other: &Id| matches!(self.node(*other).origin, Origin::Reference(Some(target)) if target == id);
        matches!(self.node(id).origin, Origin::Merged(_)) || group.iter().any(refers)
    }

    /// An unused name for a schema: a component's own, or one from its place.
    fn unused_name(&self, id: Id) -> String {
        let place = &self.node(id).place;
        if let ["components", "schemas", name] = place.tokens()[..]
            && self.components.get(name) == Some(&id)
        {
            return name.to_owned();
        }
        let name = name_of(place);
        let is_free = |name: &str| {
            !self.components.contains_key(name) && !self.names.values().any(|other| other == name)
        };
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        [name.clone()].into_iter().chain(numbered).find(|name| is_free(name)).unwrap_or(name)
    }
}

/// The name of a place: `A_b` for the property `b` of `A`.
fn name_of(place: &Pointer) -> String {
    const OMITTED: [&str; 10] = [
        "components",
        "schemas",
        "paths",
        "properties",
        "items",
        "responses",
        "content",
        "application/json",
        "schema",
        "additionalProperties",
    ];
    let tokens = place.tokens().into_iter().filter(|token| !OMITTED.contains(token));
    let plain = |token: &str| -> String {
        token.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect()
    };
    let name = tokens.map(plain).collect::<Vec<_>>().join("_").trim_matches('_').to_owned();
    if name.is_empty() { "Part".to_owned() } else { name }
}
