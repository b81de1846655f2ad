//! What the polls of a task have told so far, and what follows from the next: no I/O, no waiting.

use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use super::{Done, Task, TaskError};
use crate::base::redact::ServerText;
use crate::base::time;
use crate::error::{Error, Result};
use crate::generated::facts;
use crate::generated::workflows::tasks::{StatusData, TaskStatus};
use crate::wire::response::Response;
use crate::workflow::patience::Patience;

/// One task being waited for.
#[derive(Debug)]
pub(super) struct Course {
    task: Task,
    rng: Rng,
    began: Instant,
    /// When the next poll is due.
    due: Instant,
    polls: u32,
    patience: Patience,
    status: Option<TaskStatus>,
    trouble: Option<Arc<Error>>,
}

/// What one poll has told.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Update {
    /// The status, or the last one that was heard of.
    pub status: Option<TaskStatus>,
    /// Whether the status is another one than before.
    pub changed: bool,
    /// How long the task has been waited for.
    pub waited: Duration,
    /// How many times it was asked.
    pub polls: u32,
    /// Why this poll told nothing, if it did not. The next one may.
    pub trouble: Option<Arc<Error>>,
}

/// What follows from a poll.
#[derive(Debug)]
pub(super) enum Step {
    Again(Update),
    End(Result<(Update, Done), TaskError>),
}

impl Step {
    pub(super) fn update(&self) -> Option<&Update> {
        match self {
            Self::Again(update) | Self::End(Ok((update, _))) => Some(update),
            Self::End(Err(_)) => None,
        }
    }
}

impl Course {
    pub(super) fn new(task: Task, now: Instant) -> Self {
        let mut rng = task.polling.rng();
        let first =
            if task.fresh { task.polling.delay(Duration::ZERO, &mut rng) } else { Duration::ZERO };
        Self {
            due: time::after(now, first),
            task,
            rng,
            began: now,
            polls: 0,
            patience: Patience::default(),
            status: None,
            trouble: None,
        }
    }

    pub(super) fn task(&self) -> &Task {
        &self.task
    }

    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// When waiting ends. `None` if never.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.task.polling.until()?)
    }

    /// How long a poll that begins now may take.
    pub(super) fn time(&self, now: Instant) -> Duration {
        let most = self.task.polling.patience();
        self.deadline().map_or(most, |end| most.min(end.saturating_duration_since(now)))
    }

    pub(super) fn expired(&self, now: Instant) -> TaskError {
        let waited = now.saturating_duration_since(self.began);
        let (status, trouble) = (self.status.clone(), self.trouble.clone());
        TaskError::deadline(self.task.reference.clone(), waited, status, trouble)
    }

    /// Takes what a poll came to.
    pub(super) fn take(&mut self, told: Result<Response<StatusData>>, now: Instant) -> Step {
        self.polls = self.polls.saturating_add(1);
        let waited = now.saturating_duration_since(self.began);
        let mut wait = self.task.polling.delay(waited, &mut self.rng);
        let mut changed = false;
        match told {
            Ok(answer) => {
                let StatusData { status, result, error_message, .. } = answer.data;
                (self.patience, self.trouble) = (Patience::default(), None);
                changed = self.status.as_ref() != Some(&status);
                self.status = Some(status.clone());
                let reference = || self.task.reference.clone();
                let verdict = Verdict::of(&status);
                #[cfg(feature = "_ledger")]
                if verdict != Verdict::GoingOn {
                    self.task.client.record_end(self.task.id(), verdict == Verdict::Refunded);
                }
                match verdict {
                    Verdict::Failed | Verdict::Refunded => {
                        // Of a task that has only failed, nobody says that its coins came back.
                        if verdict == Verdict::Refunded {
                            self.task.client.book_refund(self.task.id());
                        }
                        let ledger = self.task.client.ledger();
                        let redactor = self.task.client.redactor();
                        let message =
                            error_message.map(|said| ServerText::passage(redactor, &said));
                        let failed = TaskError::failed(reference(), status, message, ledger);
                        return Step::End(Err(failed));
                    }
                    Verdict::Done => {
                        let done = Done { reference: reference(), status, result };
                        return Step::End(Ok((self.update(waited, changed), done)));
                    }
                    Verdict::GoingOn => {}
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                if !self.patience.bears(&error) {
                    let reference = self.task.reference.clone();
                    return Step::End(Err(TaskError::unanswerable(reference, error)));
                }
                wait = wait.max(error.retry_after().unwrap_or_default());
                self.trouble = Some(error);
            }
        }
        self.due = time::after(now, wait);
        Step::Again(self.update(waited, changed))
    }

    fn update(&self, waited: Duration, changed: bool) -> Update {
        Update {
            status: self.status.clone(),
            changed,
            waited,
            polls: self.polls,
            trouble: self.trouble.clone(),
        }
    }
}

/// What a status means, by the generator's table of decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Done,
    Refunded,
    Failed,
    GoingOn,
}

impl Verdict {
    pub(super) fn of(status: &TaskStatus) -> Self {
        let is = |statuses: &[&str]| statuses.contains(&status.as_str());
        if is(facts::TASK_SUCCEEDED) {
            Self::Done
        } else if is(facts::TASK_REFUNDED) {
            Self::Refunded
        } else if is(facts::TASK_FAILED) {
            Self::Failed
        } else {
            // A word that nobody has heard of may mean anything, and the deadline is for the worst.
            Self::GoingOn
        }
    }
}
