//! The parts that members, extensions, statuses and codes play, by the names that the
//! decisions table knows them by.

use serde::Deserialize;

/// Defines roles by their names in the table.
macro_rules! roles {
    ($(
        $(#[doc = $doc:literal])+
        $Role:ident { $($(#[doc = $of_one:literal])* $One:ident = $name:literal,)+ }
    )+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
        #[cfg_attr(test, derive(schemars::JsonSchema))]
        pub(crate) enum $Role {
            $($(#[doc = $of_one])* #[serde(rename = $name)] $One,)+
        }

        impl $Role {
            /// As the table spells it.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$One => $name,)+ }
            }
        }
    )+};
}

roles! {
    /// What a member of an envelope is.
    EnvelopeRole {
        Data = "data",
        RequestId = "request_id",
        Usage = "usage",
        Page = "page",
        PageSize = "page_size",
        Total = "total",
        Warnings = "warnings",
        /// It is known, and means nothing to the runtime.
        Other = "other",
    }

    /// What a member of an account of costs is.
    UsageRole {
        Cost = "cost",
        Balance = "balance",
        /// It is known, and means nothing to the runtime.
        Other = "other",
    }
}

/// What a member of an error's body is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorMemberRole {
    Code,
    Message,
    RequestId,
    DocsUrl,
}

impl ErrorMemberRole {
    /// As the table spells it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Message => "message",
            Self::RequestId => "request_id",
            Self::DocsUrl => "docs_url",
        }
    }
}

/// What an extension says of an operation.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExtensionRole {
    Cost,
    BillingMode,
    Scope,
    Pricing,
}

/// What a status of a task means.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorRole {
    /// To wait, and to retry it.
    RateLimit,
    /// To stop: waiting for seconds does not help.
    Quota,
}
