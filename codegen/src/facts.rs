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
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Header { name, prefix } => format!("{name}: {prefix}…"),
            Self::Query(name) => format!("?{name}=…"),
            Self::Cookie(name) => format!("Cookie: {name}=…"),
        }
    }
}

/// Defines the meanings, each with the name of the runtime's constant and a description of the words.
macro_rules! meanings {
    ($($Meaning:ident = $constant:literal: $what:literal,)+) => {
        /// The meaning of a member, a status or a code to the runtime, in the order of printing.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Meaning { $($Meaning,)+ }

        impl Meaning {
            /// The name of the runtime's constant.
            pub(crate) fn constant(self) -> &'static str {
                match self { $(Self::$Meaning => $constant,)+ }
            }

            /// A description of the words.
            pub(crate) fn description(self) -> &'static str {
                match self { $(Self::$Meaning => $what,)+ }
            }
        }
    };
}

meanings! {
    Data = "ENVELOPE_DATA": "member of a response with its data",
    RequestId = "ENVELOPE_REQUEST_ID": "member of a response with the request's id",
    Usage = "ENVELOPE_USAGE": "member of a response with the cost of the call",
    Page = "ENVELOPE_PAGE": "member of a response with the page's number",
    PageSize = "ENVELOPE_PAGE_SIZE": "member of a response with the page size",
    Total = "ENVELOPE_TOTAL": "member of a response with the total number of items",
    Warnings = "ENVELOPE_WARNINGS": "member of a response with warnings",
    Cost = "USAGE_COST": "member of `usage` with the cost of the call",
    Balance = "USAGE_BALANCE": "member of `usage` with the remaining balance",
    TaskSucceeded = "TASK_SUCCEEDED": "statuses of a completed task",
    TaskRefunded = "TASK_REFUNDED": "statuses of a task that failed and was refunded",
    TaskFailed = "TASK_FAILED": "statuses of a task that failed, without a reported refund",
    ErrorCode = "ERROR_CODE": "places of the code in an error's body, the most likely first",
    ErrorMessage = "ERROR_MESSAGE": "places of the message in an error's body, the most likely first",
    ErrorRequestId = "ERROR_REQUEST_ID": "places of the request's id in an error's body, the most likely first",
    ErrorDocs = "ERROR_DOCS": "places of the documentation's URL in an error's body",
    QuotaCodes = "QUOTA_CODES": "codes of HTTP 429 for which waiting does not help",
}

impl Meaning {
    /// The meanings that the runtime looks for in every response.
    pub(crate) const OF_RESPONSES: [Self; 10] = [
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
    pub(crate) fn is_about_money(self) -> bool {
        matches!(self, Self::Cost | Self::Balance)
    }
}
