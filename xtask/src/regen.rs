//! Generates the client: reads the sources, has them generated, and writes the outcome.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::time::Instant;

use codegen::coverage::Refusal;
use codegen::{Generated, METHODS};

use crate::args::{Regen, Spec};
use crate::krate::Crate;
use crate::spec::{self, DECISIONS, OVERLAY, Texts};
use crate::tree::{self, Change, Files, Stale};
use crate::{Failure, Outcome, diff};

/// Generates, and writes or compares. What it has to say comes back as text.
pub(crate) fn run(options: &Regen) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let project = spec::project()?;
    let target = Target::of(options, &project)?;

    let texts = texts(options, &project)?;
    let (generated, refused, missing) = generated(&texts, options)?;

    let files = target.files(&generated, &refused);
    let changes = tree::compare(&files, &target.folders()).map_err(Failure::new)?;
    if options.check {
        return check(options, &target, &changes, files.len()).map(Outcome::from);
    }
    if let Some(loss) = target.loss(&generated).filter(|_| !options.force) {
        return Err(Failure::new(format!("{loss}\nnothing was written")));
    }
    let folders = target.folders();
    let roots: Vec<&Path> = folders.iter().map(|(folder, _)| *folder).collect();
    tree::apply(&changes, &roots).map_err(Failure::new)?;

    let mut told = told(&texts, &generated, options.verbose);
    for change in &changes {
        line(&mut told, change.verb(), &target.name(&change.path));
    }
    let gone = changes.iter().filter(|change| change.verb() == "deleted").count();
    let written = changes.len() - gone;
    let same = files.len() - written;
    let seconds = start.elapsed().as_secs_f64();
    line(
        &mut told,
        "done",
        &format!("{written} written, {gone} deleted, {same} unchanged, in {seconds:.2} s"),
    );
    let own = options.spec.is_none() && options.out.is_none();
    if options.krate.is_some() {
        let _ =
            writeln!(told, "\nto compile it: cargo check --manifest-path {}", target.manifest());
    }
    if let Some(report) = own.then(|| diff::since_commit(&project, &texts)).flatten() {
        let _ = writeln!(told, "\nsince the last commit:\n\n{report}");
    }
    let code = if missing.is_empty() { 0 } else { 3 };
    Ok(Outcome { text: told, warning: missing, code })
}

/// What is generated, and what to say of operations that are not.
fn generated(texts: &Texts, options: &Regen) -> Result<(Generated, Vec<Refusal>, String), Failure> {
    let failure = |report: codegen::report::Report| Failure::new(report.to_string());
    if !options.foreign {
        let generated = codegen::generate(&texts.sources()).map_err(failure)?;
        return Ok((generated, Vec::new(), String::new()));
    }
    let mut coverage = codegen::coverage(&texts.sources()).map_err(failure)?;
    let Some(generated) = coverage.client.take() else {
        return Err(Failure::new(format!("{coverage}; nothing was written")));
    };
    if coverage.is_complete() {
        return Ok((generated, Vec::new(), String::new()));
    }
    // The notes have been told of already.
    coverage.notes.clear();
    let missing = format!("{coverage}; the client is written without these");
    Ok((generated, coverage.refused, missing))
}

/// Where the files go.
#[derive(Debug)]
struct Target {
    project: PathBuf,
    folder: PathBuf,
    index: PathBuf,
    /// Only the project has tests that call what is generated.
    calls: Option<PathBuf>,
    /// The generated half of the command line, which only the project has as well.
    commands: Option<PathBuf>,
    /// The crate that is written whole, in place of a folder of generated files.
    krate: Option<Crate>,
    stale: Stale,
}

impl Target {
    fn of(options: &Regen, project: &Path) -> Result<Self, Failure> {
        let Some(out) = options.out.as_ref().or(options.krate.as_ref()) else {
            return Ok(Self {
                project: project.to_owned(),
                folder: project.join("trenz-api/src/generated"),
                index: project.join("trenz-api/OPERATIONS.md"),
                calls: Some(project.join("tests/tests/calls/generated.rs")),
                commands: Some(project.join("trenz-api/cli/src/generated")),
                krate: None,
                stale: Stale::Rust,
            });
        };
        // Deleting what is stale in a folder of the project would delete its own client.
        let (place, home) = (resolved(out)?, resolved(project)?);
        // A crate below target/ would be one of the workspace around it.
        let below_target = options.krate.is_none() && place.starts_with(home.join("target"));
        if place.starts_with(&home) && !below_target || home.starts_with(&place) {
            let (option, or) = match options.krate {
                Some(_) => ("--crate", ""),
                None => ("--out", " or below target/"),
            };
            return Err(Failure::new(format!(
                "error: {}: expected a folder outside of the project{or}, found one in it; pass {option} another folder",
                out.display()
            )));
        }
        let krate = options.krate.as_ref().map(|folder| {
            Crate::at(folder, options.name.as_deref(), options.spec.as_ref(), project)
        });
        Ok(Self {
            project: project.to_owned(),
            folder: out.clone(),
            index: out.join("OPERATIONS.md"),
            calls: None,
            commands: None,
            krate: krate.transpose()?,
            stale: Stale::Generated,
        })
    }

    fn files(&self, generated: &Generated, refused: &[Refusal]) -> Files {
        if let Some(krate) = &self.krate {
            return krate.files(generated, refused);
        }
        let mut files = placed(&self.folder, &generated.files);
        if let Some(commands) = &self.commands {
            files.extend(placed(commands, &generated.commands));
        }
        files.insert(self.index.clone(), generated.index.clone());
        if let Some(calls) = &self.calls {
            files.insert(calls.clone(), generated.calls.clone());
        }
        files
    }

