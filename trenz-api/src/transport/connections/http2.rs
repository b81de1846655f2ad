//! What is particular to HTTP/2: how its connections are kept, and what its errors prove.

use std::error::Error;
use std::time::Duration;

/// How long a connection without requests is kept. It is known to be alive, so longer than one of HTTP/1.1.
pub(crate) const IDLE: Duration = Duration::from_secs(90);

/// Has the connections of a client checked by a PING whenever nothing has come over them for so long, and closed where
/// no response to it comes.
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

/// What an error without a response says of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "http2"),
    expect(dead_code, reason = "only a stream has an error of its own")
)]
pub(crate) enum Verdict {
    /// The server has said that it has not processed it.
    NotProcessed,
    /// It may have been processed.
    Unknown,
    /// It may have been processed, and the connection has ended without a word.
    Broken,
}

/// Judges an error of a request over HTTP/2. `by_stream` says that it is certainly one of its [stream](super::Delivery).
///
/// A server that resets a stream with `REFUSED_STREAM` has not processed it (RFC 9113, 8.7), nor has it processed one
/// beyond the last that its GOAWAY names, whatever the reason (6.8). `h2` gives the error of a GOAWAY that was received
/// to the streams beyond its last (`recv_go_away` in `proto/streams/streams.rs`), and to whoever is about to begin one;
/// the others go on, and end as their connection does. Its own errors, and resets for any other reason, prove nothing.
#[cfg(feature = "http2")]
pub(crate) fn judge(error: &(dyn Error + 'static), by_stream: bool) -> Verdict {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<h2::Error>() {
            let refused = error.is_reset() && error.reason() == Some(h2::Reason::REFUSED_STREAM);
            return if error.is_remote() && (refused || (error.is_go_away() && by_stream)) {
                Verdict::NotProcessed
            } else if error.is_remote() {
                Verdict::Unknown
            } else {
                Verdict::Broken
            };
        }
        next = error.source();
    }
    Verdict::Broken
}

#[cfg(not(feature = "http2"))]
pub(crate) fn judge(_: &(dyn Error + 'static), _: bool) -> Verdict {
    Verdict::Broken
}
