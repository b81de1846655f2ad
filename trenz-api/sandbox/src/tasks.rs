//! Asynchronous tasks: submitted, pending, running, and then completed or refunded.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::pace::{Pace, Work};
use crate::refusal::{Code, Refusal};

/// The vocabulary of task statuses. The document has two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Vocabulary {
    /// The schema's: `pending`, `running`, `completed`, `refunded`.
    #[default]
    Schema,
    /// The prose's: `running`, `success`, `failed`.
    Prose,
}

/// The tasks of a sandbox.
#[derive(Debug)]
pub(crate) struct Tasks {
    pub(crate) pace: Pace,
    pub(crate) vocabulary: Vocabulary,
    /// Whether a failed task is refunded. The document and the billing page disagree.
    pub(crate) refunds: bool,
    by_id: BTreeMap<String, Task>,
    lenient: bool,
}

/// One task.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) key: String,
    pub(crate) paid: Paid,
    pub(crate) course: Work,
    pub(crate) fails: bool,
    pub(crate) settled: bool,
    pub(crate) result: Value,
}

/// The charge of a task.
#[derive(Clone, Debug)]
pub(crate) struct Paid {
    pub(crate) request_id: String,
    pub(crate) operation: String,
    pub(crate) coins: u64,
    /// How often it is refunded if the task fails.
    pub(crate) refunds: u8,
}

impl Tasks {
    pub(crate) fn new(pace: Pace, vocabulary: Vocabulary, refunds: bool, lenient: bool) -> Self {
        Self { pace, vocabulary, refunds, by_id: BTreeMap::new(), lenient }
    }

    pub(crate) fn submit(&mut self, id: String, task: Task) {
        self.by_id.insert(id, task);
    }

    /// Responds to a poll. A task of another key does not exist.
    pub(crate) fn poll(&mut self, id: &str, key: &str, now: u64) -> Result<Value, Refusal> {
        let pace = self.pace;
        let Some(task) = self.by_id.get_mut(id).filter(|task| task.key == key) else {
            if self.lenient {
                return Ok(json!({ "task_id": id, "status": "pending", "error_message": null }));
            }
            return Err(Refusal::new(Code::TaskNotFound, format!("unknown task {id}")));
        };
        let progress = task.course.poll(pace, now);
        let done = progress >= 1.0;
        let status = match (self.vocabulary, done, task.fails) {
            (Vocabulary::Schema, false, _) if progress < 0.5 => "pending",
            (_, false, _) => "running",
            (Vocabulary::Schema, true, false) => "completed",
            (Vocabulary::Schema, true, true) => "refunded",
            (Vocabulary::Prose, true, false) => "success",
            (Vocabulary::Prose, true, true) => "failed",
        };
        let result = if done && !task.fails { task.result.clone() } else { Value::Null };
        let error = if done && task.fails {
            Value::from("a fault of the sandbox: the task fails")
        } else {
            Value::Null
        };
        Ok(json!({ "task_id": id, "status": status, "result": result, "error_message": error }))
    }

    /// Returns the charges to refund for tasks that have failed since the last call.
    pub(crate) fn settle(&mut self, now: u64) -> Vec<Paid> {
        let (pace, refunds) = (self.pace, self.refunds);
        let due = |task: &&mut Task| {
            task.fails && !task.settled && task.course.progress(pace, now) >= 1.0
        };
        let failed = self.by_id.values_mut().filter(due);
        let paid = failed.map(|task| {
            task.settled = true;
            task.paid.clone()
        });
        if refunds { paid.collect() } else { Vec::new() }
    }
}
