//! The project's commands: `cargo xtask help` lists them.
//!
//! The only code of the workspace that reads and writes the project's files.

mod args;
mod regen;
mod sandbox;
mod test;
mod tree;

use std::io::{self, Write};
use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(usage) => {
            say(io::stderr(), &usage.to_string());
            return ExitCode::from(2);
        }
    };
    let outcome = match command {
        Command::Help(text) => Ok(text.to_owned()),
        Command::Regen(options) => regen::run(&options),
        Command::Test => test::run(),
        Command::Sandbox(args) => sandbox::run(&args),
    };
    match outcome {
        Ok(text) => {
            say(io::stdout(), &text);
            ExitCode::SUCCESS
        }
        Err(failure) => {
            say(io::stdout(), &failure.output);
            say(io::stderr(), &failure.cause);
            ExitCode::FAILURE
        }
    }
}

/// Why a command did not do what it was asked for.
#[derive(Debug, Default)]
struct Failure {
    /// What it has to show all the same, for standard output.
    output: String,
    /// What went wrong, for standard error.
    cause: String,
}

impl Failure {
    fn new(cause: impl Into<String>) -> Self {
        Self { output: String::new(), cause: cause.into() }
    }
}

/// Prints text that may be empty. Whoever reads it may have stopped reading, as `head`
/// does: the work is done by then, and its outcome is the exit code.
fn say(mut to: impl Write, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(to, "{}", text.trim_end());
    }
}
