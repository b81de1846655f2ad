//! The command line: commands, options and `--help`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// The commands of the project
#[derive(Debug, Parser)]
#[command(bin_name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    command: Command,
}

/// One command with its options. The first line of each is what the list of commands says.
#[derive(Debug, PartialEq, Eq, Subcommand)]
#[command(verbatim_doc_comment)]
pub(crate) enum Command {
    Regen(Regen),
    Coverage(Coverage),
    Diff(Diff),
    Import(Import),
    Fetch(Fetch),
    Test(Test),
    Semver(Semver),
    Bench(Bench),
    Sandbox(Sandbox),
}

/// Generate the client from spec/, or a crate of another vendor's document
///
/// Reads spec/trenz-openapi.json, corrected by spec/overlay.json and by the decisions in
/// spec/decisions.json; writes trenz-api/src/generated/, trenz-api/OPERATIONS.md and the
/// calls in tests/tests/calls/generated.rs. Files that are up to date are left untouched,
/// generated files that are no longer needed are deleted. If there is any problem, all of
/// them are reported and nothing is written. At the end it reports what spec/ changes
/// since the last commit, which is what callers have: `cargo xtask diff HEAD
/// spec/trenz-openapi.json` reports the same without generating.
#[derive(Args, Debug, Default, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
#[command(group(ArgGroup::new("place").args(["out", "krate"])))]
#[command(group(ArgGroup::new("aim").args(["out", "krate", "check"]).multiple(true)))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Regen {
    /// Write nothing; fail with a diff if what is there differs
    #[arg(long)]
    pub(crate) check: bool,
    /// Read this document instead, or standard input for `-`
    ///
    /// The overlay and the decisions are the same. Needs --out, so that another document
    /// does not replace the project's client; or --check, to see what it would change.
    #[arg(long, value_name = "FILE", value_parser = spec, requires = "aim", verbatim_doc_comment)]
    pub(crate) spec: Option<Spec>,
    /// Write the generated files and OPERATIONS.md into this folder instead
    ///
    /// It must not be inside of the project, except below target/. Files in it that were
    /// not generated are left alone.
    #[arg(long, value_name = "DIR", value_parser = folder, verbatim_doc_comment)]
    pub(crate) out: Option<PathBuf>,
    /// Write a whole crate into this folder, which compiles as it is
    ///
    /// Includes manifest, sources, licences and a README. The folder must be new, empty, or
    /// made by this command.
    #[arg(
        long = "crate",
        value_name = "DIR",
        value_parser = folder,
        requires = "foreign",
        verbatim_doc_comment
    )]
    pub(crate) krate: Option<PathBuf>,
    /// The name of the crate, if not the name of its folder
    #[arg(long, requires = "krate")]
    pub(crate) name: Option<String>,
    /// The document is another vendor's: see `cargo xtask help coverage`
    ///
    /// What can be generated is written, the rest is listed. Exits with 0 if there is no
    /// rest, and with 3 if operations are missing. The overlay and the decisions are not
    /// read.
    #[arg(long, requires = "spec", requires = "place", verbatim_doc_comment)]
    pub(crate) foreign: bool,
    /// Print every note on another vendor's document
    ///
    /// By default, notes that say the same about different things are one line: their
    /// number, and the first.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) verbose: bool,
    /// Generate although the client loses more than half of its operations
    #[arg(long)]
    pub(crate) force: bool,
}

/// Report how much of a document is generated, and why the rest is not
///
/// Lists the refused operations by cause, with their places. Nothing is written. The
/// document is read as this project's own, with its overlay and its decisions.
///
/// Exits with 0 if everything is generated, with 3 if something is not, and with 1 if the
/// document cannot be read at all. Operations that are called generated have been
/// generated, without the others.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
pub(crate) struct Coverage {
    /// The document, or standard input for `-`
    #[arg(value_name = "FILE", value_parser = spec)]
    pub(crate) spec: Spec,
    /// The document is another vendor's
    ///
    /// Every call is free and needs no scope; an operation without an operationId is named
    /// by method and path; extensions and other unsupported parts are left out with a note.
    /// The overlay and the decisions are not read.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) foreign: bool,
    /// Print every note, and not only the number of each kind
    #[arg(long)]
    pub(crate) verbose: bool,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: CoverageFormat,
}

