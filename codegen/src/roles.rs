//! The roles of members, extensions, statuses and codes, by their names in the decisions table.

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
            /// Its spelling in the table.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$One => $name,)+ }
            }
        }
    )+};
}

roles! {
    /// The role of a member of an envelope.
    EnvelopeRole {
        Data = "data",
        RequestId = "request_id",
        Usage = "usage",
        Page = "page",
        PageSize = "page_size",
        Total = "total",
        Warnings = "warnings",
        /// A known member without a meaning to the runtime.
        Other = "other",
    }

    /// The role of a member of `usage`.
    UsageRole {
        Cost = "cost",
        Balance = "balance",
        /// A known member without a meaning to the runtime.
        Other = "other",
    }

    /// The role of a member of an error's body.
    ErrorMemberRole {
        Code = "code",
        Message = "message",
        RequestId = "request_id",
        DocsUrl = "docs_url",
    }
}

/// The role of an extension of an operation.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ExtensionRole {
    Cost,
    BillingMode,
    Scope,
    Pricing,
}

/// The meaning of a task's status.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum TaskMeaning {
    /// Not final.
    Running,
    Succeeded,
    /// Failed and refunded.
    Refunded,
    /// Failed, without a reported refund.
    Failed,
}

/// The reaction to an error code of HTTP 429.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorRole {
    /// Wait, and retry.
    RateLimit,
    /// Stop: waiting does not help.
    Quota,
}
