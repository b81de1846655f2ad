//! A whole crate of another vendor's document: what is generated, the hand-written half of the
//! client, and what it takes to compile, read and pass them on.

mod manifest;
mod prose;
mod readme;
mod runtime;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use codegen::Generated;
use codegen::coverage::Refusal;

use crate::Failure;
use crate::args::Spec;
use crate::tree::{Files, is_generated};

/// What cannot be the name of a crate, beside what its dependencies are called.
const RESERVED: [&str; 46] = [
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "override",
    "priv",
    "proc_macro",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "try",
    "type",
    "unsafe",
    "use",
];

/// Where a crate goes, and what it is called.
#[derive(Debug)]
pub(crate) struct Crate {
    folder: PathBuf,
    package: String,
    document: String,
    sources: Sources,
}

/// What of the project every crate has a copy of.
#[derive(Debug)]
struct Sources {
    runtime: BTreeMap<PathBuf, String>,
    manifest: String,
    workspace: String,
    licences: Vec<(&'static str, String)>,
}

/// What the crate and its parts are called.
pub(crate) struct Names<'a> {
    package: &'a str,
    module: String,
    description: String,
    takes_key: bool,
}

impl Names<'_> {
    /// What the client's names are while a text is read: those of the crate may say what
    /// only the platform has.
    const MARKS: [(&'static str, &'static str); 4] =
        [("TRENZ_", "\u{1}"), ("trenz_api", "\u{2}"), ("trenz-api", "\u{3}"), ("trenz.", "\u{2}.")];

    fn marked(text: &str) -> String {
        Self::MARKS.iter().fold(text.to_owned(), |text, (ours, mark)| text.replace(ours, mark))
    }

    fn in_place_of_marks(&self, text: &str) -> String {
        let environment = format!("{}_", self.module.to_uppercase());
        let names = [environment.as_str(), &self.module, self.package];
        let marks = ['\u{1}', '\u{2}', '\u{3}'].into_iter().zip(names);
        marks.fold(text.to_owned(), |text, (mark, name)| text.replace(mark, name))
    }

    /// A text of the client's with the crate's names.
    fn in_place_of_ours(&self, text: &str) -> String {
        self.in_place_of_marks(&Self::marked(text))
    }
}

impl Crate {
    /// A crate in a folder that is empty, or that holds one made before.
    pub(crate) fn at(
        folder: &Path,
        name: Option<&str>,
        spec: Option<&Spec>,
        project: &Path,
    ) -> Result<Self, Failure> {
        let manifest = folder.join("Cargo.toml");
        let is_ours = fs::read(&manifest).is_ok_and(|text| is_generated(&text));
        let is_empty = match fs::read_dir(folder) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if !is_ours && !is_empty {
            return Err(Failure::new(format!(
                "error: {}: expected a new or empty folder, or a crate that this command wrote; \
                 pass another folder by --crate",
                folder.display()
            )));
        }
        let sources = Sources::of(project)?;
        let of_folder =
            || Some(std::path::absolute(folder).ok()?.file_name()?.to_str()?.to_owned());
        let package = name.map(str::to_owned).or_else(of_folder).unwrap_or_default();
        check_name(&package, &sources.manifest)?;
        let document = match spec {
            Some(Spec::File(file)) => {
                file.file_name().unwrap_or_default().to_string_lossy().into_owned()
            }
            _ => "a document from standard input".to_owned(),
        };
        Ok(Self { folder: folder.to_owned(), package, document, sources })
    }

    /// Every file of the crate.
    pub(crate) fn files(&self, generated: &Generated, refused: &[Refusal]) -> Files {
        let summary = &generated.summary;
        let names = Names {
            package: &self.package,
            module: self.package.replace('-', "_"),
            description: format!("A client for {}, version {}", summary.title, summary.version),
            takes_key: summary.key.is_some(),
        };
        let example = generated.example.as_deref().unwrap_or_default();
        let example = names.in_place_of_ours(example);
        let docs = readme::of_crate(&names, &example);
        let mut files = BTreeMap::new();
        for (path, text) in runtime::files(&self.sources.runtime, &names, &docs) {
            files.insert(Path::new("src").join(path), text);
        }
        for (path, text) in &generated.files {
            let place =
                path.split('/').fold(PathBuf::from("src/generated"), |at, step| at.join(step));
            // Examples call the client by the name of its crate.
            let text = text.replace("trenz_api::", &format!("{}::", names.module));
            files.insert(place, runtime::generated(path, &text));
        }
        let manifest = manifest::text(&self.sources.manifest, &self.sources.workspace, &names);
        files.insert("Cargo.toml".into(), manifest);
        let readme = readme::text(&names, &example, &self.document, summary, refused);
        files.insert("README.md".into(), readme);
        files.insert("OPERATIONS.md".into(), generated.index.clone());
        let program = format!("{}//! One call.\n\n{example}", runtime::HEADER);
        files.insert("examples/call.rs".into(), program);
        for (name, text) in &self.sources.licences {
            files.insert((*name).into(), text.clone());
        }
        files.into_iter().map(|(path, text)| (self.folder.join(path), text)).collect()
    }
}

impl Sources {
    fn of(project: &Path) -> Result<Self, Failure> {
        let client = project.join("trenz-api");
        let read = |path: PathBuf| {
            fs::read_to_string(&path).map_err(|error| {
                Failure::new(format!("error: cannot read {}: {error}", path.display()))
            })
        };
        let mut runtime = BTreeMap::new();
        let source = client.join("src");
        for path in crate::tree::walk(&source).map_err(Failure::new)? {
            let below = path.strip_prefix(&source).unwrap_or(&path).to_owned();
            let is_rust = below.extension().is_some_and(|extension| extension == "rs");
            if is_rust && !below.starts_with("generated") {
                runtime.insert(below, read(path)?);
            }
        }
        let licences = ["LICENSE-APACHE", "LICENSE-MIT"]
            .map(|name| Ok((name, read(client.join(name))?)))
            .into_iter()
            .collect::<Result<_, Failure>>()?;
        Ok(Self {
            runtime,
            manifest: read(client.join("Cargo.toml"))?,
            workspace: read(project.join("Cargo.toml"))?,
            licences,
        })
    }
}

fn check_name(package: &str, manifest: &str) -> Result<(), Failure> {
    let module = package.replace('-', "_");
    let plain = package.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
    let why = if !plain || !package.starts_with(|c: char| c.is_ascii_alphabetic()) {
        "is not a valid crate name: expected letters, digits, `-` and `_`, a letter first"
    } else if RESERVED.contains(&module.to_lowercase().as_str()) {
        "is a Rust keyword"
    } else if manifest::dependencies(manifest).any(|name| name.replace('-', "_") == module) {
        "is a dependency of the crate"
    } else {
        return Ok(());
    };
    Err(Failure::new(format!("error: `{package}` {why}; pass another name by --name")))
}
