//! `cargo xtask regen` as its user sees it: what it reads, writes, says and refuses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use serde_json::Value;
use tempfile::TempDir;

/// The project that this test belongs to.
const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const DOCUMENT: &str = "spec/trenz-openapi.json";
const GENERATED: &str = "trenz-api/src/generated";
const INDEX: &str = "trenz-api/OPERATIONS.md";
const CALLS: &str = "tests/tests/calls/generated.rs";

/// A project of its own, with the sources of this one.
struct Project {
    folder: TempDir,
}

struct Outcome {
    code: i32,
    out: String,
    err: String,
}

impl Project {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("spec")).unwrap();
        for source in [DOCUMENT, "spec/overlay.json", "spec/decisions.json"] {
            fs::copy(Path::new(HOME).join(source), folder.path().join(source)).unwrap();
        }
        Self { folder }
    }

    /// One that was generated already.
    fn generated() -> Self {
        let project = Self::new();
        project.run(&["regen"]).succeeded();
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes the document by its text, or fails if the text is not there.
    fn edit_document(&self, old: &str, new: &str) {
        let text = self.read(DOCUMENT);
        assert!(text.contains(old), "{old:?} is not in the document");
        self.write(DOCUMENT, text.replacen(old, new, 1));
    }

    fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, b"")
    }

    fn run_with(&self, args: &[&str], input: &[u8]) -> Outcome {
        run(self.folder.path(), args, input)
    }

    /// Every file with its text and when it was last written.
    fn files(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        fn visit(folder: &Path, files: &mut BTreeMap<PathBuf, (Vec<u8>, SystemTime)>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    visit(&path, files);
                } else if !path.is_symlink() {
                    let modified = fs::metadata(&path).unwrap().modified().unwrap();
                    files.insert(path.clone(), (fs::read(&path).unwrap(), modified));
                }
            }
        }
        let mut files = BTreeMap::new();
        visit(self.folder.path(), &mut files);
        files
    }
}

fn run(project: &Path, args: &[&str], input: &[u8]) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .env("CARGO_MANIFEST_DIR", project.join("xtask"))
        .current_dir(project)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever is refused does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    Outcome {
        code: status.code().unwrap(),
        out: String::from_utf8(stdout).unwrap(),
        err: String::from_utf8(stderr).unwrap(),
    }
}

impl Outcome {
    #[track_caller]
    fn succeeded(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    #[track_caller]
    fn failed(self, because: &[&str]) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        for cause in because {
            assert!(self.err.contains(cause), "{cause:?} is not in:\n{}", self.err);
        }
        self.out
    }
}

/// The freshness check: what is committed is what the sources give.
#[test]
fn the_committed_client_is_up_to_date() {
    let outcome = run(Path::new(HOME), &["regen", "--check"], b"");
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
}

#[test]
fn it_says_what_it_read_decided_and_wrote() {
    let project = Project::new();
    let told = project.run(&["regen"]).succeeded();
    for line in [
        "read  spec/trenz-openapi.json: Trenz Open Platform API, version ",
        "read  spec/overlay.json\n",
        "read  spec/decisions.json\n",
        "decided  overlay: The query parameter `country` is declared twice",
        "made  87 operations and ",
        "created  trenz-api/src/generated/mod.rs\n",
        "created  trenz-api/OPERATIONS.md\n",
        "created  tests/tests/calls/generated.rs\n",
        " written, 0 deleted, 0 left as they were, in ",
    ] {
        assert!(told.contains(line), "{line:?} is not in:\n{told}");
    }
    for file in [format!("{GENERATED}/mod.rs").as_str(), INDEX, CALLS] {
        let text = project.read(file);
        assert!(text.lines().next().unwrap().contains("@generated by `cargo xtask regen`"));
    }
    assert!(project.files().keys().all(|path| !path.to_string_lossy().ends_with(".new")));
}

#[test]
fn what_is_right_already_is_left_untouched() {
    let project = Project::generated();
    let before = project.files();
    let told = project.run(&["regen"]).succeeded();
    assert!(told.contains("  0 written, 0 deleted, "), "{told}");
    assert!(project.files() == before, "a file was touched");

    let edited = format!("{GENERATED}/facts.rs");
    project.write(&edited, "// edited by hand\n");
    let told = project.run(&["regen"]).succeeded();
    assert!(told.contains("changed  trenz-api/src/generated/facts.rs\n"), "{told}");
    assert!(told.contains("  1 written, 0 deleted, "), "{told}");
    let after = project.files();
    for (path, (text, written)) in &before {
        let is_edited = *path == project.path(&edited);
        assert!(after[path].0 == *text && (after[path].1 == *written) != is_edited, "{path:?}");
    }
}

