//! Prints builders: setters in any order, and an end that exists once every
//! required input is set.
//!
//! Each required input is a type parameter of its builder, `Unset` or the input's
//! type, so that the compiler knows what is missing.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::file::File;
use super::{docs, types};
use crate::names;
use crate::plan::{Field, Operation, Type, TypeDef};

/// Adds the builder of a request; with a client it can also send.
pub(super) fn of_operation(operation: &Operation, file: &mut File) {
    let fields: Vec<_> = operation.inputs.iter().map(|input| &input.field).collect();
    let builder = Builder::new(&operation.type_name, fields, true);
    builder.define(file);
    file.item(send(operation, &builder));
}

/// Adds the builder of a struct inside of a request. One of which nothing is
/// required is its own builder.
pub(super) fn of_struct(definition: &TypeDef, fields: &[Field], file: &mut File) {
    if fields.iter().any(|field| field.required) {
        Builder::new(&definition.name, fields.iter().collect(), false).define(file);
        return;
    }
    let name = docs::ident(&definition.name);
    let setters = fields.iter().map(|field| optional_setter(field, &TokenStream::new()));
    file.item(quote! {
        impl #name {
            /// Begins with nothing set.
            #[must_use]
            pub fn new() -> Self { Self::default() }

            #(#setters)*
        }
    });
}

struct Builder<'a> {
    target: Ident,
    name: Ident,
    /// Holds the optional inputs until the required ones are there.
    optional: Ident,
    required: Vec<&'a Field>,
    rest: Vec<&'a Field>,
    fields: Vec<&'a Field>,
    /// The field that holds the client, if the builder may know one.
    via: Option<Ident>,
    /// The field that holds what is optional.
    store: Ident,
}

impl<'a> Builder<'a> {
    fn new(target: &str, fields: Vec<&'a Field>, via: bool) -> Self {
        let (required, rest): (Vec<&Field>, _) = fields.iter().partition(|field| field.required);
        // The document may have called a required input like a field of the builder.
        let own = |name: &str| {
            let taken = required.iter().any(|field| field.rust == name);
            docs::ident(&if taken { format!("{name}_") } else { name.to_owned() })
        };
        let via = via.then(|| own("via"));
        let store = own(if required.is_empty() { "value" } else { "optional" });
        Self {
            target: docs::ident(target),
            name: format_ident!("{target}Builder"),
            optional: format_ident!("{target}Optional"),
            required,
            rest,
            fields,
            via,
            store,
        }
    }

    fn define(&self, file: &mut File) {
        file.item(self.structure());
        if !self.required.is_empty() && !self.rest.is_empty() {
            file.item(self.optional());
        }
        file.item(self.start());
        if !self.fields.is_empty() {
            file.item(self.setters());
        }
        file.item(self.build());
    }

    /// The parameter that says whether the required input is set.
    fn state(field: &Field) -> Ident {
        docs::ident(&names::state(&field.rust))
    }

