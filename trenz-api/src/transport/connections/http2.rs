//! HTTP/2: how its connections are kept alive, and what its errors prove.

use std::error::Error;
use std::time::Duration;

/// How long a connection without requests is kept. It is checked, so longer than over HTTP/1.1.
pub(crate) const IDLE: Duration = Duration::from_secs(90);

/// Sends a PING whenever a connection has been silent for `interval`, and closes it if no response comes.
#[cfg(feature = "http2")]
pub(crate) fn check_alive(
    http: reqwest::ClientBuilder,
    interval: Duration,
) -> reqwest::ClientBuilder {
    http.http2_keep_alive_interval(interval)
        .http2_keep_alive_timeout(interval.saturating_mul(2))
        .http2_keep_alive_while_idle(true)
}

#[cfg(not(feature = "http2"))]
pub(crate) fn check_alive(http: reqwest::ClientBuilder, _: Duration) -> reqwest::ClientBuilder {
    http
}

/// What an error without a response proves about the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "http2"),
    expect(dead_code, reason = "only a stream has an error of its own")
)]
pub(crate) enum Evidence {
    /// The server has said that it has not processed it.
    NotProcessed,
    /// It may have been processed.
    Unknown,
    /// It may have been processed, and the connection has ended without a GOAWAY.
    Broken,
}

/// Classifies an error of a request over HTTP/2. `by_stream` says that it is certainly the error of its
/// [stream](super::Delivery).
///
/// A server that resets a stream with `REFUSED_STREAM` has not processed it (RFC 9113, 8.7), nor has it processed a
/// stream beyond the last one that its GOAWAY names, whatever the reason (6.8). `h2` gives the error of a received
/// GOAWAY to the streams beyond its last (`recv_go_away` in `proto/streams/streams.rs`), and to new ones; the others
/// continue, and end as their connection does. `h2`'s own errors, and resets for any other reason, prove nothing.
#[cfg(feature = "http2")]
pub(crate) fn classify(error: &(dyn Error + 'static), by_stream: bool) -> Evidence {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            return if error.is_remote() && (refused || (error.is_go_away() && by_stream)) {
                Evidence::NotProcessed
            } else if error.is_remote() {
                Evidence::Unknown
            } else {
                Evidence::Broken
            };
        }
        next = error.source();
    }
    Evidence::Broken
}

#[cfg(not(feature = "http2"))]
pub(crate) fn classify(_: &(dyn Error + 'static), _: bool) -> Evidence {
    Evidence::Broken
}
