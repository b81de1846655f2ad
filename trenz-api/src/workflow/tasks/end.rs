//! The end of a task, or of waiting for it.

use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::TaskRef;
use crate::base::redact::{Redactor, ServerText};
use crate::error::{Error, Result, report};
use crate::generated::facts;
use crate::generated::workflows::tasks::TaskStatus;
use crate::money::coins::Coins;
use crate::money::ledger::Ledger;
use crate::wire::json::Json;

/// A completed task.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Done {
    /// The task's reference.
    pub reference: TaskRef,
    /// The final status.
    pub status: TaskStatus,
    /// The result as received. The document leaves its shape open.
    pub result: Option<Json>,
}

impl Done {
    /// Decodes the result into a type of your own.
    ///
    /// A result that does not fit is still in [`result`](Self::result), and the API returns it again.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        match &self.result {
            Some(result) => result.parse(),
            None => Json::from_value(&()).and_then(|null| null.parse()),
        }
    }
}

/// Why waiting for a task has ended without its result.
///
/// [`reference`](Self::reference) always has the task, and its cost.
pub struct TaskError(Box<Inner>);

struct Inner {
    reference: TaskRef,
    reason: Reason,
}

#[derive(Debug)]
pub(super) enum Reason {
    /// With the client's ledger, after the refund of the failed task.
    Failed {
        status: TaskStatus,
        message: Option<ServerText>,
        ledger: Ledger,
    },
    Deadline {
        waited: Duration,
        status: Option<TaskStatus>,
        trouble: Option<Arc<Error>>,
    },
    PollFailed(Arc<Error>),
}

impl TaskError {
    pub(super) fn new(reference: TaskRef, reason: Reason) -> Self {
        Self(Box::new(Inner { reference, reason }))
    }

    /// The task has failed. [`message`](Self::message) is the API's reason; submitting it again starts a new task, and
    /// is charged again.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.0.reason, Reason::Failed { .. })
    }

    /// The task has failed and the API reports that it was refunded. For the status `failed` it does not report that.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        matches!(&self.0.reason, Reason::Failed { status, .. } if StatusClass::of(status) == StatusClass::Refunded)
    }

    /// The deadline has passed. The work continues: [`Client::task`](crate::Client::task) waits for it again.
    #[must_use]
    pub fn is_deadline(&self) -> bool {
        matches!(self.0.reason, Reason::Deadline { .. })
    }

    /// Polling failed permanently: the key is not accepted, or the API knows no such task. The error is
    /// [`poll_error`](Self::poll_error). The work may continue all the same.
    #[must_use]
    pub fn is_poll_error(&self) -> bool {
        matches!(self.0.reason, Reason::PollFailed(_))
    }

    /// The task's reference.
    #[must_use]
    pub fn reference(&self) -> &TaskRef {
        &self.0.reference
    }

    /// The task's reference, for resuming.
    #[must_use]
    pub fn into_reference(self) -> TaskRef {
        self.0.reference
    }

    /// Why the task has failed: its `error_message`, without the API key, on one line of at most 16,384 characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.reason {
            Reason::Failed { message, .. } => message.as_ref().map(ServerText::as_str),
            _ => None,
        }
    }

    /// The client's ledger right after the task failed, its refund included.
    ///
    /// The refund is recorded in the ledger of the client that submitted the task; another one that resumes it has not
    /// paid for it.
    #[must_use]
    pub fn ledger(&self) -> Option<&Ledger> {
        match &self.0.reason {
            Reason::Failed { ledger, .. } => Some(ledger),
            _ => None,
        }
    }

    /// The refunded coins, if the API reports a refund and the response to the submission reported the cost.
    #[must_use]
    pub fn coins_refunded(&self) -> Option<u64> {
        self.reference().coins_charged().filter(|_| self.is_refunded())
    }

    /// The last status received.
    #[must_use]
    pub fn status(&self) -> Option<&TaskStatus> {
        match &self.0.reason {
            Reason::Failed { status, .. } => Some(status),
            Reason::Deadline { status, .. } => status.as_ref(),
            Reason::PollFailed(_) => None,
        }
    }

    /// The error of the poll that ended the waiting, or of the last one before the deadline if it failed.
    #[must_use]
    pub fn poll_error(&self) -> Option<&Error> {
        match &self.0.reason {
            Reason::Failed { .. } => None,
            Reason::Deadline { trouble, .. } => trouble.as_deref(),
            Reason::PollFailed(error) => Some(error),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0.reference.shown_id();
        match &self.0.reason {
            Reason::Failed { status, message, .. } => {
                write!(f, "the task {id} has failed")?;
                if let Some(message) = message {
                    write!(f, ": {message}")?;
                }
                match (self.is_refunded(), self.reference().coins_charged()) {
                    (true, Some(coins)) => write!(f, "; {} were refunded", Coins(coins)),
                    (true, None) => f.write_str("; its cost was refunded"),
                    (false, Some(coins)) => {
                        let coins = Coins(coins);
                        write!(f, "; {coins} were charged, and the API has reported no refund")
                    }
                    (false, None) => f.write_str(
                        "; what it cost is not known, and the API has reported no refund",
                    ),
                }?;
                write!(f, " (status `{status}`)")
            }
            Reason::Deadline { waited, status, .. } => {
                let seconds = waited.as_secs();
                write!(
                    f,
                    "stopped waiting for the task {id} after {seconds} s; it may still finish; its last status is "
                )?;
                match status {
                    Some(status) => status.fmt(f),
                    None => f.write_str("unknown"),
                }
            }
            Reason::PollFailed(_) => {
                write!(
                    f,
                    "the task {id} was accepted and may still be running: a poll failed; \
                     wait for it again by its reference instead of submitting it again"
                )
            }
        }
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        report::debug(f, &Redactor::default(), self, |f| {
            f.debug_struct("TaskError")
                .field("reference", &self.0.reference)
                .field("reason", &self.0.reason)
                .finish()
        })
    }
}

impl std::error::Error for TaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.poll_error().map(|error| error as _)
    }
}

/// The meaning of a status, by the decisions table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StatusClass {
    Done,
    Refunded,
    Failed,
    Running,
}

impl StatusClass {
    pub(super) fn of(status: &TaskStatus) -> Self {
        let is = |statuses: &[&str]| statuses.contains(&status.as_str());
        if is(facts::TASK_SUCCEEDED) {
            Self::Done
        } else if is(facts::TASK_REFUNDED) {
            Self::Refunded
        } else if is(facts::TASK_FAILED) {
            Self::Failed
        } else {
            // An unknown status may mean anything; the deadline ends the waiting if it is final.
            Self::Running
        }
    }
}
