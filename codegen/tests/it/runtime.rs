//! The names that the hand-written half of the client has taken are refused, all of them.

use std::path::Path;

use serde_json::json;
use syn::{ImplItem, Item, UseTree, Visibility};
use trenz_codegen::{Origin, Source, Sources, generate};

use crate::case::{self, document};

#[test]
fn no_shared_type_hides_one_of_the_root() {
    let mut names = Vec::new();
    for item in parse("lib.rs") {
        match item {
            Item::Use(item) if is_public(&item.vis) => leaves(&item.tree, &mut names),
            Item::Type(item) if is_public(&item.vis) => names.push(item.ident.to_string()),
            _ => {}
        }
    }
    names.retain(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    assert!(names.contains(&"Client".to_owned()), "{names:?}");
    let missing = names.into_iter().filter(|name| {
        let decisions = json!({ "shared": [{
            "name": name, "doc": "A part.", "properties": ["part"], "kind": "object", "reason": "So.",
        }] });
        let part = json!({ "type": "object", "properties": { "x": { "type": "integer" } } });
        let body = json!({ "type": "object", "properties": { "part": part } });
        let patch = json!({ "paths": { "/a": { "post": { "body": body } } } });
        !refused(&patch, &decisions).contains("hides")
    });
    let missing: Vec<_> = missing.collect();
    assert!(missing.is_empty(), "add to ROOT_TYPES in codegen/src/check/taken.rs: {missing:?}");
}

#[test]
fn no_step_of_the_menu_hides_a_module_or_a_method_of_the_client() {
    let mut names: Vec<String> = Vec::new();
    for item in parse("lib.rs") {
        match item {
            Item::Mod(item) => names.push(item.ident.to_string()),
            Item::Use(item) if is_public(&item.vis) => leaves(&item.tree, &mut names),
            _ => {}
        }
    }
    names.extend(methods_of_the_client());
    names.retain(|name| name.starts_with(|c: char| c.is_ascii_lowercase()));
    assert!(names.contains(&"execute".to_owned()), "{names:?}");
    let missing = names.into_iter().filter(|name| {
        let groups = json!([{ "name": "Group", "tags": [name] }]);
        let patch =
            json!({ "x-tagGroups": groups, "paths": { "/a": { "post": { "tags": [name] } } } });
        let report = refused(&patch, &json!({}));
        !report.contains("taken") && !report.contains("hides")
    });
    let missing: Vec<_> = missing.collect();
    assert!(
        missing.is_empty(),
        "add to ROOT_MODULES or CLIENT_METHODS in codegen/src/check/taken.rs: {missing:?}"
    );
}

fn refused(patch: &serde_json::Value, decisions: &serde_json::Value) -> String {
    let document = document(patch).to_string();
    let decisions = case::decisions(Some(decisions.to_string().into_bytes()));
    let generated = generate(&Sources {
        origin: Origin::Trenz,
        document: Source { name: "document.json", text: document.as_bytes() },
        overlay: None,
        decisions: Some(Source { name: "decisions.json", text: &decisions }),
    });
    generated.map_or_else(|report| report.to_string(), |_| "it is generated".to_owned())
}

/// Public methods of every `impl Client`, wherever it stands.
fn methods_of_the_client() -> Vec<String> {
    let mut names = Vec::new();
    for file in crate::tidy::rust_files(&source()) {
        if file.starts_with(source().join("generated")) {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        for item in syn::parse_file(&text).unwrap().items {
            let Item::Impl(item) = item else { continue };
            let syn::Type::Path(ty) = &*item.self_ty else { continue };
            if item.trait_.is_some() || !ty.path.is_ident("Client") {
                continue;
            }
            names.extend(item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
        }
    }
    names
}

fn parse(file: &str) -> Vec<Item> {
    let text = std::fs::read_to_string(source().join(file)).unwrap();
    syn::parse_file(&text).unwrap().items
}

fn source() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("trenz-api/src")
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn leaves(tree: &UseTree, names: &mut Vec<String>) {
    match tree {
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Name(name) => names.push(name.ident.to_string()),
        UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Glob(_) => {}
    }
}
