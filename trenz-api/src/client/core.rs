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
use crate::client::rate_limiter::RateLimiter;
use crate::client::retry::{RetryContext, RetryPolicy};
use crate::client::undecoded::{UndecodedResponse, record_error};
use crate::error::{Attempt, Charged, Error, Kind};
use crate::generated::Scope;
use crate::money::budget::SharedBudget;
use crate::money::ledger::{CallRecord, SharedLedger};
use crate::money::outcome::Outcome;
use crate::money::quote::Quote;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payments;
use crate::money::reservation::Reservation;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Admission, LedgerSession};
use crate::operation::info::OperationInfo;
use crate::transport::connections::Route;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::http::HttpRequest;
use crate::transport::sender::{AcceptedResponse, Sender};
use crate::wire::inputs::EncodedInputs;
use crate::wire::inputs::Violation;
use crate::wire::lenient::SkipPolicy;
use crate::wire::response::Response;
#[cfg(feature = "_ledger")]
use purchase::Purchase;

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) sender: Sender,
    pub(crate) check_bounds: bool,
    /// How many values the data of a JSON response may have.
    pub(crate) max_values: usize,
    pub(crate) scopes: Option<Vec<Scope>>,
    pub(crate) retry: RetryPolicy,
    pub(crate) ledger: Arc<SharedLedger>,
    pub(crate) rate_limiter: RateLimiter,
    #[cfg(feature = "_ledger")]
    pub(crate) spend_ledger: Option<LedgerSession>,
    #[cfg(feature = "tasks")]
    pub(crate) payments: Payments,
    #[cfg(feature = "upload")]
    pub(crate) destinations: Destinations,
}

/// A request whose inputs are encoded, before any check.
pub(crate) struct Request {
    pub(crate) operation: OperationInfo,
    pub(crate) quote: Quote,
    pub(crate) written: Result<EncodedInputs, Vec<Violation>>,
}

