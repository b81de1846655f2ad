//! `trenz config`: where the configuration is, and what it comes to.

use std::time::{Duration, SystemTime};

use clap::{ArgMatches, Command};
use serde_json::json;
use trenz_api::TaskRef;

use crate::failure::Failure;
use crate::output::{Output, print};
use crate::session::Session;
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
                .about("Ask the API whether the key works, by a call that is free"),
        )
        .subcommand(
            Command::new("show").about("Print what the configuration comes to, without the key"),
        )
}

pub(super) fn run(words: &[&str], matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    if let ["check"] = words {
        return check(&settings, output);
    }
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

/// A task that no one has: asking after it is free, and is refused otherwise than a key that does not work.
const NO_TASK: &str = "trenz-config-check";

/// How far back a balance is looked for.
const RECENT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

fn check(settings: &Settings, output: &Output) -> Result<(), Failure> {
    let key = settings.key()?;
    let session = Session::open(settings)?;
    session.run(async {
        match session.client.task(TaskRef::of(NO_TASK)).status().await {
            Err(error) if !error.is_not_found() => Err(error.into()),
            // Whether there is such a task does not matter: the key was accepted.
            _ => Ok(()),
        }
    })?;
    let now = SystemTime::now();
    let since = now.checked_sub(RECENT).unwrap_or(SystemTime::UNIX_EPOCH);
    let attempts = match &session.ledger {
        Some(ledger) => session.run(async { Ok(ledger.history(since..now).await?.attempts) })?,
        None => Vec::new(),
    };
    let reported = attempts.iter().rev().find(|attempt| attempt.balance.is_some());
    output.value(&json!({
        "key": key.origin.to_string(),
        "works": true,
        "coins_spent": 0,
        "last_balance": reported.and_then(|attempt| attempt.balance),
        "last_balance_at": reported.and_then(|attempt| attempt.ended_at),
        "scopes": null,
    }))?;
    output.note("the API does not tell a key's scopes; a call that needs another one is refused there, for free");
    if reported.is_none() {
        output.note("the balance comes with the response to a paid call; the ledger has none yet");
    }
    Ok(())
}
