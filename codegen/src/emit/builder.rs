//! Prints builders: setters in any order, and an end that exists once every
//! required input is set.
//!
//! Each required input is a type parameter of its builder, `Unset` or the input's
//! type, so that the compiler knows what is missing.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::file::File;
use super::names::{self, Names};
use super::{billing, docs, types};
use crate::plan::{self, Field, Operation, Type, TypeDef};

/// Adds the builder of a request; with a client it can also send.
pub(super) fn of_operation(operation: &Operation, file: &mut File) {
    let fields: Vec<_> = operation.inputs.iter().map(|input| &input.field).collect();
    let builder = Builder::new(&operation.type_name, &operation.builder, fields, true);
    builder.define(file);
    file.item(send(operation, &builder, &file.names));
}

/// Adds the builder of a struct inside of a request. One of which nothing is
/// required is its own builder.
pub(super) fn of_struct(definition: &TypeDef, fields: &[Field], file: &mut File) {
    if let Some(names) = &definition.builder {
        Builder::new(definition.name(), names, fields.iter().collect(), false).define(file);
        return;
    }
    let name = docs::ident(definition.name());
    // A setter may be called as what `Default` gives.
    let is_hidden = fields.iter().any(|field| field.rust == "default");
    let default = if is_hidden {
        file.names.known(names::DEFAULT)
    } else {
        quote! { Self }
    };
    let store = TokenStream::new();
    let setters = fields.iter().map(|field| optional_setter(field, &store, &file.names));
    file.item(quote! {
        impl #name {
            /// Begins with nothing set.
            #[must_use]
            pub fn new() -> Self { #default::default() }

            #(#setters)*
        }
    });
}

struct Builder<'a> {
    target: Ident,
    name: Ident,
    /// Holds the optional inputs until the required ones are there.
    optional: Ident,
    /// With their type parameters.
    required: Vec<(&'a Field, Ident)>,
    rest: Vec<&'a Field>,
    fields: Vec<&'a Field>,
    /// The field that holds the client, if the builder may know one.
    via: Option<Ident>,
    /// The field that holds what is optional.
    store: Ident,
}

impl<'a> Builder<'a> {
    fn new(target: &str, names: &'a plan::Builder, fields: Vec<&'a Field>, via: bool) -> Self {
        let (required, rest): (Vec<&Field>, _) = fields.iter().partition(|field| field.required);
        let states = names.states.iter().map(|state| docs::ident(state));
        Self {
            target: docs::ident(target),
            name: docs::ident(&names.name),
            optional: docs::ident(&names.optional),
            required: required.into_iter().zip(states).collect(),
            rest,
            fields,
            via: via.then(|| docs::ident(&names.via)),
            store: docs::ident(&names.store),
        }
    }

    fn define(&self, file: &mut File) {
        file.item(self.structure(&file.names));
        if !self.required.is_empty() && !self.rest.is_empty() {
            file.item(self.optional(&file.names));
        }
        file.item(self.start(&file.names));
        if !self.fields.is_empty() {
            file.item(self.setters(&file.names));
        }
        file.item(self.build(&file.names));
    }

