//! A project of a test's own, and the commands run in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use tempfile::TempDir;

use crate::expected::golden;

/// The project that this test belongs to.
pub(crate) const HOME: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
pub(crate) const DOCUMENT: &str = "spec/trenz-openapi.json";
pub(crate) const GENERATED: &str = "trenz-api/src/generated";
pub(crate) const INDEX: &str = "trenz-api/OPERATIONS.md";
pub(crate) const CALLS: &str = "tests/tests/calls/generated.rs";

/// A project of its own, with the sources of this one.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
    /// The commands that failed, and what they printed to standard error.
    failures: RefCell<String>,
}

pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Project {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("spec")).unwrap();
        for source in [DOCUMENT, "spec/overlay.json", "spec/decisions.json"] {
            fs::copy(Path::new(HOME).join(source), folder.path().join(source)).unwrap();
        }
        Self { folder, failures: RefCell::default() }
    }

    /// One that was generated already.
    pub(crate) fn generated() -> Self {
        let project = Self::new();
        project.run(&["regen"]).succeeded();
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Changes the document by its text, or fails if the text is not there.
    pub(crate) fn edit_document(&self, old: &str, new: &str) {
        let text = self.read(DOCUMENT);
        assert!(text.contains(old), "{old:?} is not in the document");
        self.write(DOCUMENT, text.replacen(old, new, 1));
    }

    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        self.run_with(args, b"")
    }

    pub(crate) fn run_with(&self, args: &[&str], input: &[u8]) -> Outcome {
        let outcome = run(self.folder.path(), args, input);
        if !outcome.err.is_empty() {
            let told = format!("$ xtask {}\n{}\n", args.join(" "), outcome.err);
            self.failures.borrow_mut().push_str(&told);
        }
        outcome
    }

    /// Compares what was printed to standard error so far with `golden/NAME.txt`.
    #[track_caller]
    pub(crate) fn failures_are(&self, name: &str) {
        output_is(name, &self.failures.take());
    }

    /// Every file with its text and when it was last written.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
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

/// Compares the output of commands with `golden/NAME.txt`.
#[track_caller]
pub(crate) fn output_is(name: &str, text: &str) {
    golden(name, &without_folders(text));
}

/// A text without what differs in each run: names of temporary folders, and ports.
fn without_folders(text: &str) -> String {
    let folder = format!("{}/.tmp", std::env::temp_dir().display());
    let mut parts = text.split(&folder);
    let mut plain = parts.next().unwrap().to_owned();
    for part in parts {
        plain.push_str("FOLDER");
        plain.push_str(part.trim_start_matches(char::is_alphanumeric));
    }
    let mut parts = plain.split("127.0.0.1:");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        text.push_str("127.0.0.1:PORT");
        text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    text
}

pub(crate) fn run(project: &Path, args: &[&str], input: &[u8]) -> Outcome {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        .env("CARGO_MANIFEST_DIR", project.join("xtask"))
        // The servers of these tests are on this machine.
        .env("NO_PROXY", "*")
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
    pub(crate) fn succeeded(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (0, ""), "{}", self.out);
        self.out
    }

    /// Asserts that the error names these things: files, options, places and values.
    #[track_caller]
    pub(crate) fn failed(self, named: &[&str]) -> String {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        for name in named {
            assert!(self.err.contains(name), "{name:?} is not in:\n{}", self.err);
        }
        self.out
    }
}
