//! The retry policy: when a call is retried, and after what backoff.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::base::setters::setters;
use crate::base::time;
use crate::error::Error;
use crate::money::outcome::Outcome;
use crate::money::pricing::Replay;

/// Decides when a failed call is retried.
///
/// | what happened | what is done |
/// |---|---|
/// | known not to have been processed: connecting failed, nothing of the request was sent, HTTP/2 says that the server has not processed it, 429 `RATE_LIMITED` | every call is retried |
/// | 5xx with a code of the API, so charged and refunded | reads are retried; writes only by [`retry_writes_on_server_error`](Self::retry_writes_on_server_error) |
/// | may have been processed: a timeout or a lost connection after a part of the request was sent, a cut response, a gateway's 5xx | reads are retried as long as what may be charged twice stays within [`max_duplicate_cost`](Self::max_duplicate_cost): by default only free ones |
/// | an error response that reports a cost, which the document does not provide for | never retried |
/// | anything else: 400, 401, 402, 403, 404, `QUOTA_EXCEEDED`, a redirect, a response that cannot be decoded | never |
///
/// [The table of failures](crate::guide::errors) shows the result for each failure, [the chapter on unknown
/// outcomes](crate::guide::unknown_outcomes) why.
///
/// What a single call may risk beyond that is an option of the call:
/// [`allow_duplicate_charge`](crate::Call::allow_duplicate_charge) and
/// [`allow_duplicate_write`](crate::Call::allow_duplicate_write).
///
/// The backoff before the n-th retry is a random part of `initial_backoff` × 2ⁿ⁻¹, at most of `max_backoff`; or what
/// the server asks for in `Retry-After`, if that is more.
#[derive(Clone)]
#[must_use = "a policy does nothing until a client or a call is given it"]
pub struct RetryPolicy {
    attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    max_retry_after: Duration,
    deadline: Duration,
    max_duplicate_cost: u64,
    max_duplicate_write_cost: Option<u64>,
    retry_writes_on_server_error: bool,
    jitter: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            initial_backoff: Duration::from_millis(500),
            max_backoff: Duration::from_secs(20),
            max_retry_after: Duration::from_secs(60),
            deadline: Duration::from_secs(10 * 60),
            max_duplicate_cost: 0,
            max_duplicate_write_cost: None,
            retry_writes_on_server_error: false,
            jitter: Arc::new(fastrand::f64),
        }
    }
}

impl RetryPolicy {
    /// Returns a policy that never retries.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    setters! {
        /// Sets how often a call is sent at most, the first attempt included. Default: four times.
        pub fn max_attempts(self, attempts: u32) => self.attempts = attempts;

        /// Sets the backoff before the first retry, of which a random part is waited. Default: half a second.
        pub fn initial_backoff(self, wait: Duration) => self.initial_backoff = wait;

        /// Sets the limit of the backoff. Default: twenty seconds.
        pub fn max_backoff(self, wait: Duration) => self.max_backoff = wait;

        /// Sets the longest `Retry-After` that is waited for. Default: a minute. If the server asks for more, the error
        /// is returned at once, with [`Error::retry_after`].
        pub fn max_retry_after(self, wait: Duration) => self.max_retry_after = wait;

        /// Sets how long after the start of a call another attempt may still start. Default: ten minutes. It does not
        /// end an attempt that has started: only the [`timeout`](crate::ClientBuilder::timeout) of an attempt does,
        /// because cancelling it would leave its outcome unknown.
        pub fn deadline(self, deadline: Duration) => self.deadline = deadline;

        /// Sets how many coins a read may cost beyond its price by being charged more than once, when it may have been
        /// processed. Default: 0, so only free reads are retried then. Writes are never retried by this setting.
        pub fn max_duplicate_cost(self, coins: u64) => self.max_duplicate_cost = coins;

        /// Retries writes after a 5xx response of the API as well: their coins have been refunded, but they may have
        /// been done all the same, and are then done twice.
        pub fn retry_writes_on_server_error(self) => self.retry_writes_on_server_error = true;

        /// Sets the source of the jitter, in place of a random number from 0 to 1. For tests.
        pub fn jitter(self, jitter: impl Fn() -> f64 + Send + Sync + 'static) => self.jitter = Arc::new(jitter);

        /// Lets a write cost this many coins beyond its price by being done more than once.
        pub(crate) fn max_duplicate_write_cost(self, coins: u64) => self.max_duplicate_write_cost = Some(coins);
    }

    /// Whether a call that may have been processed may be retried, with `at_risk` coins at risk.
    pub(crate) fn may_replay(&self, replay: Replay, at_risk: u64) -> bool {
        match replay {
            Replay::FreeRead | Replay::PaidRead => at_risk <= self.max_duplicate_cost,
            Replay::Write => self.max_duplicate_write_cost.is_some_and(|coins| at_risk <= coins),
        }
    }

    /// The wait before the next attempt; `None` if the call is not retried.
    pub(crate) fn next(&self, context: &RetryContext<'_>) -> Option<Duration> {
        if context.attempts >= self.attempts || !self.allows(context) {
            return None;
        }
        let doubled = 2u32.saturating_pow(context.attempts.saturating_sub(1));
        let most = self.initial_backoff.saturating_mul(doubled).min(self.max_backoff);
        let part = (self.jitter)();
        let part = if part.is_finite() { part.clamp(0.0, 1.0) } else { 1.0 };
        let asked = context.error.retry_after().unwrap_or_default();
        let wait = time::times(most, part).max(asked);
        let in_time = context.elapsed.saturating_add(wait) <= self.deadline;
        (in_time && asked <= self.max_retry_after).then_some(wait)
    }

    /// How long other calls wait after an error that asks for a wait and is not followed by another attempt.
    pub(crate) fn pause_after(&self, error: &Error) -> Duration {
        error.retry_after().unwrap_or_default().min(self.max_retry_after)
    }

    fn allows(&self, context: &RetryContext<'_>) -> bool {
        let RetryContext { error, replay, at_risk, .. } = *context;
        if error.is_charged_failure() {
            return false;
        }
        match error.last_outcome() {
            Outcome::NotSent => error.is_transient(),
            Outcome::Refused => error.is_rate_limited(),
            Outcome::Failed => replay != Replay::Write || self.retry_writes_on_server_error,
            Outcome::Unknown | Outcome::Accepted => {
                let passes = error.is_transient() || error.is_rate_limited();
                passes && self.may_replay(replay, at_risk)
            }
        }
    }
}

/// A call whose last attempt has just failed.
pub(crate) struct RetryContext<'a> {
    pub(crate) error: &'a Error,
    pub(crate) replay: Replay,
    /// The coins of all attempts so far that no response accounts for.
    pub(crate) at_risk: u64,
    pub(crate) attempts: u32,
    pub(crate) elapsed: Duration,
}

impl Error {
    /// Whether the failure is transient. One that the next attempt would repeat is not: a request that cannot be sent,
    /// a response that cannot be decoded, a redirect.
    fn is_transient(&self) -> bool {
        self.is_connect() || self.is_timeout() || self.is_interrupted() || self.is_server_error()
    }
}

impl fmt::Debug for RetryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryPolicy")
            .field("attempts", &self.attempts)
            .field("initial_backoff", &self.initial_backoff)
            .field("max_backoff", &self.max_backoff)
            .field("max_retry_after", &self.max_retry_after)
            .field("deadline", &self.deadline)
            .field("max_duplicate_cost", &self.max_duplicate_cost)
            .field("max_duplicate_write_cost", &self.max_duplicate_write_cost)
            .field("retry_writes_on_server_error", &self.retry_writes_on_server_error)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
