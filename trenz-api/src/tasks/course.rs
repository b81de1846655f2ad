//! What the polls of a task have told so far, and what follows from the next: no I/O, no waiting.

use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use super::updates::Update;
use super::{Done, Task, TaskError};
use crate::async_tasks::{StatusData, TaskStatus};
use crate::{Error, Response, Result};

/// After so many answers in a row that make no sense, the next one will not either.
const GARBLED: u32 = 5;

/// One task being waited for.
#[derive(Debug)]
pub(super) struct Course {
    task: Task,
    rng: Rng,
    began: Instant,
    /// When the next poll is due.
    due: Instant,
    polls: u32,
    garbled: u32,
    status: Option<TaskStatus>,
    trouble: Option<Arc<Error>>,
}

/// What follows from a poll.
#[derive(Debug)]
pub(super) enum Step {
    Again(Update),
    End(Result<(Update, Done), TaskError>),
}

impl Course {
    pub(super) fn new(task: Task, now: Instant) -> Self {
        let mut rng = task.polling.rng();
        let first =
            if task.fresh { task.polling.delay(Duration::ZERO, &mut rng) } else { Duration::ZERO };
        Self {
            due: now + first,
            task,
            rng,
            began: now,
            polls: 0,
            garbled: 0,
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
    pub(super) fn patience(&self, now: Instant) -> Duration {
        let patience = self.task.polling.patience();
        self.deadline().map_or(patience, |end| patience.min(end.saturating_duration_since(now)))
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
                (self.garbled, self.trouble) = (0, None);
                changed = self.status.as_ref() != Some(&status);
                self.status = Some(status.clone());
                let reference = || self.task.reference.clone();
                match Verdict::of(&status) {
                    Verdict::Failed => {
                        // Of a task that is `failed`, nobody says that its coins came back.
                        if status.as_str() == "refunded" {
                            self.task.book_refund();
                        }
                        return Step::End(Err(TaskError::failed(
                            reference(),
                            status,
                            error_message,
                        )));
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
                self.garbled = if error.is_decode() { self.garbled + 1 } else { 0 };
                if !passes(&error) || self.garbled >= GARBLED {
                    let reference = self.task.reference.clone();
                    return Step::End(Err(TaskError::unanswerable(reference, error)));
                }
                wait = wait.max(error.retry_after().unwrap_or_default());
                self.trouble = Some(error);
            }
        }
        // The longest `Retry-After` that is believed is a day, so this cannot overflow but by an odd setting.
        self.due = now.checked_add(wait).unwrap_or(now);
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

/// What a status means. The document has two vocabularies, one in its schema and one in its prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Failed,
    GoingOn,
}

impl Verdict {
    fn of(status: &TaskStatus) -> Self {
        match status.as_str() {
            "completed" | "success" => Self::Done,
            "refunded" | "failed" => Self::Failed,
            // A word that nobody has heard of may mean anything, and the deadline is for the worst.
            _ => Self::GoingOn,
        }
    }
}

/// Whether asking again may help. Polls cost nothing, so anything that may pass is waited for.
pub(crate) fn passes(error: &Error) -> bool {
    error.is_connect()
        || error.is_timeout()
        || error.is_interrupted()
        || error.is_server_error()
        || error.is_rate_limited()
        || error.is_decode()
}
