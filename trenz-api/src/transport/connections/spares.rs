//! Spare connections, and how long the server keeps unused connections.

use std::any::Any;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::{self, Handle};
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout_at};

use super::ConnectionPolicy;
use crate::base::lock::lock;
use crate::base::time;

/// A spare connection is used up to an age of this fraction (1/n) of an age at which another one was seen open.
const PART: u32 = 2;
/// How long a server is assumed to close unused connections early.
const MEMORY: Duration = Duration::from_secs(5 * 60);
/// If spare connections may only be used below this age, none are opened.
const WORTHWHILE: Duration = Duration::from_millis(500);

/// Unused connections to one host.
pub(crate) struct Spares {
    policy: ConnectionPolicy,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Oldest first.
    kept: Vec<Kept>,
    next: u64,
    opening: usize,
    /// The greatest age at which an unused connection was seen open.
    proven: Duration,
    /// The lowest age at which the server has closed one, and when.
    closed: Option<(Duration, Instant)>,
    /// How long the server says that it keeps an idle connection.
    announced: Option<Duration>,
}

/// An unused connection.
pub(crate) trait Idle: Send {
    /// Waits until the server closes the connection, or sends something on it.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()>;

    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

struct Kept {
    number: u64,
    connection: Box<dyn Idle>,
    opened: Instant,
    /// A connection works only as long as the runtime that opened it.
    runtime: runtime::Id,
    /// Dropping it ends the task that watches the connection.
    _watched: oneshot::Sender<()>,
}

impl Spares {
    pub(crate) fn new(policy: ConnectionPolicy) -> Self {
        Self { policy, state: Mutex::default() }
    }

    /// Reserves a place for one more, if one is wanted besides the one that the request is about to take.
    pub(crate) fn begin_opening(self: &Arc<Self>) -> Option<Opening> {
        let mut state = lock(&self.state);
        state.refresh(&self.policy, Instant::now());
        let limit = state.limit(&self.policy);
        let left = state.kept.len();
        let left = left.saturating_sub(usize::from(state.usable(&self.policy).is_some()));
        let most = match state.closed {
            Some(_) if limit < WORTHWHILE => 0,
            _ if state.announced.is_some_and(|kept| usable_age(kept) < WORTHWHILE) => 0,
            // The oldest one is only kept to measure how long the server keeps them.
            _ if state.proven < self.policy.max_spare_age.saturating_mul(PART)
                && self.policy.spares > 0 =>
            {
                self.policy.spares.saturating_add(1)
            }
            _ => self.policy.spares,
        };
        if left.saturating_add(state.opening) >= most {
            return None;
        }
        state.opening = state.opening.saturating_add(1);
        Some(Opening(Arc::clone(self)))
    }

    /// Keeps a connection that was just opened.
    pub(super) fn keep(self: &Arc<Self>, connection: Box<dyn Idle>) {
        let (watched, taken) = oneshot::channel();
        let mut state = lock(&self.state);
        let (number, opened) = (state.next, Instant::now());
        state.next = state.next.wrapping_add(1);
        let runtime = Handle::current().id();
        state.kept.push(Kept { number, connection, opened, runtime, _watched: watched });
        drop(state);
        let until = time::after(opened, self.policy.max_spare_age.saturating_mul(PART));
        tokio::spawn(watch(Arc::downgrade(self), number, until, taken));
    }

    /// Takes a reliable connection, if there is one: the youngest, which the server is least likely to close.
    pub(super) fn take(&self) -> Option<Box<dyn Idle>> {
        let mut state = lock(&self.state);
        state.refresh(&self.policy, Instant::now());
        let at = state.usable(&self.policy)?;
        Some(state.kept.remove(at).connection)
    }

