//! Prints a request: the plain value and what `Operation` says of it.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::file::File;
use super::{docs, markdown, types};
use crate::model::{Bound, Constant, Location, Number, Style};
use crate::plan::{Input, Operation};

/// Adds the request type of an operation and its implementation.
pub(super) fn define(operation: &Operation, file: &mut File) {
    file.item(request(operation));
    file.item(implementation(operation));
}

fn request(operation: &Operation) -> TokenStream {
    let name = docs::ident(&operation.type_name);
    let docs = docs::lines(&documentation(operation));
    let fields = operation.inputs.iter().map(|Input { field, .. }| {
        let docs = docs::lines(&docs::field(field));
        let (ident, ty) = (docs::ident(&field.rust), types::field_ty(field));
        let serde = types::rename(field).map(|rename| quote! { #[serde(#rename)] });
        quote! { #docs #serde pub #ident: #ty, }
    });
    let required = operation.inputs.iter().any(|input| input.field.required);
    let default = (!required).then(|| quote! { Default, });
    quote! {
        #docs
        #[derive(Clone, Debug, #default PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct #name { #(#fields)* }
    }
}

/// Summary, description, and the line of facts that a caller decides by.
fn documentation(operation: &Operation) -> Vec<String> {
    let mut lines = vec![summary(operation)];
    let description = markdown::rustdoc(&operation.description);
    if !description.is_empty() {
        lines.push(String::new());
        lines.extend(description);
    }
    lines.push(String::new());
    lines.push(format!("- `{} {}`", operation.method, operation.path));
    for fact in &operation.facts {
        lines.push(format!("- {fact}"));
    }
    lines.push(String::new());
    lines.push(format!("The document's operation `{}`.", operation.id));
    lines
}

/// The summary as a sentence; the operationId where there is none.
pub(super) fn summary(operation: &Operation) -> String {
    let summary = markdown::sentence(&operation.summary);
    if summary.is_empty() { format!("`{}`.", operation.id) } else { summary }
}

fn implementation(operation: &Operation) -> TokenStream {
    let name = docs::ident(&operation.type_name);
    let answer = operation.answer.as_ref().map_or_else(|| quote! { () }, types::ty);
    let Operation { id, path, rust_path, .. } = operation;
    let summary = operation.summary.trim();
    let method = docs::ident(&capitalized(&operation.method));
    let constants = operation.constants.iter().map(constant);
    let content =
        operation.answer.is_none().then(|| quote! { const CONTENT: Content = Content::None; });
    let body = operation.has_body.then(|| quote! { to.json_body(); });
    let inputs = operation.inputs.iter().map(input);
    let to = if operation.has_body || !operation.inputs.is_empty() { "to" } else { "_to" };
    let to = docs::ident(to);
    quote! {
        impl Operation for #name {
            type Answer = #answer;

            const ID: &'static str = #id;
            const SUMMARY: &'static str = #summary;
            const METHOD: Method = Method::#method;
            const PATH: &'static str = #path;
            const RUST_PATH: &'static str = #rust_path;
            #(#constants)*
            #content

            fn write(&self, #to: &mut Inputs) {
                #body
                #(#inputs)*
            }
        }
    }
}

/// A constant that a convention wrote as source.
pub(super) fn constant(constant: &Constant) -> TokenStream {
    let name = docs::ident(constant.name);
    let ty: TokenStream = constant.ty.parse().unwrap_or_default();
    let value: TokenStream = constant.value.parse().unwrap_or_default();
    quote! { const #name: #ty = #value; }
}

fn input(input: &Input) -> TokenStream {
    let wire = &input.field.wire;
    let ident = docs::ident(&input.field.rust);
    let method = docs::ident(match (input.location, input.style) {
        (Location::Path, _) => "path",
        (Location::Query, Style::Single) => "query",
        (Location::Query, Style::Repeated) => "query_repeated",
        (Location::Query, Style::CommaSeparated) => "query_list",
        (Location::Header, _) => "header",
        (Location::Body, _) => "body",
    });
    let bounds = input.field.bounds.iter().map(|bound| match bound {
        Bound::AtLeast(least) => {
            let least = number(*least);
            quote! { .at_least(#least) }
        }
        Bound::AtMost(most) => {
            let most = number(*most);
            quote! { .at_most(#most) }
        }
        Bound::MaxLength(length) => {
            let length = Literal::u64_unsuffixed(*length);
            quote! { .max_length(#length) }
        }
    });
    quote! { to.#method(#wire, &self.#ident) #(#bounds)*; }
}

fn number(number: Number) -> TokenStream {
    match number {
        // The limits of a format read better by name.
        Number::Integer(integer) if integer == i64::from(i32::MIN) => quote! { i32::MIN },
        Number::Integer(integer) if integer == i64::from(i32::MAX) => quote! { i32::MAX },
        Number::Integer(integer) => {
            let literal = Literal::i64_unsuffixed(integer);
            quote! { #literal }
        }
        Number::Float(float) => {
            let literal = Literal::f64_unsuffixed(float);
            quote! { #literal }
        }
    }
}

fn capitalized(method: &str) -> String {
    let mut chars = method.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(chars.map(|c| c.to_ascii_lowercase())).collect()
}
