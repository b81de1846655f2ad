//! What names stand for: the modules of a crate, and what of Rust's own is used.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use syn::{Fields, GenericParam, Generics, Item, UseTree};

/// Rust keeps apart what types, values and macros are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Space {
    Type,
    Value,
    Macro,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    Defined(Arc<Definition>),
    /// What a path stands for, as an import has it.
    Import(Vec<String>),
    /// A module of the crate.
    Module(String),
}

/// An item, as far as a path to it can be wrong.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definition {
    pub(crate) name: String,
    /// The module that it stands in.
    pub(crate) module: String,
    /// The fewest and the most type arguments.
    pub(crate) types: (usize, usize),
    pub(crate) lifetimes: usize,
    pub(crate) variants: BTreeSet<String>,
    /// Of a struct with named fields.
    pub(crate) fields: Option<BTreeSet<String>>,
    pub(crate) is_trait: bool,
    /// Whether it is not known what else it has.
    pub(crate) is_open: bool,
}

/// The names of one module.
#[derive(Clone, Debug, Default)]
pub(crate) struct Module {
    pub(crate) names: BTreeMap<(Space, String), Vec<Meaning>>,
    /// Modules all of whose names stand here where no other does.
    pub(crate) globs: Vec<String>,
}

/// The modules of a crate by path; the root's is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) modules: BTreeMap<String, Module>,
    /// What the inherent `impl`s of a type give it, each with the number of its arguments: by the
    /// name of the type, and by its path as well.
    pub(crate) functions: BTreeMap<String, BTreeMap<String, usize>>,
}

impl World {
    /// Adds the items of a file.
    pub(crate) fn add(&mut self, path: &str, items: &[Item]) {
        let mut module = Module::default();
        for item in items {
            self.item(path, item, &mut module);
        }
        self.modules.insert(path.to_owned(), module);
    }

    fn item(&mut self, path: &str, item: &Item, module: &mut Module) {
        let mut define = |spaces: &[Space], definition: Definition| {
            let definition = Arc::new(Definition { module: path.to_owned(), ..definition });
            for &space in spaces {
                let names = module.names.entry((space, definition.name.clone())).or_default();
                names.push(Meaning::Defined(Arc::clone(&definition)));
            }
        };
        match item {
            Item::Struct(item) => {
                let fields = match &item.fields {
                    Fields::Named(named) => {
                        let fields = named.named.iter().filter_map(|field| field.ident.as_ref());
                        Some(fields.map(ToString::to_string).collect())
                    }
                    _ => None,
                };
                let spaces: &[Space] =
                    if fields.is_some() { &[Space::Type] } else { &[Space::Type, Space::Value] };
                define(spaces, Definition { fields, ..named(&item.ident, &item.generics) });
            }
            Item::Enum(item) => {
                let variants = item.variants.iter().map(|one| one.ident.to_string()).collect();
                define(
                    &[Space::Type],
                    Definition { variants, ..named(&item.ident, &item.generics) },
                );
            }
            Item::Type(item) => define(&[Space::Type], named(&item.ident, &item.generics)),
            Item::Trait(item) => {
                let of = Definition {
                    is_trait: true,
                    is_open: true,
                    ..named(&item.ident, &item.generics)
                };
                define(&[Space::Type], of);
            }
            Item::Fn(item) => define(&[Space::Value], named(&item.sig.ident, &Generics::default())),
            Item::Const(item) => define(&[Space::Value], named(&item.ident, &Generics::default())),
            Item::Macro(item) => {
                if let Some(ident) = &item.ident {
                    define(&[Space::Macro], named(ident, &Generics::default()));
                } else if let Some(definition) = super::macros::definition(item) {
                    define(&[Space::Type], definition);
                }
            }
            Item::Mod(item) => {
                let below = join(path, &item.ident.to_string());
                if let Some((_, items)) = &item.content {
                    self.add(&below, items);
                }
                let names = module.names.entry((Space::Type, item.ident.to_string()));
                names.or_default().push(Meaning::Module(below));
            }
            Item::Use(item) => {
                // What is imported for a module alone concerns nobody else.
                let mut leaves = Vec::new();
                self::leaves(&item.tree, &mut Vec::new(), &mut leaves);
                for (name, path) in leaves {
                    if name == "*" {
                        module.globs.push(path.join("::"));
                        continue;
                    }
                    for space in [Space::Type, Space::Value, Space::Macro] {
                        let names = module.names.entry((space, name.clone())).or_default();
                        names.push(Meaning::Import(path.clone()));
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                if let syn::Type::Path(ty) = &*item.self_ty
                    && let Some(last) = ty.path.segments.last()
                {
                    let name = last.ident.to_string();
                    for name in [join(path, &name), name] {
                        let functions = self.functions.entry(name).or_default();
                        functions.extend(item.items.iter().filter_map(function));
                    }
                }
            }
            _ => {}
        }
    }
}

/// The name of a function or constant of an `impl`, and the number of its arguments.
pub(crate) fn function(item: &syn::ImplItem) -> Option<(String, usize)> {
    match item {
        syn::ImplItem::Fn(function) => {
            Some((function.sig.ident.to_string(), function.sig.inputs.len()))
        }
        syn::ImplItem::Const(constant) => Some((constant.ident.to_string(), 0)),
        _ => None,
    }
}

fn named(ident: &syn::Ident, generics: &Generics) -> Definition {
    let types: Vec<bool> = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.default.is_none()),
            _ => None,
        })
        .collect();
    Definition {
        name: ident.to_string(),
        types: (types.iter().filter(|required| **required).count(), types.len()),
        lifetimes: generics.lifetimes().count(),
        ..Definition::default()
    }
}