#[test]
fn stale_files_are_deleted_and_nothing_else() {
    let project = Project::generated();
    let before: Vec<PathBuf> = project.files().into_keys().collect();
    project.write(&format!("{GENERATED}/old/area.rs"), "// of a tag that is no more\n");
    project.write("trenz-api/src/client.rs", "// written by hand\n");
    project.write(&format!("{GENERATED}/notes.txt"), "somebody's\n");
    let told = project.run(&["regen"]).succeeded();
    assert!(told.contains("deleted  trenz-api/src/generated/old/area.rs\n"), "{told}");
    assert!(told.contains("  0 written, 1 deleted, "), "{told}");
    assert!(!project.path(&format!("{GENERATED}/old")).exists(), "an empty folder is left");
    let mut expected = before;
    expected.push(project.path("trenz-api/src/client.rs"));
    expected.push(project.path(&format!("{GENERATED}/notes.txt")));
    expected.sort();
    assert_eq!(project.files().into_keys().collect::<Vec<_>>(), expected);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let project = Project::generated();
    let elsewhere = TempDir::new().unwrap();
    fs::write(elsewhere.path().join("theirs.rs"), "").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), project.path(GENERATED).join("link")).unwrap();
    project.run(&["regen"]).succeeded();
    assert!(elsewhere.path().join("theirs.rs").exists());
}

#[test]
fn check_shows_missing_extra_and_edited_files_and_writes_nothing() {
    let project = Project::generated();
    assert!(project.run(&["regen", "--check"]).succeeded().contains("up to date"));

    let facts = project.read(&format!("{GENERATED}/facts.rs"));
    project
        .write(&format!("{GENERATED}/facts.rs"), facts.replacen("sold_", "bought_", 1) + "// x\n");
    fs::remove_file(project.path(INDEX)).unwrap();
    project.write(&format!("{GENERATED}/extra.rs"), "// nobody asked\n");
    let before = project.files();
    let diff = project
        .run(&["regen", "--check"])
        .failed(&["3 generated files differ", "\nrun: cargo xtask regen\n"]);
    for part in [
        "--- /dev/null\n+++ b/trenz-api/OPERATIONS.md\n@@",
        "--- a/trenz-api/src/generated/extra.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-// nobody asked\n",
        "--- a/trenz-api/src/generated/facts.rs\n+++ b/trenz-api/src/generated/facts.rs\n@@",
        "\n-// x\n",
    ] {
        assert!(diff.contains(part), "{part:?} is not in:\n{diff}");
    }
    assert!(project.files() == before, "a file was touched");

    project.run(&["regen"]).succeeded();
    project.run(&["regen", "--check"]).succeeded();
}

#[test]
fn on_a_problem_everything_is_reported_and_nothing_is_written() {
    let project = Project::generated();
    project.edit_document("\"x-billing-mode\": \"per_call\"", "\"x-billing-mode\": \"per_moon\"");
    project.edit_document("\"x-coin-cost\": 5,", "\"x-coin-cost\": -5,");
    project.write(&format!("{GENERATED}/stale.rs"), "");
    let before = project.files();
    for args in [&["regen"][..], &["regen", "--check"]] {
        let outcome = project.run(args);
        let mentioned = "spec/trenz-openapi.json#/paths/";
        outcome.failed(&[mentioned, "(trenz-", "per_moon", "-5", "remedy: ", "2 problems"]);
        assert!(project.files() == before, "a file was touched");
    }
}

#[test]
fn sources_that_cannot_be_read_are_named() {
    let project = Project::generated();
    let before = project.files();
    project
        .run(&["regen", "--spec", "none.json", "--out", "target/x"])
        .failed(&["cannot read none.json"]);
    for (text, cause) in [
        (&b"<html>login</html>"[..], "not JSON"),
        (b"\xff", "not UTF-8"),
        (b"{\"swagger\": \"2.0\"}", "Swagger 2.0"),
        (b"{\"openapi\": \"3.1.0\"}", "OpenAPI 3.1.0"),
        (b"", "the text is empty"),
    ] {
        let outcome = project.run_with(&["regen", "--spec", "-", "--out", "target/x"], text);
        outcome.failed(&["standard input#", cause]);
    }
    assert!(project.files() == before, "a file was touched");
    fs::remove_file(project.path("spec/overlay.json")).unwrap();
    project.run(&["regen"]).failed(&["cannot read", "overlay.json"]);
}

