//! Prints the plan. Nothing is decided here and nothing can fail: what must not be
//! printed has been reported by `check`.

mod builder;
mod calls;
mod docs;
mod facts;
mod file;
mod index;
mod markdown;
mod menu;
mod operation;
mod types;
mod workflows;

use std::collections::BTreeMap;

use quote::quote;

use crate::plan::{Crate, Module, Operation};
use file::{File, Importable};

pub(crate) use calls::calls;
pub(crate) use index::index;

/// Every generated file, by its path below the generated folder.
pub(crate) fn files(krate: &Crate) -> BTreeMap<String, String> {
    let known = importable(krate);
    let mut files = BTreeMap::new();
    let mut add = |path: String, file: File| {
        files.insert(path, file.print(&known));
    };
    for (path, module) in &krate.modules {
        add(format!("{}.rs", path.join("/")), area(path, module));
    }
    for (name, group) in menu::groups(krate) {
        add(format!("{name}/mod.rs"), menu::group(&group));
    }
    for (stem, definition) in &krate.declared {
        let mut file = File::new(std::slice::from_ref(&definition.description));
        types::define(definition, &mut file);
        add(format!("{stem}.rs"), file);
    }
    for (stem, title, definitions) in [
        ("shared", "Types that several operations share.", &krate.shared),
        ("types", "Types that the document defines by name.", &krate.components),
    ] {
        if !definitions.is_empty() {
            let mut file = File::new(&[title.to_owned()]);
            for definition in definitions {
                types::define(definition, &mut file);
            }
            add(format!("{stem}.rs"), file);
        }
    }
    add("facts.rs".to_owned(), facts::file(krate));
    if !krate.workflows.is_empty() {
        add("workflows.rs".to_owned(), workflows::types(krate));
    }
    add("kept.rs".to_owned(), workflows::names(krate));
    add("mod.rs".to_owned(), menu::root(krate));
    files
}

/// One area: its operations in document order, each with its types.
fn area(path: &[String], module: &Module) -> File {
    let title = markdown::phrase(&module.titles.join(" · "));
    let count = module.operations.len();
    let plural = if count == 1 { "" } else { "s" };
    let mut lines = vec![format!("{title}: {count} operation{plural}.")];
    if !module.description.is_empty() {
        lines.push(String::new());
        lines.extend(markdown::rustdoc(&module.description));
    }
    let mut file = File::new(&lines);
    if path.len() == 1 {
        menu::area(None, module, &mut file);
    }
    for operation in &module.operations {
        self::operation(operation, &mut file);
    }
    file
}

fn operation(operation: &Operation, file: &mut File) {
    operation::define(operation, file);
    builder::of_operation(operation, file);
    for definition in &operation.types {
        types::define(definition, file);
    }
}

/// The names that generated modules import.
fn importable(krate: &Crate) -> Vec<Importable> {
    const RUNTIME: [&str; 28] = [
        "BillingMode",
        "Call",
        "Client",
        "Content",
        "Detached",
        "FilePart",
        "Inputs",
        "Inside",
        "Items",
        "Json",
        "Method",
        "Nullable",
        "Operation",
        "OperationInfo",
        "Outlook",
        "Paged",
        "Pages",
        "ParamStyle",
        "Position",
        "Pricing",
        "PricingMode",
        "Replay",
        "Response",
        "Result",
        "Sort",
        "Submits",
        "Task",
        "Unset",
    ];
    let runtime = RUNTIME.into_iter().map(str::to_owned);
    let shared = krate.shared.iter().map(|definition| definition.name.clone());
    let declared = krate.declared.iter().map(|(_, definition)| definition.name.clone());
    let components = krate.components.iter().map(|definition| definition.name.clone());
    let from = |path, names| Importable { path, names };
    vec![
        from(quote! { std::collections }, vec!["BTreeMap".to_owned()]),
        from(quote! { bytes }, vec!["Bytes".to_owned()]),
        from(quote! { serde }, vec!["Deserialize".to_owned(), "Serialize".to_owned()]),
        from(quote! { crate }, runtime.chain(shared).chain(declared).collect()),
        from(quote! { crate::types }, components.collect()),
    ]
}
