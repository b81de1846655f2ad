//! Tasks: submitted, waited for, and taken up again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use trenz_api::{Client, Done, Json, Polling, Task, TaskError, TaskRef};

use crate::call::Call;
use crate::download;
use crate::failure::{Code, Failure};
use crate::invocation::Invocation;
use crate::output::Output;
use crate::price::coins;
use crate::progress;
use crate::request::id_of;
use crate::session::{self, Session};
use crate::table::Operation;
use crate::work::Work;

/// How long to wait by default: tasks take minutes, and a person ends the wait by Ctrl-C.
const DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// A task by its reference, or by its id alone.
pub(crate) fn task(client: &Client, text: &str) -> Task {
    client.task(text.parse::<TaskRef>().unwrap_or_else(|_| TaskRef::of(text)))
}

/// The command that waits for a task, as this one would.
pub(crate) fn next(invocation: &Invocation, reference: &TaskRef) -> String {
    invocation.other(&["tasks", "wait"], &reference.to_string(), &["download"]).to_string()
}

/// The task that a response to a submission names.
pub(crate) fn started(operation: &Operation, data: &Json) -> Option<TaskRef> {
    let members = data.parse::<BTreeMap<String, Json>>().unwrap_or_default();
    let id = members.get(operation.info.task_id?)?;
    id_of(id.get()).map(TaskRef::of)
}

/// Submits a call and waits for its task.
pub(crate) fn submit(call: &Call<'_>, session: &Session) -> Result<(), Failure> {
    let work = Work::begin(session, &call.invocation, call.matches, call.output)?;
    let Some(submitting) = call.request.submit(&work.client, &call.options) else {
        return Err(Failure::usage("the operation starts no task"));
    };
    let task = session.run(async { submitting.await.map_err(Failure::from) });
    let task =
        task.map_err(|failure| failure.advice(format!("to continue: {}", work.invocation)))?;
    let reference = task.reference();
    let cost = reference.coins_charged().map_or("cost not reported".to_owned(), coins);
    call.output.note(&format!("{cost}, task {}", task.id()));
    call.output.note(&format!("to wait for the task: {}", next(&call.invocation, reference)));
    let download = call.matches.get_one("download").cloned();
    let how = How { deadline: None, download };
    wait(session, task, &how, &call.invocation, call.output)?;
    work.end()
}

/// Waits for a task and prints what it has made.
pub(crate) fn wait(
    session: &Session,
    task: Task,
    how: &How,
    invocation: &Invocation,
    output: &Output,
) -> Result<(), Failure> {
    let next = next(invocation, task.reference());
    let line = progress::spinner(output, &format!("task {}", task.id()));
    let notes = output.clone();
    let shown = line.clone();
    let task = task
        .polling(Polling::default().deadline(how.deadline.unwrap_or(DEADLINE)))
        .on_update(move |update| {
            let status = update.status.as_ref().map_or("unknown".to_owned(), ToString::to_string);
            if update.changed && shown.is_hidden() {
                notes.note(&format!("status {status} after {} s", update.waited.as_secs()));
            }
            shown.set_message(status);
        });
    let waited = session.run(async { task.wait().await.map_err(|error| failed(&error, &next)) });
    line.finish_and_clear();
    let done = waited.map_err(|failure| match failure.code {
        Code::Interrupted => failure.advice(format!("the task continues; to wait for it: {next}")),
        _ => failure,
    })?;
    let result = shown_result(&done)?;
    let fetched = match &how.download {
        Some(folder) => {
            let urls = download::urls(&result["result"]);
            session.run(download::fetch(&urls, folder, output)).map(drop)
        }
        None => Ok(()),
    };
    // The task is paid for, whether or not its files could be fetched.
    output.value(&result).map_err(|failure| failure.advice(format!("to print it: {next}")))?;
    fetched.map_err(|failure| {
        let failure = if session::has_paid() { failure.charged() } else { failure };
        failure.advice(format!("to download the rest: {next}"))
    })
}

/// How to wait for a task.
#[derive(Debug, Default)]
pub(crate) struct How {
    pub(crate) deadline: Option<Duration>,
    /// Where to save what it has made.
    pub(crate) download: Option<PathBuf>,
}

fn shown_result(done: &Done) -> Result<Value, Failure> {
    let result: Value = done.decode().map_err(Failure::from)?;
    Ok(json!({
        "task_id": done.reference.id(),
        "status": done.status.as_str(),
        "result": result,
        "coins_charged": done.reference.coins_charged(),
    }))
}

fn failed(error: &TaskError, next: &str) -> Failure {
    // A task that has not ended was paid for when it was submitted.
    let code = if error.is_refunded() { Code::Failed } else { Code::Charged };
    let failure = Failure::new(code, format!("{error:?}"))
        .with("task_id", error.reference().id())
        .with("reference", error.reference().to_string())
        .with("status", error.status().map(|status| status.as_str().to_owned()))
        .with("coins_charged", error.reference().coins_charged())
        .with("coins_refunded", error.coins_refunded());
    if error.is_failed() {
        return failure;
    }
    failure.advice(format!("to continue waiting: {next}"))
}
