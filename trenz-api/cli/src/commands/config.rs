//! `trenz config`: where the configuration is, and what it comes to.

use clap::{ArgMatches, Command};
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Output, print};
use crate::settings::Settings;

pub(super) fn command() -> Command {
    Command::new("config")
        .about("Show the configuration and where it is from")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("path").about("Print where the configuration file is, or would be"),
        )
        .subcommand(
            Command::new("show").about("Print what the configuration comes to, without the key"),
        )
}

pub(super) fn run(words: &[&str], matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    let file = settings.file.display().to_string();
    if let ["path"] = words {
        return print(&file);
    }
    let key = settings.key().map(|key| key.origin.to_string());
    output.value(&json!({
        "file": file,
        "profile": settings.name,
        "key": key.unwrap_or_else(|_| "none".to_owned()),
        "base_url": settings.base_url,
        "ledger": settings.ledger()?.unwrap_or_else(|| "off".to_owned()),
        "confirm_above": settings.confirm_above(),
    }))
}
