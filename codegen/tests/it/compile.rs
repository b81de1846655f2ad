//! What the good cases generate is Rust that compiles: each is laid beside the
//! hand-written runtime as a crate of one temporary workspace. That the same emitters meet the lints shows in
//! the real client.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::case::Case;
use crate::foreign::Foreign;

#[test]
fn every_case_compiles_without_a_warning() {
    let workspace = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    lay_out(&workspace, &crates());
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "check",
            "--workspace",
            "--offline",
            "--keep-going",
            "--quiet",
            "--message-format=short",
        ])
        .current_dir(&workspace)
        .env("CARGO_TARGET_DIR", workspace.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    // The hand-written half has warnings of its own where a case uses only a part of it.
    let warnings: Vec<_> = said.lines().filter(|line| line.contains("src/generated/")).collect();
    assert!(warnings.is_empty(), "{}", warnings.join("\n"));
}

/// The generated files of every good case, and what generates of other vendors'
/// documents, by the name of the crate.
fn crates() -> BTreeMap<String, BTreeMap<String, String>> {
    let own = Case::generated().into_iter();
    let own = own.map(|case| (case.name.clone(), case.generate().unwrap().files));
    let foreign = Foreign::all().into_iter();
    let foreign = foreign.map(|case| {
        let client = case.cover().client.unwrap();
        (format!("foreign_{}", case.name), client.files)
    });
    own.chain(foreign).collect()
}

/// Writes the workspace, touching only what has changed, so that a second run is quick.
pub(crate) fn lay_out(workspace: &Path, crates: &BTreeMap<String, BTreeMap<String, String>>) {
    let members: Vec<_> = crates.keys().map(String::as_str).collect();
    let root = repository();
    put(&workspace.join("Cargo.toml"), &manifest_of_workspace(&root, &members));
    put(&workspace.join("Cargo.lock"), &read(&root.join("Cargo.lock")));
    put(&workspace.join("clippy.toml"), &read(&root.join("clippy.toml")));
    let manifest = read(&root.join("trenz-api/Cargo.toml"));
    let mut runtime = Files::new();
    collect(&root.join("trenz-api/src"), Path::new("src"), &mut runtime);
    runtime.retain(|path, _| !path.starts_with("src/generated"));
    runtime.insert("build.rs".into(), read(&root.join("trenz-api/build.rs")));
    for (name, generated) in crates {
        let mut files = runtime.clone();
        files.insert("Cargo.toml".into(), manifest_of_member(&manifest, name));
        files.insert("README.md".into(), String::new());
        for (file, text) in generated {
            files.insert(Path::new("src/generated").join(file), text.clone());
        }
        sync(&workspace.join(name), &files);
    }
}

/// The project's own manifest, with other members.
pub(crate) fn manifest_of_workspace(root: &Path, members: &[&str]) -> String {
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

/// The client's manifest under another name, without tests, benches and their needs.
pub(crate) fn manifest_of_member(manifest: &str, name: &str) -> String {
    let (manifest, _) = manifest.split_once("[dev-dependencies]").unwrap();
    manifest.replacen("name = \"trenz-api\"", &format!("name = \"{name}\""), 1)
        + "[lib]\nname = \"trenz_api\"\n"
}

/// Texts by their path in a folder.
pub(crate) type Files = BTreeMap<PathBuf, String>;

/// Makes a folder hold these files and no others.
pub(crate) fn sync(folder: &Path, files: &Files) {
    let mut there = Files::new();
    collect(folder, Path::new(""), &mut there);
    for path in there.keys().filter(|path| !files.contains_key(*path)) {
        fs::remove_file(folder.join(path)).unwrap();
    }
    for (path, text) in files.iter().filter(|(path, text)| there.get(*path) != Some(text)) {
        put(&folder.join(path), text);
    }
}

pub(crate) fn collect(folder: &Path, name: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = name.join(path.file_name().unwrap());
        if path.is_dir() {
            collect(&path, &name, files);
        } else {
            files.insert(name, read(&path));
        }
    }
}

pub(crate) fn put(path: &Path, text: &str) {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return;
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
