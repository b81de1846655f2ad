//! The names that the hand-written half of the client has taken are known, all of them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::json;
use trenz_codegen::{Origin, Source, Sources, generate};

use crate::case::{self, document};
use crate::expected::updating;
use crate::files::{read, repository};
use crate::names::{RUNTIME, Space};

#[test]
fn runtime_txt_lists_every_name_of_the_runtime() {
    let mut names: BTreeSet<(&str, String)> = BTreeSet::new();
    for (space, name) in RUNTIME.modules[""].names.keys() {
        let is_type = name.starts_with(|c: char| c.is_ascii_uppercase());
        if *space == Space::Type {
            names.insert((if is_type { "type" } else { "module" }, name.clone()));
        }
    }
    let methods = &RUNTIME.functions["Client"];
    let methods = methods.keys().cloned().chain(["clone".to_owned()]);
    names.extend(methods.map(|name| ("method", name)));
    names.extend(crates().map(|name| ("crate", name)));
    let lines: Vec<_> = names.iter().map(|(kind, name)| format!("{kind} {name}")).collect();
    let list = lines.join("\n") + "\n";
    for known in ["type Client", "module money", "method execute", "crate serde"] {
        assert!(list.lines().any(|line| line == known), "{known}");
    }
    let file = repository().join("codegen/src/runtime.txt");
    if updating() {
        fs::write(&file, &list).unwrap();
    }
    assert_eq!(read(&file), list, "UPDATE_GOLDEN=1 cargo test -p trenz-codegen --test it runtime");
}

/// What paths of the client may begin with.
fn crates() -> impl Iterator<Item = String> {
    let manifest = read(&repository().join("trenz-api/Cargo.toml"));
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    let (dependencies, _) = dependencies.split_once("\n[").unwrap();
    let names = dependencies.lines().filter(|line| line.starts_with(char::is_alphabetic));
    let names = names.map(|line| line.split(['.', ' ', '=']).next().unwrap().replace('-', "_"));
    let names: Vec<_> = names.chain(["alloc", "core", "std"].map(str::to_owned)).collect();
    names.into_iter()
}

#[test]
fn shared_types_and_modules_do_not_shadow_names_at_the_root() {
    let shared = |name: &str| {
        let decisions = json!({ "shared": [{
            "name": name, "doc": "A part.", "properties": ["part"], "kind": "object", "reason": "So.",
        }] });
        let part = json!({ "type": "object", "properties": { "x": { "type": "integer" } } });
        let body = json!({ "type": "object", "properties": { "part": part } });
        let patch = json!({ "paths": { "/a": { "post": { "body": body } } } });
        refused(&patch, &decisions)
    };
    let step = |name: &str| {
        let groups = json!([{ "name": "Group", "tags": [name] }]);
        let patch =
            json!({ "x-tagGroups": groups, "paths": { "/a": { "post": { "tags": [name] } } } });
        refused(&patch, &json!({}))
    };
    assert!(shared("Budget").contains("shadows"), "{}", shared("Budget"));
    for name in ["money", "execute", "serde", "types"] {
        assert!(step(name).contains("reserved"), "{name}: {}", step(name));
    }
    assert_eq!(shared("Budgeted"), "it is generated");
    assert_eq!(step("budgets"), "it is generated");
}

fn refused(patch: &serde_json::Value, decisions: &serde_json::Value) -> String {
    let document = document(patch).to_string();
    let decisions = case::decisions(Some(decisions.to_string().into_bytes()));
    let generated = generate(&Sources {
        origin: Origin::Own,
        document: Source { name: "document.json", text: document.as_bytes() },
        overlay: None,
        decisions: Some(Source { name: "decisions.json", text: &decisions }),
    });
    generated.map_or_else(|report| report.to_string(), |_| "it is generated".to_owned())
}
