//! Over which connection a request goes.

mod choice;
mod connector;
mod delivery;
pub(crate) mod http2;
pub(crate) mod keep_alive;
mod spares;

use std::time::Duration;

pub(crate) use choice::{Choice, Route, Way};
pub(crate) use connector::{Left, Purpose, Unused};
pub(crate) use delivery::Delivery;
pub(crate) use spares::Spares;

/// Over which connections requests go.
///
/// | server | request | connection | in the span of a call |
/// |---|---|---|---|
/// | speaks HTTP/2, by TLS | any | one that all share | `connection = "h2"` |
/// | speaks HTTP/1.1 | costs nothing and may be repeated by the [`RetryPolicy`](crate::RetryPolicy): a free read | from the pool: a kept one, or a new one where none is idle | `"kept"` |
/// | | costs something, may not be repeated, or has a response that may give coins back, such as a poll of a task | one that no request has used: a spare one | `"spare"` |
/// | | the same, where no spare one can be trusted | a new one, after the handshakes of TCP and TLS | `"fresh"` |
///
/// HTTP/2 needs the feature `http2`, which is on by default. A request that the server says it has not processed is sent
/// again, whatever it costs: [what a client cannot know](crate::unknown) has the rules. For five minutes after a
/// connection of HTTP/2 has broken without a GOAWAY, or the server has chosen HTTP/1.1, requests go over HTTP/1.1.
///
/// To a loopback host, no spare connections are opened unless the client is given a policy: connecting costs next to
/// nothing there, and a server for tests may take one connection at a time.
///
/// A spare connection is opened while a call is under way, for the next one. It is used only at an age at which the
/// server is known to keep unused connections: another one must have been seen open at twice that age, and none must have
/// been closed before it. A `Keep-Alive: timeout=N` of the server lowers that age to half of N seconds. So the first calls
/// of a client use fresh connections, and a server that closes unused connections at once gets no more spare ones for
/// five minutes. Just before it is used, a spare connection is checked
/// for a close and for bytes that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until a client is given it"]
pub struct ConnectionPolicy {
    pub(crate) http2: bool,
    pub(crate) ping_interval: Duration,
    pub(crate) spares: usize,
    pub(crate) max_spare_age: Duration,
}

impl Default for ConnectionPolicy {
    fn default() -> Self {
        Self {
            http2: true,
            ping_interval: Duration::from_secs(10),
            spares: 2,
            max_spare_age: Duration::from_secs(20),
        }
    }
}

impl ConnectionPolicy {
    /// Whether HTTP/2 is used where the server offers it in TLS: so by default, with the feature `http2`.
    pub fn http2(mut self, used: bool) -> Self {
        self.http2 = used;
        self
    }

    /// How long a connection of HTTP/2 may be silent before it is checked by a PING: 10 seconds by default. One that does
    /// not answer within twice that time is closed.
    pub fn ping_interval(mut self, interval: Duration) -> Self {
        self.ping_interval = interval.max(Duration::from_millis(1));
        self
    }

    /// How many spare connections are kept at most: 2 by default, and none with 0. One more is kept until it is known how
    /// long the server keeps unused connections.
    pub fn spares(mut self, connections: usize) -> Self {
        self.spares = connections;
        self
    }

    /// How old a spare connection may be when it is used: 20 seconds by default, and an hour at most. Older ones are
    /// closed.
    pub fn max_spare_age(mut self, age: Duration) -> Self {
        self.max_spare_age = age.min(Duration::from_secs(60 * 60));
        self
    }
}
