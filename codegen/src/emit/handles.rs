//! Prints the path from a client to an operation: `client.data().products().search()`.

use std::collections::BTreeMap;

use super::file::File;
use super::names::{self, Names};
use super::{billing, docs, markdown, operation};
use crate::plan::{Crate, Items, Module, Operation, Path};
use crate::report::counted;

/// A group of areas.
pub(super) struct Group<'a> {
    title: &'a str,
    handle: &'a str,
    areas: Vec<(&'a str, &'a Module)>,
}

/// The groups by module name; areas without a group are not among them.
pub(super) fn groups(krate: &Crate) -> BTreeMap<&str, Group<'_>> {
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    for (path, module) in &krate.modules {
        if let [group, area] = path.as_slice() {
            let entry = groups.entry(group).or_insert_with(|| Group {
                title: &module.titles[0],
                handle: &module.handles[0],
                areas: Vec::new(),
            });
            entry.areas.push((area, module));
        }
    }
    groups
}

/// `data/mod.rs`: the modules of the areas and their handles.
pub(super) fn group(group: &Group<'_>) -> File {
    let count: usize = group.areas.iter().map(|(_, module)| module.operations.len()).sum();
    let title = format!("{}: {count} operations.", markdown::phrase(group.title));
    let items = Items::of_group(group.areas.iter().map(|(_, module)| *module));
    let mut file = File::new(&[title], Names::new("", items));
    file.item(modules("pub mod", group.areas.iter().map(|(name, _)| *name)));
    let accessors = group.areas.iter().map(|(name, module)| {
        let docs = docs::lines("    ", &[operations(module)]);
        let handle = handle_of(module);
        format!(
            "{docs}    #[must_use]
    pub fn {name}(self) -> {handle}<'c> {{
        {handle} {{ client: self.client }}
    }}
"
        )
    });
    handle(group.handle, group.title, &accessors.collect::<Vec<_>>(), &mut file);
    for (name, module) in &group.areas {
        area(Some(name), module, &mut file);
    }
    file
}

/// The handle of an area: in its group's file, where `name` is its module, or in its own.
pub(super) fn area(name: Option<&str>, module: &Module, file: &mut File) {
    let client = file.names.known(names::CLIENT);
    let accessors = module.operations.iter().map(|operation| {
        let docs = docs::lines("    ", &[operation_docs(operation)]);
        let deprecated = docs::deprecated("    ", operation.deprecated, &operation.description);
        let (method, builder) = (&operation.method_name, &operation.builder.name);
        let module = name.map_or(String::new(), |name| format!("{name}::"));
        format!(
            "{docs}{deprecated}    pub fn {method}(self) -> {module}{builder}<&'c {client}> {{
        {module}{builder}::new(self.client)
    }}
"
        )
    });
    let handle_name = module.handles.last().map_or("", String::as_str);
    handle(handle_name, &module.titles.join(" · "), &accessors.collect::<Vec<_>>(), file);
}

/// An operation's summary, price and retry class.
fn operation_docs(operation: &Operation) -> String {
    let price = billing::price(&operation.billing);
    let terms = price.into_iter().chain(billing::class(&operation.billing).map(str::to_owned));
    let terms = terms.collect::<Vec<_>>().join("; ");
    let summary = operation::summary(operation);
    if terms.is_empty() {
        return summary;
    }
    format!("{} — {terms}.", summary.trim_end_matches('.'))
}

fn handle(name: &str, title: &str, accessors: &[String], file: &mut File) {
    let docs =
        docs::lines("", &[format!("{}: the operations of a client.", markdown::phrase(title))]);
    let client = file.names.known(names::CLIENT);
    file.item(format!(
        "{docs}#[derive(Clone, Copy, Debug)]
pub struct {name}<'c> {{
    pub(crate) client: &'c {client},
}}
"
    ));
    file.item(format!("impl<'c> {name}<'c> {{\n{}}}\n", accessors.join("\n")));
}

/// `mod.rs`: every module, the crate root's re-exports, and the client's groups.
pub(super) fn root(krate: &Crate) -> File {
    let docs = format!(
        "{}, version {}: what its document describes.",
        markdown::phrase(&krate.title),
        markdown::phrase(&krate.version),
    );
    let mut file = File::new(&[docs], Names::default());
    let mut public: BTreeMap<&str, (&Module, String)> = BTreeMap::new();
    for (path, module) in &krate.modules {
        let summary = if path.len() == 1 {
            operations(module)
        } else {
            format!("The group {}.", markdown::phrase(&module.titles[0]))
        };
        public.insert(&path[0], (module, summary));
    }
    let types = (!krate.components.is_empty()).then_some(Path::TYPES);
    file.item(modules("pub mod", types.into_iter().chain(public.keys().copied())));
    let shared = (!krate.shared.is_empty()).then_some("shared");
    let private = krate.declared.iter().map(|(stem, _)| *stem).chain(shared);
    let private = modules("mod", private);
    let workflows = if krate.workflows.is_empty() { "" } else { "pub(crate) mod workflows;\n" };
    file.item(format!("pub(crate) mod facts;\n{private}{workflows}"));
    let declared = krate.declared.iter();
    let declared =
        declared.map(|(stem, definition)| format!("pub use {stem}::{};\n", definition.name()));
    let shared = shared.map(|shared| format!("pub use {shared}::*;\n"));
    file.item(declared.chain(shared).collect());
    let client = file.names.known(names::CLIENT);
    let accessors = public.iter().map(|(name, (module, summary))| {
        if let (true, [operation]) = (module.direct, module.operations.as_slice()) {
            let docs = docs::lines("    ", &[operation_docs(operation)]);
            let deprecated = docs::deprecated("    ", operation.deprecated, &operation.description);
            let builder = &operation.builder.name;
            return format!(
                "{docs}{deprecated}    pub fn {name}(&self) -> {name}::{builder}<&{client}> {{
        {name}::{builder}::new(self)
    }}
"
            );
        }
        let (docs, handle) =
            (docs::lines("    ", std::slice::from_ref(summary)), &module.handles[0]);
        format!(
            "{docs}    #[must_use]
    pub fn {name}(&self) -> {name}::{handle}<'_> {{
        {name}::{handle} {{ client: self }}
    }}
"
        )
    });
    let accessors = accessors.collect::<Vec<_>>().join("\n");
    file.item(format!("/// The operations, by group and area.\nimpl {client} {{\n{accessors}}}\n"));
    file
}

/// The module declarations.
fn modules<'n>(keyword: &str, names: impl Iterator<Item = &'n str>) -> String {
    names.map(|name| format!("{keyword} {name};\n")).collect::<Vec<_>>().concat()
}

fn operations(module: &Module) -> String {
    let title = markdown::phrase(module.titles.last().map_or("", String::as_str));
    format!("{title}: {}.", counted(module.operations.len(), "operation"))
}

fn handle_of(module: &Module) -> &str {
    module.handles.last().map_or("", String::as_str)
}
