//! What was asked for on the command line.

use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;

use lexopt::prelude::*;

/// One command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print this text.
    Help(&'static str),
    Regen(Regen),
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

const HELP: &str = "\
The commands of the project

  cargo xtask regen [--check] [--spec FILE] [--out DIR]
      generate the client from spec/
  cargo xtask test
      run every check there is: formatting, lints, documentation, tests
  cargo xtask sandbox [OPTIONS]
      start a local Trenz to try the client against
  cargo xtask help [COMMAND]
      print this, or more about a command";

const REGEN_HELP: &str = "\
cargo xtask regen [--check] [--spec FILE] [--out DIR]

Generates the client. Reads spec/trenz-openapi.json, corrected by spec/overlay.json and
by the decisions in spec/decisions.json; writes trenz-api/src/generated/,
trenz-api/OPERATIONS.md and the calls in tests/tests/calls/generated.rs. Files that are
right already are left untouched, generated files that are no longer needed are deleted.
If there is any problem, all of them are reported and nothing is written.

  --check      Write nothing; fail with a diff if what is there differs.
  --spec FILE  Read this document instead, or standard input for `-`. The overlay and the
               decisions are the same. Needs --out, so that another document does not
               replace the project's client; or --check, to see what it would change.
  --out DIR    Write the generated files and OPERATIONS.md into this folder instead. It
               must not be inside of the project, except below target/. Files in it that
               were not generated are left alone.
  --help       Print this.";

const TEST_HELP: &str = "\
cargo xtask test

Runs every check there is, in this order, and stops at the first that fails: formatting,
clippy without warnings, documentation without warnings, all tests with those in the
documentation.

  --help  Print this.";

const SANDBOX_HELP: &str = "\
cargo xtask sandbox [OPTIONS]

Starts a local Trenz to try the client against, and prints what to set so that the client
uses it. `cargo xtask sandbox --help` asks the sandbox itself for its options.";

/// Understands the arguments after the program's name.
pub(crate) fn parse(args: impl Iterator<Item = OsString>) -> Result<Command, Usage> {
    let mut parser = lexopt::Parser::from_args(args);
    let in_general = |cause: String| Usage { cause, help: "cargo xtask help" };
    match parser.next().map_err(|error| in_general(error.to_string()))? {
        Some(Long("help") | Short('h')) => end(parser, "cargo xtask help", HELP),
        Some(Value(name)) => match name.to_str() {
            Some("regen") => regen(parser),
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
                options.spec = Some(if file == "-" {
                    Spec::StandardInput
                } else {
                    Spec::File(path(file, "--spec").map_err(usage)?)
                });
            }
            Long("out") if options.out.is_none() => {
                let folder = parser.value().map_err(wrong)?;
                options.out = Some(path(folder, "--out").map_err(usage)?);
            }
            Long("help") | Short('h') => return Ok(Command::Help(REGEN_HELP)),
            Long(name @ ("check" | "spec" | "out")) => {
                return Err(usage(format!("`--{name}` is given twice")));
            }
            arg => return Err(wrong(arg.unexpected())),
        }
    }
    if options.spec.is_some() && options.out.is_none() && !options.check {
        let cause = "`--spec` would replace the project's client by another document's; \
                     add `--out DIR`, or `--check` to see what it would change";
        return Err(usage(cause.to_owned()));
    }
    Ok(Command::Regen(options))
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
        Command::Regen(Regen { check, spec, out: out.map(PathBuf::from) })
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
        for option in ["--check", "--spec", "--out", "--help"] {
            assert!(REGEN_HELP.contains(option));
        }
        for line in [HELP, REGEN_HELP, TEST_HELP, SANDBOX_HELP].join("\n").lines() {
            assert!(line.chars().count() <= 92, "{line}");
        }
    }
}
