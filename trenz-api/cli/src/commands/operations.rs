//! `trenz operations`: the price list.

use std::fmt::Write as _;

use clap::{ArgMatches, Command};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::menu;
use crate::output::{Format, Output, print};
use crate::price;
use crate::table::Operation;

pub(super) fn command() -> Command {
    Command::new("operations")
        .about("List every operation with its price; --output json has all facts")
}

pub(super) fn run(_: &Invocation, _: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let operations = menu::operations();
    match output.format {
        None | Some(Format::Table) if output.field.is_none() => print(&list(&operations)),
        _ => {
            let facts = operations.iter().map(|(words, operation)| facts(words, operation));
            output.value(&Value::Array(facts.collect()))
        }
    }
}

fn list(operations: &[(String, &'static Operation)]) -> String {
    let width = operations.iter().map(|(words, _)| words.len()).max().unwrap_or(0);
    let mut text = String::new();
    for (words, operation) in operations {
        let info = &operation.info;
        let price = price::price(info);
        let _ = writeln!(text, "{words:width$}  {price:50}  {:9}  {}", info.replay, info.summary);
    }
    text
}

fn facts(words: &str, operation: &Operation) -> Value {
    let mut facts = serde_json::to_value(operation.info).unwrap_or_default();
    let inputs = operation.inputs.iter().map(|input| {
        json!({
            "name": input.name,
            "flag": format!("--{}", input.flag),
            "required": input.is_required,
        })
    });
    facts["command"] = format!("trenz {words}").into();
    facts["inputs"] = Value::Array(inputs.collect());
    facts
}