/// A request that has passed every check except the budget's.
struct Checked {
    operation: OperationInfo,
    coins: u64,
    http_request: HttpRequest,
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
    ) -> Result<UndecodedResponse, Error> {
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
        let Checked { operation, coins, http_request, .. } = self.check(request, options)?;
        if let Some(budget) = budget {
            budget
                .would_reserve(coins)
                .map_err(|shortfall| Error::of(operation.id, Kind::OverBudget(shortfall), None))?;
        }
        #[cfg(feature = "_ledger")]
        if let Some(spend_ledger) = &self.spend_ledger {
            spend_ledger
                .would_reserve(operation.id, coins)
                .map_err(|refused| Error::unrecorded(Some(operation.id), refused))?;
        }
        Ok(DryRun {
            quote,
            method: http_request.method,
            headers: self.sender.transport.headers(&http_request),
            url: http_request.url.into(),
            body: http_request.body,
            redactor: self.sender.redactor().clone(),
        })
    }

    /// Records a refund, of no more coins than were paid.
    pub(crate) fn refund(
        &self,
        budget: Option<&SharedBudget>,
        operation: &'static str,
        coins: u64,
    ) {
        self.ledger.update(operation, |tally| tally.refund(coins));
        if let Some(budget) = budget {
            budget.refund(operation, coins);
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
        let http_request = self.sender.http_request(&operation, written, options.timeout)?;
        let policy = options.over(&self.retry);
        Ok(Checked { operation, coins, http_request, policy, most })
    }

    /// Sends a call as often as the policy allows. Coins are reserved for each attempt.
    async fn repeat(
        &self,
        budget: Option<&Arc<SharedBudget>>,
        checked: Checked,
        options: &CallOptions,
    ) -> Result<UndecodedResponse, Error> {
        let Checked { operation, coins, http_request, policy, most } = checked;
        let send_deadline = options.send_deadline;
        #[cfg(feature = "_ledger")]
        let mut purchase = Purchase::of(options, coins);
        let id = operation.id;
        let reserve = || Reservation::try_new(&self.ledger, budget, id, coins);
        let over_budget = |shortfall| Error::of(id, Kind::OverBudget(shortfall), None);
        let mut reservation = reserve().map_err(over_budget)?;
        let note = CallRecord::begin(&self.ledger, id);
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
            let permit = match send_deadline {
                None => self.rate_limiter.acquire().await,
                Some(time) => match timeout_at(time, self.rate_limiter.acquire()).await {
                    Ok(permit) => permit,
                    Err(late) => return Err(Error::late(id, &late).with_attempts(attempts)),
                },
            };
            #[cfg(feature = "_ledger")]
            let writing = self.reserve_in_ledger(
                &operation,
                coins,
                &http_request,
                &mut purchase,
                send_deadline,
            );
            #[cfg(feature = "_ledger")]
            match writing.await {
                Ok(Admission::Send(entry)) => reservation.record(entry),
                Ok(Admission::Kept(kept)) => {
                    drop(reservation);
                    return self.stored_response(&operation, kept, note).await;
                }
                // If the call was sent before, the error of that attempt says more than why it is not retried.
                Err(error) => return Err(failed.unwrap_or(error).with_attempts(attempts)),
            }
            let attempt =
                self.attempt(&operation, http_request.clone(), route, reservation, &mut attempts);
            let result = attempt.await;
            drop(permit);
            let error = match result {
                Ok(answer) => {
                    let span = tracing::Span::none();
                    let content = operation.content;
                    return Ok(UndecodedResponse {
                        operation: id,
                        content,
                        max_values: self.max_values,
                        items: SkipPolicy::Never,
                        answer,
                        span,
                        note,
                        attempts,
                    });
                }
                Err(error) => error,
            };
            let at_risk = attempts.iter().map(|attempt| attempt.coins_at_risk).sum::<u64>();
            let context = RetryContext {
                error: &error,
                replay: operation.replay,
                at_risk,
                attempts: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
                elapsed: start.elapsed(),
            };
            let wait = policy.next(&context).filter(|_| at_risk.saturating_add(coins) <= most);
            if error.is_rate_limited() {
                // Other calls would get the same response, whether this call is retried or not.
                let pause = wait.unwrap_or_else(|| policy.pause_after(&error));
                self.rate_limiter.pause(pause);
                #[cfg(feature = "_ledger")]
                if let Some(spend_ledger) = &self.spend_ledger {
                    spend_ledger.pause(pause).await;
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
        http_request: HttpRequest,
        route: Route,
        reservation: Reservation,
        attempts: &mut Vec<Attempt>,
    ) -> Result<AcceptedResponse, Error> {
        let start = Instant::now();
        reservation.begin();
        let send_state = Arc::clone(&reservation.send_state);
        let result = self.sender.attempt(operation, http_request, route, &send_state).await;
        let coins = reservation.coins;
        let (outcome, usage, request_id) = match &result {
            Ok(AcceptedResponse { response: Response { usage, request_id, .. }, .. }) => {
                (Outcome::Accepted, *usage, request_id.clone())
            }
            Err(error) => (error.last_outcome(), error.usage(), error.id()),
        };
        let closed = reservation.close(outcome, usage);
        let charged = Charged::by(outcome, usage.coin_cost, coins);
        let what = |error: &Error| error.last_failure(charged).to_string();
        attempts.push(Attempt {
            outcome,
            what: result.as_ref().err().map_or_else(String::new, what),
            took: start.elapsed(),
            waited: None,
            request_id,
            coins_at_risk: closed.at_risk,
            charged,
        });
        #[cfg(feature = "_ledger")]
        self.record_outcome(closed, operation, outcome, &result).await;
        result
    }
}

fn note_wait(attempts: &mut [Attempt], wait: Duration) {
    if let Some(last) = attempts.last_mut() {
        tracing::debug!(what = last.what, wait = ?wait, "trenz.again");
        last.waited = Some(wait);
    }
}