    /// `<Via, CountryState>`, each required parameter as `state` gives it.
    fn generics(
        &self,
        via: TokenStream,
        state: impl Fn(&Field, &Ident) -> TokenStream,
    ) -> TokenStream {
        let via = self.via.as_ref().map(|_| via);
        let states = self.required.iter().map(|(field, parameter)| state(field, parameter));
        let all: Vec<_> = via.into_iter().chain(states).collect();
        if all.is_empty() {
            TokenStream::new()
        } else {
            quote! { <#(#all),*> }
        }
    }

    fn open(&self) -> TokenStream {
        self.generics(quote! { Via }, |_, state| quote! { #state })
    }

    /// The parameters of a builder on which everything required is set.
    fn complete(&self, via: TokenStream, names: &Names) -> TokenStream {
        self.generics(via, |field, _| types::ty(&field.ty, names))
    }

    /// The field that collects what is optional: the target itself where nothing
    /// is required.
    fn store(&self) -> Option<(&Ident, &Ident)> {
        if self.required.is_empty() {
            return Some((&self.store, &self.target));
        }
        (!self.rest.is_empty()).then_some((&self.store, &self.optional))
    }

    fn structure(&self, names: &Names) -> TokenStream {
        let Self { name, target, .. } = self;
        let docs = docs::line(&format!("Builds a [`{target}`] input by input."));
        let generics = self.generics(quote! { Via }, |_, state| {
            let unset = names.known(names::UNSET);
            quote! { #state = #unset }
        });
        let via = self.via.as_ref().map(|via| quote! { #via: Via, });
        let slots = self.required.iter().map(|(field, state)| {
            let ident = docs::ident(&field.rust);
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

    fn optional(&self, names: &Names) -> TokenStream {
        let name = &self.optional;
        let fields = self.rest.iter().map(|field| {
            let (ident, ty) = (docs::ident(&field.rust), types::field_ty(field, names));
            quote! { #ident: #ty, }
        });
        quote! {
            #[derive(Clone, Debug, Default)]
            struct #name { #(#fields)* }
        }
    }

    fn start(&self, names: &Names) -> TokenStream {
        let Self { name, target, .. } = self;
        let slots = self.required.iter().map(|(field, _)| {
            let (slot, unset) = (docs::ident(&field.rust), names.known(names::UNSET));
            quote! { #slot: #unset, }
        });
        let slots: TokenStream = slots.collect();
        let store = self.store().map(|(ident, ty)| quote! { #ident: #ty::default(), });
        let Some(via) = &self.via else {
            return quote! {
                impl #target {
                    /// Begins with nothing set.
                    pub fn builder() -> #name { #name { #slots #store } }
                }
            };
        };
        // Of two names that are the same, one says it.
        let value = if via == "via" {
            quote! { via }
        } else {
            quote! { #via: via }
        };
        let detached = names.known(names::DETACHED);
        quote! {
            impl #target {
                /// Begins with nothing set and without a client, for a request to keep.
                pub fn builder() -> #name<#detached> { #name::new(#detached) }
            }

            impl<Via> #name<Via> {
                pub(crate) fn new(via: Via) -> Self { Self { #value, #slots #store } }
            }
        }
    }

    fn setters(&self, names: &Names) -> TokenStream {
        let (name, open) = (&self.name, self.open());
        let setters = self.fields.iter().map(|field| {
            if field.required {
                self.required_setter(field, names)
            } else {
                let store = self.store().map(|(store, _)| quote! { #store. });
                optional_setter(field, &store.unwrap_or_default(), names)
            }
        });
        quote! { impl #open #name #open { #(#setters)* } }
    }

    fn required_setter(&self, field: &Field, names: &Names) -> TokenStream {
        let docs = docs::line(&docs::setter(field));
        let deprecated = docs::deprecated(field.is_deprecated(), &field.description);
        let ident = docs::ident(&field.rust);
        let (parameter, value) = parameter(field, names);
        let name = &self.name;
        let generics = self.generics(quote! { Via }, |other, state| {
            if other.rust == field.rust {
                types::ty(&field.ty, names)
            } else {
                quote! { #state }
            }
        });
        let via = self.via.as_ref().map(|via| quote! { #via: self.#via, });
        let slots = self.required.iter().map(|(other, _)| {
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
            #deprecated
            pub fn #ident(self, #parameter) -> #name #generics {
                #name { #via #(#slots)* #store }
            }
        }
    }

    fn build(&self, names: &Names) -> TokenStream {
        let Self { name, target, .. } = self;
        let via = self.via.as_ref().map(|_| quote! { <Via> });
        let complete = self.complete(quote! { Via }, names);
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
fn optional_setter(field: &Field, store: &TokenStream, names: &Names) -> TokenStream {
    let docs = docs::line(&docs::setter(field));
    let deprecated = docs::deprecated(field.is_deprecated(), &field.description);
    let ident = docs::ident(&field.rust);
    let (parameter, value) = parameter(field, names);
    let some = names.known(names::SOME);
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
        #deprecated
        #must_use
        pub fn #ident(mut self, #parameter) -> Self {
            self.#store #ident = #some(#value);
            self
        }
    }
}

/// The methods that need a client.
fn send(operation: &Operation, builder: &Builder<'_>, names: &Names) -> TokenStream {
    let (name, target, via) = (&builder.name, &builder.target, &builder.via);
    let [client, call, response] = names.all([names::CLIENT, names::CALL, names::RESPONSE]);
    let [future, result, send] = names.all([names::FUTURE, names::RESULT, names::SEND]);
    let complete = builder.complete(quote! { &'c #client }, names);
    let answer = operation.answer.as_ref();
    let answer = answer.map_or_else(|| quote! { () }, |answer| types::ty(answer, names));
    let price = billing::price(&operation.billing);
    let price = price.map_or(String::new(), |price| format!(": {price}"));
    let docs = docs::line(&format!("Sends the call{price}."));
    let submit = operation.task_id.as_ref().map(|_| {
        let docs = docs::line(&format!("Sends the call and gives the task it starts{price}."));
        let task = names.known(names::TASK);
        quote! {
            #docs
            pub fn submit(self) -> impl #future<Output = #result<#task>> + #send {
                self.call().submit()
            }
        }
    });
    let pages = operation.paging.as_ref().map(|_| {
        let pages =
            docs::line(&format!("The answers page by page, each a call of its own{price}."));
        let items = docs::line(&format!("The items of all pages, each page a call{price}."));
        let [pages_of, items_of] = names.all([names::PAGES, names::ITEMS]);
        quote! {
            #pages
            pub fn pages(self) -> #pages_of<'c, #target> {
                self.call().pages()
            }

            #items
            pub fn items(self) -> #items_of<'c, #target> {
                self.call().items()
            }
        }
    });
    quote! {
        impl<'c> #name #complete {
            /// The call, for options of its own before it is sent.
            pub fn call(self) -> #call<'c, #target> {
                #call::new(self.#via, self.build())
            }

            #docs
            pub fn send(self) -> impl #future<Output = #result<#response<#answer>>> + #send {
                self.call().send()
            }

            #submit
            #pages
        }
    }
}

/// What a setter takes, and the expression that makes the field's value of it.
fn parameter(field: &Field, names: &Names) -> (TokenStream, TokenStream) {
    let [into, iter, string] = names.all([names::INTO, names::INTO_ITERATOR, names::STRING]);
    let ident = docs::ident(&field.rust);
    if let (true, Type::Map(inner)) = (field.rest, &field.ty) {
        let ty = types::ty(inner, names);
        return (quote! { #ident: impl #iter<Item = (#string, #ty)> }, quote! { #ident });
    }
    match &field.ty {
        Type::Boolean | Type::Integer | Type::Number | Type::Wrapped(..) | Type::Nullable(_) => {
            let ty = types::ty(&field.ty, names);
            (quote! { #ident: #ty }, quote! { #ident })
        }
        Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) | Type::OrNull(_) => {
            let ty = types::ty(&field.ty, names);
            (quote! { #ident: impl #into<#ty> }, quote! { #ident.into() })
        }
        Type::Boxed(inner) => {
            let (ty, boxed) = (types::ty(inner, names), names.known(names::BOX));
            (quote! { #ident: impl #into<#ty> }, quote! { #boxed::new(#ident.into()) })
        }
        Type::List(inner) => {
            let ty = types::ty(inner, names);
            match **inner {
                Type::String | Type::Json | Type::Bytes | Type::File | Type::Named(_) => (
                    quote! { #ident: impl #iter<Item = impl #into<#ty>> },
                    quote! { #ident.into_iter().map(#into::into).collect() },
                ),
                _ => (
                    quote! { #ident: impl #iter<Item = #ty> },
                    quote! { #ident.into_iter().collect() },
                ),
            }
        }
        Type::Map(inner) => {
            let ty = types::ty(inner, names);
            (
                quote! { #ident: impl #iter<Item = (#string, #ty)> },
                quote! { #ident.into_iter().collect() },
            )
        }
    }
}
