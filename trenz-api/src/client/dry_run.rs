//! A call that was checked and built, but not sent.

use bytes::Bytes;
use http::HeaderMap;
use std::fmt;

use crate::base::redact::Redactor;
use crate::money::quote::Quote;
use crate::wire::method::Method;

/// What a call would send and cost: see [`Call::dry_run`](crate::Call::dry_run).
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

/// Shows the body as text, without the API key if an input contains it, and at most 64 KiB of it.
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