    /// Records how long the server says that it keeps idle connections. It only lowers what was measured: a promise of
    /// more is not trusted.
    pub(crate) fn announce(&self, idle_timeout: Option<Duration>) {
        if idle_timeout.is_some() {
            lock(&self.state).announced = idle_timeout;
        }
    }
}

/// The usable fraction of a measured age.
fn usable_age(age: Duration) -> Duration {
    age.checked_div(PART).unwrap_or_default()
}

impl State {
    /// The age up to which a connection may be used.
    fn limit(&self, policy: &ConnectionPolicy) -> Duration {
        let known = self.closed.map_or(self.proven, |(age, _)| self.proven.min(age));
        let known = self.announced.map_or(known, |kept| known.min(kept));
        usable_age(known).min(policy.max_spare_age)
    }

    /// The index of the connection to use next.
    fn usable(&self, policy: &ConnectionPolicy) -> Option<usize> {
        let (now, limit) = (Instant::now(), self.limit(policy));
        let runtime = Handle::current().id();
        let fits = |kept: &Kept| {
            kept.runtime == runtime && now.saturating_duration_since(kept.opened) <= limit
        };
        self.kept.iter().rposition(fits).filter(|_| !limit.is_zero())
    }

    /// Updates how long connections have been open, and drops useless ones.
    fn refresh(&mut self, policy: &ConnectionPolicy, now: Instant) {
        if self.closed.is_some_and(|(_, when)| now.saturating_duration_since(when) >= MEMORY) {
            (self.closed, self.proven) = (None, Duration::ZERO);
        }
        let mut at = 0;
        while let Some(kept) = self.kept.get_mut(at) {
            if kept.connection.poll_end(&mut Context::from_waker(Waker::noop())).is_ready() {
                self.record_close(at, now);
            } else {
                self.proven = self.proven.max(now.saturating_duration_since(kept.opened));
                at = at.saturating_add(1);
            }
        }
        // A connection that is too old now stays too old. Only the oldest one is of use, for measuring.
        let limit = self.limit(policy);
        let showing = self.proven < policy.max_spare_age.saturating_mul(PART);
        let oldest = self.kept.first().map(|kept| kept.number);
        self.kept.retain(|kept| {
            now.saturating_duration_since(kept.opened) <= limit
                || (showing && Some(kept.number) == oldest)
        });
    }

    /// The server has closed this connection, or has sent unexpected bytes on it.
    fn record_close(&mut self, at: usize, now: Instant) {
        let age = now.saturating_duration_since(self.kept.remove(at).opened);
        self.proven = self.proven.max(age);
        let least = self.closed.map_or(age, |(least, _)| least.min(age));
        self.closed = Some((least, now));
    }
}

/// Records at what age a kept connection is closed.
async fn watch(spares: Weak<Spares>, number: u64, until: Instant, taken: oneshot::Receiver<()>) {
    let end = poll_fn(|context| {
        let Some(spares) = spares.upgrade() else { return Poll::Ready(()) };
        let mut state = lock(&spares.state);
        let Some(at) = state.kept.iter().position(|kept| kept.number == number) else {
            return Poll::Ready(());
        };
        let Some(kept) = state.kept.get_mut(at) else { return Poll::Ready(()) };
        if kept.connection.poll_end(context).is_pending() {
            return Poll::Pending;
        }
        state.record_close(at, Instant::now());
        Poll::Ready(())
    });
    let (mut taken, mut end) = (pin!(taken), pin!(end));
    let end = poll_fn(|context| match taken.as_mut().poll(context) {
        Poll::Ready(_) => Poll::Ready(()),
        Poll::Pending => end.as_mut().poll(context),
    });
    if timeout_at(until, end).await.is_err()
        && let Some(spares) = spares.upgrade()
    {
        let mut state = lock(&spares.state);
        state.refresh(&spares.policy, Instant::now());
        state.kept.retain(|kept| kept.number != number);
    }
}

/// A connection that is being opened.
pub(crate) struct Opening(Arc<Spares>);

impl Opening {
    pub(crate) fn spares(&self) -> Arc<Spares> {
        Arc::clone(&self.0)
    }
}

impl Drop for Opening {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.opening = state.opening.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests;
