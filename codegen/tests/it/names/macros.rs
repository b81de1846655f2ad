//! The calls of the runtime's macros, which define types.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, ItemMacro, Token, braced, bracketed, parenthesized};

use super::world::Definition;

/// An enum as `one_of!` and its like have it.
pub(crate) struct Enum {
    pub(crate) name: Ident,
    pub(crate) variants: Vec<Variant>,
}

/// One variant of it.
pub(crate) struct Variant {
    pub(crate) name: Ident,
    /// The type that it holds.
    pub(crate) held: Option<syn::Type>,
    /// The types that it is made from.
    pub(crate) given: Vec<syn::Type>,
}

impl Parse for Enum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        input.parse::<Token![pub]>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        // `by "kind"`, and how its values are written.
        while !input.peek(syn::token::Brace) {
            input.parse::<TokenTree>()?;
        }
        let content;
        braced!(content in input);
        let variants = Punctuated::<Variant, Token![,]>::parse_terminated(&content)?;
        Ok(Self { name, variants: variants.into_iter().collect() })
    }
}

impl Parse for Variant {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Attribute::parse_outer(input)?;
        let name = input.parse()?;
        let mut variant = Self { name, held: None, given: Vec::new() };
        if input.peek(syn::token::Paren) {
            let content;
            parenthesized!(content in input);
            variant.held = Some(content.parse()?);
        }
        if input.peek(Ident) {
            input.parse::<Ident>()?;
            let content;
            bracketed!(content in input);
            let given = Punctuated::<syn::Type, Token![,]>::parse_terminated(&content)?;
            variant.given = given.into_iter().collect();
        }
        // What stands on the wire for it.
        while !input.is_empty() && !input.peek(Token![,]) {
            input.parse::<TokenTree>()?;
        }
        Ok(variant)
    }
}

/// What the call of a macro is of.
pub(crate) fn name(item: &ItemMacro) -> String {
    item.mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default()
}

/// The enum that a macro call defines, if it defines one.
pub(crate) fn defined(item: &ItemMacro) -> Option<syn::Result<Enum>> {
    let defines = ["closed_enum", "one_of", "open_enum", "open_integer_enum"];
    defines.contains(&name(item).as_str()).then(|| item.mac.parse_body())
}

/// The same as what its name stands for.
pub(crate) fn definition(item: &ItemMacro) -> Option<Definition> {
    let defined = defined(item)?.ok()?;
    let variants: BTreeSet<String> =
        defined.variants.iter().map(|variant| variant.name.to_string()).collect();
    Some(Definition {
        name: defined.name.to_string(),
        variants,
        is_open: true,
        ..Definition::default()
    })
}
