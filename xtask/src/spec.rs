//! The sources of generation, from the working tree, from a file or from a revision.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use codegen::{Origin, Source, Sources};
use serde_json::Value;

use crate::Failure;
use crate::args::Spec;

pub(crate) const DOCUMENT: &str = "spec/trenz-openapi.json";
pub(crate) const OVERLAY: &str = "spec/overlay.json";
pub(crate) const DECISIONS: &str = "spec/decisions.json";

/// Everything that generation reads.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Texts {
    /// What reports call the document.
    pub(crate) name: String,
    pub(crate) document: Vec<u8>,
    /// What the project says of its own document, and of no other vendor's.
    pub(crate) own: Option<Own>,
}

/// What the project says of its document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Own {
    overlay: Vec<u8>,
    decisions: Vec<u8>,
}

impl Texts {
    /// Those of the working tree.
    pub(crate) fn current(project: &Path) -> Result<Self, Failure> {
        let document = read(&project.join(DOCUMENT))?;
        Self::with(project, DOCUMENT.to_owned(), document)
    }

    /// Another document, read as the working tree's would be.
    pub(crate) fn with(project: &Path, name: String, document: Vec<u8>) -> Result<Self, Failure> {
        let (overlay, decisions) = (read(&project.join(OVERLAY))?, read(&project.join(DECISIONS))?);
        Ok(Self { name, document, own: Some(Own { overlay, decisions }) })
    }

    /// A document that is given on the command line, the project's or another vendor's.
    pub(crate) fn given(project: &Path, spec: &Spec, foreign: bool) -> Result<Self, Failure> {
        let (name, document) = match spec {
            Spec::File(file) => (file.display().to_string(), read(file)?),
            Spec::StandardInput => ("standard input".to_owned(), standard_input()?),
        };
        if foreign {
            return Ok(Self { name, document, own: None });
        }
        Self::with(project, name, document)
    }

    /// A document argument: `-`, a file, or a revision of the project.
    pub(crate) fn named(project: &Path, name: &OsStr) -> Result<Self, Failure> {
        let shown = name.to_string_lossy().into_owned();
        if name == "-" {
            return Self::with(project, "standard input".to_owned(), standard_input()?);
        }
        if Path::new(name).exists() {
            return Self::with(project, shown, read(Path::new(name))?);
        }
        Self::of_revision(project, &shown).ok_or_else(|| {
            let cause = "expected a file, or a revision that has the document";
            Failure::new(format!("error: {shown}: {cause}"))
        })
    }

    /// Those of a revision, if git knows it.
    pub(crate) fn of_revision(project: &Path, revision: &str) -> Option<Self> {
        // What looks like an option is not a revision.
        if revision.starts_with('-') {
            return None;
        }
        let show = |file: &str| {
            let object = format!("{revision}:./{file}");
            let git = Command::new("git").arg("-C").arg(project).arg("show").arg(object).output();
            git.ok().filter(|git| git.status.success()).map(|git| git.stdout)
        };
        Some(Self {
            name: format!("{revision}:{DOCUMENT}"),
            document: show(DOCUMENT)?,
            own: Some(Own { overlay: show(OVERLAY)?, decisions: show(DECISIONS)? }),
        })
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        let source = |name, text| Source { name, text };
        let own = self.own.as_ref();
        Sources {
            origin: if own.is_some() { Origin::Own } else { Origin::Foreign },
            document: source(&self.name, &self.document),
            overlay: own.map(|own| source(OVERLAY, &own.overlay)),
            decisions: own.map(|own| source(DECISIONS, &own.decisions)),
        }
    }
}

/// What to say where a document loses more than half of the operations of another, which is
/// a mistake more often than not.
pub(crate) fn loss(old: &[u8], new: &[u8]) -> Option<String> {
    let (old, new) = (operations(old), operations(new));
    let has = |key: &String| new.iter().any(|other| other.contains(key));
    let lost = old.iter().filter(|keys| !keys.iter().any(has)).count();
    too_many(lost, old.len())
}

/// The same of operations that were counted.
pub(crate) fn too_many(lost: usize, all: usize) -> Option<String> {
    let what = match lost {
        lost if lost * 2 <= all => return None,
        lost if lost == all => format!("all {all} operations"),
        lost => format!("{lost} of {all} operations, more than half"),
    };
    Some(format!("error: the new document lacks {what}; pass `--force` if that is intended"))
}

/// What each operation is known by: its request line, and its operationId.
fn operations(document: &[u8]) -> Vec<Vec<String>> {
    let document: Value = serde_json::from_slice(document).unwrap_or_default();
    let paths = document["paths"].as_object().into_iter().flatten();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        let methods = methods.filter(|(name, _)| codegen::METHODS.contains(&name.as_str()));
        methods.map(move |(method, operation)| {
            let id = operation["operationId"].as_str().map(str::to_owned);
            id.into_iter().chain([format!("{method} {path}")]).collect()
        })
    });
    operations.collect()
}

/// The folder of the project. Cargo says where this package is, and it is one below.
pub(crate) fn project() -> Result<std::path::PathBuf, Failure> {
    env::var_os("CARGO_MANIFEST_DIR")
        .and_then(|package| Some(Path::new(&package).parent()?.to_owned()))
        .ok_or_else(|| Failure::new("error: cannot find the project: run this as `cargo xtask`"))
}

pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path)
        .map_err(|error| Failure::new(format!("error: cannot read {}: {error}", path.display())))
}

pub(crate) fn standard_input() -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    io::stdin()
        .read_to_end(&mut text)
        .map_err(|error| Failure::new(format!("error: cannot read standard input: {error}")))?;
    Ok(text)
}
