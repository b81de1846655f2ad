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
    let manifest = read(&root.join("Cargo.toml"));
    for member in members(&manifest) {
        // The others count for the features of what all stand on, and are not built.
        put(
            &workspace.join(&member).join("Cargo.toml"),
            &read(&root.join(&member).join("Cargo.toml")),
        );
        put(&workspace.join(&member).join("src/lib.rs"), "");
    }
    put(&workspace.join("Cargo.toml"), &of_its_own_version(&manifest, workspace));
    for file in ["Cargo.lock", "clippy.toml"] {
        put(&workspace.join(file), &read(&root.join(file)));
    }
    put(&workspace.join("spec/trenz-openapi.json"), changed.document);

    let mut client = files(&root.join("trenz-api"));
    client.retain(|path, _| !path.starts_with("src/generated"));
    let generated = changed.client.into_iter();
    client.extend(generated.map(|(name, text)| (Path::new("src/generated").join(name), text)));
    sync(&workspace.join("trenz-api"), &client);

    let mut tests = files(&root.join("tests"));
    // The sandbox as a program would take the place of the project's own.
    tests.retain(|path, _| !path.starts_with("src/bin"));
    let manifest = tests.get_mut(Path::new("Cargo.toml")).unwrap();
    *manifest =
        manifest.replace("[[bin]]\nname = \"sandbox\"\npath = \"src/bin/sandbox.rs\"\n", "");
    assert!(!manifest.contains("[[bin]]"), "{manifest}");
    let calls = Path::new("tests/calls");
    let before = tests.insert(calls.join("generated.rs"), changed.calls.to_owned()).unwrap();
    if changed.compatible {
        tests.insert(calls.join("before.rs"), before);
        let main = tests.get_mut(&calls.join("main.rs")).unwrap();
        main.push_str("\nmod before;\nconst _: &[Call] = before::CALLS;\n");
    }
    sync(&workspace.join("tests"), &tests);
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
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// The members that the calls do not need.
fn members(manifest: &str) -> Vec<PathBuf> {
    let members = manifest.lines().find_map(|line| line.strip_prefix("members = "));
    let members: Vec<PathBuf> = serde_json::from_str(members.unwrap()).unwrap();
    let needed = ["tests", "trenz-api"].map(Path::new);
    members.into_iter().filter(|member| !needed.contains(&member.as_path())).collect()
}

fn files(folder: &Path) -> Files {
    let mut files = Files::new();
    collect(folder, Path::new(""), &mut files);
    files
}
