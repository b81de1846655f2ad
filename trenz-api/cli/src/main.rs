//! The Trenz Open Platform from a terminal, priced before it is run.

#![cfg_attr(
    not(all(feature = "login", feature = "publish", feature = "tasks", feature = "upload")),
    allow(dead_code, reason = "used by the commands of workflows")
)]

mod call;
mod command;
mod commands;
mod confirm;
mod download;
mod failure;
#[rustfmt::skip]
mod generated;
mod inputs;
mod interrupt;
mod invocation;
mod menu;
mod output;
mod price;
mod progress;
mod request;
mod session;
mod settings;
mod stream;
mod table;
#[cfg(feature = "tasks")]
mod wait;
mod work;

use std::process::ExitCode;

use clap::ArgMatches;
use clap_complete::CompleteEnv;

use failure::Failure;
use invocation::Invocation;
use output::Output;

fn main() -> ExitCode {
    CompleteEnv::with_factory(|| command::root(&command::Depth::All)).complete();
    let arguments: Vec<_> = std::env::args_os().collect();
    let mut root = command::root(&command::Depth::of(&arguments));
    let matches = match root.try_get_matches_from_mut(&arguments) {
        Ok(matches) => matches,
        Err(instead) => {
            // The reader may have stopped reading.
            let _ = instead.print();
            return u8::try_from(instead.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let output = Output::of(&matches);
    let invocation = Invocation::of(&root, &matches);
    match run(&invocation, &matches, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let failure = failure.after(session::has_paid());
            output.failure(&failure);
            ExitCode::from(failure.code as u8)
        }
    }
}

/// Runs the command that was asked for, by the words that lead to it.
fn run(invocation: &Invocation, matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let mut innermost = matches;
    while let Some((_, inner)) = innermost.subcommand() {
        innermost = inner;
    }
    match menu::operation(&invocation.words()) {
        Some(operation) => call::run(operation, invocation, innermost, output),
        None => commands::run(invocation, innermost, output),
    }
}
