//! What everything else stands on: server texts without the key, times that cannot overflow, and whether a request
//! was sent.

pub(crate) mod departure;
pub(crate) mod offload;
pub(crate) mod redact;
pub(crate) mod time;
