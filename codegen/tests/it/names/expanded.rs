//! What the runtime's macros make of the structs that generated code defines by them: the same items as far as a
//! caller, or the check of names, can see.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Field, File, Ident, Item, ItemMacro, ItemStruct, Token, Type};

use super::macros;

/// The file with the structs, builders and methods that its macro calls stand for.
pub(crate) fn expanded(file: File) -> syn::Result<File> {
    let mut items = Vec::new();
    for item in file.items {
        match &item {
            Item::Macro(call) => match macros::name(call).as_str() {
                "output" => items.extend(output(call)?),
                "request" | "part" => items.extend(input(call)?),
                _ => items.push(item),
            },
            _ => items.push(item),
        }
    }
    Ok(File { items, ..file })
}

/// Items from tokens that parse.
fn items(tokens: TokenStream) -> syn::Result<Vec<Item>> {
    Ok(syn::parse2::<File>(tokens)?.items)
}

/// An attribute of the macros.
fn attribute<'f>(attributes: &'f [Attribute], name: &str) -> Option<&'f Attribute> {
    attributes.iter().find(|attribute| attribute.path().is_ident(name))
}

fn attributes<'f>(
    attributes: &'f [Attribute],
    names: &'f [&str],
) -> impl Iterator<Item = &'f Attribute> {
    let is_kept = |one: &&Attribute| names.iter().any(|name| one.path().is_ident(name));
    attributes.iter().filter(is_kept)
}

