//! What was asked for on the command line.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use lexopt::prelude::*;

use crate::help::{
    COVERAGE_HELP, DIFF_HELP, FETCH_HELP, HELP, IMPORT_HELP, REGEN_HELP, SANDBOX_HELP, SEMVER_HELP,
    TEST_HELP,
};

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print this text.
    Help(&'static str),
    Regen(Regen),
    Coverage(Coverage),
    Diff(Diff),
    Import(Import),
    Fetch(Fetch),
    Semver(Semver),
    Test,
    /// Start the sandbox with these arguments, which only it understands.
    Sandbox(Vec<OsString>),
}

/// The options of `regen`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Regen {
    /// Compare instead of writing.
    pub(crate) check: bool,
    /// Another document than the project's.
    pub(crate) spec: Option<Spec>,
    /// Another folder than the project's.
    pub(crate) out: Option<PathBuf>,
    /// A folder for a whole crate.
    pub(crate) krate: Option<PathBuf>,
    /// What the crate is called, if not like its folder.
    pub(crate) name: Option<String>,
    /// Whether the document is another vendor's.
    pub(crate) foreign: bool,
    /// Every note, and not how many there are of a kind.
    pub(crate) verbose: bool,
}

/// The options of `coverage`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Coverage {
    pub(crate) spec: Spec,
    /// Whether the document is another vendor's.
    pub(crate) foreign: bool,
    /// Every note, and not how many there are of a kind.
    pub(crate) verbose: bool,
    /// Markdown is not among them.
    pub(crate) format: Format,
}

/// The options of `diff`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Diff {
    /// A file or a revision; what stands in the project, if it is left out.
    pub(crate) old: Option<OsString>,
    /// A file or a revision.
    pub(crate) new: OsString,
    pub(crate) format: Format,
    /// Exit by severity.
    pub(crate) exit_code: bool,
    /// Write the entry of the change log.
    pub(crate) write_changelog: bool,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Text,
    Markdown,
    Json,
}

/// The options of `import`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// A file, or `-` for standard input.
    pub(crate) file: OsString,
}

/// The options of `fetch`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fetch {
    pub(crate) url: Option<String>,
}

/// The options of `semver`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Semver {
    /// One edit by its name, or `all`; those that were not judged yet, if it is left out.
    pub(crate) edit: Option<String>,
}

/// Where to read a document from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Spec {
    File(PathBuf),
    StandardInput,
}

/// A command line that cannot be understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Usage {
    cause: String,
    help: &'static str,
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}\nhint: see `{}`", self.cause, self.help)
    }
}

/// Understands the arguments after the program's name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, Usage> {
    let mut parser = lexopt::Parser::from_args(args);
    let in_general = |cause: String| Usage { cause, help: "cargo xtask help" };
    match parser.next().map_err(|error| in_general(error.to_string()))? {
        Some(Long("help") | Short('h')) => end(parser, "cargo xtask help", HELP),
        Some(Value(name)) => match name.to_str() {
            Some("regen") => regen(parser),
            Some("coverage") => coverage(parser),
            Some("diff") => diff(parser),
            Some("import") => import(parser),
            Some("fetch") => fetch(parser),
            Some("semver") => semver(parser),
            Some("test") => test(parser),
            // Whatever comes next is not ours to understand.
            Some("sandbox") => sandbox(parser),
            Some("help") => help(parser),
            _ => Err(in_general(format!("there is no command `{}`", name.to_string_lossy()))),
        },
        Some(option) => Err(in_general(option.unexpected().to_string())),
        None => Err(in_general("which command?".to_owned())),
    }
}

fn regen(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask regen --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let mut options = Regen::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("check") if !options.check => options.check = true,
            Long("spec") if options.spec.is_none() => {
                let file = parser.value().map_err(wrong)?;
                options.spec = Some(spec(file, "--spec").map_err(usage)?);
            }
            Long("foreign") if !options.foreign => options.foreign = true,
            Long("verbose") if !options.verbose => options.verbose = true,
            Long("out") if options.out.is_none() => {
                let folder = parser.value().map_err(wrong)?;
                options.out = Some(path(folder, "--out").map_err(usage)?);
            }
            Long("crate") if options.krate.is_none() => {
                let folder = parser.value().map_err(wrong)?;
                options.krate = Some(path(folder, "--crate").map_err(usage)?);
            }
            Long("name") if options.name.is_none() => {
                options.name = Some(parser.value().map_err(wrong)?.string().map_err(wrong)?);
            }
            Long("help") | Short('h') => return Ok(Command::Help(REGEN_HELP)),
            Long(name @ ("check" | "spec" | "out" | "crate" | "name" | "foreign" | "verbose")) => {
                return Err(usage(format!("`--{name}` is given twice")));
            }
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    let somewhere = options.out.is_some() || options.krate.is_some();
    if options.foreign && (options.spec.is_none() || !somewhere) {
        let cause = "`--foreign` says that the document is another vendor's; \
                     add `--spec FILE`, and `--crate DIR` or `--out DIR`";
        return Err(usage(cause.to_owned()));
    }
    if options.krate.is_some() && (!options.foreign || options.out.is_some()) {
        let cause = "`--crate` makes a crate of another vendor's document; add `--foreign`, \
                     and leave `--out` out";
        return Err(usage(cause.to_owned()));
    }
    if options.name.is_some() && options.krate.is_none() {
        return Err(usage("`--name` is what a crate is called; add `--crate DIR`".to_owned()));
    }
    if options.spec.is_some() && !somewhere && !options.check {
        let cause = "`--spec` would replace the project's client by another document's; \
                     add `--out DIR`, or `--check` to see what it would change";
        return Err(usage(cause.to_owned()));
    }
    Ok(Command::Regen(options))
}

