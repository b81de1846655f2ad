//! The poll loop: when the next poll is due, how long it may take, and which failures are transient.

use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::base::time;
use crate::client::call::Call;
use crate::client::retry::RetryPolicy;
use crate::error::{Error, Result};
use crate::operation::request::Operation;
use crate::workflow::poll_limiter::PollLimiter;
use crate::workflow::polling::Polling;

/// After this many invalid responses in a row, the next one is not expected to be valid, and some polls are charged.
const MAX_INVALID_RESPONSES: u32 = 5;

/// Polls one object until it has ended. Dropping it, or a poll of it, only stops polling.
#[derive(Debug)]
pub(crate) struct Poller {
    polling: Polling,
    limiter: Option<Arc<PollLimiter>>,
    rng: Rng,
    began: Instant,
    due: Instant,
    polls: u32,
    /// Until when a 404 is transient. Never, if it is unknown when the work was accepted.
    not_found_until: Option<Instant>,
    /// How many invalid responses came in a row.
    invalid_responses: u32,
}

/// The result of a poll.
#[derive(Debug)]
pub(crate) enum Polled<T> {
    /// The response of the poll.
    Response(T),
    /// The poll failed; the next one may succeed.
    Transient(Error),
    /// The poll failed, and the next one would too.
    Fatal(Error),
    /// The deadline has passed after this time, without a poll.
    Deadline(Duration),
}

impl Poller {
    /// Starts waiting. The first poll is due at once, or, for `fresh` work, after an interval.
    ///
    /// `age` is the time since the work was accepted, if known.
    pub(crate) fn begin(polling: Polling, fresh: bool, age: Option<Duration>) -> Self {
        let (began, mut rng) = (Instant::now(), polling.rng());
        let first = if fresh { polling.delay(Duration::ZERO, &mut rng) } else { Duration::ZERO };
        let due = time::after(began, first);
        let not_found_until = age.map(|age| polling.not_found_until(age));
        Self {
            polling,
            limiter: None,
            rng,
            began,
            due,
            polls: 0,
            not_found_until,
            invalid_responses: 0,
        }
    }

    /// The same, with a rate limit shared with other pollers.
    pub(crate) fn with_limiter(self, limiter: Option<Arc<PollLimiter>>) -> Self {
        Self { limiter, ..self }
    }

    /// The number of polls so far.
    pub(crate) fn polls(&self) -> u32 {
        self.polls
    }

    /// The time since waiting started.
    pub(crate) fn waited(&self) -> Duration {
        self.began.elapsed()
    }

    /// Waits until the next poll is due, sends it, and decides whether another one may help.
    pub(crate) async fn next<T, F>(&mut self, poll: impl FnOnce(&Self) -> F) -> Polled<T>
    where
        F: Future<Output = Result<T>>,
    {
        let (due, end, limiter) = (self.due, self.deadline(), self.limiter.clone());
        let turn = async {
            sleep_until(due).await;
            match &limiter {
                Some(limiter) => limiter.acquire().await,
                None => None,
            }
        };
        let turn = match end {
            Some(end) => timeout_at(end, turn).await,
            None => Ok(turn.await),
        };
        let permit = match turn {
            Ok(permit) if end.is_none_or(|end| Instant::now() < end) => permit,
            _ => return Polled::Deadline(self.waited()),
        };
        let polled = poll(self).await;
        drop(permit);
        self.polls = self.polls.saturating_add(1);
        let wait = self.polling.delay(self.waited(), &mut self.rng);
        let asked = polled.as_ref().err().and_then(Error::retry_after);
        self.due = time::after(Instant::now(), wait.max(asked.unwrap_or_default()));
        match polled {
            Ok(response) => {
                self.invalid_responses = 0;
                Polled::Response(response)
            }
            Err(error) => {
                if let Some(limiter) = limiter.as_ref().filter(|_| error.is_rate_limited()) {
                    limiter.pause(asked);
                }
                if self.is_transient(&error) {
                    Polled::Transient(error)
                } else {
                    Polled::Fatal(error)
                }
            }
        }
    }

    /// Prepares a poll. Its transient failures are polled again at the poll interval, not retried.
    ///
    /// A free poll ends with the deadline; one that costs something only by its own timeout, because its coins would be
    /// at risk.
    pub(crate) fn call<'c, O: Operation>(&self, call: Call<'c, O>) -> Call<'c, O> {
        let end = self.deadline();
        let left = end.filter(|_| O::COIN_COST == 0);
        let left = left.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = self.polling.timeout.min(left.unwrap_or(Duration::MAX));
        call.timeout(timeout).retry_policy(RetryPolicy::never()).send_deadline(end)
    }

    /// When waiting ends; `None` if never.
    fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.polling.deadline?)
    }

    /// Whether another poll may help after this error.
    fn is_transient(&mut self, error: &Error) -> bool {
        // Another poll may be charged as well, although polls are documented as free.
        if error.is_charged_failure() {
            return false;
        }
        let unknown_yet = self.not_found_until.is_some_and(|until| Instant::now() < until);
        if unknown_yet && error.is_not_found() {
            return true;
        }
        if is_invalid_response(error) {
            self.invalid_responses = self.invalid_responses.saturating_add(1);
            return self.invalid_responses < MAX_INVALID_RESPONSES;
        }
        self.invalid_responses = 0;
        error.is_connect()
            || error.is_timeout()
            || error.is_interrupted()
            || error.is_server_error()
            || error.is_rate_limited()
    }
}

/// Whether the response is not one of the API to such a request: data of another shape, too much data, or a refusal
/// without one of the API's codes, as a proxy may send.
fn is_invalid_response(error: &Error) -> bool {
    let refused = error.is_api() && !error.is_server_error() && !error.is_rate_limited();
    error.is_decode() || error.is_too_large() || refused && !error.is_by_api()
}

#[cfg(test)]
mod tests;
