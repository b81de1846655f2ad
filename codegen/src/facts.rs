//! What the runtime needs to know about the whole document: typed once, by the conventions, and
//! rendered as constants and in the change report.

use std::collections::BTreeMap;

/// The facts for the runtime.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// `None` where the document names no server that a key may be sent to.
    pub(crate) base_url: Option<String>,
    /// `None` where no call carries a key.
    pub(crate) key: Option<Key>,
    /// Whether every operation needs it.
    pub(crate) needs_key: bool,
    /// The words with a meaning to the runtime; of several, the first one that is present counts. A
    /// meaning without words does not occur in this document.
    pub(crate) words: BTreeMap<Meaning, Vec<String>>,
}

/// How a call carries the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Header {
        name: String,
        /// The prefix of the key.
        prefix: String,
    },
    /// In the query, under this name.
    Query(String),
    /// In the cookie of this name.
    Cookie(String),
}

impl Key {
    /// How it goes, for people.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Header { name, prefix } => format!("{name}: {prefix}…"),
            Self::Query(name) => format!("?{name}=…"),
            Self::Cookie(name) => format!("Cookie: {name}=…"),
        }
    }
}

/// The meaning of a member, a status or a code to the runtime, in the order of printing.
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
    /// The meanings that the runtime looks for in every response.
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

    /// Whether it is about costs or the balance.
    pub(crate) fn is_of_money(self) -> bool {
        matches!(self, Self::Cost | Self::Balance)
    }

    /// The name of the runtime's constant.
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

    /// A description of the words.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Data => "member of a response with its data",
            Self::RequestId => "member of a response with the request's id",
            Self::Usage => "member of a response with the cost of the call",
            Self::Page => "member of a response with the page's number",
            Self::PageSize => "member of a response with the page size",
            Self::Total => "member of a response with the total number of items",
            Self::Warnings => "member of a response with warnings",
            Self::Cost => "member of `usage` with the cost of the call",
            Self::Balance => "member of `usage` with the remaining balance",
            Self::TaskSucceeded => "statuses of a completed task",
            Self::TaskRefunded => "statuses of a task that failed and was refunded",
            Self::TaskFailed => "statuses of a task that failed, without a reported refund",
            Self::ErrorCode => "places of the code in an error's body, the most likely first",
            Self::ErrorMessage => "places of the message in an error's body, the most likely first",
            Self::ErrorRequestId => {
                "places of the request's id in an error's body, the most likely first"
            }
            Self::ErrorDocs => "places of the documentation's URL in an error's body",
            Self::QuotaCodes => "codes of HTTP 429 for which waiting does not help",
        }
    }
}
