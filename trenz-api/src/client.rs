//! The client, and one call of it: checked, reserved, paced, sent, judged and perhaps retried.

#[cfg(feature = "blocking")]
pub mod blocking;
pub(crate) mod builder;
pub(crate) mod call;
pub(crate) mod core;
pub(crate) mod dry_run;
pub(crate) mod handle;
pub(crate) mod options;
pub(crate) mod rate_limiter;
pub(crate) mod request;
pub(crate) mod retry;
pub(crate) mod undecoded;
