//! The one driver of polls: when the next is due, how long it may take, and which failures are waited out.

use fastrand::Rng;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::base::time;
use crate::client::call::Call;
use crate::client::retry::RetryPolicy;
use crate::error::{Error, Result};
use crate::operation::request::Operation;
use crate::workflow::gate::Gate;
use crate::workflow::polling::Polling;

/// After so many responses in a row that make no sense, the next one will not either, and some polls cost.
const SENSELESS: u32 = 5;

/// One thing that is polled until it is at its end. Dropping it, or a poll of it, stops the polls and nothing else.
#[derive(Debug)]
pub(crate) struct Poller {
    polling: Polling,
    gate: Option<Arc<Gate>>,
    rng: Rng,
    began: Instant,
    due: Instant,
    polls: u32,
    /// Until when a 404 is waited out. Never where it is not known when the work was accepted.
    not_found_until: Option<Instant>,
    /// How many responses in a row made no sense.
    senseless: u32,
}

/// What a poll came to.
#[derive(Debug)]
pub(crate) enum Polled<T> {
    /// The response of the poll.
    Told(T),
    /// The poll failed, and the next one may not.
    Transient(Error),
    /// The poll failed, and so would the next one.
    Fatal(Error),
    /// The deadline has passed after this time, without a poll.
    Deadline(Duration),
}

impl Poller {
    /// Begins to wait. The first poll is due at once, or after an interval for what has only just begun.
    ///
    /// `age` says how long ago the work was accepted, if that is known.
    pub(crate) fn begin(polling: Polling, fresh: bool, age: Option<Duration>) -> Self {
        let (began, mut rng) = (Instant::now(), polling.rng());
        let first = if fresh { polling.delay(Duration::ZERO, &mut rng) } else { Duration::ZERO };
        let due = time::after(began, first);
        let not_found_until = age.map(|age| polling.not_found_until(age));
        Self { polling, gate: None, rng, began, due, polls: 0, not_found_until, senseless: 0 }
    }

    /// The same, but each poll waits in line with others.
    pub(crate) fn through(self, gate: Option<Arc<Gate>>) -> Self {
        Self { gate, ..self }
    }

    /// How many polls were made.
    pub(crate) fn polls(&self) -> u32 {
        self.polls
    }

    /// How long it has been waited for.
    pub(crate) fn waited(&self) -> Duration {
        self.began.elapsed()
    }

    /// Waits until the next poll is due, makes it, and says whether another one may help.
    pub(crate) async fn next<T, F>(&mut self, poll: impl FnOnce(&Self) -> F) -> Polled<T>
    where
        F: Future<Output = Result<T>>,
    {
        let (due, end, gate) = (self.due, self.deadline(), self.gate.clone());
        let turn = async {
            sleep_until(due).await;
            match &gate {
                Some(gate) => gate.enter().await,
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
            Ok(told) => {
                self.senseless = 0;
                Polled::Told(told)
            }
            Err(error) => {
                if let Some(gate) = gate.as_ref().filter(|_| error.is_rate_limited()) {
                    gate.pause(asked);
                }
                if self.tolerates(&error) { Polled::Transient(error) } else { Polled::Fatal(error) }
            }
        }
    }

    /// A poll that begins now. What fails in passing is polled again at the pace of the polling, not retried.
    ///
    /// A free poll ends with the deadline; one that costs something ends by its own timeout alone, because its coins
    /// would be at risk.
    pub(crate) fn call<'c, O: Operation>(&self, call: Call<'c, O>) -> Call<'c, O> {
        let end = self.deadline();
        let left = end.filter(|_| O::COIN_COST == 0);
        let left = left.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = self.polling.poll_timeout().min(left.unwrap_or(Duration::MAX));
        call.timeout(timeout).retry_policy(RetryPolicy::never()).leave_by(end)
    }

    /// When waiting ends. `None` if never.
    fn deadline(&self) -> Option<Instant> {
        self.began.checked_add(self.polling.until()?)
    }

    /// Whether another poll may help after this.
    fn tolerates(&mut self, error: &Error) -> bool {
        // Each poll more may cost what no poll is said to cost.
        if error.is_charged_failure() {
            return false;
        }
        let unknown_yet = self.not_found_until.is_some_and(|until| Instant::now() < until);
        if unknown_yet && error.is_not_found() {
            return true;
        }
        if makes_no_sense(error) {
            self.senseless = self.senseless.saturating_add(1);
            return self.senseless < SENSELESS;
        }
        self.senseless = 0;
        error.is_connect()
            || error.is_timeout()
            || error.is_interrupted()
            || error.is_server_error()
            || error.is_rate_limited()
    }
}

/// Whether it was a response, but none that the API gives to such a request: data of another shape, a flood, or a
/// refusal without one of the API's codes, as something on the way to it may say.
fn makes_no_sense(error: &Error) -> bool {
    let refused = error.is_api() && !error.is_server_error() && !error.is_rate_limited();
    error.is_decode() || error.is_too_large() || refused && !error.is_by_api()
}

#[cfg(test)]
mod tests;
