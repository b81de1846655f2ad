//! Chooses the kind of connection for a request.

use crate::base::lock::lock;
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::Instant;

/// The kind of connection that a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Over HTTP/1.1, a used connection is acceptable. The server may be closing it at that moment, which cannot be
    /// distinguished from a request that was processed and whose response was lost.
    Shared,
    /// Over HTTP/1.1, an unused connection, so that no request is lost to a connection that was idle for too long, and
    /// no response to another request can be taken for its own.
    Unused,
}

/// The connection of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionKind {
    /// On a stream of a connection that all requests share.
    Http2,
    /// Over HTTP/1.1, by a connection of the pool.
    Pooled,
    /// Over HTTP/1.1, by a spare connection or a fresh one.
    Unused,
}

/// How long a server is assumed not to speak HTTP/2, or not reliably.
const MEMORY: Duration = Duration::from_secs(5 * 60);

/// Chooses by what is known about the server.
pub(crate) struct Choice {
    /// Whether HTTP/2 may be used at all.
    http2: bool,
    /// Since when HTTP/2 has been avoided, because the server chose HTTP/1.1 or a connection broke.
    avoided: Mutex<Option<Instant>>,
}

impl Choice {
    pub(crate) fn new(http2: bool) -> Self {
        Self { http2, avoided: Mutex::default() }
    }

    pub(crate) fn kind(&self, route: Route) -> ConnectionKind {
        let avoided = *lock(&self.avoided);
        let recently = |since| Instant::now().saturating_duration_since(since) < MEMORY;
        match route {
            _ if self.http2 && !avoided.is_some_and(recently) => ConnectionKind::Http2,
            Route::Shared => ConnectionKind::Pooled,
            Route::Unused => ConnectionKind::Unused,
        }
    }

    /// Records that the server chose HTTP/1.1, or that an HTTP/2 connection broke without a GOAWAY. Such a server
    /// leaves the outcome of every call on that connection unknown, which unused HTTP/1.1 connections do not.
    pub(crate) fn avoid_http2(&self) {
        *lock(&self.avoided) = Some(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn http2_is_used_unless_disabled_or_recently_avoided() {
        const ROUTES: [Route; 2] = [Route::Shared, Route::Unused];
        let kinds = |choice: &Choice| ROUTES.map(|route| choice.kind(route));
        assert_eq!(kinds(&Choice::new(false)), [ConnectionKind::Pooled, ConnectionKind::Unused]);
        let choice = Choice::new(true);
        assert_eq!(kinds(&choice), [ConnectionKind::Http2, ConnectionKind::Http2]);
        choice.avoid_http2();
        for (after, expected) in [
            (Duration::ZERO, [ConnectionKind::Pooled, ConnectionKind::Unused]),
            (
                MEMORY.saturating_sub(Duration::from_millis(1)),
                [ConnectionKind::Pooled, ConnectionKind::Unused],
            ),
            (Duration::from_millis(1), [ConnectionKind::Http2, ConnectionKind::Http2]),
        ] {
            tokio::time::advance(after).await;
            assert_eq!(kinds(&choice), expected, "{after:?}");
        }
    }
}