    /// The folders in which a file that is not wanted is deleted.
    fn folders(&self) -> Vec<(&Path, Stale)> {
        let commands = self.commands.as_deref().map(|folder| (folder, Stale::Rust));
        [(self.folder.as_path(), self.stale)].into_iter().chain(commands).collect()
    }

    /// What to say where most of the operations that are there would go.
    fn loss(&self, generated: &Generated) -> Option<String> {
        let there = fs::read_to_string(&self.index).unwrap_or_default();
        let (there, new) = (requests(&there), requests(&generated.index));
        let lost = there.iter().filter(|request| !new.contains(*request)).count();
        spec::too_many(lost, there.len())
    }

    fn manifest(&self) -> String {
        self.folder.join("Cargo.toml").display().to_string()
    }

    /// A path as it is shown: from the project's root, with slashes.
    fn name(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.project).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

/// Generated files in their places below a folder.
fn placed(folder: &Path, files: &BTreeMap<String, String>) -> Files {
    let place = |path: &str| path.split('/').fold(folder.to_owned(), |at, step| at.join(step));
    files.iter().map(|(path, text)| (place(path), text.clone())).collect()
}

/// The request lines of an index of operations: `GET /a`.
fn requests(index: &str) -> BTreeSet<&str> {
    let rows = index.lines().filter(|line| line.starts_with('|'));
    let is_request = |span: &&str| {
        let line = span.split_once(" /").filter(|(method, _)| !method.contains(' '));
        line.is_some_and(|(method, _)| METHODS.contains(&method.to_lowercase().as_str()))
    };
    rows.filter_map(|row| row.split('`').skip(1).step_by(2).find(is_request)).collect()
}

/// A path without links and dots, although its last parts may not exist yet.
fn resolved(path: &Path) -> Result<PathBuf, Failure> {
    let cannot =
        |error: &io::Error| Failure::new(format!("error: cannot find {}: {error}", path.display()));
    let path = std::path::absolute(path).map_err(|error| cannot(&error))?;
    let mut resolved = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
        if let Ok(real) = fs::canonicalize(&resolved) {
            resolved = real;
        }
    }
    Ok(resolved)
}

/// What to generate from.
fn texts(options: &Regen, project: &Path) -> Result<Texts, Failure> {
    match &options.spec {
        None => Texts::current(project),
        Some(spec) => Texts::given(project, spec, options.foreign),
    }
}

/// Fails with a diff if there is any change.
fn check(
    options: &Regen,
    target: &Target,
    changes: &[Change],
    files: usize,
) -> Result<String, Failure> {
    if changes.is_empty() {
        return Ok(format!("all {files} generated files are up to date"));
    }
    let mut output = String::new();
    for change in changes {
        output.push_str(&change.diff(&target.name(&change.path)));
    }
    let count = changes.len();
    let differ = if count == 1 { "file differs" } else { "files differ" };
    let mut cause = format!("{count} generated {differ} from what the sources give\n");
    for change in changes {
        let _ = writeln!(cause, "  {}", target.name(&change.path));
    }
    cause.push_str(&advice(options));
    Err(Failure { output, cause })
}

/// What to do about differences.
fn advice(options: &Regen) -> String {
    let out = options.out.as_ref().map(|out| format!(" --out {}", out.display()));
    let krate = options.krate.as_ref().map(|folder| format!(" --crate {}", folder.display()));
    let name = options.name.as_ref().map(|name| format!(" --name {name}")).unwrap_or_default();
    let out = out.or(krate.map(|krate| krate + &name));
    let spec = options.spec.as_ref().map(|spec| match spec {
        Spec::File(file) => format!(" --spec {}", file.display()),
        Spec::StandardInput => " --spec -".to_owned(),
    });
    match (spec, out) {
        // To adopt another document is the maintainer's decision, and more than a command.
        (Some(_), None) => "this is what the document would change".to_owned(),
        (spec, out) => {
            let (spec, out) = (spec.unwrap_or_default(), out.unwrap_or_default());
            let foreign = if options.foreign { " --foreign" } else { "" };
            format!("run: cargo xtask regen{spec}{out}{foreign}")
        }
    }
}

/// What was read, decided and made.
fn told(texts: &Texts, generated: &Generated, verbose: bool) -> String {
    let mut told = String::new();
    let summary = &generated.summary;
    let (name, title, version) = (&texts.name, &summary.title, &summary.version);
    line(&mut told, "read", &format!("{name}: {title}, version {version}"));
    if texts.own.is_some() {
        line(&mut told, "read", OVERLAY);
        line(&mut told, "read", DECISIONS);
    }
    // What the project itself has decided, its maintainers want to read whole.
    if verbose || texts.own.is_some() {
        for note in &generated.notes {
            let verb = if note.rule == "sharing" { "propose" } else { "decided" };
            line(&mut told, verb, &note.to_string());
        }
    } else {
        for note in codegen::report::summed_up(&generated.notes) {
            line(&mut told, "decided", &note);
        }
    }
    let (operations, types) = (summary.operations, summary.types);
    line(&mut told, "made", &format!("{operations} operations and {types} types"));
    told
}

fn line(told: &mut String, verb: &str, what: &str) {
    let _ = writeln!(told, "{verb:>8}  {what}");
}
