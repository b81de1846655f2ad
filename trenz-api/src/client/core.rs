//! One call: checked, reserved, paced, sent, judged, and perhaps retried.

#[cfg(feature = "_ledger")]
mod purchase;
#[cfg(feature = "_ledger")]
mod recorded;

use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Instrument, field};

use crate::client::dry_run::DryRun;
use crate::client::options::CallOptions;
use crate::client::pace::Pacer;
use crate::client::received::{Received, record_error};
use crate::client::retry::{RetryPolicy, SoFar};
use crate::error::{Attempt, Charged, Error, Kind};
use crate::generated::Scope;
use crate::money::budget::SharedBudget;
use crate::money::ledger::{CallNote, SharedLedger};
use crate::money::outcome::Outcome;
use crate::money::quote::Quote;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payments;
use crate::money::reservation::Reservation;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Admission, Gate};
use crate::operation::info::OperationInfo;
use crate::transport::connections::Route;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::exchange::{Answer, Exchange};
use crate::transport::http::Outgoing;
use crate::wire::inputs::Violation;
use crate::wire::inputs::Written;
use crate::wire::lenient::Items;
use crate::wire::response::Response;
#[cfg(feature = "_ledger")]
use purchase::Purchase;

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) exchange: Exchange,
    pub(crate) check_bounds: bool,
    /// How many values the data of a JSON response may have.
    pub(crate) max_values: usize,
    pub(crate) scopes: Option<Vec<Scope>>,
    pub(crate) retry: RetryPolicy,
    pub(crate) ledger: Arc<SharedLedger>,
    pub(crate) pacer: Pacer,
    #[cfg(feature = "_ledger")]
    pub(crate) gate: Option<Gate>,
    #[cfg(feature = "tasks")]
    pub(crate) payments: Payments,
    #[cfg(feature = "upload")]
    pub(crate) destinations: Destinations,
}

/// A request whose inputs are encoded, before any check.
pub(crate) struct Request {
    pub(crate) operation: OperationInfo,
    pub(crate) quote: Quote,
    pub(crate) written: Result<Written, Vec<Violation>>,
}

/// A request that has passed every check except the budget's.
struct Checked {
    operation: OperationInfo,
    coins: u64,
    outgoing: Outgoing,
    policy: RetryPolicy,
    /// The coins that all attempts together may cost.
    most: u64,
}

impl Core {
    /// Makes one call: from its encoded inputs to a response whose data is not decoded yet.
    pub(crate) async fn call(
        &self,
        budget: Option<&Arc<SharedBudget>>,
        request: Request,
        options: CallOptions,
    ) -> Result<Received, Error> {
        let operation = &request.operation;
        let span = tracing::info_span!(
            "trenz.call",
            operation = operation.id,
            method = operation.method.as_str(),
            path = operation.path,
            status = field::Empty,
            request_id = field::Empty,
            coins = field::Empty,
            outcome = field::Empty,
            connection = field::Empty,
        );
        let call = async {
            let checked = self.check(request, &options)?;
            self.repeat(budget, checked, &options).await
        };
        match call.instrument(span.clone()).await {
            Ok(mut received) => {
                received.span = span;
                received.record();
                Ok(received)
            }
            Err(error) => {
                record_error(&span, &error);
                Err(error)
            }
        }
    }

    /// Does everything but send.
    pub(crate) fn dry_run(
        &self,
        budget: Option<&Arc<SharedBudget>>,
        request: Request,
        options: &CallOptions,
    ) -> Result<DryRun, Error> {
        let quote = request.quote.clone();
        let Checked { operation, coins, outgoing, .. } = self.check(request, options)?;
        if let Some(budget) = budget {
            budget
                .would_reserve(coins)
                .map_err(|shortfall| Error::of(operation.id, Kind::OverBudget(shortfall), None))?;
        }
        #[cfg(feature = "_ledger")]
        if let Some(gate) = &self.gate {
            gate.would_reserve(operation.id, coins)
                .map_err(|refused| Error::unrecorded(Some(operation.id), refused))?;
        }
        Ok(DryRun {
            quote,
            method: outgoing.method,
            headers: self.exchange.transport.headers(&outgoing),
            url: outgoing.url.into(),
            body: outgoing.body,
            redactor: self.exchange.redactor().clone(),
        })
    }

    /// Records a refund, of no more coins than were paid.
    pub(crate) fn refund(
        &self,
        budget: Option<&SharedBudget>,
        operation: &'static str,
        coins: u64,
    ) {
        self.ledger.note(operation, |tally| tally.refund(coins));
        if let Some(budget) = budget {
            budget.give_back(operation, coins);
        }
    }

    fn check(&self, request: Request, options: &CallOptions) -> Result<Checked, Error> {
        let Request { operation, quote, written } = request;
        let refuse = |kind| Error::of(operation.id, kind, None);
        let written = written.map_err(|violations| refuse(Kind::InvalidInput(violations)))?;
        if let (Some(needed), Some(scopes)) = (operation.scope, &self.scopes)
            && !scopes.contains(&needed)
        {
            return Err(refuse(Kind::MissingScope(needed)));
        }
        let (coins, most) = (quote.coins(), options.max_cost.unwrap_or(u64::MAX));
        if coins > most {
            return Err(refuse(Kind::OverMaxCost { needed: coins, allowed: most }));
        }
        let outgoing = self.exchange.outgoing(&operation, written, options.timeout)?;
        let policy = options.over(&self.retry);
        Ok(Checked { operation, coins, outgoing, policy, most })
    }

