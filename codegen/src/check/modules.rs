//! The path from a client to an operation: every step has a unique name.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::names;
use crate::plan::{Crate, Module};
use crate::report::Pointer;
use crate::runtime;

const RENAME_TAG: &str = "rename a tag in the overlay";

/// Reports invalid or conflicting steps of the path.
pub(super) fn check(krate: &Crate, check: &mut Check<'_>) {
    let mut steps = BTreeSet::new();
    for (path, module) in &krate.modules {
        let Some(operation) = module.operations.first() else { continue };
        let place = operation.pointer.join("tags");
        for (depth, name) in path.iter().enumerate() {
            if steps.insert(path[..=depth].to_vec()) {
                step(name, depth, &module.titles[depth], &place, check);
            }
        }
        if path.len() > 1 && krate.modules.contains_key(&path[..1]) {
            let cause = format!(
                "`{}` conflicts with a group: it is also an area of its own",
                module.titles[0]
            );
            check.problem(&place, cause, RENAME_TAG);
        }
    }
    titles(krate, check);
    groups(krate, check);
}

/// One step: a module, and the method that leads there.
fn step(name: &str, depth: usize, title: &str, place: &Pointer, check: &mut Check<'_>) {
    let what = format!("the group or area `{title}`");
    // A module is a file, and Rust finds files by ASCII names only.
    if !names::is_name(name) || !name.is_ascii() {
        let cause = format!("{what}: no Rust name can be derived");
        check.problem(place, cause, RENAME_TAG);
    } else if depth == 0 && runtime::is_reserved_module(name) {
        let cause = format!("{what}: the name `{name}` is reserved by the runtime");
        check.problem(place, cause, RENAME_TAG);
    }
}

/// Reports two groups or areas with different titles and the same name.
fn titles(krate: &Crate, check: &mut Check<'_>) {
    let mut seen: BTreeMap<&[String], &[String]> = BTreeMap::new();
    for module in krate.modules.values() {
        let Some(operation) = module.operations.first() else { continue };
        for depth in 1..=module.handles.len() {
            let (handles, titles) = (&module.handles[..depth], &module.titles[..depth]);
            let first = seen.entry(handles).or_insert(titles);
            if *first != titles {
                let (first, titles) = (first.join("/"), titles.join("/"));
                let path = handles.join("::");
                let cause = format!(
                    "the area `{titles}` conflicts with `{first}`: both are named `{path}`"
                );
                check.problem(&operation.pointer.join("tags"), cause, RENAME_TAG);
            }
        }
    }
}

/// Reports areas with the name of their group: one file has the handles of both.
fn groups(krate: &Crate, check: &mut Check<'_>) {
    let areas = krate.modules.values().filter(|module| module.handles.len() > 1);
    for Module { handles, operations, titles, .. } in areas {
        if handles[0] == handles[1] {
            let Some(operation) = operations.first() else { continue };
            let cause = format!("the area `{}` has the name of its group", titles[1]);
            check.problem(&operation.pointer.join("tags"), cause, RENAME_TAG);
        }
    }
}
