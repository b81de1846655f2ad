//! The error of a publishing.

use std::fmt;
use std::time::Duration;

use super::PublishProgress;
use crate::base::redact::Redactor;
use crate::error::{Error, report};
use crate::money::coins::Spent;
use crate::money::outcome::Outcome;
use crate::workflow::stored::StateError;
use crate::workflow::upload::UploadError;

/// Why a publishing was not completed, its progress, and its cost.
pub struct PublishError(Box<Inner>);

struct Inner {
    step: PublishStep,
    reason: Reason,
    progress: PublishProgress,
    redactor: Redactor,
}

/// The step of a publishing that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublishStep {
    /// Before anything was sent: something is missing, or a time cannot be published at.
    Plan,
    /// Uploading the video.
    Upload,
    /// Checking it.
    Check,
    /// Starting the session.
    Publish,
    /// Waiting for the session's end. The session continues.
    Wait,
}

#[derive(Debug)]
pub(super) enum Reason {
    NoTarget,
    NoFile,
    State(StateError),
    Time { account: i64, ahead: Duration },
    MayBePublished,
    Upload(UploadError),
    Unsuitable,
    Api(Box<Error>),
    Deadline(Duration),
}

impl Reason {
    pub(super) fn api(error: Error) -> Self {
        Self::Api(Box::new(error))
    }
}

/// Whether a session may run although no response said so. If the backend failed, the document says that the coins were
/// refunded, but not whether the session had started.
pub(super) fn may_have_begun(error: &Error) -> bool {
    !matches!(error.outcome(), Outcome::NotSent | Outcome::Refused)
}

impl PublishError {
    pub(super) fn new(
        step: PublishStep,
        reason: Reason,
        progress: PublishProgress,
        redactor: &Redactor,
    ) -> Self {
        Self(Box::new(Inner { step, reason, progress, redactor: redactor.clone() }))
    }

    /// The step that failed.
    #[must_use]
    pub fn step(&self) -> PublishStep {
        self.0.step
    }

    /// What was done before the error, and its cost.
    #[must_use]
    pub fn progress(&self) -> &PublishProgress {
        &self.0.progress
    }

    /// What was done before the error, for resuming: see [`Publishing::resume`](super::Publishing::resume).
    #[must_use]
    pub fn into_progress(self) -> PublishProgress {
        self.0.progress
    }

    /// The video violates the platforms' rules; the [`Verdicts`](super::Verdicts) in the progress say which. Nothing
    /// was published.
    #[must_use]
    pub fn is_unsuitable(&self) -> bool {
        matches!(self.0.reason, Reason::Unsuitable)
    }

    /// A time is nearer than 5 minutes or further away than 90 days.
    #[must_use]
    pub fn is_time(&self) -> bool {
        matches!(self.0.reason, Reason::Time { .. })
    }

    /// The deadline has passed while waiting. The session continues.
    #[must_use]
    pub fn is_deadline(&self) -> bool {
        matches!(self.0.reason, Reason::Deadline(_))
    }

    /// What is wrong with the given progress or accounts. Nothing was sent.
    #[must_use]
    pub fn state_error(&self) -> Option<&StateError> {
        match &self.0.reason {
            Reason::State(error) => Some(error),
            _ => None,
        }
    }

    /// The error of the call that failed, if it was one.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        match &self.0.reason {
            Reason::Api(error) => Some(error),
            Reason::Upload(error) => error.api_error(),
            _ => None,
        }
    }

    /// The error of the upload, if it failed.
    #[must_use]
    pub fn upload_error(&self) -> Option<&UploadError> {
        match &self.0.reason {
            Reason::Upload(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let progress = self.progress();
        match &self.0.reason {
            Reason::NoTarget => f.write_str("expected an account to publish to, found none")?,
            Reason::NoFile => f.write_str("expected a video to publish, found none")?,
            Reason::State(_) => {
                f.write_str("the progress to resume from, or the list of accounts, is invalid")?;
            }
            Reason::Time { account, ahead } => write!(
                f,
                "the time for the account {account}: expected 5 minutes to 90 days from now, found {} s",
                ahead.as_secs()
            )?,
            Reason::MayBePublished => f.write_str(
                "the video may already have been published, so it is not published again: check the accounts",
            )?,
            Reason::Upload(_) => f.write_str("the video could not be uploaded")?,
            Reason::Unsuitable => {
                f.write_str("nothing was published: the video violates the platforms' rules")?;
            }
            Reason::Api(_) => f.write_str(match self.0.step {
                PublishStep::Check => "the video could not be checked",
                PublishStep::Wait => "polling the session failed",
                _ if progress.may_be_published => "it is not known whether the video was published",
                _ => "the video could not be published",
            })?,
            Reason::Deadline(waited) => {
                write!(f, "the session has not ended in {} s", waited.as_secs())?;
            }
        }
        match (&progress.session_token, &progress.uploaded) {
            (Some(_), _) => {
                f.write_str("; the publishing session was started and may still be running")?;
            }
            (None, Some(_)) => f.write_str("; the video is uploaded")?,
            (None, None) => {}
        }
        Spent(progress.coins_spent).fmt(f)
    }
}

impl fmt::Debug for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        report::debug(f, &self.0.redactor, self, |f| {
            f.debug_struct("PublishError")
                .field("step", &self.0.step)
                .field("reason", &self.0.reason)
                .field("progress", &self.0.progress)
                .finish()
        })
    }
}

impl std::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.reason {
            Reason::Upload(error) => Some(error),
            Reason::Api(error) => Some(&**error),
            Reason::State(error) => Some(error),
            _ => None,
        }
    }
}
