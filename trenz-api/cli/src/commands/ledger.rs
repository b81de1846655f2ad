//! `trenz ledger`: what calls have cost, and what may have been charged.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use trenz_api::{AttemptId, GroupBy, LedgerAttempt, Resolution};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::{Output, print};
use crate::session::OpenLedger;
use crate::settings::Settings;

/// The ways to sum up, by their names.
const BY: [(&str, GroupBy); 6] = [
    ("day", GroupBy::Day),
    ("month", GroupBy::Month),
    ("operation", GroupBy::Operation),
    ("outcome", GroupBy::Outcome),
    ("process", GroupBy::Process),
    ("account", GroupBy::Account),
];

pub(super) fn command() -> Command {
    let since = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name("TIME").help(help)
    };
    let times = || {
        [
            since(
                "since",
                "From then on: 7d, 12h, a date or a time such as 2026-12-01T09:00+01:00",
            ),
            since("until", "Until then, in the same spellings; now by default"),
        ]
    };
    let csv = || Arg::new("csv").long("csv").action(ArgAction::SetTrue).help("Print CSV");
    let id = Arg::new("id").value_name("ID").required(true).help("As `at-risk` lists it: 3-17");
    Command::new("ledger")
        .about("Show what calls have cost, and settle what may have been charged (no call)")
        .args(times())
        .arg(
            Arg::new("by")
                .long("by")
                .value_name("WHAT")
                .default_value("day")
                .value_parser(BY.map(|(name, _)| name))
                .help("What each row sums up"),
        )
        .arg(csv())
        .subcommand(
            Command::new("history").about("List the attempts one by one").args(times()).arg(csv()),
        )
        .subcommand(Command::new("at-risk").about("List what may have been charged"))
        .subcommand(
            Command::new("resolve")
                .about("Record whether an attempt at risk was charged")
                .arg(id)
                .arg(
                    Arg::new("charged")
                        .long("charged")
                        .value_name("COINS")
                        .value_parser(value_parser!(u64))
                        .required_unless_present("not-charged")
                        .help("The coins that it was charged"),
                )
                .arg(
                    Arg::new("not-charged")
                        .long("not-charged")
                        .action(ArgAction::SetTrue)
                        .conflicts_with("charged")
                        .help("It was not charged, and will not be"),
                ),
        )
        .subcommand(
            Command::new("reconcile")
                .about("Resolve attempts at risk by the balances that responses reported, where those prove it"),
        )
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let opened = OpenLedger::open(&Settings::load(matches)?)?;
    let ledger = &opened.ledger;
    match invocation.words()[1..] {
        ["at-risk"] => {
            let attempts = opened.run(async { Ok(ledger.at_risk().await?) })?;
            output.value(&attempts.iter().map(shown).collect())
        }
        ["history"] => {
            let time = time(matches)?;
            let history = opened.run(async { Ok(ledger.history(time).await?) })?;
            if matches.get_flag("csv") {
                return print(&history.to_csv());
            }
            output.value(&history.attempts.iter().map(shown).collect())
        }
        ["resolve"] => {
            let id = matches.get_one::<String>("id").map_or("", String::as_str);
            let id: AttemptId = id.parse().map_err(|error| Failure::usage(format!("{error}")))?;
            let resolution = match matches.get_one("charged") {
                Some(coins) => Resolution::Charged(*coins),
                None => Resolution::NotCharged,
            };
            opened.run(async { Ok(ledger.resolve(id, resolution).await?) })
        }
        ["reconcile"] => {
            let judged = opened.run(async { Ok(ledger.reconcile().await?) })?;
            let judged = judged.iter().map(|one| {
                json!({
                    "id": one.id,
                    "resolution": match one.resolution {
                        Some(Resolution::Charged(coins)) => json!({ "charged": coins }),
                        Some(Resolution::NotCharged) => "not charged".into(),
                        None => Value::Null,
                    },
                    "why": one.why,
                })
            });
            output.value(&judged.collect())
        }
        _ => {
            let by = matches.get_one::<String>("by");
            let by = BY.iter().find(|(name, _)| by.is_some_and(|by| by == name));
            let by = by.map_or(GroupBy::Day, |(_, by)| *by);
            let time = time(matches)?;
            let report = opened.run(async { Ok(ledger.report(by, time).await?) })?;
            if matches.get_flag("csv") {
                return print(&report.to_csv());
            }
            if output.is_table() {
                return print(&report.to_string());
            }
            output.value(&json!({ "rows": report.rows, "total": report.total() }))
        }
    }
}

fn shown(attempt: &LedgerAttempt) -> Value {
    serde_json::to_value(attempt).unwrap_or_default()
}

fn time(matches: &ArgMatches) -> Result<Range<SystemTime>, Failure> {
    let given = |name: &str| match matches.get_one::<String>(name) {
        Some(text) => moment(text).map(Some),
        None => Ok(None),
    };
    let since = given("since")?.unwrap_or(SystemTime::UNIX_EPOCH);
    // What is being written just now counts as well.
    let until = given("until")?.unwrap_or_else(|| SystemTime::now() + Duration::from_secs(60));
    Ok(since..until)
}

/// A time by its text: so long ago, a date in UTC, or a time with an offset.
pub(crate) fn moment(text: &str) -> Result<SystemTime, Failure> {
    let ago = |unit: char, seconds: u64| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        SystemTime::now().checked_sub(Duration::from_secs(number.checked_mul(seconds)?))
    };
    let date = || {
        let date: Date = text.parse().ok()?;
        date.to_zoned(TimeZone::UTC).ok().map(|zoned| SystemTime::from(zoned.timestamp()))
    };
    let time = || text.parse::<Timestamp>().ok().map(SystemTime::from);
    let found = ago('d', 86_400).or_else(|| ago('h', 3600)).or_else(|| ago('m', 60));
    found.or_else(time).or_else(date).ok_or_else(|| {
        Failure::usage(format!(
            "expected a time such as 7d, 2026-12-01 or 2026-12-01T09:00+01:00, found `{text}`"
        ))
    })
}
