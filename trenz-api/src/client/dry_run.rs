//! A call that was checked and built, and not sent.

use bytes::Bytes;
use http::HeaderMap;
use std::fmt;

use crate::base::redact::Redactor;
use crate::money::quote::Quote;
use crate::wire::method::Method;

/// What a call would have sent, and what it would have cost: see [`Call::dry_run`](crate::Call::dry_run).
#[derive(Clone)]
#[non_exhaustive]
pub struct DryRun {
    /// What the call would cost.
    pub quote: Quote,
    /// The HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// The headers that this crate sets, without the one that carries the key.
    pub headers: HeaderMap,
    /// The body, if there is one.
    pub body: Option<Bytes>,
    pub(crate) redactor: Redactor,
}

/// With the body as text. Without the API key, should it be in an input, and no more than 64 KiB of it.
impl fmt::Debug for DryRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.redactor.debug(f, |f| {
            f.debug_struct("DryRun")
                .field("quote", &self.quote)
                .field("method", &self.method)
                .field("url", &self.url)
                .field("headers", &self.headers)
                .field("body", &self.body.as_deref().map(String::from_utf8_lossy))
                .finish()
        })
    }
}