/// Report what a document changes for callers
///
/// Prices first, then what breaks callers' code, what is new and what has no effect on code;
/// likely renames; and the stale lines of spec/. OLD and NEW are files, `-` for standard
/// input, or revisions of this project, each with its own overlay and decisions.
#[derive(Args, Debug, Default, PartialEq, Eq)]
#[command(verbatim_doc_comment, allow_missing_positional = true)]
pub(crate) struct Diff {
    /// What callers have. Default: the document in spec/
    pub(crate) old: Option<OsString>,
    /// What they would get
    pub(crate) new: OsString,
    /// How the report is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Exit by severity
    ///
    /// With 0 if it is the same client, with 3 if callers do not notice (patch), 4 if they
    /// gain something (minor) and 5 if their code may no longer compile (major). 1 and 2
    /// are failures, as always.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) exit_code: bool,
    /// Add the entry for the next version to CHANGELOG.md
    #[arg(long)]
    pub(crate) write_changelog: bool,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Markdown,
    Json,
}

/// How a report of coverage is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoverageFormat {
    #[default]
    Text,
    Json,
}

/// Store a new document in spec/, and report what it changes
///
/// It is formatted for review, with its source, the date and the checksum of the received
/// bytes; the report is that of `cargo xtask diff`. A file that is not an OpenAPI
/// document is rejected, and spec/ is unchanged.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
pub(crate) struct Import {
    /// The document, or standard input for `-`
    pub(crate) file: OsString,
    /// Store it although it loses more than half of the operations
    #[arg(long)]
    pub(crate) force: bool,
}

/// Download the vendor's live document into spec/, as `import` does
///
/// A response that is incomplete, not JSON, an error, or from a URL that is not https
/// (unless you pass it) is rejected, and spec/ is unchanged.
#[derive(Args, Debug, Default, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
pub(crate) struct Fetch {
    /// The URL. Default: where the document in spec/ came from
    #[arg(long, value_parser = address)]
    pub(crate) url: Option<String>,
    /// Store it although it loses more than half of the operations
    #[arg(long)]
    pub(crate) force: bool,
}

/// Run the checks: formatting, lints, documentation, tests, examples
///
/// In this order, and stops at the first that fails: formatting, clippy without warnings,
/// documentation without warnings, the tests with those in the documentation, the
/// examples.
#[derive(Args, Debug, Default, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
pub(crate) struct Test {
    /// Run what takes long as well, as CI does
    ///
    /// Compiles what is generated of edited documents and of other vendors' documents,
    /// generates large and hostile documents, and runs 2,000 sequences of the spend ledger
    /// instead of 300.
    #[arg(long, verbatim_doc_comment)]
    pub(crate) full: bool,
}

/// Compare the verdicts of the change report with cargo-semver-checks
///
/// It has to be installed. For each edit of codegen/tests/it/changes it compares the
/// client with the client of the edited document, and records the findings in
/// codegen/tests/golden/changes/semver.txt, which every run of the tests compares with
/// the verdicts. Runs on the edits that are not recorded yet.
#[derive(Args, Debug, Default, PartialEq, Eq)]
#[command(verbatim_doc_comment)]
pub(crate) struct Semver {
    /// Run on this edit instead, or on `all`
    ///
    /// All take some twenty minutes: worth it when the generator prints items of another
    /// kind.
    #[arg(long, value_name = "NAME", verbatim_doc_comment)]
    pub(crate) edit: Option<String>,
}

/// Compare generator and client with their peers, and write trenz-api/docs/benchmarks.md
///
/// `cargo xtask bench --help` asks the program itself for its options.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(verbatim_doc_comment, disable_help_flag = true)]
pub(crate) struct Bench {
    /// Only the program understands them
    #[arg(value_name = "OPTIONS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

/// Start a local Trenz to try the client against
///
/// Prints what to set so that the client uses it. `cargo xtask sandbox --help` asks the
/// sandbox itself for its options.
#[derive(Args, Debug, PartialEq, Eq)]
#[command(verbatim_doc_comment, disable_help_flag = true)]
pub(crate) struct Sandbox {
    /// Only the sandbox understands them
    #[arg(value_name = "OPTIONS", trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) args: Vec<OsString>,
}

/// The source of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    File(PathBuf),
    StandardInput,
}

/// Parses the arguments after the program's name. Help and errors know where they are printed and
/// with which exit code.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, clap::Error> {
    let xtask = Xtask::try_parse_from(std::iter::once("cargo xtask".into()).chain(args))?;
    Ok(xtask.command)
}

fn spec(name: &str) -> Result<Spec, String> {
    Ok(if name == "-" { Spec::StandardInput } else { Spec::File(folder(name)?) })
}

fn folder(name: &str) -> Result<PathBuf, String> {
    if name.is_empty() { Err("it is empty".to_owned()) } else { Ok(name.into()) }
}

fn address(url: &str) -> Result<String, String> {
    if ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme)) {
        Ok(url.to_owned())
    } else {
        Err("expected an http address".to_owned())
    }
}