#[test]
fn another_document_goes_into_another_folder_by_the_same_rules() {
    let project = Project::generated();
    let before = project.files();
    let elsewhere = TempDir::new().unwrap();
    let out = elsewhere.path().join("new/client");
    let out_name = out.to_str().unwrap();
    let other = project.read(DOCUMENT).replacen("\"x-coin-cost\": 5,", "\"x-coin-cost\": 6,", 1);
    let file = elsewhere.path().join("other.json");
    fs::write(&file, &other).unwrap();

    let told =
        project.run(&["regen", "--spec", file.to_str().unwrap(), "--out", out_name]).succeeded();
    assert!(told.contains("other.json: Trenz Open Platform API"), "{told}");
    assert!(told.contains("decided  overlay: "), "{told}");
    for (path, (text, _)) in &before {
        if let Ok(path) = path.strip_prefix(project.path(GENERATED)) {
            assert!(out.join(path).exists(), "{path:?} {}", text.len());
        }
    }
    assert!(project.files() == before, "the project was touched");
    assert_ne!(fs::read_to_string(out.join("OPERATIONS.md")).unwrap(), project.read(INDEX));

    // The same from standard input, checked; and what is not ours stays.
    fs::write(out.join("theirs.rs"), "mod theirs;\n").unwrap();
    fs::write(out.join("stale.rs"), "// @generated by `cargo xtask regen`. Do not edit.\n")
        .unwrap();
    let args = ["regen", "--spec", "-", "--out", out_name, "--check"];
    let run = format!("run: cargo xtask regen --spec - --out {out_name}");
    let diff =
        project.run_with(&args, other.as_bytes()).failed(&["1 generated file differs", &run]);
    assert!(diff.contains("/stale.rs\n+++ /dev/null"), "{diff}");
    let told = project.run_with(&args[..5], other.as_bytes()).succeeded();
    assert!(told.contains("  0 written, 1 deleted, "), "{told}");
    assert!(out.join("theirs.rs").exists());
}

#[test]
fn another_document_can_be_held_against_the_client() {
    let project = Project::generated();
    let same = project.read(DOCUMENT);
    let args = ["regen", "--check", "--spec", "-"];
    project.run_with(&args, same.as_bytes()).succeeded();
    let other = same.replacen("\"x-coin-cost\": 5,", "\"x-coin-cost\": 6,", 1);
    let diff = project
        .run_with(&args, other.as_bytes())
        .failed(&["this is what the document would change"]);
    assert!(diff.contains("\n+"), "{diff}");
}

#[test]
fn the_projects_own_folders_are_no_place_for_another_client() {
    let project = Project::generated();
    let before = project.files();
    let parent = project.folder.path().parent().unwrap().to_str().unwrap();
    for out in [".", "trenz-api", "spec", "trenz-api/src/generated", "new", "target/../x", parent] {
        project.run(&["regen", "--out", out]).failed(&["is the project's own", "target/"]);
        assert!(project.files() == before, "{out}: a file was touched");
    }
    project.run(&["regen", "--out", "target/client"]).succeeded();
}

/// Where the file system refuses, nothing is half done.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_leaves_all_as_it_was() {
    let project = Project::generated();
    project.write(&format!("{GENERATED}/facts.rs"), "// old\n");
    project.write(&format!("{GENERATED}/stale.rs"), "// stale\n");
    // A link into nothing where a folder should be, for one of the last files to be staged.
    let social = project.path(GENERATED).join("social");
    fs::remove_dir_all(&social).unwrap();
    std::os::unix::fs::symlink("nowhere", &social).unwrap();
    let before = project.files();
    project.run(&["regen"]).failed(&["cannot make ", "social"]);
    assert!(project.files() == before, "a file was touched");
}

#[test]
fn an_edited_price_changes_what_says_it_and_nothing_else() {
    let project = Project::generated();
    let before = project.files();
    let mut document: Value = serde_json::from_str(&project.read(DOCUMENT)).unwrap();
    let operation = &mut document["paths"]["/open/v1/products/search"]["get"];
    assert_eq!(operation["x-coin-cost"], 5);
    operation["x-coin-cost"] = 4321.into();
    project.write(DOCUMENT, document.to_string());
    project.run(&["regen"]).succeeded();
    let mut index = Vec::new();
    let mut docs = Vec::new();
    let mut code = Vec::new();
    for (path, (old, _)) in &before {
        let path = path.strip_prefix(project.folder.path()).unwrap().to_str().unwrap();
        if path == DOCUMENT {
            continue;
        }
        let (old, new) = (String::from_utf8(old.clone()).unwrap(), project.read(path));
        assert_eq!(old.lines().count(), new.lines().count(), "{path}");
        for (_, new) in old.lines().zip(new.lines()).filter(|(old, new)| old != new) {
            assert!(new.contains("4321") || new.contains("4_321"), "{path}: {new}");
            let kind = match new.trim_start() {
                _ if path == INDEX => &mut index,
                line if line.starts_with("///") => &mut docs,
                _ => &mut code,
            };
            kind.push(new.to_owned());
        }
    }
    assert_eq!(index.len(), 1, "{index:#?}");
    assert!(code.len() == 1 && code[0].contains("COIN_COST"), "{code:#?}");
    // Wherever the operation is documented: its type, and the methods that make and send it.
    assert!(!docs.is_empty());
}
