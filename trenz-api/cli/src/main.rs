//! The Trenz Open Platform from a terminal, priced before it is run.

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
mod menu;
mod output;
mod price;
mod progress;
mod request;
mod session;
mod settings;
mod stream;
mod table;
mod wait;

use std::process::ExitCode;

use clap::ArgMatches;

use failure::Failure;
use output::Output;

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let root = command::root(&command::Depth::of(&arguments));
    let matches = match root.try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(instead) => {
            // Whoever reads it may have stopped reading.
            let _ = instead.print();
            return u8::try_from(instead.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let output = Output::of(&matches);
    match run(&matches, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output.failure(&failure);
            ExitCode::from(failure.code as u8)
        }
    }
}

/// Runs the command that was asked for, by the words that lead to it.
fn run(matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let mut words = Vec::new();
    let mut innermost = matches;
    while let Some((word, inner)) = innermost.subcommand() {
        words.push(word);
        innermost = inner;
    }
    match menu::operation(&words) {
        Some(operation) => {
            call::run(operation, &format!("trenz {}", words.join(" ")), innermost, output)
        }
        None => commands::run(&words, innermost, output),
    }
}
