//! What stands in the lock file, held to `deny.toml` and to the stated Rust version. `cargo deny` checks
//! more (advisories, other platforms), where it is installed; this needs nothing but cargo.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use spdx::{Expression, LicenseReq, Licensee, ParseMode};

/// The repository's root, whose lock file is read.
fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// What `cargo metadata` says of builds for this machine.
fn metadata() -> Value {
    let host = Command::new("rustc").args(["--print", "host-tuple"]).output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", host.trim()])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every package that a build for this machine may use.
fn packages() -> Vec<Value> {
    let metadata = metadata();
    let mut packages = metadata["packages"].as_array().unwrap().clone();
    // Others are listed although no build for this machine uses them.
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    packages.retain(|package| nodes.iter().any(|node| node["id"] == package["id"]));
    packages
}

/// `deny.toml`, which `cargo deny` reads.
fn deny() -> toml::Table {
    std::fs::read_to_string(root().join("deny.toml")).unwrap().parse().unwrap()
}

fn name(package: &Value) -> String {
    format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
}

#[test]
fn licences_of_dependencies_are_allowed() {
    let deny = deny();
    let allowed = deny["licenses"]["allow"].as_array().unwrap();
    let allowed: Vec<_> =
        allowed.iter().map(|licence| Licensee::parse(licence.as_str().unwrap()).unwrap()).collect();
    let is_allowed = |wanted: &LicenseReq| allowed.iter().any(|licence| licence.satisfies(wanted));
    let refused: Vec<_> = packages()
        .iter()
        .filter(|package| {
            let expression = package["license"].as_str().unwrap_or_default();
            !Expression::parse_mode(expression, ParseMode::LAX)
                .is_ok_and(|expression| expression.evaluate(is_allowed))
        })
        .map(|package| format!("{}: {}", name(package), package["license"]))
        .collect();
    assert!(refused.is_empty(), "not allowed by deny.toml: {refused:#?}");
}

#[test]
fn dependencies_come_from_the_registry() {
    let packages = packages();
    let elsewhere = packages.iter().filter(|package| {
        let source = package["source"].as_str();
        source.is_some_and(|source| !source.starts_with("registry+"))
    });
    assert_eq!(elsewhere.map(name).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn dependencies_compile_with_the_stated_rust_version() {
    let packages = packages();
    let version = |package: &Value| -> Vec<u32> {
        let version = package["rust_version"].as_str().unwrap_or("1");
        version.split('.').take(2).map(|number| number.parse().unwrap()).collect()
    };
    let own = packages.iter().find(|package| package["name"] == "trenz-api").map(version).unwrap();
    let newer = packages.iter().filter(|package| version(package) > own);
    assert_eq!(newer.map(name).collect::<Vec<_>>(), Vec::<String>::new());
}

/// Generation is a pure function: nothing below it reaches a network.
#[test]
fn the_generator_depends_on_no_network_crate() {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().unwrap();
    let node = |id: &Value| nodes.iter().find(|node| &node["id"] == id).unwrap();
    let is_normal = |edge: &Value| {
        edge["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null())
    };
    let name = |id: &Value| {
        let package = metadata["packages"].as_array().unwrap().iter().find(|it| &it["id"] == id);
        package.unwrap()["name"].as_str().unwrap().to_owned()
    };
    let codegen = nodes.iter().find(|node| name(&node["id"]) == "trenz-codegen").unwrap();
    let mut reached = vec![codegen["id"].clone()];
    let mut next = 0;
    while let Some(id) = reached.get(next) {
        let edges = node(id)["deps"].as_array().unwrap().iter().filter(|edge| is_normal(edge));
        let below: Vec<_> = edges.map(|edge| edge["pkg"].clone()).collect();
        for id in below {
            if !reached.contains(&id) {
                reached.push(id);
            }
        }
        next += 1;
    }
    let names: Vec<_> = reached.iter().map(name).collect();
    assert!(names.contains(&"serde_json".to_owned()), "{names:?}");
    for network in ["h2", "hyper", "mio", "reqwest", "rustls", "socket2", "tokio"] {
        assert!(!names.contains(&network.to_owned()), "{network} is below trenz-codegen");
    }
}
