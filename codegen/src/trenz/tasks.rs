//! Operations billed `async_on_complete` start a task: their answer names it as
//! `task_id` or as `job_id`, whatever their prose says.

use crate::decisions::Decisions;
use crate::model::{Api, Field, Kind, Operation};
use crate::report::{Pointer, Reporter};

/// The members that name a task, in answers.
const IDS: [&str; 2] = ["task_id", "job_id"];

/// Cross-checks billing mode and answer, and documents which member names the task.
pub(super) fn apply(api: &mut Api, _: &Decisions, reporter: &mut Reporter) {
    let mut tasks = 0;
    for operation in &mut api.operations {
        let billed =
            operation.columns.get("Billing mode").is_some_and(|m| m == "async_on_complete");
        match (billed, task_id(operation)) {
            (true, Some(id)) => {
                tasks += 1;
                operation.task_id = Some(id.to_owned());
                operation.facts.push(format!("the answer's `{id}` names the task"));
            }
            (true, None) => reporter.operation_problem(
                &operation.answer.pointer,
                &operation.id,
                "the call is billed as a task, but its answer has neither `task_id` nor `job_id`",
                "describe the member in the overlay, or correct x-billing-mode there",
            ),
            (false, Some(id)) if !asks_for_task(operation) => reporter.operation_problem(
                &operation.pointer.join("x-billing-mode"),
                &operation.id,
                format!("the answer's `{id}` names a task, but the call is not billed as one"),
                "correct x-billing-mode, or rename the member, in the overlay",
            ),
            (false, _) => {}
        }
    }
    reporter.note("tasks", &Pointer::root().join("paths"), format!("{tasks} operations start one"));
}

fn task_id(operation: &Operation) -> Option<&'static str> {
    let Kind::Object(object) = &operation.answer.schema.as_ref()?.kind else { return None };
    let text = |field: &Field| matches!(field.schema.kind, Kind::String);
    IDS.into_iter().find(|id| object.fields.iter().any(|field| field.wire == *id && text(field)))
}

/// Polling takes the id that it gives back.
fn asks_for_task(operation: &Operation) -> bool {
    operation.inputs.iter().any(|input| IDS.contains(&input.wire.as_str()))
}