fn coverage(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask coverage --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let (mut file, mut foreign, mut verbose, mut format) = (None, false, false, None);
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(name) if file.is_none() => file = Some(spec(name, "FILE").map_err(usage)?),
            Long("foreign") if !foreign => foreign = true,
            Long("verbose") if !verbose => verbose = true,
            Long("format") if format.is_none() => {
                let name = parser.value().map_err(wrong)?;
                format = Some(match name.to_str() {
                    Some("text") => Format::Text,
                    Some("json") => Format::Json,
                    _ => {
                        let cause = format!("there is no format `{}`", name.to_string_lossy());
                        return Err(usage(cause));
                    }
                });
            }
            Long("help") | Short('h') => return Ok(Command::Help(COVERAGE_HELP)),
            Long(name @ ("foreign" | "verbose" | "format")) => {
                return Err(usage(format!("`--{name}` is given twice")));
            }
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    let spec = file.ok_or_else(|| usage("of which document?".to_owned()))?;
    Ok(Command::Coverage(Coverage { spec, foreign, verbose, format: format.unwrap_or_default() }))
}

fn spec(file: OsString, option: &str) -> Result<Spec, String> {
    Ok(if file == "-" { Spec::StandardInput } else { Spec::File(path(file, option)?) })
}

fn diff(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask diff --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let mut options = Diff::default();
    let mut format = None;
    let mut sides = Vec::new();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(side) if sides.len() < 2 && !side.is_empty() => sides.push(side),
            Long("format") if format.is_none() => {
                let name = parser.value().map_err(wrong)?;
                format = Some(match name.to_str() {
                    Some("text") => Format::Text,
                    Some("markdown") => Format::Markdown,
                    Some("json") => Format::Json,
                    _ => {
                        let cause = format!("there is no format `{}`", name.to_string_lossy());
                        return Err(usage(cause));
                    }
                });
            }
            Long("exit-code") if !options.exit_code => options.exit_code = true,
            Long("write-changelog") if !options.write_changelog => options.write_changelog = true,
            Long("help") | Short('h') => return Ok(Command::Help(DIFF_HELP)),
            Long(name @ ("format" | "exit-code" | "write-changelog")) => {
                return Err(usage(format!("`--{name}` is given twice")));
            }
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    options.format = format.unwrap_or_default();
    options.new = sides.pop().ok_or_else(|| usage("compare with what?".to_owned()))?;
    options.old = sides.pop();
    Ok(Command::Diff(options))
}

fn import(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask import --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let mut file = None;
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Value(name) if file.is_none() && !name.is_empty() => file = Some(name),
            Long("help") | Short('h') => return Ok(Command::Help(IMPORT_HELP)),
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    let file = file.ok_or_else(|| usage("import what?".to_owned()))?;
    Ok(Command::Import(Import { file }))
}

fn fetch(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask fetch --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let mut options = Fetch::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("url") if options.url.is_none() => {
                let url = parser.value().map_err(wrong)?.string().map_err(wrong)?;
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    return Err(usage(format!("`{url}` is no http address")));
                }
                options.url = Some(url);
            }
            Long("url") => return Err(usage("`--url` is given twice".to_owned())),
            Long("help") | Short('h') => return Ok(Command::Help(FETCH_HELP)),
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    Ok(Command::Fetch(options))
}

