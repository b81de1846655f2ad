//! The program's own commands: one file each, with what can be typed and what it does.

mod budget;
mod completions;
mod config;
mod download;
pub(crate) mod ledger;
mod login;
mod man;
mod operations;
mod publish;
mod quote;
mod sandbox;
mod tasks;
mod upload;

use clap::{ArgMatches, Command};

use crate::failure::Failure;
use crate::output::Output;

/// A command of the program's own.
struct Own {
    name: &'static str,
    command: fn() -> Command,
    /// Runs it, or the command below it that these words lead to.
    run: fn(&[&str], &ArgMatches, &Output) -> Result<(), Failure>,
}

/// Every one, in the order of the help.
const OWN: &[Own] = &[
    Own { name: "operations", command: operations::command, run: operations::run },
    Own { name: "quote", command: quote::command, run: quote::run },
    Own { name: "budget", command: budget::command, run: budget::run },
    Own { name: "ledger", command: ledger::command, run: ledger::run },
    Own { name: "upload", command: upload::command, run: upload::run },
    Own { name: "publish", command: publish::command, run: publish::run },
    Own { name: "login", command: login::command, run: login::run },
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

/// Runs the command that these words lead to.
pub(crate) fn run(words: &[&str], matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let own = words
        .split_first()
        .and_then(|(first, rest)| OWN.iter().find(|own| own.name == *first).map(|own| (own, rest)));
    match own {
        Some((own, rest)) => (own.run)(rest, matches, output),
        None => Err(Failure::usage(format!("no such command: {}", words.join(" ")))),
    }
}
