//! The lowest layer: redacted server texts, saturating times, the settings of TLS, and whether a request was sent.

pub(crate) mod display;
pub(crate) mod lock;
pub(crate) mod offload;
pub(crate) mod redact;
pub(crate) mod send_state;
pub(crate) mod setters;
pub(crate) mod time;
#[cfg(feature = "_rustls")]
#[cfg_attr(feature = "native-tls", allow(dead_code, reason = "used by a spend ledger alone then"))]
pub(crate) mod tls;
