//! Operations billed `async_on_complete` start a task: their response has its id as `task_id` or as
//! `job_id`, whatever their prose says. The table `task_ids` has these members, and `task_statuses`
//! the meaning of a task's status.

use indexmap::IndexMap;

use super::workflows;
use crate::billing::Mode;
use crate::decisions::Decisions;
use crate::facts::Meaning;
use crate::model::{Api, Field, Kind, Operation, Schema};
use crate::report::{Pointer, Reporter, quoted};
use crate::roles::TaskMeaning;

const WORKFLOW: &str = "tasks";

/// The final meanings.
const ENDS: [(TaskMeaning, Meaning); 3] = [
    (TaskMeaning::Succeeded, Meaning::TaskSucceeded),
    (TaskMeaning::Refunded, Meaning::TaskRefunded),
    (TaskMeaning::Failed, Meaning::TaskFailed),
];

/// Cross-checks billing mode and response, and documents the member with the task's id.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    if workflows::is_left_out(WORKFLOW, decisions) {
        decisions.task_ids.all(|_| true).for_each(drop);
        decisions.task_statuses.all(|_| true).for_each(drop);
        return;
    }
    if api.operations.iter().all(|operation| operation.response.schema.is_none()) {
        // No envelope was found, which has been reported.
        return;
    }
    let known: Vec<_> = decisions.task_ids.iter().map(|entry| &entry.member).collect();
    let list: Vec<_> = known.iter().map(|id| format!("`{id}`")).collect();
    let list = list.join(" nor ");
    let mut tasks = 0;
    for operation in &mut api.operations {
        let mode = operation.billing.mode.as_ref();
        let billed = mode.is_some_and(|mode| mode.value == Mode::AsyncOnComplete);
        let id = task_id(operation, &api.components, &known);
        match (billed, id) {
            (true, Some(id)) => {
                tasks += 1;
                decisions.task_ids.find(|entry| entry.member == id);
                operation.task_id = Some(id);
            }
            (true, None) => reporter.operation_problem(
                &operation.response.pointer,
                &operation.id,
                format!(
                    "the call is billed as a task, but its response has neither {list} as a string{}",
                    other_members(operation, &api.components)
                ),
                "name the member in the `task_ids` table of spec/decisions.json, describe it in \
                 the overlay, or correct x-billing-mode there",
            ),
            (false, Some(id)) if !takes_task_id(operation, &known, decisions) => reporter.problem(
                &operation.pointer.join("x-billing-mode"),
                format!("the response's `{id}` is a task id, but the call is not billed as a task"),
                "correct x-billing-mode, or rename the member, in the overlay",
            ),
            (false, _) => {}
        }
    }
    reporter.note("tasks", &Pointer::root().join("paths"), format!("{tasks} operations start one"));
    statuses(api, decisions, reporter);
}

fn task_id(
    operation: &Operation,
    components: &IndexMap<String, Schema>,
    known: &[&String],
) -> Option<String> {
    let text = |field: &&Field| matches!(field.schema.kind, Kind::String);
    let mut fields = response_fields(operation, components).iter().filter(text);
    let found = fields.find(|field| known.contains(&&field.wire));
    found.map(|field| field.wire.clone())
}

fn response_fields<'a>(
    operation: &'a Operation,
    components: &'a IndexMap<String, Schema>,
) -> &'a [Field] {
    operation.response_object(components).map_or(&[], |object| &object.fields)
}

/// The string members that could be the task's id.
fn other_members(operation: &Operation, components: &IndexMap<String, Schema>) -> String {
    let members = quoted(response_fields(operation, components).iter().map(|field| &field.wire));
    if members.is_empty() { members } else { format!("; it has {members}") }
}

/// The polling operation takes the id that it returns.
fn takes_task_id(operation: &Operation, known: &[&String], decisions: &Decisions) -> bool {
    poll(decisions) == Some(&operation.id)
        || operation.inputs.iter().any(|input| known.contains(&&input.wire))
}

/// The operation by which the workflow polls tasks.
fn poll(decisions: &Decisions) -> Option<&String> {
    let mut bound = decisions.workflows.iter();
    let poll = bound.find(|entry| entry.workflow == WORKFLOW && entry.part == "poll");
    poll.map(|entry| &entry.operation)
}

/// Compares the table of statuses with those that the polling operation lists, and adds the final
/// ones to the runtime's facts.
fn statuses(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let poll = api.operations.iter().find(|operation| poll(decisions) == Some(&operation.id));
    let at = poll.and_then(|operation| {
        let mut fields = response_fields(operation, &api.components).iter();
        fields.find_map(|field| match &field.schema.kind {
            Kind::Enumeration(of) if !of.is_integer => Some((&field.schema.pointer, &of.values)),
            _ => None,
        })
    });
    // The workflow's own check reports a missing operation.
    let listed: Vec<&str> = at
        .iter()
        .flat_map(|(_, values)| values.iter().map(|(status, _)| status.as_str()))
        .collect();
    let table = "the `task_statuses` table of spec/decisions.json";
    for status in &listed {
        let entry = decisions.task_statuses.find(|e| e.status == *status && !e.unlisted);
        if entry.is_none()
            && let Some((pointer, _)) = &at
        {
            let text = format!(
                "the status `{status}` has no meaning in {table}, so tasks with it are still polled"
            );
            reporter.note("tasks", pointer, text);
        }
    }
    decisions
        .task_statuses
        .all(|entry| entry.unlisted && !listed.contains(&entry.status.as_str()))
        .for_each(drop);
    for (meaning, fact) in ENDS {
        let entries = decisions.task_statuses.iter();
        let entries = entries.filter(|entry| entry.means == meaning);
        let statuses: Vec<&str> = entries.map(|entry| entry.status.as_str()).collect();
        if meaning == TaskMeaning::Succeeded
            && let Some((pointer, _)) = &at
            && !statuses.iter().any(|status| listed.contains(status))
        {
            let listed = listed.join(", ");
            reporter.problem(
                *pointer,
                format!("no status means that a task is completed: it is one of {listed}"),
                format!("give it the meaning in {table}; without it, waiting would never end"),
            );
        }
        api.facts.words.insert(fact, statuses.into_iter().map(str::to_owned).collect());
    }
}
