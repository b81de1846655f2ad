//! `trenz quote`: what many requests will cost together.

use std::fs;
use std::io::{self, Read};

use clap::{Arg, ArgMatches, Command, ValueHint};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use trenz_api::Plan;

use crate::failure::Failure;
use crate::inputs;
use crate::invocation::Invocation;
use crate::menu;
use crate::output::{Output, print};

pub(super) fn command() -> Command {
    Command::new("quote")
        .about("Price many requests, a line of JSON each, and send nothing; needs no key")
        .arg(
            Arg::new("plan")
                .value_name("FILE|-")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .help(r#"Lines such as {"operation": "data products search", "inputs": {"country": "us"}, "times": 20}"#),
        )
}

/// A line of a plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The words that lead to the operation, or its id.
    operation: String,
    #[serde(default)]
    inputs: Map<String, Value>,
    #[serde(default = "once")]
    times: u32,
}

fn once() -> u32 {
    1
}

pub(super) fn run(_: &Invocation, matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let file = matches.get_one::<String>("plan").map_or("", String::as_str);
    let text = read(file)?;
    let mut plan = Plan::default();
    let mut wrong = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        if let Err(failure) = add(line, &mut plan) {
            let first = failure.message.lines().next().unwrap_or_default();
            wrong.push(format!("{file}:{}: {first}", number + 1));
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(wrong.join("\n")));
    }
    if output.is_table() {
        return print(&plan.to_string());
    }
    let lines = plan.lines().map(|(operation, line)| {
        json!({ "operation": operation, "requests": line.requests, "coins": line.coins })
    });
    output.value(&json!({
        "lines": lines.collect::<Vec<_>>(),
        "requests": plan.requests(),
        "coins": plan.total(),
        "is_exact": plan.is_exact(),
    }))
}

fn add(line: &str, plan: &mut Plan) -> Result<(), Failure> {
    let line: Line =
        serde_json::from_str(line).map_err(|error| Failure::usage(error.to_string()))?;
    let operation = menu::named(&line.operation)?;
    let command = format!("trenz {}", line.operation);
    let given = inputs::checked(operation, &command, line.inputs)?;
    let request = inputs::decoded(operation, &given)?;
    plan.extend(std::iter::repeat_n(
        request.quote(),
        usize::try_from(line.times).unwrap_or(usize::MAX),
    ));
    Ok(())
}

fn read(file: &str) -> Result<String, Failure> {
    if file != "-" {
        return fs::read_to_string(file)
            .map_err(|error| Failure::usage(format!("cannot read {file}: {error}")));
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::usage(format!("cannot read standard input: {error}")))?;
    Ok(text)
}
