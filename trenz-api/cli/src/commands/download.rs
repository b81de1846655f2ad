//! `trenz download`: files by their URLs, as `--download` fetches them.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use serde_json::Value;

use crate::download::fetch;
use crate::failure::{Code, Failure};
use crate::interrupt::or_interrupted;
use crate::invocation::Invocation;
use crate::output::Output;
use crate::session::runtime;

pub(super) fn command() -> Command {
    Command::new("download")
        .about("Fetch files by their URLs, and resume incomplete ones (no call, no key)")
        .arg(
            Arg::new("folder")
                .value_name("FOLDER")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .value_hint(ValueHint::DirPath),
        )
        .arg(
            Arg::new("url")
                .value_name("URL")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..),
        )
}

pub(super) fn run(_: &Invocation, matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let Some(folder) = matches.get_one::<PathBuf>("folder") else { return Ok(()) };
    let urls: Vec<String> = matches.get_many("url").into_iter().flatten().cloned().collect();
    let files = runtime()?.block_on(or_interrupted(fetch(&urls, folder, output)));
    let again = "the same command continues it";
    let interrupted = || Failure::new(Code::Interrupted, "interrupted").advice(again);
    let files = files.ok_or_else(interrupted)?.map_err(|failure| failure.advice(again))?;
    output.value(&files.iter().map(|file| Value::from(file.display().to_string())).collect())
}
