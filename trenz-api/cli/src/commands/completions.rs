//! `trenz completions` and `trenz man`: what shells and manuals need to know of the commands.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use clap_complete::env::{EnvCompleter, Fish};

use crate::command::{Depth, root};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Output, print};

pub(super) fn command() -> Command {
    Command::new("completions")
        .about("Print the completions of a shell, to be put where it looks for them")
        .arg(
            Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)),
        )
}

pub(super) fn run(_: &Invocation, matches: &ArgMatches, _: &Output) -> Result<(), Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    match shell {
        // Asks the program itself for each completion.
        Shell::Fish => Fish
            .write_registration("COMPLETE", "trenz", "trenz", "trenz", &mut script)
            .map_err(|error| Failure::local(format!("cannot write completions: {error}")))?,
        shell => clap_complete::generate(*shell, &mut root(&Depth::All), "trenz", &mut script),
    }
    print(&String::from_utf8_lossy(&script))
}
