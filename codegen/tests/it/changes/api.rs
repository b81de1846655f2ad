//! The public items of generated files, as a caller's compiler sees them: what can be
//! named, with its types, without its documentation and its values.

use std::collections::BTreeMap;
use std::fmt;

use quote::ToTokens;
use syn::{Fields, ImplItem, Item, Visibility};
pub(super) use trenz_codegen::changes::Verdict;

use crate::names::expanded;

/// Each public item with its types.
pub(super) type Api = BTreeMap<String, String>;

/// What a public item that went, changed or came asks of a version.
pub(super) fn asks_for(old: &Api, new: &Api) -> (Verdict, Vec<String>) {
    let lost: Vec<String> =
        old.iter().filter(|(name, ty)| new.get(*name) != Some(*ty)).map(spelled).collect();
    let gained: Vec<String> =
        new.iter().filter(|(name, _)| !old.contains_key(*name)).map(spelled).collect();
    match (lost.is_empty(), gained.is_empty()) {
        (false, _) => (Verdict::Major, lost),
        (true, false) => (Verdict::Minor, gained),
        (true, true) => (Verdict::None, Vec::new()),
    }
}

fn spelled((name, ty): (&String, &String)) -> String {
    format!("{name}: {ty}")
}

/// The public items of a generated client.
pub(super) fn of(files: &BTreeMap<String, String>) -> Api {
    let mut api = Api::new();
    for (path, text) in files {
        let module = path.trim_end_matches(".rs").trim_end_matches("mod").trim_end_matches('/');
        let file = syn::parse_file(text).and_then(expanded).unwrap();
        for item in &file.items {
            self::item(&module.replace('/', "::"), item, &mut api);
        }
    }
    api
}

fn item(module: &str, item: &Item, api: &mut Api) {
    match item {
        Item::Mod(item) if is_public(&item.vis) => add(api, module, &item.ident, "mod"),
        Item::Use(item) if is_public(&item.vis) => add(api, module, text(&item.tree), "use"),
        Item::Struct(item) if is_public(&item.vis) => {
            add(api, module, &item.ident, text(&item.generics));
            for derived in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive"))
            {
                let traits = derived.meta.require_list().unwrap().tokens.to_string();
                for one in traits.split(',') {
                    add(api, module, format!("{}: {}", item.ident, one.trim()), "derived");
                }
            }
            let Fields::Named(fields) = &item.fields else { panic!("{module}: {}", item.ident) };
            for field in fields.named.iter().filter(|field| is_public(&field.vis)) {
                let name = field.ident.as_ref().unwrap();
                add(api, module, format!("{}.{name}", item.ident), text(&field.ty));
            }
        }
        Item::Impl(item) => {
            let ty = text(&item.self_ty);
            let of = item.trait_.as_ref().map(|(path, _)| text(path));
            if let Some(of) = &of {
                add(api, module, format!("{ty}: {of}"), "implemented");
            }
            for member in &item.items {
                match member {
                    ImplItem::Fn(member) if is_public(&member.vis) => {
                        let inputs = member.sig.inputs.iter().map(|input| match input {
                            syn::FnArg::Typed(input) => text(&input.ty),
                            // That `self` is changed inside is nobody's business outside.
                            receiver @ syn::FnArg::Receiver(_) => {
                                text(receiver).replace("mut ", "")
                            }
                        });
                        let inputs = inputs.collect::<Vec<_>>().join(", ");
                        let output = text(&member.sig.output);
                        let name = format!("{ty}::{}", member.sig.ident);
                        add(api, module, name, format!("({inputs}) {output}"));
                    }
                    ImplItem::Type(member) => {
                        let name = format!("{ty}: {}", of.as_deref().unwrap_or_default());
                        add(api, module, format!("{name}::{}", member.ident), text(&member.ty));
                    }
                    _ => {}
                }
            }
        }
        // An enum is called by a macro that makes it, and the values look like its own.
        Item::Macro(item) => {
            let kind = text(&item.mac.path);
            match syn::parse2::<syn::ItemEnum>(item.mac.tokens.clone()) {
                Ok(item) => {
                    add(api, module, &item.ident, &kind);
                    for variant in &item.variants {
                        add(api, module, format!("{}::{}", item.ident, variant.ident), "value");
                    }
                }
                Err(_) => add(api, module, format!("{kind}!({})", item.mac.tokens), "more of it"),
            }
        }
        item => assert!(!text(item).starts_with("pub fn"), "an item of a new kind in {module}"),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn add(api: &mut Api, module: &str, name: impl fmt::Display, ty: impl Into<String>) {
    let name = format!("{module}::{name}");
    let before = api.insert(name.clone(), ty.into());
    assert!(before.is_none(), "{name} is there twice");
}

fn text(tokens: &impl ToTokens) -> String {
    tokens.to_token_stream().to_string()
}
