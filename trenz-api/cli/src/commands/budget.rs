//! `trenz budget`: hard limits on the coins of a period, in the ledger, for every program that names them.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde_json::{Value, json};
use trenz_api::{Budget, BudgetUse, DeclaredBudget, NamedBudget, Period};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::menu;
use crate::output::Output;
use crate::session::OpenLedger;
use crate::settings::Settings;

pub(super) fn command() -> Command {
    let name = || Arg::new("name").value_name("NAME").required(true);
    Command::new("budget")
        .about("Set, list and remove budgets: --budget NAME makes a call count in one")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            Command::new("set")
                .about("Set a budget, or replace its terms; what was spent stays spent")
                .arg(name())
                .arg(
                    Arg::new("coins")
                        .value_name("COINS[/PERIOD]")
                        .required(true)
                        .help("As in 5000/day: of each hour, day, week, month, or 90s, 15m, 8h; for ever without"),
                )
                .arg(
                    Arg::new("operation")
                        .long("operation")
                        .value_name("ID")
                        .action(ArgAction::Append)
                        .help("Count only the operation of this id, or these words [repeatable]"),
                )
                .arg(
                    Arg::new("warn-at")
                        .long("warn-at")
                        .value_name("PART")
                        .value_parser(value_parser!(f64))
                        .help("Warn when this part is used, as in 0.8"),
                ),
        )
        .subcommand(Command::new("list").about("List the budgets with what is left of them"))
        .subcommand(Command::new("remove").about("Remove a budget").arg(name()))
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let opened = OpenLedger::open(&Settings::load(matches)?)?;
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    match invocation.words()[1..] {
        ["set"] => {
            let mut budget = terms(text("name"), text("coins"))?.replace();
            if let Some(ids) = matches.get_many::<String>("operation") {
                let ids = ids
                    .map(|id| menu::named(id).map(|found| found.info.id))
                    .collect::<Result<Vec<_>, _>>()?;
                budget = budget.operations(ids);
            }
            if let Some(part) = matches.get_one::<f64>("warn-at") {
                budget = budget.warn_at(*part);
            }
            opened.run(async { Ok(opened.ledger.declare_budget(&budget).await?) })
        }
        ["remove"] => opened.run(async { Ok(opened.ledger.remove_budget(text("name")).await?) }),
        _ => {
            let (declared, used) = opened.run(async {
                Ok((opened.ledger.declared_budgets().await?, opened.ledger.budgets().await?))
            })?;
            output.value(&declared.iter().map(|budget| shown(budget, &used)).collect())
        }
    }
}

/// The terms that `5000/day` stands for.
fn terms(name: &str, text: &str) -> Result<NamedBudget, Failure> {
    let expected = || Failure::usage(format!("expected coins as in 5000/day, found `{text}`"));
    let (coins, period) = match text.split_once('/') {
        Some((coins, period)) => (coins, self::period(period).ok_or_else(expected)?),
        None => (text, Period::Lifetime),
    };
    let coins: u64 = coins.parse().map_err(|_| expected())?;
    Ok(Budget::named(name).coins(coins).per(period))
}

fn period(text: &str) -> Option<Period> {
    Some(match text {
        "hour" => Period::Hour,
        "day" => Period::Day,
        "week" => Period::Week,
        "month" => Period::Month,
        text => {
            let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
            let seconds = match unit {
                "s" => 1,
                "m" => 60,
                "h" => 60 * 60,
                _ => return None,
            };
            Period::Every(Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?))
        }
    })
}

fn shown(budget: &DeclaredBudget, used: &[BudgetUse]) -> Value {
    let current = used.iter().find(|one| one.name == budget.name && one.current);
    json!({
        "name": budget.name,
        "coins": budget.coins,
        "period": budget.period,
        "left": current.map_or(budget.coins, BudgetUse::left),
        "spent": current.map_or(0, |one| one.spent),
        "reserved": current.map_or(0, |one| one.reserved),
        "at_risk": current.map_or(0, |one| one.at_risk),
        "warn_at": budget.warn_at,
        "operations": budget.operations,
    })
}
