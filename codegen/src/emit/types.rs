//! Prints the types of inputs and answers.

use std::fmt::Write as _;

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::file::File;
use super::names::{self, Known, Names};
use super::{builder, docs, markdown};
use crate::model::Told;
use crate::plan::{Alternative, Field, IntegerVariant, Shape, Type, TypeDef, Variant};

/// Adds a type and its implementations.
pub(super) fn define(definition: &TypeDef, file: &mut File) {
    match &definition.shape {
        Shape::InputStruct(fields) => input_struct(definition, fields, file),
        Shape::AnswerStruct(fields) => answer_struct(definition, fields, file),
        Shape::Union { tag, alternatives } => union(definition, tag.as_deref(), alternatives, file),
        Shape::Newtype(inner) => newtype(definition, inner, file),
        Shape::OpenEnum { variants, extras } => {
            string_enum("open_enum", definition, variants, file);
            let name = docs::ident(definition.name());
            for extra in extras {
                let extra = docs::ident(extra);
                file.item(quote! { crate::#extra!(#name); });
            }
        }
        Shape::IntegerEnum { variants } => integer_enum(definition, variants, file),
        Shape::ClosedEnum { variants } => string_enum("closed_enum", definition, variants, file),
    }
}

/// The type of a value of this type.
pub(super) fn ty(ty: &Type, names: &Names) -> TokenStream {
    let around = |known, inner| {
        let (outer, inner) = (names.known(known), self::ty(inner, names));
        quote! { #outer<#inner> }
    };
    match ty {
        Type::Boolean => quote! { bool },
        Type::Integer => quote! { i64 },
        Type::Number => quote! { f64 },
        Type::String => names.known(names::STRING),
        Type::Json => names.known(names::JSON),
        Type::Bytes => names.known(names::BYTES),
        Type::File => names.known(names::FILE_PART),
        Type::Nullable(inner) => around(names::OPTION, inner),
        Type::OrNull(inner) => around(names::NULLABLE, inner),
        Type::Boxed(inner) => around(names::BOX, inner),
        Type::List(inner) => around(names::VEC, inner),
        Type::Map(inner) => {
            let [map, string] = names.all([names::B_TREE_MAP, names::STRING]);
            let inner = self::ty(inner, names);
            quote! { #map<#string, #inner> }
        }
        Type::Named(path) => names.path(path),
        Type::Wrapped(outer, inner) => around(Known::root(outer), inner),
    }
}

/// The type of a field, which may be left out.
pub(super) fn field_ty(field: &Field, names: &Names) -> TokenStream {
    let ty = ty(&field.ty, names);
    if field.required || field.rest {
        ty
    } else {
        let option = names.known(names::OPTION);
        quote! { #option<#ty> }
    }
}

/// What `serde` is told of a field: `rename = "type"` where the Rust name is another, and
/// that further members are read by the macro [`keep_rest`] adds.
pub(super) fn serde_name(field: &Field) -> Vec<TokenStream> {
    let key = &field.key;
    if field.rest {
        return vec![quote! { flatten }, quote! { skip_deserializing }];
    }
    (*key != field.rust).then(|| quote! { rename = #key }).into_iter().collect()
}

/// How null is told from what is left out.
pub(super) fn serde_null(field: &Field) -> Vec<TokenStream> {
    match field.ty {
        Type::OrNull(_) if field.required => vec![quote! { default }],
        Type::OrNull(_) => {
            vec![quote! { default }, quote! { deserialize_with = "crate::nullable::present" }]
        }
        _ => Vec::new(),
    }
}

/// The macro call and the attribute that make a struct keep further members.
pub(super) fn keep_rest(name: &str, fields: &[&Field]) -> Option<(TokenStream, TokenStream)> {
    let rest = docs::ident(&fields.iter().find(|field| field.rest)?.rust);
    let name = docs::ident(name);
    let known = fields.iter().filter(|field| !field.rest).map(|field| &field.key);
    let call = quote! { crate::keep_rest!(#name, #rest, [#(#known),*]); };
    Some((quote! { #[serde(remote = "Self")] }, call))
}

fn type_docs(definition: &TypeDef, fallback: &str) -> Vec<String> {
    let lines = markdown::rustdoc(&definition.description);
    if lines.is_empty() { vec![fallback.to_owned()] } else { lines }
}

fn input_struct(definition: &TypeDef, fields: &[Field], file: &mut File) {
    let names = &file.names;
    let [serialize, deserialize] = names.all([names::SERIALIZE, names::DESERIALIZE]);
    let is_none = spelled(&names.known(names::OPTION)) + "::is_none";
    let name = docs::ident(definition.name());
    let docs = docs::lines(&type_docs(definition, "Part of a request."));
    let members = fields.iter().map(|field| {
        let docs = docs::lines(&docs::field(field));
        let (ident, ty) = (docs::ident(&field.rust), field_ty(field, names));
        let skip = !field.required && !field.rest;
        let skip = skip.then(|| quote! { skip_serializing_if = #is_none });
        let renamed = serde_name(field).into_iter().chain(serde_null(field));
        let arguments: Vec<_> = renamed.chain(skip).collect();
        let serde = (!arguments.is_empty()).then(|| quote! { #[serde(#(#arguments),*)] });
        quote! { #docs #serde pub #ident: #ty, }
    });
    let default = fields.iter().all(|field| !field.required).then(|| quote! { Default, });
    let (remote, keep) = keep_rest(definition.name(), &fields.iter().collect::<Vec<_>>()).unzip();
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, #default PartialEq, #serialize, #deserialize)]
        #remote
        #[non_exhaustive]
        pub struct #name { #(#members)* }
    });
    if let Some(keep) = keep {
        file.item(keep);
    }
    if let [field] = fields
        && field.ty == Type::String
    {
        from_text(definition, field, file);
    }
    builder::of_struct(definition, fields, file);
}

/// A struct around one string is as good as the string.
fn from_text(definition: &TypeDef, field: &Field, file: &mut File) {
    let (name, ident) = (docs::ident(definition.name()), docs::ident(&field.rust));
    let [string, from, some] = file.names.all([names::STRING, names::FROM, names::SOME]);
    let sources = [(quote! { &str }, quote! { text.to_owned() }), (string, quote! { text })];
    for (source, text) in sources {
        let value = if field.required {
            text
        } else {
            quote! { #some(#text) }
        };
        file.item(quote! {
            impl #from<#source> for #name {
                fn from(text: #source) -> Self {
                    Self { #ident: #value }
                }
            }
        });
    }
}

fn answer_struct(definition: &TypeDef, fields: &[Field], file: &mut File) {
    let names = &file.names;
    let [serialize, deserialize] = names.all([names::SERIALIZE, names::DESERIALIZE]);
    let name = docs::ident(definition.name());
    let docs = docs::lines(&type_docs(definition, "Part of an answer."));
    let all_optional = fields.iter().all(is_optional);
    let members = fields.iter().map(|field| {
        let docs = docs::lines(&docs::field(field));
        let ident = docs::ident(&field.rust);
        let is_list = matches!(field.ty, Type::List(_));
        let ty = if is_list { ty(&field.ty, names) } else { field_ty(field, names) };
        let default = (is_list && !all_optional).then(|| quote! { default });
        let list = is_list.then(|| quote! { deserialize_with = "crate::decode::list" });
        let renamed = serde_name(field).into_iter();
        let arguments: Vec<_> = renamed.chain(default).chain(list).collect();
        let serde = (!arguments.is_empty()).then(|| quote! { #[serde(#(#arguments),*)] });
        quote! { #docs #serde pub #ident: #ty, }
    });
    let (default, serde) = if all_optional {
        (quote! { Default, }, quote! { #[serde(default)] })
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let (remote, keep) = keep_rest(definition.name(), &fields.iter().collect::<Vec<_>>()).unzip();
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, #default PartialEq, #serialize, #deserialize)]
        #serde
        #remote
        #[non_exhaustive]
        pub struct #name { #(#members)* }
    });
    if let Some(keep) = keep {
        file.item(keep);
    }
}

/// Another type under a name.
fn newtype(definition: &TypeDef, inner: &Type, file: &mut File) {
    let name = docs::ident(definition.name());
    let docs = docs::lines(&type_docs(definition, "What the document defines by this name."));
    let inner = ty(inner, &file.names);
    let [serialize, deserialize, from] =
        file.names.all([names::SERIALIZE, names::DESERIALIZE, names::FROM]);
    file.item(quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, #serialize, #deserialize)]
        #[serde(transparent)]
        pub struct #name(pub #inner);
    });
    file.item(quote! {
        impl #from<#inner> for #name {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }
    });
}

/// An enum of types as a call of the runtime's macro.
fn union(definition: &TypeDef, tag: Option<&str>, alternatives: &[Alternative], file: &mut File) {
    let mut text = String::from("crate::one_of! {\n");
    for line in type_docs(definition, "One of several things.") {
        text.push_str(format!("    /// {line}").trim_end());
        text.push('\n');
    }
    let by = tag.map_or(String::new(), |tag| format!(" by {}", Literal::string(tag)));
    let _ = writeln!(text, "    pub enum {}{by} {{", definition.name());
    for alternative in alternatives {
        let held = spelled(&ty(&alternative.ty, &file.names));
        let given = match &alternative.ty {
            _ if !alternative.distinct => String::new(),
            Type::Boxed(inner) => format!(" from [{}]", spelled(&ty(inner, &file.names))),
            Type::String => format!(" from [{held}, &str]"),
            _ => format!(" from [{held}]"),
        };
        let told = match &alternative.told {
            Told::Nothing => String::new(),
            Told::Type(ty) => format!(" = {ty:?}"),
            Told::Tag(values) => {
                let values = values.iter().map(|value| Literal::string(value).to_string());
                let told = if alternative.bare { "Bare" } else { "Tag" };
                format!(" = {told}({})", values.collect::<Vec<_>>().join(" | "))
            }
        };
        let _ = writeln!(text, "        /// {}.", docs::span(&alternative.name));
        let _ = writeln!(text, "        {}({held}){given}{told},", alternative.rust);
    }
    text.push_str("    }\n}\n");
    file.text(text);
}

/// A type as a person would write it.
fn spelled(ty: &TokenStream) -> String {
    ty.to_string()
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace(":: ", "::")
        .replace(" ::", "::")
}

/// A missing list reads as an empty one, so it is never in the way of a default.
fn is_optional(field: &Field) -> bool {
    !field.required || matches!(field.ty, Type::List(_))
}

/// An enum as a call of the runtime's macro of that name: each variant beside its
/// wire value, and the rest written once, by hand.
fn enumeration<'v>(
    kind: &str,
    definition: &TypeDef,
    fallback: &str,
    variants: impl Iterator<Item = (&'v str, Literal, &'v str)>,
    file: &mut File,
) {
    let mut text = format!("crate::{kind}! {{\n");
    for line in type_docs(definition, fallback) {
        text.push_str(format!("    /// {line}").trim_end());
        text.push('\n');
    }
    let _ = writeln!(text, "    pub enum {} {{", definition.name());
    for (name, wire, description) in variants {
        let description = markdown::sentence(description);
        if !description.is_empty() {
            let _ = writeln!(text, "        /// {description}");
        }
        let _ = writeln!(text, "        {name} = {wire},");
    }
    text.push_str("    }\n}\n");
    file.text(text);
}

fn string_enum(kind: &str, definition: &TypeDef, variants: &[Variant], file: &mut File) {
    let variants = variants.iter().map(|variant| {
        let wire = Literal::string(&variant.wire);
        (variant.rust.as_str(), wire, variant.description.as_str())
    });
    enumeration(kind, definition, "One of a set of values.", variants, file);
}

fn integer_enum(definition: &TypeDef, variants: &[IntegerVariant], file: &mut File) {
    let variants = variants
        .iter()
        .map(|variant| (variant.rust.as_str(), Literal::i64_unsuffixed(variant.wire), ""));
    enumeration("open_integer_enum", definition, "One of a set of numbers.", variants, file);
}
