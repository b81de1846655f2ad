//! `trenz config`: where the configuration is, and what it comes to.

mod check;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;
use trenz_api::reqwest::Url;

use crate::command::yes;

use crate::failure::Failure;
use crate::invocation::Invocation;
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
            Command::new("check")
                .about("Ask the API whether the key works, by a call that is free")
                .arg(Arg::new("scopes").long("scopes").action(ArgAction::SetTrue).help(
                    "Also which scopes the key has and what the balance is, by paid reads; asks first",
                ))
                .arg(yes()),
        )
        .subcommand(
            Command::new("show").about("Print what the configuration comes to, without the key"),
        )
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    let words = invocation.words();
    if words.last() == Some(&"check") {
        return check::check(&settings, matches, output);
    }
    let file = settings.file.display().to_string();
    if words.last() == Some(&"path") {
        return print(&file);
    }
    let key = settings.key().map(|key| key.origin.to_string());
    output.value(&json!({
        "file": file,
        "profile": settings.name,
        "key": key.unwrap_or_else(|_| "none".to_owned()),
        "base_url": settings.base_url,
        "ledger": settings.ledger()?.map_or("off".to_owned(), |url| without_password(&url)),
        "confirm_above": settings.confirm_above(),
    }))
}

/// The URL of a ledger as it can be shown.
fn without_password(url: &str) -> String {
    let Ok(mut shown) = url.parse::<Url>() else { return "a URL that is invalid".to_owned() };
    if shown.scheme() == "sqlite" {
        return url.to_owned();
    }
    if shown.password().is_some() && shown.set_password(Some("redacted")).is_err() {
        return "a URL with a password".to_owned();
    }
    if shown.query_pairs().any(|(name, _)| name == "password") {
        shown.set_query(None);
    }
    shown.into()
}
