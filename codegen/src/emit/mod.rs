//! Prints the plan. It decides nothing and cannot fail: what must not be printed has been reported
//! by `check`.

mod billing;
mod calls;
mod commands;
mod docs;
mod example;
mod facts;
mod file;
mod handles;
mod index;
mod inputs;
mod markdown;
mod names;
mod operation;
mod type_docs;
mod types;
mod workflows;

use std::collections::BTreeMap;

use crate::plan::{Crate, Field, Items, Module, Path, Type};
use crate::report::counted;
use file::File;
use names::Names;
use type_docs::TypeDocs;

pub(crate) use calls::{calls, example};
pub(crate) use commands::commands;
pub(crate) use index::index;

/// A type as a reader of Rust would write it: `Vec<Country>`.
pub(crate) fn rust_type(ty: &Type) -> String {
    types::ty(ty, &Names::default())
}

/// The type of a field that callers set.
pub(crate) fn input_type(field: &Field) -> String {
    let ty = rust_type(&field.ty);
    if field.required || field.rest { ty } else { format!("Option<{ty}>") }
}

/// The type of a field that responses are decoded into, where a missing list is empty.
pub(crate) fn output_type(field: &Field) -> String {
    if matches!(field.ty, Type::List(_)) { rust_type(&field.ty) } else { input_type(field) }
}

/// Every generated file, by its path below the generated folder.
pub(crate) fn files(krate: &Crate) -> BTreeMap<String, String> {
    let type_docs = TypeDocs::of(krate, example::examples(krate));
    let mut files = BTreeMap::new();
    let mut add = |path: String, file: File| {
        files.insert(path, file.print());
    };
    for (path, module) in &krate.modules {
        add(format!("{}.rs", path.join("/")), area(path, module, &type_docs));
    }
    for (name, group) in handles::groups(krate) {
        add(format!("{name}/mod.rs"), handles::group(&group));
    }
    for (stem, definition) in &krate.declared {
        let items = Items::of_types([definition]);
        let docs = std::slice::from_ref(&definition.description);
        let mut file = File::new(docs, Names::new("", items));
        types::define(definition, &type_docs, &mut file);
        add(format!("{stem}.rs"), file);
    }
    for (stem, module, title, definitions) in [
        ("shared", "", "Types that several operations share.", &krate.shared),
        (Path::TYPES, Path::TYPES, "Types that the document defines by name.", &krate.components),
    ] {
        if !definitions.is_empty() {
            let names = Names::new(module, Items::of_types(definitions));
            let mut file = File::new(&[title.to_owned()], names);
            for definition in definitions {
                types::define(definition, &type_docs, &mut file);
            }
            add(format!("{stem}.rs"), file);
        }
    }
    add("facts.rs".to_owned(), facts::file(krate));
    if !krate.workflows.is_empty() {
        add("workflows.rs".to_owned(), workflows::types(krate));
    }
    add("mod.rs".to_owned(), handles::root(krate));
    files
}

/// One area: its operations in document order, each with its types.
fn area(path: &[String], module: &Module, type_docs: &TypeDocs) -> File {
    let title = markdown::phrase(&module.titles.join(" · "));
    let mut lines = vec![format!("{title}: {}.", counted(module.operations.len(), "operation"))];
    if !module.description.is_empty() {
        lines.push(String::new());
        lines.extend(markdown::rustdoc(&module.description));
    }
    let names = Names::new(&path.join("::"), Items::of_module(module));
    let mut file = File::new(&lines, names);
    if module.own_handle().is_some() {
        handles::area(None, module, &mut file);
    }
    for operation in &module.operations {
        operation::define(operation, type_docs, &mut file);
        for definition in &operation.types {
            types::define(definition, type_docs, &mut file);
        }
    }
    file
}
