//! The error of an upload.

use http::StatusCode;
use std::fmt;
use std::io;
use std::time::Duration;

use super::UploadProgress;
use crate::base::redact::{Cause, Redactor, ServerText};
use crate::error::{Error, report};
use crate::transport::http::{Failure, FailureKind, HttpResponse};

/// Why a file was not uploaded, and what was paid until then.
pub struct UploadError(Box<Inner>);

struct Inner {
    reason: Reason,
    name: String,
    coins: Option<u64>,
}

#[derive(Debug)]
pub(super) enum Reason {
    Unreadable(io::Error),
    NotAFile,
    Empty,
    Nameless,
    ContentType,
    Changed,
    /// A stream has ended early.
    Short {
        said: u64,
        came: u64,
    },
    /// A stream is longer than declared.
    Long {
        said: u64,
    },
    Presign(Box<Error>),
    /// The presigned URL is not an allowed destination.
    Destination(&'static str),
    Unsendable(Cause),
    Lost(Cause),
    Stalled(Duration),
    /// The store has accepted the file before it can have received all of it.
    Early(UploadProgress),
    Refused {
        status: StatusCode,
        said: ServerText,
        /// The store says that its URL has expired.
        expired: bool,
        /// What is wrong with the URL that the store redirects to.
        redirect_error: Option<&'static str>,
    },
}

impl Reason {
    pub(super) fn refused(
        http_response: &HttpResponse,
        redirect_error: Option<&'static str>,
        redactor: &Redactor,
    ) -> Self {
        let (status, said) = (http_response.status, String::from_utf8_lossy(&http_response.body));
        // Stores say so in the message only.
        let expired = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN]
            .contains(&status)
            && said.to_lowercase().contains("expired");
        Self::Refused {
            status,
            said: ServerText::passage(redactor, &said),
            expired,
            redirect_error,
        }
    }

    /// Whether the store refuses because its URL has expired.
    pub(super) fn has_expired(&self) -> bool {
        matches!(self, Self::Refused { expired: true, .. })
    }

    pub(super) fn no_response(failure: &Failure, redactor: &Redactor) -> Self {
        let cause = Cause::new(redactor, &*failure.source);
        match failure.kind {
            FailureKind::Unsendable => Self::Unsendable(cause),
            _ => Self::Lost(cause),
        }
    }

    /// Whether a retry may help. An object that is uploaded twice is the same object.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Lost(_) | Self::Stalled(_) | Self::Early(_) => true,
            Self::Refused { status, .. } => {
                status.is_server_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || *status == StatusCode::REQUEST_TIMEOUT
            }
            _ => false,
        }
    }
}

impl UploadError {
    pub(super) fn new(reason: Reason, name: &str, coins: Option<u64>) -> Self {
        Self(Box::new(Inner { reason, name: name.to_owned(), coins }))
    }

    /// There is no such file.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(&self.0.reason, Reason::Unreadable(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// The file is missing, empty, not a file, has no name, or cannot be read.
    #[must_use]
    pub fn is_source(&self) -> bool {
        matches!(
            self.0.reason,
            Reason::Unreadable(_) | Reason::NotAFile | Reason::Empty | Reason::Nameless
        )
    }

    /// The file is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self.0.reason, Reason::Empty)
    }

    /// The file was changed while it was read, or a stream has another length than declared. Do not use what the store
    /// has now.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        matches!(self.0.reason, Reason::Changed | Reason::Short { .. } | Reason::Long { .. })
    }

    /// There is no presigned URL, for the reason in [`api_error`](Self::api_error); or its host is not allowed: see
    /// [`allow_upload_host`](crate::ClientBuilder::allow_upload_host).
    #[must_use]
    pub fn is_presign(&self) -> bool {
        matches!(self.0.reason, Reason::Presign(_) | Reason::Destination(_))
    }

    /// The store has refused the file, with this [`status`](Self::status).
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self.0.reason, Reason::Refused { .. })
    }

    /// The connection to the store failed, was lost, or made no progress, in the last of all attempts; or the store
    /// accepted the file before all of it was sent.
    #[must_use]
    pub fn is_network(&self) -> bool {
        matches!(self.0.reason, Reason::Lost(_) | Reason::Stalled(_) | Reason::Early(_))
    }

    /// Why there is no presigned URL.
    #[must_use]
    pub fn api_error(&self) -> Option<&Error> {
        match &self.0.reason {
            Reason::Presign(error) => Some(error),
            _ => None,
        }
    }

    /// The status with which the store has refused the file.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.reason {
            Reason::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The store's message, usually XML, on one line of at most 16,384 characters.
    #[must_use]
    pub fn said(&self) -> Option<&str> {
        match &self.0.reason {
            Reason::Refused { said, .. } => Some(said.as_str()),
            _ => None,
        }
    }

    /// The coins that presigned URLs have cost. Unknown if a response did not report it or did not arrive.
    #[must_use]
    pub fn coins_spent(&self) -> Option<u64> {
        self.0.coins
    }
}

impl fmt::Display for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was not uploaded: ", self.0.name.escape_debug())?;
        match &self.0.reason {
            Reason::Unreadable(error) if error.kind() == io::ErrorKind::NotFound => {
                f.write_str("the file does not exist")
            }
            Reason::Unreadable(_) => f.write_str("the file cannot be read"),
            Reason::NotAFile => f.write_str("the path is not a file"),
            Reason::Empty => f.write_str("the file is empty"),
            Reason::Nameless => f.write_str("the file has no name"),
            Reason::ContentType => {
                f.write_str("the content type has a character that is not allowed in a header")
            }
            Reason::Changed => f.write_str("the file changed while it was read"),
            Reason::Short { said, came } => {
                write!(f, "the stream has {came} bytes, but was declared to have {said}")
            }
            Reason::Long { said } => {
                write!(f, "the stream has more than the declared {said} bytes")
            }
            Reason::Presign(_) => f.write_str("requesting the presigned URL failed"),
            Reason::Destination(reason) => write!(f, "the presigned URL {reason}"),
            Reason::Unsendable(_) => f.write_str("the request could not be built"),
            Reason::Lost(_) => f.write_str("the connection to the store was lost"),
            Reason::Stalled(time) => write!(f, "the upload made no progress for {time:?}"),
            Reason::Early(UploadProgress { sent, total }) => {
                write!(f, "the store reported success after only {sent} of {total} bytes were sent")
            }
            Reason::Refused { status, redirect_error, .. } => {
                match redirect_error {
                    Some(reason) => {
                        write!(f, "the store's redirect is not followed, because it {reason}")
                    }
                    None if status.is_redirection() => {
                        f.write_str("the store redirects in a way that is not followed")
                    }
                    None => f.write_str("the store has refused it"),
                }?;
                write!(f, " (HTTP {status})")
            }
        }
    }
}

impl fmt::Debug for UploadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        report::debug(f, &Redactor::default(), self, |f| {
            f.debug_struct("UploadError")
                .field("name", &self.0.name)
                .field("reason", &self.0.reason)
                .field("coins_spent", &self.0.coins)
                .finish()
        })
    }
}

impl std::error::Error for UploadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.reason {
            Reason::Unreadable(error) => Some(error),
            Reason::Presign(error) => Some(&**error),
            Reason::Unsendable(source) | Reason::Lost(source) => Some(source),
            _ => None,
        }
    }
}
