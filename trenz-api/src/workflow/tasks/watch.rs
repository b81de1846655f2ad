//! One task being waited for: the polls, one after the other.

use tokio::time::{Instant, sleep_until};
use tracing::Instrument;

use super::course::{Course, Step};
use super::{Done, Task, TaskError};
use crate::client::retry::RetryPolicy;
use crate::error::Result;
use crate::generated::workflows::tasks::StatusData;
use crate::wire::response::Response;

/// Polls one task. Begins to count when it is first polled itself.
#[derive(Debug)]
pub(super) struct Watch {
    task: Task,
    course: Option<Course>,
}

impl Watch {
    pub(super) fn new(task: Task) -> Self {
        Self { task, course: None }
    }

    pub(super) async fn end(mut self) -> Result<Done, TaskError> {
        loop {
            if let Step::End(end) = self.step().await {
                return end.map(|(_, done)| done);
            }
        }
    }

    /// Waits until the next poll is due, and makes it.
    pub(super) async fn step(&mut self) -> Step {
        let course =
            self.course.get_or_insert_with(|| Course::new(self.task.clone(), Instant::now()));
        let deadline = course.deadline();
        sleep_until(deadline.map_or(course.due(), |end| end.min(course.due()))).await;
        if deadline.is_some_and(|end| Instant::now() >= end && end <= course.due()) {
            return Step::End(Err(course.expired(Instant::now())));
        }
        let told = ask(course).await;
        let step = course.take(told, Instant::now());
        if let Some(update) = step.update() {
            self.task.tell(update);
        }
        step
    }
}

/// One poll, of bounded length, in the span of its task.
pub(super) fn ask(
    course: &Course,
) -> impl Future<Output = Result<Response<StatusData>>> + Send + use<> {
    let task = course.task().clone();
    let span = task.span.clone();
    let (time, deadline) = (course.time(Instant::now()), course.deadline());
    let poll = async move {
        // What fails in passing is asked again here, at the pace of the polling.
        let call = task.client.call(task.question()).timeout(time);
        let call = call.retry_policy(RetryPolicy::never()).leave_by(deadline);
        task.poll(call).await
    };
    poll.instrument(span)
}
