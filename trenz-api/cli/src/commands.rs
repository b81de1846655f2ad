//! The program's own commands: one file each, with what can be typed and what it does.

mod budget;
mod completions;
mod config;
mod download;
pub(crate) mod ledger;
#[cfg(feature = "login")]
mod login;
mod man;
mod operations;
#[cfg(feature = "publish")]
mod publish;
mod quote;
mod sandbox;
#[cfg(feature = "tasks")]
mod tasks;
#[cfg(feature = "upload")]
mod upload;

use clap::{ArgMatches, Command};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Output;

/// A command of the program's own.
struct Own {
    name: &'static str,
    command: fn() -> Command,
    /// Runs it, or the command below it that was typed.
    run: fn(&Invocation, &ArgMatches, &Output) -> Result<(), Failure>,
}

/// Every one, in the order of the help.
const OWN: &[Own] = &[
    Own { name: "operations", command: operations::command, run: operations::run },
    Own { name: "quote", command: quote::command, run: quote::run },
    Own { name: "budget", command: budget::command, run: budget::run },
    Own { name: "ledger", command: ledger::command, run: ledger::run },
    #[cfg(feature = "upload")]
    Own { name: "upload", command: upload::command, run: upload::run },
    #[cfg(feature = "publish")]
    Own { name: "publish", command: publish::command, run: publish::run },
    #[cfg(feature = "login")]
    Own { name: "login", command: login::command, run: login::run },
    #[cfg(feature = "tasks")]
    Own { name: "tasks", command: tasks::command, run: tasks::run },
    Own { name: "download", command: download::command, run: download::run },
    Own { name: "config", command: config::command, run: config::run },
    Own { name: "completions", command: completions::command, run: completions::run },
    Own { name: "man", command: man::command, run: man::run },
    Own { name: "sandbox", command: sandbox::command, run: sandbox::run },
];

/// What can be typed of them.
pub(crate) fn all() -> impl Iterator<Item = Command> {
    OWN.iter().map(|own| (own.command)())
}

/// Runs the command that was typed.
pub(crate) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let words = invocation.words();
    match OWN.iter().find(|own| words.first() == Some(&own.name)) {
        Some(own) => (own.run)(invocation, matches, output),
        None => Err(Failure::usage(format!("no such command: {}", words.join(" ")))),
    }
}
