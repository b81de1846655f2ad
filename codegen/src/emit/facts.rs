//! Prints what the runtime reads about the document as a whole.

use quote::quote;

use super::file::File;
use super::names::{self, Names};
use super::{docs, operation};
use crate::plan::Crate;

/// The file of facts and the list of all operations.
pub(super) fn file(krate: &Crate) -> File {
    let mut file =
        File::new(&["What the document says of the API as a whole.".to_owned()], Names::default());
    for fact in &krate.facts {
        let docs = docs::line(&fact.doc);
        let constant = operation::constant(fact, false, &file.names);
        file.item(quote! { #docs pub(crate) #constant });
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
