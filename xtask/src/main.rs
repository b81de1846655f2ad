//! The project's commands: `cargo xtask help` lists them.
//!
//! The only code of the workspace that reads and writes the project's files.

mod args;
mod coverage;
mod diff;
mod fetch;
mod import;
mod krate;
mod layout;
mod programs;
mod regen;
mod semver;
mod spec;
mod test;
mod tree;

use std::io::{self, Write};
use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(instead) => {
            // As with `say`, the reader may have stopped reading.
            let _ = instead.print();
            return u8::try_from(instead.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let outcome = match command {
        Command::Regen(options) => regen::run(&options),
        Command::Coverage(options) => coverage::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Import(options) => import::run(&options).map(Outcome::from),
        Command::Fetch(options) => fetch::run(&options).map(Outcome::from),
        Command::Semver(options) => semver::run(&options).map(Outcome::from),
        Command::Test(options) => test::run(&options).map(Outcome::from),
        Command::Bench(options) => programs::bench(&options.args).map(Outcome::from),
        Command::Sandbox(options) => programs::sandbox(&options.args).map(Outcome::from),
    };
    match outcome {
        Ok(Outcome { text, warning, code }) => {
            say(io::stdout(), &text);
            say(io::stderr(), &warning);
            ExitCode::from(code)
        }
        Err(failure) => {
            say(io::stdout(), &failure.output);
            say(io::stderr(), &failure.cause);
            ExitCode::FAILURE
        }
    }
}

/// The output of a successful command.
#[derive(Debug)]
struct Outcome {
    /// For standard output.
    text: String,
    /// For standard error: warnings.
    warning: String,
    code: u8,
}

impl From<String> for Outcome {
    fn from(text: String) -> Self {
        Self { text, warning: String::new(), code: 0 }
    }
}

/// The output of a failed command.
#[derive(Debug, Default)]
struct Failure {
    /// Output that is shown all the same, on standard output.
    output: String,
    /// The error, for standard error.
    cause: String,
}

impl Failure {
    fn new(cause: impl Into<String>) -> Self {
        Self { output: String::new(), cause: cause.into() }
    }
}

/// Prints text that may be empty. A closed pipe, as by `head`, is not an error: the work is done,
/// and its result is the exit code.
fn say(mut to: impl Write, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(to, "{}", text.trim_end());
    }
}
