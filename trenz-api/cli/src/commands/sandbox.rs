//! `trenz sandbox`: how to try everything without a key and without coins.

use clap::{ArgMatches, Command};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Output, print};

const HINT: &str = "\
A local imitation of the platform, which charges no coins:

    cargo install trenz-sandbox
    trenz-sandbox

It is not released yet: until then, install it from a checkout with `cargo install --path trenz-api/sandbox`.

It prints two lines to export in another shell. There, everything works as with the platform:

    trenz data products search --country us --max-items 20

Its README says how to make it fail on demand.
";

pub(super) fn command() -> Command {
    Command::new("sandbox").about(
        "Print how to try everything against a local imitation of the platform, without coins",
    )
}

pub(super) fn run(_: &Invocation, _: &ArgMatches, _: &Output) -> Result<(), Failure> {
    print(HINT)
}
