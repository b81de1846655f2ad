//! Tasks: submitted, waited for, and taken up again.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use trenz_api::{Client, Done, Polling, Task, TaskError, TaskRef};

use crate::call::quoted;
use crate::download;
use crate::failure::{Code, Failure};
use crate::output::Output;
use crate::progress;
use crate::session::Session;

/// How long to wait by default: tasks take minutes, and a person ends the wait by Ctrl-C.
const DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// A task by its reference, or by its id alone.
pub(crate) fn task(client: &Client, text: &str) -> Task {
    client.task(text.parse::<TaskRef>().unwrap_or_else(|_| TaskRef::of(text)))
}

/// The command that waits for a task.
pub(crate) fn next(reference: &TaskRef) -> String {
    format!("trenz tasks wait {}", quoted(&reference.to_string()))
}

/// Waits for a task and prints what it has made.
pub(crate) fn wait(
    session: &Session,
    task: Task,
    how: &How,
    output: &Output,
) -> Result<(), Failure> {
    let reference = task.reference().clone();
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
    let waited = session.run(async { task.wait().await.map_err(|error| failed(&error)) });
    line.finish_and_clear();
    let done = waited.map_err(|failure| match failure.code {
        Code::Interrupted => {
            failure.advice(format!("the task continues; to wait for it: {}", next(&reference)))
        }
        _ => failure,
    })?;
    let shown = shown_result(&done)?;
    if let Some(folder) = &how.download {
        let urls = download::urls(&shown["result"]);
        let fetched = session.run(download::fetch(&urls, folder, output));
        let again = |failure: Failure| {
            let folder = quoted(&folder.display().to_string());
            failure
                .advice(format!("to download the rest: {} --download {folder}", next(&reference)))
        };
        fetched.map_err(again)?;
    }
    output.value(&shown)
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

fn failed(error: &TaskError) -> Failure {
    let next = next(error.reference());
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
