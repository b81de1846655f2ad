//! Async tasks.
use serde::{Deserialize, Serialize};
use crate::{BillingMode, Call, Client, Content, Detached, Error, Inputs, Method, Operation, Response, Scope, Unset};

/// Async tasks.
#[derive(Clone, Copy, Debug)]
pub struct AsyncTasks<'c> {
    pub(super) client: &'c Client,
}
impl<'c> AsyncTasks<'c> {
    /// Task status.
    pub const fn task_status(self) -> TaskStatusBuilder<&'c Client> {
        TaskStatusBuilder { via: self.client, task_id: Unset }
    }
}
/// Task status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskStatus {
    /// Id.
    pub task_id: String,
}
impl Operation for TaskStatus {
    type Answer = ();
    const ID: &'static str = "trenz-task-status";
    const SUMMARY: &'static str = "Task status";
    const METHOD: Method = Method::Post;
    const PATH: &'static str = "/open/v1/tasks/status";
    const GROUP: &'static str = "General";
    const AREA: &'static str = "Async Tasks";
    const RUST_PATH: &'static str = "async_tasks::TaskStatus";
    const COIN_COST: u64 = 0;
    const SCOPE: Option<Scope> = None;
    const BILLING_MODE: BillingMode = BillingMode::Free;
    const CONTENT: Content = Content::None;
    fn write(&self, to: &mut Inputs) {
        to.json_body();
        to.body("task_id", &self.task_id);
    }
}
/// Builder.
#[derive(Clone, Debug)]
#[must_use]
pub struct TaskStatusBuilder<Via, TaskIdState = Unset> {
    via: Via,
    task_id: TaskIdState,
}
impl TaskStatus {
    /// Builder.
    pub const fn builder() -> TaskStatusBuilder<Detached> {
        TaskStatusBuilder { via: Detached, task_id: Unset }
    }
}
impl<Via, S> TaskStatusBuilder<Via, S> {
    /// Id.
    pub fn task_id(self, task_id: impl Into<String>) -> TaskStatusBuilder<Via, String> {
        TaskStatusBuilder { via: self.via, task_id: task_id.into() }
    }
}
impl<Via> TaskStatusBuilder<Via, String> {
    /// The request.
    pub fn build(self) -> TaskStatus {
        TaskStatus { task_id: self.task_id }
    }
}
impl<'c> TaskStatusBuilder<&'c Client, String> {
    /// The call.
    pub fn call(self) -> Call<'c, TaskStatus> {
        Call::new(self.via, self.build())
    }
    /// Sends it.
    pub fn send(self) -> impl Future<Output = Result<Response<()>, Error>> + Send + 'c {
        self.call().send()
    }
}