/// The names that a `use` gives, each with the path that it stands for.
pub(crate) fn leaves(
    tree: &UseTree,
    above: &mut Vec<String>,
    found: &mut Vec<(String, Vec<String>)>,
) {
    let with = |above: &[String], name: &str| [above, &[name.to_owned()]].concat();
    match tree {
        UseTree::Path(path) => {
            above.push(path.ident.to_string());
            leaves(&path.tree, above, found);
            above.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            found.push((above.last().cloned().unwrap_or_default(), above.clone()));
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push((name.clone(), with(above, &name)));
        }
        UseTree::Rename(renamed) => {
            let path = with(above, &renamed.ident.to_string());
            found.push((renamed.rename.to_string(), path));
        }
        UseTree::Group(group) => {
            for tree in &group.items {
                leaves(tree, above, found);
            }
        }
        UseTree::Glob(_) => found.push(("*".to_owned(), above.clone())),
    }
}

pub(crate) fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

/// What of Rust's own libraries, and of those the client stands on, generated code uses; with the
/// number of type arguments.
const OUTSIDE: [(&str, usize); 22] = [
    ("core::convert::From", 1),
    ("core::convert::Into", 1),
    ("core::default::Default", 0),
    ("core::future::Future", 0),
    ("core::iter::IntoIterator", 0),
    ("core::marker::Send", 0),
    ("core::option::Option", 1),
    ("core::option::Option::None", 0),
    ("core::option::Option::Some", 0),
    ("core::clone::Clone", 0),
    ("core::marker::Copy", 0),
    ("core::fmt::Debug", 0),
    ("core::cmp::PartialEq", 0),
    ("core::result::Result", 2),
    ("core::result::Result::Ok", 0),
    ("core::result::Result::Err", 0),
    ("std::boxed::Box", 1),
    ("std::string::String", 0),
    ("std::vec::Vec", 1),
    ("std::collections::BTreeMap", 2),
    ("bytes::Bytes", 0),
    ("serde::Serialize", 0),
];

/// Those of them that are traits.
const TRAITS: [&str; 8] = [
    "core::convert::From",
    "core::convert::Into",
    "core::default::Default",
    "core::future::Future",
    "core::iter::IntoIterator",
    "core::marker::Send",
    "serde::Deserialize",
    "serde::Serialize",
];

/// What is derived by name, and no path.
pub(crate) const DERIVED: [&str; 5] = ["Clone", "Copy", "Debug", "Default", "PartialEq"];

/// Types that are part of the language.
const PRIMITIVE: [&str; 8] = ["bool", "f64", "i32", "i64", "str", "u8", "u64", "usize"];

/// The crates that a path may begin with, for one that begins with no name of a module.
pub(crate) const CRATES: [&str; 5] = ["bytes", "core", "serde", "serde_json", "std"];

/// An item of another crate.
pub(crate) fn outside(path: &[String]) -> Option<Arc<Definition>> {
    let path = path.join("::");
    let defined = |types: usize, name: &str| {
        let types = (types, types);
        let is_trait = TRAITS.contains(&name);
        let name = name.to_owned();
        Arc::new(Definition { name, types, is_trait, is_open: true, ..Definition::default() })
    };
    if path == "serde::Deserialize" {
        return Some(Arc::new(Definition { lifetimes: 1, ..(*defined(0, &path)).clone() }));
    }
    OUTSIDE.iter().find(|(known, _)| *known == path).map(|(name, types)| defined(*types, name))
}

/// What stands for something in every file without being named there.
pub(crate) fn prelude(name: &str) -> Option<Arc<Definition>> {
    if PRIMITIVE.contains(&name) {
        let name = name.to_owned();
        return Some(Arc::new(Definition { name, is_open: true, ..Definition::default() }));
    }
    let known = OUTSIDE.iter().filter(|(path, _)| {
        path.starts_with("core::")
            || ["std::boxed", "std::string", "std::vec"].iter().any(|home| path.starts_with(home))
    });
    let mut known = known.map(|(path, _)| *path).filter(|path| *path != "core::fmt::Debug");
    let found = known.find(|path| path.rsplit("::").next() == Some(name))?;
    outside(&found.split("::").map(str::to_owned).collect::<Vec<_>>())
}
