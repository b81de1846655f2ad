//! `trenz man`: a manual page for every command.

use std::fs;
use std::path::Path;

use clap::{Arg, ArgMatches, Command, ValueHint};

use crate::command::{Depth, root};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Output;

pub(super) fn command() -> Command {
    Command::new("man")
        .about("Write manual pages of all commands into a folder")
        .arg(Arg::new("folder").value_name("FOLDER").required(true).value_hint(ValueHint::DirPath))
}

pub(super) fn run(_: &Invocation, matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let folder = Path::new(matches.get_one::<String>("folder").map_or("", String::as_str));
    let written = fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(root(&Depth::All), folder));
    written.map_err(|error| {
        Failure::local(format!("cannot write to {}: {error}", folder.display()))
    })?;
    output.note(&format!("to read one: man {}", folder.join("trenz.1").display()));
    Ok(())
}
