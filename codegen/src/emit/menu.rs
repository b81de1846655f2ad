//! Prints the way from a client to an operation: `client.data().products().search()`.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

use super::file::File;
use super::names::{self, Names};
use super::{billing, docs, markdown, operation};
use crate::plan::{Crate, Items, Module, Operation};

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

/// `data/mod.rs`: the modules of the areas and the handles that lead to them.
pub(super) fn group(group: &Group<'_>) -> File {
    let count: usize = group.areas.iter().map(|(_, module)| module.operations.len()).sum();
    let title = format!("{}: {count} operations.", markdown::phrase(group.title));
    let items = Items::of_group(group.areas.iter().map(|(_, module)| *module));
    let mut file = File::new(&[title], Names::new("", items));
    let modules = group.areas.iter().map(|(name, _)| {
        let name = docs::ident(name);
        quote! { pub mod #name; }
    });
    file.item(modules.collect());
    let accessors = group.areas.iter().map(|(name, module)| {
        let docs = docs::line(&operations(module));
        let (method, handle) = (docs::ident(name), handle_of(module));
        quote! {
            #docs
            #[must_use]
            pub fn #method(self) -> #handle<'c> {
                #handle { client: self.client }
            }
        }
    });
    handle(group.handle, group.title, &accessors.collect(), &mut file);
    for (name, module) in &group.areas {
        area(Some(name), module, &mut file);
    }
    file
}

/// The handle of an area: in its group's file, where `name` is its module, or in its own.
pub(super) fn area(name: Option<&str>, module: &Module, file: &mut File) {
    let client = file.names.known(names::CLIENT);
    let accessors = module.operations.iter().map(|operation| {
        let docs = operation_docs(operation);
        let deprecated = docs::deprecated(operation.deprecated, &operation.description);
        let method = docs::ident(&operation.method_name);
        let builder = docs::ident(&operation.builder.name);
        let module = name.map(docs::ident).map(|module| quote! { #module:: });
        quote! {
            #docs
            #deprecated
            pub fn #method(self) -> #module #builder<&'c #client> {
                #module #builder::new(self.client)
            }
        }
    });
    let handle_name = module.handles.last().map_or("", String::as_str);
    handle(handle_name, &module.titles.join(" · "), &accessors.collect(), file);
}

/// What an operation does, and its price.
fn operation_docs(operation: &Operation) -> TokenStream {
    let price = billing::price(&operation.billing);
    let price = price.map_or(String::new(), |price| format!(" — {price}."));
    let summary = operation::summary(operation);
    docs::line(&format!("{}{price}", summary.trim_end_matches('.')))
}

fn handle(name: &str, title: &str, accessors: &TokenStream, file: &mut File) {
    let name = docs::ident(name);
    let docs = docs::line(&format!("{}, by way of a client.", markdown::phrase(title)));
    let client = file.names.known(names::CLIENT);
    file.item(quote! {
        #docs
        #[derive(Clone, Copy, Debug)]
        pub struct #name<'c> { pub(crate) client: &'c #client }
    });
    file.item(quote! {
        impl<'c> #name<'c> { #accessors }
    });
}

/// `mod.rs`: every module, what the crate's root re-exports, and the client's menu.
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
    if !krate.components.is_empty() {
        file.item(quote! { pub mod types; });
    }
    let modules = public.keys().map(|name| {
        let name = docs::ident(name);
        quote! { pub mod #name; }
    });
    let private = krate.declared.iter().map(|(stem, _)| *stem);
    let shared = (!krate.shared.is_empty()).then_some("shared");
    let private: TokenStream = private
        .chain(shared)
        .map(|stem| {
            let stem = docs::ident(stem);
            quote! { mod #stem; }
        })
        .collect();
    file.item(modules.collect());
    let workflows = (!krate.workflows.is_empty()).then(|| quote! { pub(crate) mod workflows; });
    file.item(quote! { pub(crate) mod facts; #private #workflows });
    let declared = krate.declared.iter().map(|(stem, definition)| {
        let (stem, name) = (docs::ident(stem), docs::ident(definition.name()));
        quote! { pub use #stem::#name; }
    });
    let shared = (!krate.shared.is_empty()).then(|| quote! { pub use shared::*; });
    file.item(declared.chain(shared).collect());
    let client = file.names.known(names::CLIENT);
    let accessors = public.iter().map(|(name, (module, summary))| {
        let name = docs::ident(name);
        if let (true, [operation]) = (module.direct, module.operations.as_slice()) {
            let docs = operation_docs(operation);
            let builder = docs::ident(&operation.builder.name);
            return quote! {
                #docs
                pub fn #name(&self) -> #name::#builder<&#client> {
                    #name::#builder::new(self)
                }
            };
        }
        let (docs, handle) = (docs::line(summary), docs::ident(&module.handles[0]));
        quote! {
            #docs
            #[must_use]
            pub fn #name(&self) -> #name::#handle<'_> {
                #name::#handle { client: self }
            }
        }
    });
    file.item(quote! {
        /// The operations, by group and area.
        impl #client { #(#accessors)* }
    });
    file
}

fn operations(module: &Module) -> String {
    let count = module.operations.len();
    let plural = if count == 1 { "" } else { "s" };
    let title = markdown::phrase(module.titles.last().map_or("", String::as_str));
    format!("{title}: {count} operation{plural}.")
}

fn handle_of(module: &Module) -> proc_macro2::Ident {
    docs::ident(module.handles.last().map_or("", String::as_str))
}
