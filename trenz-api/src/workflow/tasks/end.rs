//! How a task ends, or how waiting for it does.

use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::TaskRef;
use crate::base::redact::{Redactor, ServerText};
use crate::error::{Error, Result, people};
use crate::generated::facts;
use crate::generated::workflows::tasks::TaskStatus;
use crate::money::coins::Coins;
use crate::money::ledger::Ledger;
use crate::wire::json::Json;

/// A task that has done its work.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Done {
    /// Which task it is.
    pub reference: TaskRef,
    /// The status in the API's words.
    pub status: TaskStatus,
    /// What it has made, as it came. The document leaves its shape open.
    pub result: Option<Json>,
}

impl Done {
    /// Decodes the result into a type of your own.
    ///
    /// A result that does not fit is still in [`result`](Self::result), and the API hands it out again.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T> {
        match &self.result {
            Some(result) => result.parse(),
            None => Json::from_value(&()).and_then(|null| null.parse()),
        }
    }
}

/// Why waiting for a task has ended without its result.
///
/// Whichever it is, [`reference`](Self::reference) says which task it was, and what it has cost.
pub struct TaskError(Box<Inner>);

struct Inner {
    reference: TaskRef,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Failed { status: TaskStatus, message: Option<ServerText>, ledger: Ledger },
    Deadline { waited: Duration, status: Option<TaskStatus>, trouble: Option<Arc<Error>> },
    Unanswerable(Arc<Error>),
}

impl TaskError {
    /// `ledger` is the client's, with what the failure has given back.
    pub(super) fn failed(
        reference: TaskRef,
        status: TaskStatus,
        message: Option<ServerText>,
        ledger: Ledger,
    ) -> Self {
        Self(Box::new(Inner { reference, why: Why::Failed { status, message, ledger } }))
    }

    pub(super) fn deadline(
        reference: TaskRef,
        waited: Duration,
        status: Option<TaskStatus>,
        trouble: Option<Arc<Error>>,
    ) -> Self {
        Self(Box::new(Inner { reference, why: Why::Deadline { waited, status, trouble } }))
    }

    pub(super) fn unanswerable(reference: TaskRef, error: Arc<Error>) -> Self {
        Self(Box::new(Inner { reference, why: Why::Unanswerable(error) }))
    }

    /// The task has failed. [`message`](Self::message) says why, in the API's words; submitting it again is a new
    /// task, and costs again.
    #[must_use]
    pub fn is_failed(&self) -> bool {
        matches!(self.0.why, Why::Failed { .. })
    }

    /// The task has failed and the API says that its coins came back. Of one that is `failed` it does not say.
    #[must_use]
    pub fn is_refunded(&self) -> bool {
        matches!(&self.0.why, Why::Failed { status, .. } if Verdict::of(status) == Verdict::Refunded)
    }

    /// The deadline has passed. The work goes on: [`Client::task`](crate::Client::task) waits for it again.
    #[must_use]
    pub fn is_deadline(&self) -> bool {
        matches!(self.0.why, Why::Deadline { .. })
    }

    /// The API refuses to tell: the key is not accepted, or it knows no such task. What it said is the
    /// [`poll_error`](Self::poll_error). The work may go on all the same.
    #[must_use]
    pub fn is_poll_error(&self) -> bool {
        matches!(self.0.why, Why::Unanswerable(_))
    }

    /// Which task it was.
    #[must_use]
    pub fn reference(&self) -> &TaskRef {
        &self.0.reference
    }

    /// Which task it was, to go on with.
    #[must_use]
    pub fn into_reference(self) -> TaskRef {
        self.0.reference
    }

    /// Why the task has failed: its `error_message`, without the API key, on one line of at most 16,384 characters.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        match &self.0.why {
            Why::Failed { message, .. } => message.as_ref().map(ServerText::as_str),
            _ => None,
        }
    }

    /// What the client's ledger said right after the task had failed, coins that came back included.
    ///
    /// Those come back into the ledger of the client that has submitted the task; another one that takes it up has not
    /// paid for it.
    #[must_use]
    pub fn ledger(&self) -> Option<&Ledger> {
        match &self.0.why {
            Why::Failed { ledger, .. } => Some(ledger),
            _ => None,
        }
    }

    /// The coins that came back, by what the API says of the task and has said of its submission. `None` if either
    /// does not say.
    #[must_use]
    pub fn coins_refunded(&self) -> Option<u64> {
        self.reference().coins_charged().filter(|_| self.is_refunded())
    }

    /// The last status that was heard of.
    #[must_use]
    pub fn status(&self) -> Option<&TaskStatus> {
        match &self.0.why {
            Why::Failed { status, .. } => Some(status),
            Why::Deadline { status, .. } => status.as_ref(),
            Why::Unanswerable(_) => None,
        }
    }

    /// The error of the poll that ended the waiting, or of the last one before the deadline if it failed.
    #[must_use]
    pub fn poll_error(&self) -> Option<&Error> {
        match &self.0.why {
            Why::Failed { .. } => None,
            Why::Deadline { trouble, .. } => trouble.as_deref(),
            Why::Unanswerable(error) => Some(error),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.0.reference.shown_id();
        match &self.0.why {
            Why::Failed { status, message, .. } => {
                write!(f, "the task {id} has failed ({status})")?;
                if let Some(message) = message {
                    write!(f, ": {message}")?;
                }
                match (self.is_refunded(), self.reference().coins_charged()) {
                    (true, Some(coins)) => write!(f, "; {} came back", Coins(coins)),
                    (true, None) => f.write_str("; what it has cost came back"),
                    (false, Some(coins)) => {
                        write!(f, "; nobody says that its {} came back", Coins(coins))
                    }
                    (false, None) => f.write_str("; nobody says that what it has cost came back"),
                }
            }
            Why::Deadline { waited, status, .. } => {
                let seconds = waited.as_secs();
                write!(f, "the task {id} has not ended in {seconds} s; its last status is ")?;
                match status {
                    Some(status) => status.fmt(f),
                    None => f.write_str("unknown"),
                }
            }
            Why::Unanswerable(_) => write!(f, "the task {id} cannot be asked after"),
        }
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        people::debug(f, &Redactor::default(), self, |f| {
            f.debug_struct("TaskError")
                .field("reference", &self.0.reference)
                .field("why", &self.0.why)
                .finish()
        })
    }
}

impl std::error::Error for TaskError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.poll_error().map(|error| error as _)
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
