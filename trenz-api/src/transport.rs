//! One attempt of a request: its connection, whether it was sent, and its response.

pub(crate) mod base_url;
pub(crate) mod connections;
#[cfg(feature = "upload")]
pub(crate) mod destination;
pub(crate) mod http;
pub(crate) mod key;
pub(crate) mod request_body;
pub(crate) mod retry_after;
pub(crate) mod sender;
