//! The parts that members, extensions, statuses and codes play, by the names that the
//! decisions table knows them by.

use serde::Deserialize;

/// What a member of an envelope is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EnvelopeRole {
    Data,
    RequestId,
    Usage,
    Page,
    PageSize,
    Total,
    Warnings,
    /// It is known, and means nothing to the runtime.
    Other,
}

impl EnvelopeRole {
    /// As the table spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::RequestId => "request_id",
            Self::Usage => "usage",
            Self::Page => "page",
            Self::PageSize => "page_size",
            Self::Total => "total",
            Self::Warnings => "warnings",
            Self::Other => "other",
        }
    }
}

/// What a member of an account of costs is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UsageRole {
    Cost,
    Balance,
    /// It is known, and means nothing to the runtime.
    Other,
}

impl UsageRole {
    /// As the table spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Balance => "balance",
            Self::Other => "other",
        }
    }
}

/// What an extension says of an operation.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExtensionRole {
    Cost,
    BillingMode,
    Scope,
    Pricing,
}

/// What a status of a task means.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaskMeaning {
    /// It is not at its end.
    Running,
    Succeeded,
    /// It has failed, and its price came back.
    Refunded,
    /// It has failed, and nobody says that its price came back.
    Failed,
}

/// What an error code of HTTP 429 asks for.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorRole {
    /// To wait, and to send it again.
    RateLimit,
    /// To stop: waiting for seconds does not help.
    Quota,
}
