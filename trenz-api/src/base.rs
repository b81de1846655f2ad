//! The lowest layer: redacted server texts, saturating times, and whether a request was sent.

pub(crate) mod departure;
pub(crate) mod offload;
pub(crate) mod redact;
pub(crate) mod time;
