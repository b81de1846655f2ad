//! A cheap check of names: whether every path of a generated client leads to exactly one thing,
//! with as many type arguments as that has.
//!
//! It takes milliseconds where a compiler takes seconds, so that it runs on every document that
//! any test makes. The compiler checks a sample; where it disagrees, this check is wrong. What the runtime defines is read from its sources.

mod expanded;
mod macros;
mod runtime;
mod walk;
mod world;

use std::collections::BTreeMap;

use syn::Item;

use walk::Walk;
use world::{CRATES, Meaning, World};

pub(crate) use expanded::expanded;
pub(crate) use runtime::RUNTIME;
pub(crate) use world::Space;

/// The folder of generated modules, whose names stand at the crate's root as well.
const GENERATED: &str = "generated";

/// Judges the files of a client, and gives what is wrong with them.
pub(crate) fn check(files: &BTreeMap<String, String>) -> Result<(), String> {
    let mut parsed = Vec::new();
    let mut world = World::default();
    for (name, text) in files {
        let file = syn::parse_file(text).and_then(expanded);
        let file = file.map_err(|error| format!("{name}: {error}"))?;
        let module = module(name);
        world.add(&module, &file.items);
        parsed.push((name, module, file));
    }
    let mut faults = Vec::new();
    for (name, module, file) in &parsed {
        let mut found = Walk::of(module, &world, &RUNTIME).file(file);
        found.extend(twice(module, &world));
        found.extend(without_file(module, &file.items, &world));
        faults.extend(found.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    faults.extend(hidden(&world));
    faults.dedup();
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

/// `shop/things.rs` is `generated::shop::things`.
fn module(file: &str) -> String {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("mod").map_or(path, |folder| folder.trim_end_matches('/'));
    let parts = [GENERATED].into_iter().chain(path.split('/').filter(|part| !part.is_empty()));
    parts.collect::<Vec<_>>().join("::")
}

/// Names that a module has for two things.
fn twice(module: &str, world: &World) -> Vec<String> {
    let Some(module) = world.modules.get(module) else { return Vec::new() };
    let several = module.names.iter().filter(|((space, _), meanings)| {
        // What an import stands for is looked up among types; it need not be more.
        let own = meanings.iter().filter(|meaning| !matches!(meaning, Meaning::Import(_))).count();
        match space {
            Space::Type => meanings.len() > 1,
            Space::Value | Space::Macro => own > 1,
        }
    });
    several.map(|((_, name), _)| format!("`{name}` is defined twice")).collect()
}

/// Modules that have no file.
fn without_file(module: &str, items: &[Item], world: &World) -> Vec<String> {
    let modules = items.iter().filter_map(|item| match item {
        Item::Mod(item) if item.content.is_none() => Some(item.ident.to_string()),
        _ => None,
    });
    let missing = modules.filter(|name| !world.modules.contains_key(&world::join(module, name)));
    missing.map(|name| format!("the module `{name}` has no file")).collect()
}

/// Names of the menu that stand for something else at the crate's root.
fn hidden(world: &World) -> Vec<String> {
    let Some(generated) = world.modules.get(GENERATED) else { return Vec::new() };
    let root = &RUNTIME.modules[""];
    let names = generated.names.iter().filter(|((space, _), _)| *space == Space::Type);
    let hidden = names.filter(|(key, meanings)| {
        let is_module = matches!(meanings.as_slice(), [Meaning::Module(_)]);
        is_module && (root.names.contains_key(key) || CRATES.contains(&key.1.as_str()))
    });
    let public = hidden.filter(|((_, name), _)| !["facts", "workflows"].contains(&name.as_str()));
    public
        .map(|((_, name), _)| format!("mod.rs: the module `{name}` is shadowed by the runtime's"))
        .collect()
}
