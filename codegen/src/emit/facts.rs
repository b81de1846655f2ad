//! Prints what the runtime reads about the document as a whole.

use quote::quote;

use super::docs;
use super::file::File;
use super::names::{self, Names};
use crate::facts::{Facts, Key};
use crate::plan::Crate;

/// No host can have this name, so that a client which is given none reaches nobody.
const NOWHERE: &str = "https://the-document-names-no-server.invalid";

/// The file of facts and the list of all operations.
pub(super) fn file(krate: &Crate) -> File {
    let mut file =
        File::new(&["What the document says of the API as a whole.".to_owned()], Names::default());
    let Facts { base_url, key, words } = &krate.facts;
    let (url, doc) = base_url.as_ref().map_or(
        (NOWHERE, "The document names no server that a key may be sent to: give the client one."),
        |url| (url.as_str(), "Where the API is served."),
    );
    let docs = docs::line(doc);
    file.item(quote! { #docs pub(crate) const DEFAULT_BASE_URL: &str = #url; });
    let doc =
        if key.is_some() { "The header that carries the key." } else { "No call carries a key." };
    let (docs, option) = (docs::line(doc), file.names.known(names::OPTION));
    let (header, prefix) = match key {
        Some(Key { header, prefix }) => {
            let some = file.names.known(names::SOME);
            (quote! { #some(#header) }, prefix.as_str())
        }
        None => (file.names.known(names::NONE), ""),
    };
    file.item(quote! { #docs pub(crate) const KEY_HEADER: #option<&str> = #header; });
    file.item(quote! {
        /// What stands before the key in its header.
        pub(crate) const KEY_PREFIX: &str = #prefix;
    });
    for (meaning, words) in words {
        let docs = docs::line(&format!("The {}.", meaning.what()));
        let name = docs::ident(meaning.constant());
        file.item(quote! { #docs pub(crate) const #name: &[&str] = &[#(#words),*]; });
    }
    let info = file.names.known(names::OPERATION_INFO);
    let operations =
        krate.modules.values().flat_map(|module| &module.operations).map(|operation| {
            let path: proc_macro2::TokenStream = operation.rust_path.parse().unwrap_or_default();
            quote! { #info::of::<super::#path>(), }
        });
    file.item(quote! {
        /// Every operation, by module and then in document order.
        pub(crate) const OPERATIONS: &[#info] = &[#(#operations)*];
    });
    file
}