    /// `<Via, CountryState>`, each required parameter as `state` gives it.
    fn generics(&self, via: TokenStream, state: impl Fn(&Field) -> TokenStream) -> TokenStream {
        let via = self.via.as_ref().map(|_| via);
        let states = self.required.iter().map(|field| state(field));
        let all: Vec<_> = via.into_iter().chain(states).collect();
        if all.is_empty() {
            TokenStream::new()
        } else {
            quote! { <#(#all),*> }
        }
    }

    fn open(&self) -> TokenStream {
        self.generics(quote! { Via }, |field| {
            let state = Self::state(field);
            quote! { #state }
        })
    }

    /// The parameters of a builder on which everything required is set.
    fn complete(&self, via: TokenStream) -> TokenStream {
        self.generics(via, |field| types::ty(&field.ty))
    }

    /// The field that collects what is optional: the target itself where nothing
    /// is required.
    fn store(&self) -> Option<(&Ident, &Ident)> {
        if self.required.is_empty() {
            return Some((&self.store, &self.target));
        }
        (!self.rest.is_empty()).then_some((&self.store, &self.optional))
    }

    fn structure(&self) -> TokenStream {
        let Self { name, target, .. } = self;
        let docs = docs::line(&format!("Builds a [`{target}`] input by input."));
        let generics = self.generics(quote! { Via }, |field| {
            let state = Self::state(field);
            quote! { #state = Unset }
        });
        let via = self.via.as_ref().map(|via| quote! { #via: Via, });
        let slots = self.required.iter().map(|field| {
            let (ident, state) = (docs::ident(&field.rust), Self::state(field));
            quote! { #ident: #state, }
        });
        let store = self.store().map(|(ident, ty)| quote! { #ident: #ty, });
        quote! {
            #docs
            #[derive(Clone, Debug)]
            #[must_use]
            pub struct #name #generics { #via #(#slots)* #store }
        }
    }

    fn optional(&self) -> TokenStream {
        let name = &self.optional;
        let fields = self.rest.iter().map(|field| {
            let (ident, ty) = (docs::ident(&field.rust), types::field_ty(field));
            quote! { #ident: #ty, }
        });
        quote! {
            #[derive(Clone, Debug, Default)]
            struct #name { #(#fields)* }
        }
    }

    fn start(&self) -> TokenStream {
        let Self { name, target, .. } = self;
        let slots: Vec<_> = self.required.iter().map(|field| docs::ident(&field.rust)).collect();
        let store = self.store().map(|(ident, ty)| quote! { #ident: #ty::default(), });
        let Some(via) = &self.via else {
            return quote! {
                impl #target {
                    /// Begins with nothing set.
                    pub fn builder() -> #name { #name { #(#slots: Unset,)* #store } }
                }
            };
        };
        // Of two names that are the same, one says it.
        let value = if via == "via" {
            quote! { via }
        } else {
            quote! { #via: via }
        };
        quote! {
            impl #target {
                /// Begins with nothing set and without a client, for a request to keep.
                pub fn builder() -> #name<Detached> { #name::new(Detached) }
            }

            impl<Via> #name<Via> {
                pub(crate) fn new(via: Via) -> Self { Self { #value, #(#slots: Unset,)* #store } }
            }
        }
    }

    fn setters(&self) -> TokenStream {
        let (name, open) = (&self.name, self.open());
        let setters = self.fields.iter().map(|field| {
            if field.required {
                self.required_setter(field)
            } else {
                let store = self.store().map(|(store, _)| quote! { #store. });
                optional_setter(field, &store.unwrap_or_default())
            }
        });
        quote! { impl #open #name #open { #(#setters)* } }
    }

    fn required_setter(&self, field: &Field) -> TokenStream {
        let docs = docs::line(&docs::setter(field));
        let ident = docs::ident(&field.rust);
        let (parameter, value) = parameter(field);
        let name = &self.name;
        let generics = self.generics(quote! { Via }, |other| {
            if other.rust == field.rust {
                types::ty(&field.ty)
            } else {
                let state = Self::state(other);
                quote! { #state }
            }
        });
        let via = self.via.as_ref().map(|via| quote! { #via: self.#via, });
        let slots = self.required.iter().map(|other| {
            let slot = docs::ident(&other.rust);
            if other.rust != field.rust {
                quote! { #slot: self.#slot, }
            } else if slot == value.to_string() {
                quote! { #slot, }
            } else {
                quote! { #slot: #value, }
            }
        });
        let store = self.store().map(|(store, _)| quote! { #store: self.#store, });
        quote! {
            #docs
            pub fn #ident(self, #parameter) -> #name #generics {
                #name { #via #(#slots)* #store }
            }
        }
    }

    fn build(&self) -> TokenStream {
        let Self { name, target, .. } = self;
        let via = self.via.as_ref().map(|_| quote! { <Via> });
        let complete = self.complete(quote! { Via });
        let value = if self.required.is_empty() {
            let store = &self.store;
            quote! { self.#store }
        } else {
            let fields = self.fields.iter().map(|field| {
                let ident = docs::ident(&field.rust);
                let place = if field.required {
                    quote! { self.#ident }
                } else {
                    let store = &self.store;
                    quote! { self.#store.#ident }
                };
                quote! { #ident: #place, }
            });
            quote! { #target { #(#fields)* } }
        };
        quote! {
            impl #via #name #complete {
                /// The finished value.
                #[must_use]
                pub fn build(self) -> #target { #value }
            }
        }
    }
}

/// A setter that keeps the builder's type; `store` is where the value goes.
fn optional_setter(field: &Field, store: &TokenStream) -> TokenStream {
    let docs = docs::line(&docs::setter(field));
    let ident = docs::ident(&field.rust);
    let (parameter, value) = parameter(field);
    let must_use = store.is_empty().then(|| quote! { #[must_use] });
    if field.rest {
        return quote! {
            /// Adds members that have no setter of their own, by name.
            #must_use
            pub fn #ident(mut self, #parameter) -> Self {
                self.#store #ident.extend(#value);
                self
            }
        };
    }
    quote! {
        #docs
        #must_use
        pub fn #ident(mut self, #parameter) -> Self {
            self.#store #ident = Some(#value);
            self
        }
    }
}

/// The methods that need a client.
fn send(operation: &Operation, builder: &Builder<'_>) -> TokenStream {
    let (name, target, via) = (&builder.name, &builder.target, &builder.via);
    let complete = builder.complete(quote! { &'c Client });
    let answer = operation.answer.as_ref().map_or_else(|| quote! { () }, types::ty);
    let price = operation.facts.first().map_or(String::new(), |fact| format!(": {fact}"));
    let docs = docs::line(&format!("Sends the call{price}."));
    let submit = operation.task_id.as_ref().map(|_| {
        let docs = docs::line(&format!("Sends the call and gives the task it starts{price}."));
        quote! {
            #docs
            pub fn submit(self) -> impl Future<Output = Result<Task>> + Send {
                self.call().submit()
            }
        }
    });
    let pages = operation.paging.as_ref().map(|_| {
        let pages =
            docs::line(&format!("The answers page by page, each a call of its own{price}."));
        let items = docs::line(&format!("The items of all pages, each page a call{price}."));
        quote! {
            #pages
            pub fn pages(self) -> Pages<'c, #target> {
                self.call().pages()
            }

            #items
            pub fn items(self) -> Items<'c, #target> {
                self.call().items()
            }
        }
    });
    quote! {
        impl<'c> #name #complete {
            /// The call, for options of its own before it is sent.
            pub fn call(self) -> Call<'c, #target> {
                Call::new(self.#via, self.build())
            }

            #docs
            pub fn send(self) -> impl Future<Output = Result<Response<#answer>>> + Send {
                self.call().send()
            }

            #submit
            #pages
        }
    }
}

/// What a setter takes, and the expression that makes the field's value of it.
fn parameter(field: &Field) -> (TokenStream, TokenStream) {
    let ident = docs::ident(&field.rust);
    if let (true, Type::Map(inner)) = (field.rest, &field.ty) {
        let ty = types::ty(inner);
        return (quote! { #ident: impl IntoIterator<Item = (String, #ty)> }, quote! { #ident });
    }
    match &field.ty {
        Type::Boolean | Type::Integer | Type::Number | Type::Wrapped(..) | Type::Nullable(_) => {
            let ty = types::ty(&field.ty);
            (quote! { #ident: #ty }, quote! { #ident })
        }
        Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) | Type::OrNull(_) => {
            let ty = types::ty(&field.ty);
            (quote! { #ident: impl Into<#ty> }, quote! { #ident.into() })
        }
        Type::Boxed(inner) => {
            let ty = types::ty(inner);
            (quote! { #ident: impl Into<#ty> }, quote! { Box::new(#ident.into()) })
        }
        Type::List(inner) => {
            let ty = types::ty(inner);
            match **inner {
                Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) => (
                    quote! { #ident: impl IntoIterator<Item = impl Into<#ty>> },
                    quote! { #ident.into_iter().map(Into::into).collect() },
                ),
                _ => (
                    quote! { #ident: impl IntoIterator<Item = #ty> },
                    quote! { #ident.into_iter().collect() },
                ),
            }
        }
        Type::Map(inner) => {
            let ty = types::ty(inner);
            (
                quote! { #ident: impl IntoIterator<Item = (String, #ty)> },
                quote! { #ident.into_iter().collect() },
            )
        }
    }
}
