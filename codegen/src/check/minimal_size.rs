//! The size of the smallest value of a request's struct.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

use super::{Check, required_parts};
use crate::plan::{Crate, Path, Shape, TypeDef};

/// How many structs the smallest value of a struct may contain, itself included.
const LIMIT: usize = 200;

/// How deeply they may be nested: the call that builds them is one expression, which compilers and
/// printers process recursively.
const DEPTH_LIMIT: usize = 32;

/// Reports structs that callers have to build and whose smallest values are too large.
pub(super) fn check(krate: &Crate, check: &mut Check<'_>) {
    let common: Vec<&TypeDef> = krate.shared.iter().chain(&krate.components).collect();
    let known = sizes_of(&common, &Sizes::new());
    report(&common, &known, &Sizes::new(), check);
    for operation in krate.operations() {
        let own: Vec<&TypeDef> = operation.types.iter().collect();
        report(&own, &sizes_of(&own, &known), &known, check);
    }
}

/// Reports those whose own parts are not too large.
fn report(defs: &[&TypeDef], sizes: &Sizes<'_>, known: &Sizes<'_>, check: &mut Check<'_>) {
    let size = |path: &Path| sizes.get(path).or_else(|| known.get(path));
    for def in defs.iter().filter(|def| matches!(def.shape, Shape::InputStruct(_))) {
        let Some(own) = size(&def.path).filter(|own| own.is_too_much()) else { continue };
        if !required_parts(def).into_iter().filter_map(size).any(MinimalSize::is_too_much) {
            let cause = format!(
                "`{}`: expected at most {LIMIT} required objects, nested at most {DEPTH_LIMIT} \
                 deep, found {} and {}",
                def.name(),
                own.structs,
                own.depth,
            );
            check.problem(
                &def.pointer,
                cause,
                "make some of its required properties optional in the overlay",
            );
        }
    }
}

/// The size of the smallest value of a struct.
#[derive(Clone, Copy)]
struct MinimalSize {
    structs: usize,
    depth: usize,
}

impl MinimalSize {
    fn is_too_much(&self) -> bool {
        self.structs > LIMIT || self.depth > DEPTH_LIMIT
    }
}

type Sizes<'a> = BTreeMap<&'a Path, MinimalSize>;

/// Computes the sizes of structs, some parts of which are known. A struct that requires itself has
/// none, and is reported elsewhere.
fn sizes_of<'a>(defs: &[&'a TypeDef], known: &Sizes<'_>) -> Sizes<'a> {
    let defs: BTreeMap<&Path, &TypeDef> = defs.iter().map(|def| (&def.path, *def)).collect();
    let mut graph = DiGraph::<&Path, ()>::new();
    let nodes: BTreeMap<&Path, _> =
        defs.keys().map(|name| (*name, graph.add_node(*name))).collect();
    for (name, def) in &defs {
        let parts: BTreeSet<&Path> = required_parts(def).into_iter().collect();
        for part in parts.iter().filter_map(|part| nodes.get(part)) {
            graph.add_edge(nodes[name], *part, ());
        }
    }
    let mut sizes = Sizes::new();
    // Each comes after all of its parts.
    for name in kosaraju_scc(&graph).into_iter().flatten().map(|node| graph[node]) {
        let mut size = MinimalSize { structs: 1, depth: 1 };
        for part in required_parts(defs[name]) {
            if let Some(part) = sizes.get(part).or_else(|| known.get(part)) {
                size.structs = size.structs.saturating_add(part.structs);
                size.depth = size.depth.max(1 + part.depth);
            }
        }
        sizes.insert(name, size);
    }
    sizes
}
