//! Lays generated clients out beside the hand-written half, each as a crate of one
//! temporary workspace, for whoever wants to see them compiled or run.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use crate::files::{Files, collect, put, read, repository, sync};

/// One crate of the workspace.
#[derive(Debug)]
pub(crate) struct Member {
    /// What was generated, by path below the generated folder.
    pub(crate) generated: BTreeMap<String, String>,
    /// What else stands in the crate's folder.
    pub(crate) beside: Files,
    /// What its manifest says after everything else.
    pub(crate) manifest: &'static str,
}

impl From<BTreeMap<String, String>> for Member {
    fn from(generated: BTreeMap<String, String>) -> Self {
        Self { generated, beside: Files::new(), manifest: "" }
    }
}

/// Writes the workspace, touching only what has changed, so that a second run is quick.
pub(crate) fn lay_out(workspace: &Path, members: BTreeMap<String, Member>) {
    let root = repository();
    let names: Vec<_> = members.keys().map(String::as_str).collect();
    put(&workspace.join("Cargo.toml"), &manifest_of_workspace(&root, &names));
    put(&workspace.join("Cargo.lock"), &read(&root.join("Cargo.lock")));
    put(&workspace.join("clippy.toml"), &read(&root.join("clippy.toml")));
    let manifest = read(&root.join("trenz-api/Cargo.toml"));
    let mut runtime = Files::new();
    collect(&root.join("trenz-api/src"), Path::new("src"), &mut runtime);
    runtime.retain(|path, _| !path.starts_with("src/generated"));
    for (name, member) in members {
        let mut files = runtime.clone();
        files.insert(
            "Cargo.toml".into(),
            manifest_of_member(&manifest, &name, &member.generated) + member.manifest,
        );
        files.insert("README.md".into(), String::new());
        files.extend(member.beside);
        for (file, text) in member.generated {
            files.insert(Path::new("src/generated").join(file), text);
        }
        sync(&workspace.join(name), &files);
    }
}

/// The project's cargo, for a workspace that was laid out: what it builds goes into
/// `target`, and what stands beside the project's own run in the environment is left out.
pub(crate) fn cargo(workspace: &Path, target: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace).env("CARGO_TARGET_DIR", target).env_remove("RUSTFLAGS");
    command
}

/// Compiles every crate of a workspace. An error holds what the compiler said of what
/// does not compile, or that it warned of something generated.
pub(crate) fn check(workspace: &Path, target: &Path) -> Result<(), String> {
    let output = cargo(workspace, target)
        .args(["check", "--workspace", "--offline", "--keep-going", "--quiet"])
        .arg("--message-format=short")
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(said.into_owned());
    }
    // The hand-written half has warnings of its own where a client uses only a part of it.
    let warnings: Vec<_> = said.lines().filter(|line| line.contains("src/generated/")).collect();
    if warnings.is_empty() { Ok(()) } else { Err(warnings.join("\n")) }
}

/// The project's own manifest, with other members.
fn manifest_of_workspace(root: &Path, members: &[&str]) -> String {
    let manifest = read(&root.join("Cargo.toml"));
    let mut text = String::new();
    for line in manifest.lines() {
        if line.starts_with("members = ") {
            let _ = writeln!(text, "members = {members:?}");
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    text
}

/// The client's manifest under another name, without tests, benches and their needs, and without TLS,
/// whose libraries take long to build. Of the workflows, it has those that were generated.
fn manifest_of_member(manifest: &str, name: &str, generated: &BTreeMap<String, String>) -> String {
    let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
    let workflows = generated.get("workflows.rs").map(String::as_str).unwrap_or_default();
    let features: Vec<_> = features(workflows).collect();
    let mut text = String::new();
    for line in manifest.lines() {
        let _ = match line {
            "name = \"trenz-api\"" => writeln!(text, "name = {name:?}"),
            _ if line.starts_with("default = ") => writeln!(text, "default = {features:?}"),
            _ => writeln!(text, "{line}"),
        };
    }
    text + "[lib]\nname = \"trenz_api\"\n"
}

/// The features that what is generated for the workflows stands under.
pub(crate) fn features(workflows: &str) -> impl Iterator<Item = &str> {
    let conditions = workflows.split("#[cfg(feature = \"").skip(1);
    conditions.filter_map(|condition| condition.split('"').next())
}