    /// Sends a call as often as the policy allows. Coins are reserved for each attempt.
    async fn repeat(
        &self,
        budget: Option<&Arc<SharedBudget>>,
        checked: Checked,
        options: &CallOptions,
    ) -> Result<Received, Error> {
        let Checked { operation, coins, outgoing, policy, most } = checked;
        let leave_by = options.leave_by;
        #[cfg(feature = "_ledger")]
        let mut purchase = Purchase::of(options, coins);
        let id = operation.id;
        let reserve = || Reservation::make(&self.ledger, budget, id, coins);
        let over_budget = |shortfall| Error::of(id, Kind::OverBudget(shortfall), None);
        let mut reservation = reserve().map_err(over_budget)?;
        let note = CallNote::begin(&self.ledger, id);
        // On a shared connection, a surplus response to one call would be taken for the response to the next, with its
        // cost. So only free calls use one, and nothing that their responses say of coins is recorded.
        let may_share = coins == 0 && policy.may_replay(operation.replay, coins);
        let is_shared = may_share && !options.unused_connection;
        let route = if is_shared { Route::Shared } else { Route::Unused };
        let start = Instant::now();
        let mut attempts = Vec::new();
        #[cfg(feature = "_ledger")]
        let mut failed: Option<Error> = None;
        loop {
            let permit = match leave_by {
                None => self.pacer.depart().await,
                Some(time) => match timeout_at(time, self.pacer.depart()).await {
                    Ok(permit) => permit,
                    Err(late) => return Err(Error::late(id, &late).with_attempts(attempts)),
                },
            };
            #[cfg(feature = "_ledger")]
            let writing = self.write_down(&operation, coins, &outgoing, &mut purchase, leave_by);
            #[cfg(feature = "_ledger")]
            match writing.await {
                Ok(Admission::Send(entry)) => reservation.record(entry),
                Ok(Admission::Kept(kept)) => {
                    drop(reservation);
                    return self.received(&operation, kept, note).await;
                }
                // If the call was sent before, the error of that attempt says more than why it is not retried.
                Err(error) => return Err(failed.unwrap_or(error).with_attempts(attempts)),
            }
            let attempt =
                self.attempt(&operation, outgoing.clone(), route, reservation, &mut attempts);
            let result = attempt.await;
            drop(permit);
            let error = match result {
                Ok(answer) => {
                    let span = tracing::Span::none();
                    let content = operation.content;
                    return Ok(Received {
                        operation: id,
                        content,
                        max_values: self.max_values,
                        items: Items::Required,
                        answer,
                        span,
                        note,
                        attempts,
                    });
                }
                Err(error) => error,
            };
            let at_risk = attempts.iter().map(|attempt| attempt.coins_at_risk).sum::<u64>();
            let so_far = SoFar {
                error: &error,
                replay: operation.replay,
                at_risk,
                attempts: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
                elapsed: start.elapsed(),
            };
            let wait = policy.next(&so_far).filter(|_| at_risk.saturating_add(coins) <= most);
            if error.is_rate_limited() {
                // Other calls would get the same response, whether this call is retried or not.
                let pause = wait.unwrap_or_else(|| policy.pause_after(&error));
                self.pacer.pause(pause);
                #[cfg(feature = "_ledger")]
                if let Some(gate) = &self.gate {
                    gate.pause(pause).await;
                }
            }
            let Some(wait) = wait else { return Err(error.with_attempts(attempts)) };
            note_wait(&mut attempts, wait);
            sleep(wait).await;
            // Without coins for another attempt, the error of the last attempt says more than a budget's.
            reservation = match reserve() {
                Ok(reservation) => reservation,
                Err(_) => return Err(error.with_attempts(attempts)),
            };
            #[cfg(feature = "_ledger")]
            {
                failed = Some(error);
            }
        }
    }

    async fn attempt(
        &self,
        operation: &OperationInfo,
        outgoing: Outgoing,
        route: Route,
        reservation: Reservation,
        attempts: &mut Vec<Attempt>,
    ) -> Result<Answer, Error> {
        let start = Instant::now();
        reservation.begin();
        let departure = Arc::clone(&reservation.departure);
        let result = self.exchange.attempt(operation, outgoing, route, &departure).await;
        let coins = reservation.coins;
        let (outcome, usage, request_id) = match &result {
            Ok(Answer { response: Response { usage, request_id, .. }, .. }) => {
                (Outcome::Accepted, *usage, request_id.clone())
            }
            Err(error) => (error.last_outcome(), error.usage(), error.id()),
        };
        let closed = reservation.close(outcome, usage);
        attempts.push(Attempt {
            outcome,
            what: result.as_ref().err().map_or_else(String::new, ToString::to_string),
            took: start.elapsed(),
            waited: None,
            request_id,
            coins_at_risk: closed.at_risk,
            charged: Charged::by(outcome, usage.coin_cost, coins),
        });
        #[cfg(feature = "_ledger")]
        self.tell(closed, operation, outcome, &result).await;
        result
    }
}

fn note_wait(attempts: &mut [Attempt], wait: Duration) {
    if let Some(last) = attempts.last_mut() {
        tracing::debug!(what = last.what, wait = ?wait, "trenz.again");
        last.waited = Some(wait);
    }
}
