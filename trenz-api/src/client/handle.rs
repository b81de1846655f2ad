//! The client: a thin generic shell over a core that is not generic over operations.

use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;

use crate::base::redact::Redactor;
use crate::client::core::{Core, Request};
use crate::client::dry_run::DryRun;
use crate::client::options::CallOptions;
use crate::client::undecoded::{DecodedResponse, Decoding, Unusable};
use crate::error::Error;
use crate::money::budget::Budget;
use crate::money::budget::SharedBudget;
use crate::money::ledger::Ledger;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payment;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::Purchases;
use crate::operation::info::OperationInfo;
use crate::operation::request::Operation;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::http::Transport;
use crate::wire::inputs::Inputs;
use crate::wire::lenient::SkipPolicy;
use crate::wire::response::Response;

/// Sends requests with one key. Cheap to clone; clones share connections, the ledger, the budget and the rate limit.
///
/// Every operation is reached through its group and area, as in `client.data().products().search()`; request values are
/// sent with [`execute`](Self::execute).
///
/// Each call is a [`tracing`](https://docs.rs/tracing) span named `trenz.call`, with the operation's id, method and
/// path template, and, once known, status, request id, coins, and the kind of failure. It never contains the key or a
/// body.
#[derive(Clone)]
pub struct Client {
    pub(crate) core: Arc<Core>,
    pub(crate) budget: Option<Arc<SharedBudget>>,
    /// The purchases of the work that its calls are part of.
    #[cfg(feature = "_ledger")]
    pub(crate) purchases: Option<Arc<Purchases>>,
}

