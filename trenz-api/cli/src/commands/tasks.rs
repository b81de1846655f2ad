//! `trenz tasks`: those that were paid for and whose result was not read.

use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::{Value, json};
use trenz_api::TaskRef;

use crate::command::download;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Output;
use crate::session::Session;
use crate::settings::Settings;
use crate::wait::{self, How};

pub(super) fn command() -> Command {
    let task = || {
        Arg::new("task")
            .value_name("TASK")
            .required(true)
            .help("A reference such as trenz-task:…, or a task's id")
    };
    Command::new("tasks")
        .about("List tasks that were paid for, wait for them, and read their results")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("List the tasks whose end was not seen (no call)"))
        .subcommand(Command::new("show").about("Ask once how a task is doing (free)").arg(task()))
        .subcommand(
            Command::new("wait")
                .about("Wait for a task and print its result (free)")
                .arg(task())
                .arg(download())
                .arg(
                    Arg::new("timeout")
                        .long("timeout")
                        .value_name("SECONDS")
                        .value_parser(value_parser!(u64))
                        .help("How long to wait; a day by default"),
                ),
        )
        .subcommand(Command::new("forget").about("Take a task off the list (no call)").arg(task()))
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let session = Session::open(&Settings::load(matches)?)?;
    let task = || {
        let text = matches.get_one::<String>("task").map_or("", String::as_str);
        wait::task(&session.client, text)
    };
    match invocation.words()[1..] {
        ["list"] => {
            let ledger = session.ledger()?;
            let open = session.run(async { Ok(ledger.open_tasks().await?) })?;
            output.value(&open.iter().map(shown).collect())
        }
        ["forget"] => {
            let (ledger, task) = (session.ledger()?, task());
            session.run(async { Ok(ledger.forget_task(task.reference()).await?) })
        }
        ["wait"] => {
            let deadline = matches.get_one("timeout").copied().map(Duration::from_secs);
            let download = matches.get_one("download").cloned();
            wait::wait(&session, task(), &How { deadline, download }, invocation, output)
        }
        _ => {
            let task = task();
            let response = session.run(async { Ok(task.status().await?) })?;
            output.value(&json!({
                "task_id": response.data.task_id,
                "status": response.data.status,
                "result": response.data.result,
                "error_message": response.data.error_message,
            }))
        }
    }
}

fn shown(task: &TaskRef) -> Value {
    json!({
        "task_id": task.id(),
        "operation": task.operation_id(),
        "coins_charged": task.coins_charged(),
        "coins_quoted": task.coins_quoted(),
        "reference": task.to_string(),
    })
}