fn semver(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask semver --help" };
    let wrong = |error: lexopt::Error| usage(error.to_string());
    let mut options = Semver::default();
    while let Some(arg) = parser.next().map_err(wrong)? {
        match arg {
            Long("edit") if options.edit.is_none() => {
                options.edit = Some(parser.value().map_err(wrong)?.string().map_err(wrong)?);
            }
            Long("edit") => return Err(usage("`--edit` is given twice".to_owned())),
            Long("help") | Short('h') => return Ok(Command::Help(SEMVER_HELP)),
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    Ok(Command::Semver(options))
}

fn path(value: OsString, option: &str) -> Result<PathBuf, String> {
    if value.is_empty() { Err(format!("`{option}` is empty")) } else { Ok(value.into()) }
}

fn test(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask test --help" };
    match parser.next().map_err(|error| usage(error.to_string()))? {
        None => Ok(Command::Test),
        Some(Long("help") | Short('h')) => Ok(Command::Help(TEST_HELP)),
        Some(arg) => Err(usage(arg.unexpected().to_string())),
    }
}

fn sandbox(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    match parser.raw_args() {
        Ok(args) => Ok(Command::Sandbox(args.collect())),
        Err(error) => Err(Usage { cause: error.to_string(), help: "cargo xtask sandbox --help" }),
    }
}

fn help(mut parser: lexopt::Parser) -> Result<Command, Usage> {
    let usage = |cause: String| Usage { cause, help: "cargo xtask help" };
    let text = match parser.next().map_err(|error| usage(error.to_string()))? {
        None | Some(Long("help") | Short('h')) => HELP,
        Some(Value(name)) => match name.to_str() {
            Some("regen") => REGEN_HELP,
            Some("coverage") => COVERAGE_HELP,
            Some("diff") => DIFF_HELP,
            Some("import") => IMPORT_HELP,
            Some("fetch") => FETCH_HELP,
            Some("semver") => SEMVER_HELP,
            Some("test") => TEST_HELP,
            Some("sandbox") => SANDBOX_HELP,
            Some("help") => HELP,
            _ => return Err(usage(format!("there is no command `{}`", name.to_string_lossy()))),
        },
        Some(arg) => return Err(usage(arg.unexpected().to_string())),
    };
    end(parser, "cargo xtask help", text)
}

/// Prints `text`, if nothing follows.
fn end(
    mut parser: lexopt::Parser,
    help: &'static str,
    text: &'static str,
) -> Result<Command, Usage> {
    match parser.next() {
        Ok(None) => Ok(Command::Help(text)),
        Ok(Some(arg)) => Err(Usage { cause: arg.unexpected().to_string(), help }),
        Err(error) => Err(Usage { cause: error.to_string(), help }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, Usage> {
        parse(line.split_whitespace().map(OsString::from))
    }

    fn regen(check: bool, spec: Option<Spec>, out: Option<&str>) -> Command {
        Command::Regen(Regen { check, spec, out: out.map(PathBuf::from), ..Regen::default() })
    }

    fn coverage(spec: Spec, foreign: bool, format: Format) -> Command {
        Command::Coverage(Coverage { spec, foreign, verbose: false, format })
    }

    fn diff(old: Option<&str>, new: &str, format: Format) -> Command {
        let old = old.map(OsString::from);
        Command::Diff(Diff { old, new: new.into(), format, ..Diff::default() })
    }

    #[test]
    fn commands_and_options_are_understood() {
        let file = || Some(Spec::File("a.json".into()));
        for (line, command) in [
            ("regen", regen(false, None, None)),
            ("regen --check", regen(true, None, None)),
            ("regen --check --spec a.json", regen(true, file(), None)),
            ("regen --spec=a.json --out d", regen(false, file(), Some("d"))),
            ("regen --out d --spec -", regen(false, Some(Spec::StandardInput), Some("d"))),
            ("regen --out d --help", Command::Help(REGEN_HELP)),
            (
                "regen --foreign --spec a.json --out d",
                Command::Regen(Regen {
                    spec: file(),
                    out: Some("d".into()),
                    foreign: true,
                    ..Regen::default()
                }),
            ),
            (
                "regen --foreign --spec a.json --crate d --name n",
                Command::Regen(Regen {
                    spec: file(),
                    krate: Some("d".into()),
                    name: Some("n".to_owned()),
                    foreign: true,
                    ..Regen::default()
                }),
            ),
            ("coverage a.json", coverage(Spec::File("a.json".into()), false, Format::Text)),
            ("coverage --foreign -", coverage(Spec::StandardInput, true, Format::Text)),
            (
                "coverage --format json a.json",
                coverage(Spec::File("a.json".into()), false, Format::Json),
            ),
            (
                "coverage a.json --verbose",
                Command::Coverage(Coverage {
                    spec: Spec::File("a.json".into()),
                    foreign: false,
                    verbose: true,
                    format: Format::Text,
                }),
            ),
            ("help coverage", Command::Help(COVERAGE_HELP)),
            ("diff b", diff(None, "b", Format::Text)),
            ("diff a b --format json", diff(Some("a"), "b", Format::Json)),
            ("diff --format=markdown a -", diff(Some("a"), "-", Format::Markdown)),
            ("import a.json", Command::Import(Import { file: "a.json".into() })),
            ("import -", Command::Import(Import { file: "-".into() })),
            ("fetch", Command::Fetch(Fetch::default())),
            (
                "fetch --url http://localhost:1/a",
                Command::Fetch(Fetch { url: Some("http://localhost:1/a".to_owned()) }),
            ),
            ("semver", Command::Semver(Semver::default())),
            ("semver --edit a", Command::Semver(Semver { edit: Some("a".to_owned()) })),
            ("test", Command::Test),
            ("test --help", Command::Help(TEST_HELP)),
            (
                "sandbox --port 1 --help x",
                Command::Sandbox(vec!["--port".into(), "1".into(), "--help".into(), "x".into()]),
            ),
            ("help", Command::Help(HELP)),
            ("--help", Command::Help(HELP)),
            ("-h", Command::Help(HELP)),
            ("help regen", Command::Help(REGEN_HELP)),
            ("help sandbox", Command::Help(SANDBOX_HELP)),
        ] {
            assert_eq!(parsed(line), Ok(command), "{line}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_hint() {
        for (line, cause, help) in [
            ("", "which command?", "cargo xtask help"),
            ("regenerate", "no command `regenerate`", "cargo xtask help"),
            ("--check", "--check", "cargo xtask help"),
            ("help me", "no command `me`", "cargo xtask help"),
            ("help regen test", "test", "cargo xtask help"),
            ("regen --chek", "--chek", "cargo xtask regen --help"),
            ("regen file", "file", "cargo xtask regen --help"),
            ("regen --check=yes", "--check", "cargo xtask regen --help"),
            ("regen --check --check", "given twice", "cargo xtask regen --help"),
            ("regen --spec", "--spec", "cargo xtask regen --help"),
            ("regen --out=", "`--out` is empty", "cargo xtask regen --help"),
            ("regen --spec a.json", "add `--out DIR`", "cargo xtask regen --help"),
            (
                "regen --foreign --spec a.json",
                "add `--spec FILE`, and `--crate DIR`",
                "cargo xtask regen --help",
            ),
            ("regen --foreign --out d", "add `--spec FILE`", "cargo xtask regen --help"),
            ("regen --spec a --crate d", "add `--foreign`", "cargo xtask regen --help"),
            (
                "regen --foreign --spec a --crate d --out e",
                "leave `--out` out",
                "cargo xtask regen --help",
            ),
            ("regen --name a", "add `--crate DIR`", "cargo xtask regen --help"),
            ("regen --foreign --foreign", "given twice", "cargo xtask regen --help"),
            ("coverage", "of which document?", "cargo xtask coverage --help"),
            ("coverage a b", "b", "cargo xtask coverage --help"),
            ("coverage a --format markdown", "no format `markdown`", "cargo xtask coverage --help"),
            ("coverage a --foreign --foreign", "given twice", "cargo xtask coverage --help"),
            ("diff", "compare with what?", "cargo xtask diff --help"),
            ("diff a b c", "c", "cargo xtask diff --help"),
            ("diff a --format yaml", "no format `yaml`", "cargo xtask diff --help"),
            ("diff a --exit-code --exit-code", "given twice", "cargo xtask diff --help"),
            ("import", "import what?", "cargo xtask import --help"),
            ("import a b", "b", "cargo xtask import --help"),
            ("fetch a", "a", "cargo xtask fetch --help"),
            ("fetch --url file:///etc", "no http address", "cargo xtask fetch --help"),
            ("semver a", "a", "cargo xtask semver --help"),
            ("semver --edit a --edit b", "given twice", "cargo xtask semver --help"),
            ("test --fast", "--fast", "cargo xtask test --help"),
            ("test fast", "fast", "cargo xtask test --help"),
        ] {
            let usage = parsed(line).unwrap_err();
            assert!(usage.cause.contains(cause), "{line}: {usage}");
            assert_eq!(usage.help, help, "{line}");
        }
    }

    #[test]
    fn help_names_every_option_and_fits_a_terminal() {
        for option in
            ["--check", "--spec", "--out", "--crate", "--name", "--foreign", "--verbose", "--help"]
        {
            assert!(REGEN_HELP.contains(option));
        }
        for option in ["--foreign", "--verbose", "--format", "--help"] {
            assert!(COVERAGE_HELP.contains(option));
        }
        for option in ["--format", "--exit-code", "--write-changelog", "--help"] {
            assert!(DIFF_HELP.contains(option));
        }
        let all = [
            HELP,
            REGEN_HELP,
            COVERAGE_HELP,
            DIFF_HELP,
            IMPORT_HELP,
            FETCH_HELP,
            SEMVER_HELP,
            TEST_HELP,
            SANDBOX_HELP,
        ];
        for line in all.join("\n").lines() {
            assert!(line.chars().count() <= 92, "{line}");
        }
    }
}