/// The type of a field, of which the outermost words are the macro's own.
fn worded(ty: &Type) -> TokenStream {
    let text = quote!(#ty).to_string();
    let own = [
        ("Option <", "::core::option::Option <"),
        ("Vec <", "::std::vec::Vec <"),
        ("BTreeMap < String ,", "::std::collections::BTreeMap < ::std::string::String ,"),
    ];
    let text =
        own.iter().find_map(|(word, path)| Some(format!("{path}{}", text.strip_prefix(word)?)));
    text.and_then(|text| text.parse().ok()).unwrap_or_else(|| ty.to_token_stream())
}

fn plain(fields: &[&Field], is_worded: impl Fn(&Field) -> bool) -> Vec<TokenStream> {
    let fields = fields.iter().map(|field| {
        let ty = if is_worded(field) { worded(&field.ty) } else { field.ty.to_token_stream() };
        let (vis, ident) = (&field.vis, &field.ident);
        quote! { #vis #ident: #ty }
    });
    fields.collect()
}

fn output(call: &ItemMacro) -> syn::Result<Vec<Item>> {
    let item: ItemStruct = call.mac.parse_body()?;
    let fields: Vec<_> = item.fields.iter().collect();
    let is_required = |field: &Field| attribute(&field.attrs, "required").is_some();
    let default = fields.iter().all(|field| !is_required(field)).then(|| quote!(, Default));
    let members = plain(&fields, |field| !is_required(field));
    let name = &item.ident;
    items(quote! {
        #[derive(Clone, Debug, PartialEq #default)]
        pub struct #name { #(#members),* }

        impl ::serde::Serialize for #name {}
        impl<'de> ::serde::Deserialize<'de> for #name {}
    })
}

/// `output = T, builder = B, submit`, or `builder = B`.
#[derive(Default)]
struct Marker {
    output: Option<Type>,
    builder: Option<Ident>,
    abilities: Vec<String>,
}

impl Parse for Marker {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut marker = Self::default();
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            if input.parse::<Option<Token![=]>>()?.is_none() {
                marker.abilities.push(word.to_string());
            } else if word == "output" {
                marker.output = Some(input.parse()?);
            } else {
                marker.builder = Some(input.parse()?);
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(marker)
    }
}

/// `into`, `each as T`, and for what is required its state.
struct Kind {
    name: String,
    of: Option<TokenStream>,
    state: Option<Ident>,
}

impl Parse for Kind {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<Ident>()?.to_string();
        let of = input
            .parse::<Option<Token![as]>>()?
            .map(|_| input.parse::<Type>())
            .transpose()?
            .map(ToTokens::into_token_stream);
        let state = input.parse::<Option<Token![,]>>()?.map(|_| input.parse()).transpose()?;
        Ok(Self { name, of, state })
    }
}

/// What a setter takes.
fn taken(kind: &Kind, ty: &impl ToTokens) -> TokenStream {
    let of = &kind.of;
    match kind.name.as_str() {
        "value" => quote!(#ty),
        "each" => quote!(impl ::core::iter::IntoIterator<Item = impl ::core::convert::Into<#of>>),
        "list" => quote!(impl ::core::iter::IntoIterator<Item = #of>),
        "map" => quote!(impl ::core::iter::IntoIterator<Item = (::std::string::String, #of)>),
        "boxed" => quote!(impl ::core::convert::Into<#of>),
        _ => quote!(impl ::core::convert::Into<#ty>),
    }
}

/// The arguments of a type, which the macro's words put around it.
fn inner(ty: &Type) -> syn::Result<TokenStream> {
    let text = quote!(#ty).to_string();
    let parts = text.split_once('<').and_then(|(_, rest)| Some(rest.rsplit_once('>')?.0));
    let inner = parts.unwrap_or_default().trim_start().trim_start_matches("String ,").to_owned();
    syn::parse_str::<Type>(&inner).map(ToTokens::into_token_stream)
}

/// A struct that callers build, taken apart.
struct Input<'i> {
    name: &'i Ident,
    marker: Marker,
    fields: Vec<&'i Field>,
    /// The states of the builder, each with the type of what is required.
    required: Vec<(Ident, &'i Field)>,
}

impl<'i> Input<'i> {
    fn of(item: &'i ItemStruct) -> syn::Result<Self> {
        let own = ["request", "part"].iter().find_map(|name| attribute(&item.attrs, name));
        let marker = own.map(Attribute::parse_args::<Marker>).transpose()?.unwrap_or_default();
        let fields: Vec<_> = item.fields.iter().collect();
        let mut required = Vec::new();
        for field in &fields {
            if let Some(kind) = attribute(&field.attrs, "required") {
                required.push((kind.parse_args::<Kind>()?.state.unwrap(), *field));
            }
        }
        Ok(Self { name: &item.ident, marker, fields, required })
    }

    /// The arguments of the builder: its client, and for each state what `of` gives.
    fn arguments(&self, of: impl Fn(&Ident, &Type) -> TokenStream) -> TokenStream {
        let via = self.via();
        let states = self.required.iter().map(|(state, field)| of(state, &field.ty));
        let all = via.iter().map(ToTokens::to_token_stream).chain(states);
        quote!(<#(#all),*>)
    }

    fn via(&self) -> Option<Ident> {
        self.marker.output.is_some().then(|| format_ident!("Via"))
    }

    fn setter(&self, field: &Field) -> syn::Result<TokenStream> {
        let ident = &field.ident;
        let deprecated = attributes(&field.attrs, &["deprecated"]);
        if let Some(kind) = attribute(&field.attrs, "required") {
            let kind: Kind = kind.parse_args()?;
            let taken = taken(&kind, &field.ty);
            let target = self.marker.builder.as_ref().unwrap_or(self.name);
            let arguments = self.arguments(|state, ty| {
                if Some(state) == kind.state.as_ref() { quote!(#ty) } else { quote!(#state) }
            });
            return Ok(quote! {
                #(#deprecated)*
                pub fn #ident(self, #ident: #taken) -> #target #arguments { loop {} }
            });
        }
        let inner = inner(&field.ty)?;
        let kind = match attribute(&field.attrs, "optional") {
            Some(kind) => kind.parse_args()?,
            None => Kind { name: "map".to_owned(), of: Some(inner.clone()), state: None },
        };
        let taken = taken(&kind, &inner);
        Ok(quote! {
            #(#deprecated)*
            pub fn #ident(mut self, #ident: #taken) -> Self { loop {} }
        })
    }

    /// The methods that need a client.
    fn sends(&self, builder: &Ident, output: &Type) -> TokenStream {
        let name = self.name;
        let types = self.required.iter().map(|(_, field)| &field.ty);
        let has = |word: &str| self.marker.abilities.iter().any(|ability| ability == word);
        let future = quote!(impl ::core::marker::Send + ::core::future::Future);
        let submit = has("submit").then(|| {
            quote!(pub fn submit(self) -> #future<Output = crate::Result<crate::Task>> { loop {} })
        });
        let pages = has("pages").then(|| {
            quote! {
                pub fn pages(self) -> crate::Pages<'c, #name> { loop {} }
                pub fn items(self) -> crate::Items<'c, #name> { loop {} }
            }
        });
        quote! {
            impl<'c> #builder<&'c crate::Client #(, #types)*> {
                pub fn call(self) -> crate::Call<'c, #name> { loop {} }
                pub fn send(
                    self,
                ) -> #future<Output = crate::Result<crate::Response<#output>>> { loop {} }
                #submit
                #pages
            }
        }
    }

    fn builder(&self, builder: &Ident, setters: &[TokenStream]) -> TokenStream {
        let name = self.name;
        let via = self.via();
        let client = via.iter().map(|via| quote!(__via: #via));
        let slots = self.required.iter().map(|(state, field)| {
            let ident = &field.ident;
            quote!(#ident: #state)
        });
        let optional = self.fields.iter().copied();
        let optional = optional.filter(|field| attribute(&field.attrs, "required").is_none());
        let optional = optional.map(|field| {
            let (ident, ty) = (&field.ident, worded(&field.ty));
            quote!(#ident: #ty)
        });
        let members = client.chain(slots).chain(optional);
        let unset = self.arguments(|state, _| quote!(#state = crate::Unset));
        let open = self.arguments(|state, _| quote!(#state));
        let complete = self.arguments(|_, ty| quote!(#ty));
        let own = quote!(<#via>);
        let detached = via.as_ref().map(|_| quote!(<crate::Detached>));
        let new = via.iter().map(|via| quote!(__via: #via));
        let sends = self.marker.output.as_ref().map(|output| self.sends(builder, output));
        quote! {
            #[derive(Clone, Debug)]
            pub struct #builder #unset { #(#members),* }

            impl #name {
                pub fn builder() -> #builder #detached { loop {} }
            }

            impl #own #builder #own {
                pub(crate) fn new(#(#new),*) -> Self { loop {} }
            }

            impl #open #builder #open { #(#setters)* }

            impl #own #builder #complete {
                pub fn build(self) -> #name { loop {} }
            }

            #sends
        }
    }
}

fn input(call: &ItemMacro) -> syn::Result<Vec<Item>> {
    let item: ItemStruct = call.mac.parse_body()?;
    let input = Input::of(&item)?;
    let setters = input.fields.iter().map(|field| input.setter(field));
    let setters = setters.collect::<syn::Result<Vec<_>>>()?;
    let name = input.name;
    let derived = input.required.is_empty().then(|| quote!(, Default));
    let members = plain(&input.fields, |field| attribute(&field.attrs, "required").is_none());
    let own = || {
        quote! {
            impl #name {
                pub fn new() -> Self { loop {} }
                #(#setters)*
            }
        }
    };
    let builder = input.marker.builder.as_ref();
    let made = builder.map_or_else(own, |builder| input.builder(builder, &setters));
    items(quote! {
        #[derive(Clone, Debug, PartialEq #derived)]
        pub struct #name { #(#members),* }

        impl ::serde::Serialize for #name {}
        impl<'de> ::serde::Deserialize<'de> for #name {}

        #made
    })
}
