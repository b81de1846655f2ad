//! Which connection a request uses.

mod choice;
mod connector;
mod delivery;
pub(crate) mod http2;
pub(crate) mod keep_alive;
mod spares;

use std::time::Duration;

use crate::base::setters::setters;

pub(crate) use choice::{Choice, ConnectionKind, Route};
pub(crate) use connector::{Handover, Purpose, Unused};
pub(crate) use delivery::Delivery;
pub(crate) use spares::Spares;

/// Sets which connections requests use.
///
/// | server | request | connection | span field |
/// |---|---|---|---|
/// | speaks HTTP/2, by TLS | any | one that all share | `connection = "h2"` |
/// | speaks HTTP/1.1 | costs nothing and may be retried by the [`RetryPolicy`](crate::RetryPolicy): a free read | from the pool: a kept one, or a new one where none is idle | `"kept"` |
/// | | costs something, may not be retried, or has a response that may report a refund, such as a poll of a task | an unused one: a spare one | `"spare"` |
/// | | the same, where there is no reliable spare one | a new one, after the handshakes of TCP and TLS | `"fresh"` |
///
/// HTTP/2 needs the feature `http2`, which is on by default. A request that the server says it has not processed is
/// retried, whatever it costs: [the chapter on unknown outcomes](crate::guide::unknown_outcomes) has the rules. For five minutes after
/// an HTTP/2 connection has broken without a GOAWAY, or the server has chosen HTTP/1.1, requests use HTTP/1.1.
///
/// To a loopback host, no spare connections are opened unless the client has a policy: connecting is cheap there, and a
/// test server may accept one connection at a time.
///
/// A spare connection is opened during a call, for the next one. It is used only up to an age at which the server is
/// known to keep unused connections: another one must have been seen open at twice that age, and none must have been
/// closed before it. A `Keep-Alive: timeout=N` of the server lowers that age to half of N seconds. So the first calls
/// of a client use fresh connections, and a server that closes unused connections at once gets no more spare ones for
/// five minutes. Just before it is used, a spare connection is checked for a close and for unexpected bytes.
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
    setters! {
        /// Sets whether HTTP/2 is used where the server offers it in TLS. Default: true with the feature `http2`.
        pub fn http2(self, used: bool) => self.http2 = used;

        /// Sets how long an HTTP/2 connection may be silent before it is checked by a PING. Default: 10 seconds. One
        /// without a response within twice that time is closed.
        pub fn ping_interval(self, interval: Duration) => self.ping_interval = interval.max(Duration::from_millis(1));

        /// Sets how many spare connections are kept at most. Default: 2; 0 turns them off. One more is kept until it is
        /// known how long the server keeps unused connections.
        pub fn spares(self, connections: usize) => self.spares = connections;

        /// Sets how old a spare connection may be when it is used. Default: 20 seconds; an hour at most. Older ones are
        /// closed.
        pub fn max_spare_age(self, age: Duration) => self.max_spare_age = age.min(Duration::from_secs(60 * 60));
    }
}
