//! What the document says of the API as a whole, for the runtime to read: typed once, by
//! the conventions, and rendered as constants and in the change report.

use std::collections::BTreeMap;

/// What the runtime is told of the API as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// `None` where the document names no server that a key may be sent to.
    pub(crate) base_url: Option<String>,
    /// `None` where no call carries a key.
    pub(crate) key: Option<Key>,
    /// The words that have a meaning to the runtime, the first that is met counting. A
    /// meaning that is not listed is of no use to this document's client.
    pub(crate) words: BTreeMap<Meaning, Vec<String>>,
}

/// How a call carries the key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) header: String,
    /// What stands before the key in its header.
    pub(crate) prefix: String,
}

/// What a member, a status or a code means to the runtime, in the order of printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Meaning {
    Data,
    RequestId,
    Usage,
    Page,
    PageSize,
    Total,
    Warnings,
    Cost,
    Balance,
    TaskSucceeded,
    TaskRefunded,
    TaskFailed,
    ErrorCode,
    ErrorMessage,
    ErrorRequestId,
    ErrorDocs,
    QuotaCodes,
}

impl Meaning {
    /// Those that the runtime looks for in every response.
    pub(crate) const OF_ANSWERS: [Self; 10] = [
        Self::Data,
        Self::RequestId,
        Self::Usage,
        Self::Page,
        Self::PageSize,
        Self::Total,
        Self::Warnings,
        Self::Cost,
        Self::Balance,
        Self::QuotaCodes,
    ];

    /// Whether it says what a call has cost or what is left.
    pub(crate) fn is_of_money(self) -> bool {
        matches!(self, Self::Cost | Self::Balance)
    }

    /// The runtime's constant.
    pub(crate) fn constant(self) -> &'static str {
        match self {
            Self::Data => "ENVELOPE_DATA",
            Self::RequestId => "ENVELOPE_REQUEST_ID",
            Self::Usage => "ENVELOPE_USAGE",
            Self::Page => "ENVELOPE_PAGE",
            Self::PageSize => "ENVELOPE_PAGE_SIZE",
            Self::Total => "ENVELOPE_TOTAL",
            Self::Warnings => "ENVELOPE_WARNINGS",
            Self::Cost => "USAGE_COST",
            Self::Balance => "USAGE_BALANCE",
            Self::TaskSucceeded => "TASK_SUCCEEDED",
            Self::TaskRefunded => "TASK_REFUNDED",
            Self::TaskFailed => "TASK_FAILED",
            Self::ErrorCode => "ERROR_CODE",
            Self::ErrorMessage => "ERROR_MESSAGE",
            Self::ErrorRequestId => "ERROR_REQUEST_ID",
            Self::ErrorDocs => "ERROR_DOCS",
            Self::QuotaCodes => "QUOTA_CODES",
        }
    }

    /// What the words are.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Data => "member of an answer that holds the data",
            Self::RequestId => "member of an answer that is the request's id",
            Self::Usage => "member of an answer that says what the call has cost",
            Self::Page => "member of an answer that says which page it is",
            Self::PageSize => "member of an answer that says how much a page holds",
            Self::Total => "member of an answer that says how much there is in all",
            Self::Warnings => "member of an answer that says what else is to be known",
            Self::Cost => "member of `usage` that says what the call cost",
            Self::Balance => "member of `usage` that says what is left",
            Self::TaskSucceeded => "statuses of a task that has done its work",
            Self::TaskRefunded => "statuses of a task that has failed and was refunded",
            Self::TaskFailed => {
                "statuses of a task that has failed, and nobody says that it was refunded"
            }
            Self::ErrorCode => "places in an error's body of its code, the likeliest first",
            Self::ErrorMessage => "places in an error's body of its message, the likeliest first",
            Self::ErrorRequestId => {
                "places in an error's body of the request's id, the likeliest first"
            }
            Self::ErrorDocs => "places in an error's body of the URL that documents it",
            Self::QuotaCodes => "codes of HTTP 429 after which waiting for seconds does not help",
        }
    }
}
