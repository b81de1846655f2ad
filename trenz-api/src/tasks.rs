//! Work that goes on after the answer: a submission names a task, and the task is asked how it is doing.

use bytes::Bytes;
use serde::Serialize;

use crate::async_tasks::{Status, StatusData};
use crate::error::Partial;
use crate::{Call, Client, Error, Operation, Response, Result};

/// An operation that starts a task.
///
/// Generated where the document bills a call `async_on_complete` and its answer names a task.
pub trait Submits: Operation<Answer: Serialize> {
    /// The task's id, which the document calls `task_id` in some answers and `job_id` in others.
    fn task_id(answer: &Self::Answer) -> Option<&str>;
}

/// A task that was submitted. Dropping it does not cancel the work, which is paid for.
#[derive(Clone, Debug)]
pub struct Task {
    client: Client,
    id: String,
}

impl<'c, O: Submits> Call<'c, O> {
    /// Sends the request and gives the task that it starts.
    pub fn submit(self) -> impl Future<Output = Result<Task>> + Send + use<'c, O> {
        let client = self.client().clone();
        let sending = self.send();
        async move {
            let answer = sending.await?;
            match O::task_id(&answer.data).filter(|id| !id.is_empty()).map(str::to_owned) {
                Some(id) => Ok(Task { client, id }),
                None => Err(no_task::<O>(answer)),
            }
        }
    }
}

/// An accepted submission whose answer names no task; the error keeps the answer.
fn no_task<O: Submits>(answer: Response<O::Answer>) -> Error {
    let body = serde_json::to_vec(&answer.data).ok().map(Bytes::from);
    let kept = Partial {
        status: Some(answer.status()),
        request_id: answer.request_id,
        usage: answer.usage,
        body,
    };
    Error::undecodable(O::ID, "data".to_owned(), "the answer names no task".into(), kept)
}

impl Task {
    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Asks once how the task is doing. Free.
    pub async fn status(&self) -> Result<Response<StatusData>> {
        let request = Status::builder().task_id(self.id.as_str()).build();
        self.client.execute(&request).await
    }
}