impl Client {
    /// Sends a request value, and waits for its response.
    pub fn execute<'c, O: Operation>(
        &'c self,
        request: &O,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        let sent = self.send(request, self.options(), SkipPolicy::ObjectItems, |_| Ok(()));
        async move { sent.await.map(|taken| taken.response) }
    }

    /// The ledger: the calls of this client and all its clones so far, and their cost.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.core.ledger.snapshot()
    }

    /// Returns the same client with an additional budget, which its clones share. The budget of this client, if it has
    /// one, becomes its parent: a call needs its coins in both.
    ///
    /// Before a call is sent, its [quote](Operation::quote) is reserved; if the budget does not have it, the call is
    /// [refused](Error::is_over_budget) with nothing sent. The response settles what was reserved. As long as the API
    /// charges what its document says, it never charges more than the budget, however many calls are under way. If it
    /// is not known whether a call was charged, its coins stay reserved, as [`at_risk`](Budget::at_risk).
    #[must_use]
    pub fn with_budget(&self, coins: u64) -> Self {
        let budget = SharedBudget::new(coins, self.budget.clone());
        Self { budget: Some(Arc::new(budget)), ..self.clone() }
    }

    /// Returns the same client for work that consists of many calls, such as a list or a publication: whatever ends it
    /// early, the same work under the same name is charged for no request again.
    ///
    /// Each paid request is bought [once](crate::Call::once): what was bought before returns the response that was kept
    /// in the spend ledger, which the client must have. The n-th call of a request is the n-th purchase of it, so that a
    /// program that makes the same calls in another run finds them again. Polls are not named. What may have been charged,
    /// because no response came, is refused if it writes, and bought again if it only reads; the coins of the first attempt
    /// stay at risk. A call with a name of its own keeps it.
    ///
    /// [`SpendLedger::forget_purchases`](crate::SpendLedger::forget_purchases) deletes the responses when the work is done.
    #[cfg(feature = "_ledger")]
    #[must_use]
    pub fn resumable(&self, name: impl Into<String>) -> Self {
        let purchases = Purchases::resumable(name.into());
        Self { purchases: Some(Arc::new(purchases)), ..self.clone() }
    }

    /// The budget of this client, as it is now; the innermost one, if it has parents.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.budget.as_ref().map(|budget| budget.snapshot())
    }

    /// Records a refund for calls of an operation that no response has reported. The coins return to the budget of this
    /// client.
    ///
    /// At most what was paid is recorded: in the ledger, what calls of this operation have cost the client and its
    /// clones; in the budget, what they have cost this budget. So a refund of calls that another program or another
    /// budget has paid for adds nothing to this one, and a refund recorded twice adds at most what other calls of the
    /// operation have cost.
    ///
    /// The refund of a [`Task`](crate::Task) is recorded automatically, once; do not record it here again.
    pub fn record_refund(&self, operation_id: &'static str, coins: u64) {
        self.core.refund(self.budget.as_deref(), operation_id, coins);
    }

    /// The options of a call that sets none itself.
    #[allow(clippy::unused_self, reason = "only a ledger names work")]
    pub(crate) fn options(&self) -> CallOptions {
        CallOptions {
            #[cfg(feature = "_ledger")]
            purchases: self.purchases.clone(),
            ..CallOptions::default()
        }
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.core.sender.transport
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        self.core.sender.redactor()
    }

    #[cfg(feature = "upload")]
    pub(crate) fn destinations(&self) -> &Destinations {
        &self.core.destinations
    }

    pub(crate) fn from_core(core: Core, budget: Option<u64>) -> Self {
        let budget = budget.map(|coins| Arc::new(SharedBudget::new(coins, None)));
        Self {
            core: Arc::new(core),
            budget,
            #[cfg(feature = "_ledger")]
            purchases: None,
        }
    }

    /// Sends a request, and takes from its response what `take` needs. The inputs are encoded here and not in the future,
    /// so it needs neither the request nor its type.
    pub(crate) fn send<'c, O: Operation, N, T>(
        &'c self,
        request: &O,
        options: CallOptions,
        items: SkipPolicy,
        take: T,
    ) -> impl Future<Output = Result<DecodedResponse<O::Output, N>, Error>> + Send + use<'c, O, N, T>
    where
        N: Send + 'static,
        T: FnOnce(&O::Output) -> Result<N, Unusable> + Send + 'static,
    {
        self.send_encoded(self.encode(request), options, items, take)
    }

    async fn send_encoded<T, N>(
        &self,
        request: Request,
        options: CallOptions,
        items: SkipPolicy,
        take: impl FnOnce(&T) -> Result<N, Unusable> + Send + 'static,
    ) -> Result<DecodedResponse<T, N>, Error>
    where
        T: DeserializeOwned + Send + 'static,
        N: Send + 'static,
    {
        // Boxed, or the futures of all callers would carry kilobytes of connection state.
        let mut received = Box::pin(self.core.call(self.budget.as_ref(), request, options)).await?;
        received.items = items;
        let pending = match received.decode(take) {
            Decoding::Ready(taken) => return taken,
            Decoding::Pending(pending) => pending,
        };
        pending.await
    }

    pub(crate) fn dry_run<O: Operation>(
        &self,
        request: &O,
        options: &CallOptions,
    ) -> Result<DryRun, Error> {
        self.core.dry_run(self.budget.as_ref(), self.encode(request), options)
    }

    fn encode<O: Operation>(&self, request: &O) -> Request {
        let mut inputs = Inputs::new(self.core.check_bounds);
        request.encode(&mut inputs);
        Request {
            operation: OperationInfo::of::<O>(),
            quote: request.quote(),
            written: inputs.finish(O::PATH),
        }
    }
}

#[cfg(feature = "tasks")]
impl Client {
    /// Remembers what a task has cost. If its response did not report the cost, nothing is remembered, and so nothing
    /// refunded.
    pub(crate) fn record_payment(&self, task: &str, operation: &'static str, coins: Option<u64>) {
        if let Some(coins) = coins.filter(|coins| *coins > 0) {
            let budget = self.budget.clone();
            self.core.payments.add(task, Payment { operation, coins, budget });
        }
    }

    /// Records that a task was refunded: what it has cost, once, however often and by whichever clone the refund is
    /// seen. Nothing for a task that another program has paid for.
    pub(crate) fn record_task_refund(&self, task: &str) {
        if let Some(Payment { operation, coins, budget }) = self.core.payments.take(task) {
            self.core.refund(budget.as_deref(), operation, coins);
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.sender.base_url.as_str())
            .field("budget", &self.budget())
            .finish_non_exhaustive()
    }
}
