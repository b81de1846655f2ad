//! Prints what the hand-written workflows of the client stand on, and which of them
//! the client is made with.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::file::File;
use super::names::Names;
use crate::plan::Crate;

/// The types of each workflow, under the names that it has for them.
pub(super) fn types(krate: &Crate) -> File {
    let mut file =
        File::new(&["What work of several calls stands on.".to_owned()], Names::default());
    for workflow in &krate.workflows {
        let name = docs::ident(workflow.name);
        let docs = docs::line(&format!("What `{}` uses.", workflow.name));
        let uses = workflow.types.iter().map(|(alias, path)| {
            let path: TokenStream = path.parse().unwrap_or_default();
            let name = path.clone().into_iter().last().map(|name| name.to_string());
            let renamed = (name.as_ref() != Some(alias)).then(|| {
                let alias = docs::ident(alias);
                quote! { as #alias }
            });
            quote! { pub(crate) use crate::#path #renamed; }
        });
        file.item(quote! { #docs pub(crate) mod #name { #(#uses)* } });
    }
    file
}

/// Their names, for the build script.
pub(super) fn names(krate: &Crate) -> File {
    let mut file =
        File::new(&["The workflows that the client is made with.".to_owned()], Names::default());
    let names = krate.workflows.iter().map(|workflow| workflow.name);
    file.item(quote! {
        /// Each is a value of the configuration option `workflow`.
        pub(crate) const KEPT: &[&str] = &[#(#names),*];
    });
    file
}
