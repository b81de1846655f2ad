//! Finds cycles of types.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::Path;

/// Groups of types that form cycles.
#[derive(Debug)]
pub(crate) struct Cycles<'a>(BTreeMap<&'a Path, usize>);

impl<'a> Cycles<'a> {
    /// Groups types by what each contains.
    pub(crate) fn new(holds: impl Iterator<Item = (&'a Path, &'a Path)>) -> Self {
        let mut graph = DiGraph::<&Path, ()>::new();
        let mut nodes = BTreeMap::new();
        for (owner, part) in holds {
            let [owner, part] = [owner, part]
                .map(|name| *nodes.entry(name).or_insert_with(|| graph.add_node(name)));
            graph.add_edge(owner, part, ());
        }
        let mut groups = BTreeMap::new();
        for (index, group) in kosaraju_scc(&graph).into_iter().enumerate() {
            groups.extend(group.into_iter().map(|node| (graph[node], index)));
        }
        Self(groups)
    }

    /// Whether the part of an owner leads back to the owner.
    pub(crate) fn contain(&self, owner: &Path, part: &Path) -> bool {
        self.0.get(owner).is_some_and(|group| self.0.get(part) == Some(group))
    }
}
