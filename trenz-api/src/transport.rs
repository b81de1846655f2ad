//! One attempt of a request: which connection it takes, whether it was sent, and what came back.

pub(crate) mod base_url;
pub(crate) mod connections;
#[cfg(feature = "upload")]
pub(crate) mod destination;
pub(crate) mod exchange;
pub(crate) mod http;
pub(crate) mod key;
pub(crate) mod request_body;
pub(crate) mod retry_after;
