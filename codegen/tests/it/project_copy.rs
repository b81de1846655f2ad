//! The project laid out a second time, with another document and what generates of it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{Files, collect, put, read, repository, sync};

/// What of the project is another one.
pub(crate) struct Changed<'c> {
    pub(crate) document: &'c str,
    /// The generated files of the client, by their path below their folder.
    pub(crate) client: Files,
    /// The generated calls.
    pub(crate) calls: &'c str,
    /// Whether calls as the project's own client takes them have to compile as well.
    pub(crate) compatible: bool,
}

/// Lays out what the generated calls need, touching only files that differ from the last time.
pub(crate) fn lay_out(workspace: &Path, changed: Changed<'_>) {
    let root = repository();
    lay_out_beside(workspace, &["tests", "trenz-api", "trenz-api/sandbox"]);
    put(&workspace.join("spec/trenz-openapi.json"), changed.document);
    let sandbox = Path::new("sandbox");

    let mut client = files(&root.join("trenz-api"));
    client.retain(|path, _| !path.starts_with("src/generated") && !path.starts_with("cli"));
    // The command line is a member like those that are not built.
    let command_line = read(&root.join("trenz-api/cli/Cargo.toml"));
    client.insert("cli/Cargo.toml".into(), without_targets(&command_line));
    client.insert("cli/src/lib.rs".into(), String::new());
    let generated = changed.client.into_iter();
    client.extend(generated.map(|(name, text)| (Path::new("src/generated").join(name), text)));
    // The sandbox as a program would replace the project's own.
    client.remove(&sandbox.join("src/main.rs")).unwrap();
    client.insert(sandbox.join("trenz-openapi.json"), changed.document.to_owned()).unwrap();
    sync(&workspace.join("trenz-api"), &client);

    let mut tests = files(&root.join("tests"));
    let calls = Path::new("tests/calls");
    let before = tests.insert(calls.join("generated.rs"), changed.calls.to_owned()).unwrap();
    if changed.compatible {
        tests.insert(calls.join("before.rs"), before);
        let main = tests.get_mut(&calls.join("main.rs")).unwrap();
        main.push_str("\nmod before;\nconst _: &[Call] = before::CALLS;\n");
    }
    sync(&workspace.join("tests"), &tests);
}

/// Lays out a workspace of the project's members without those that are `ours`. The others
/// count for the features of what all stand on, and are not built.
pub(crate) fn lay_out_beside(workspace: &Path, ours: &[&str]) {
    let root = repository();
    let manifest = read(&root.join("Cargo.toml"));
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = "));
    let members: Vec<PathBuf> = serde_json::from_str(members.unwrap()).unwrap();
    for member in members.iter().filter(|member| !ours.iter().any(|own| Path::new(own) == **member))
    {
        let manifest = read(&root.join(member).join("Cargo.toml"));
        put(&workspace.join(member).join("Cargo.toml"), &without_targets(&manifest));
        put(&workspace.join(member).join("src/lib.rs"), "");
    }
    put(&workspace.join("Cargo.toml"), &of_its_own_version(&manifest, workspace));
    for file in ["Cargo.lock", "clippy.toml"] {
        put(&workspace.join(file), &read(&root.join(file)));
    }
}

/// A command of cargo's in the workspace, which finds there what the project stands on: it
/// is built already where the project is, as long as the whole workspace is asked for and
/// so the features are the same.
pub(crate) fn cargo(workspace: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(workspace)
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join(".."))
        .env_remove("TRENZ_API_KEY")
        .env_remove("TRENZ_BASE_URL");
    cargo
}

/// Packages are told apart by name, version and their place in the workspace: of the same
/// version, cargo would take those of the project for these, and these for those.
fn of_its_own_version(manifest: &str, workspace: &Path) -> String {
    let lines = manifest.lines().map(|line| match line.strip_prefix("version = ") {
        Some(_) => format!("version = \"0.0.0-{}\"\n", workspace.file_name().unwrap().display()),
        None => match line.split_once("\", version = ") {
            // A package of the project, which has the other version here.
            Some((before, _)) if before.contains(" path = ") => format!("{before}\" }}\n"),
            _ => format!("{line}\n"),
        },
    });
    lines.collect()
}

/// A manifest without the programs and the benches that it names.
fn without_targets(manifest: &str) -> String {
    let sections = manifest.split("\n\n").filter(|section| !section.contains("[["));
    sections.collect::<Vec<_>>().join("\n\n")
}

fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    collect(folder, Path::new(""), &mut files);
    files
}
