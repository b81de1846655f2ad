//! The state of waiting for one task.

use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;

use super::Task;
use super::end::{Done, Reason, StatusClass, TaskError};
use crate::base::redact::ServerText;
use crate::error::{Error, Result};
use crate::generated::workflows::tasks::{StatusData, TaskStatus};
use crate::workflow::poll_limiter::PollLimiter;
use crate::workflow::poller::{Polled, Poller};

/// Polls one task. Time counts from its own first poll.
pub(super) struct TaskPoller {
    task: Task,
    limiter: Option<Arc<PollLimiter>>,
    poller: Option<Poller>,
    status: Option<TaskStatus>,
    trouble: Option<Arc<Error>>,
}

/// The result of one poll.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Update {
    /// The status, or the last one received.
    pub status: Option<TaskStatus>,
    /// Whether the status has changed.
    pub changed: bool,
    /// How long the task has been waited for.
    pub waited: Duration,
    /// The number of polls so far.
    pub polls: u32,
    /// Why this poll returned no status. The next one may.
    pub trouble: Option<Arc<Error>>,
}

/// What follows from a poll.
pub(super) enum Step {
    Again(Update),
    End(Result<(Update, Done), TaskError>),
}

impl TaskPoller {
    pub(super) fn new(task: Task, limiter: Option<Arc<PollLimiter>>) -> Self {
        Self { task, limiter, poller: None, status: None, trouble: None }
    }

    pub(super) async fn end(mut self) -> Result<Done, TaskError> {
        loop {
            if let Step::End(end) = self.step().await {
                return end.map(|(_, done)| done);
            }
        }
    }

    /// Waits until the next poll is due, and sends it.
    pub(super) async fn step(&mut self) -> Step {
        let task = &self.task;
        let poller = self.poller.get_or_insert_with(|| {
            let fresh = task.submitted.is_some();
            Poller::begin(task.polling.clone(), fresh, task.age()).with_limiter(self.limiter.take())
        });
        let outcome = poller.next(|poller| {
            let call = poller.call(task.client.call(task.status_request()));
            task.poll(call).instrument(task.span.clone())
        });
        let outcome = outcome.await;
        let (waited, polls) = (poller.waited(), poller.polls());
        let reference = || task.reference.clone();
        let failed = |reason| TaskError::new(reference(), reason);
        let (mut changed, mut done) = (false, None);
        match outcome {
            Polled::Response(response) => {
                let StatusData { status, result, error_message, .. } = response.data;
                self.trouble = None;
                changed = self.status.as_ref() != Some(&status);
                self.status = Some(status.clone());
                let class = StatusClass::of(&status);
                #[cfg(feature = "_ledger")]
                if class != StatusClass::Running {
                    task.client.record_end(task.id(), class == StatusClass::Refunded);
                }
                match class {
                    StatusClass::Running => {}
                    StatusClass::Done => {
                        done = Some(Done { reference: reference(), status, result });
                    }
                    StatusClass::Failed | StatusClass::Refunded => {
                        // For a task that has only failed, no refund is reported.
                        if class == StatusClass::Refunded {
                            task.client.record_task_refund(task.id());
                        }
                        let ledger = task.client.ledger();
                        let redactor = task.client.redactor();
                        let message =
                            error_message.map(|said| ServerText::passage(redactor, &said));
                        return Step::End(Err(failed(Reason::Failed { status, message, ledger })));
                    }
                }
            }
            Polled::Transient(error) => self.trouble = Some(Arc::new(error)),
            Polled::Fatal(error) => {
                return Step::End(Err(failed(Reason::PollFailed(Arc::new(error)))));
            }
            Polled::Deadline(waited) => {
                let (status, trouble) = (self.status.clone(), self.trouble.clone());
                return Step::End(Err(failed(Reason::Deadline { waited, status, trouble })));
            }
        }
        let (status, trouble) = (self.status.clone(), self.trouble.clone());
        let update = Update { status, changed, waited, polls, trouble };
        task.notify(&update);
        match done {
            Some(done) => Step::End(Ok((update, done))),
            None => Step::Again(update),
        }
    }
}
