//! The client: a thin generic shell over a core that knows no operation.

use serde::de::DeserializeOwned;
use std::fmt;
use std::sync::Arc;

use crate::base::redact::Redactor;
use crate::client::core::{Core, Request};
use crate::client::dry_run::DryRun;
use crate::client::options::CallOptions;
use crate::client::received::{Taken, Taking, Unfit};
use crate::error::Error;
use crate::money::budget::Budget;
use crate::money::budget::Purse;
use crate::money::ledger::Ledger;
#[cfg(feature = "tasks")]
use crate::money::refunds::Payment;
use crate::operation::info::OperationInfo;
use crate::operation::request::Operation;
#[cfg(feature = "upload")]
use crate::transport::destination::Destinations;
use crate::transport::http::Transport;
use crate::wire::inputs::Inputs;
use crate::wire::response::Response;

/// Sends requests with one key. Cheap to clone; clones share connections, the ledger, the budget and the pace.
///
/// Every operation is reached through its group and area, as in `client.data().products().search()`; requests that
/// were built before are sent with [`execute`](Self::execute).
///
/// Each call is a [`tracing`](https://docs.rs/tracing) span named `trenz.call`, with the operation's id, method and
/// path template, and, once known, status, request id, coins, and how it failed. Neither the key nor a body is ever
/// in it.
#[derive(Clone)]
pub struct Client {
    pub(crate) core: Arc<Core>,
    pub(crate) purse: Option<Arc<Purse>>,
}

impl Client {
    /// Sends a request that was built before, and waits for its response.
    pub fn execute<'c, O: Operation>(
        &'c self,
        request: &O,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        self.send(request, CallOptions::default())
    }

    /// What was called so far, by this client and all its clones, and what it has cost.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        self.core.books.snapshot()
    }

    /// The same client with a budget of its own, which its clones share. It lies within the budget that this client
    /// has, if it has one: both must have the coins for a call.
    ///
    /// Before a call leaves, its [quote](Operation::quote) is reserved, and a call whose quote is not left is
    /// [refused](Error::is_over_budget) with nothing sent. The response settles what was reserved. As long as the API
    /// charges what its document says, it so never charges more than the budget, however many calls are under way.
    /// When it is not known whether a call was charged, its coins stay out of reach, as
    /// [`at_risk`](Budget::at_risk).
    #[must_use]
    pub fn with_budget(&self, coins: u64) -> Self {
        let purse = Purse::new(coins, self.purse.clone());
        Self { core: Arc::clone(&self.core), purse: Some(Arc::new(purse)) }
    }

    /// The budget of this client as it stands; the innermost, if budgets lie within each other.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.purse.as_ref().map(|purse| purse.snapshot())
    }

    /// Books coins that the vendor gave back for calls of an operation, and of which no response has told: by hand, or
    /// after the fact. They return to the budget of this client.
    ///
    /// No more is recorded than was paid: in the ledger, than calls of this operation have cost the client and its
    /// clones; in the budget, than they have cost this budget. So a refund of calls that another program, or another
    /// budget, has paid for gives nothing back to this one, and one that is recorded twice takes the second time only
    /// what other calls of the operation have cost.
    ///
    /// The refund of a [`Task`](crate::Task) is recorded by itself, once, and is not to be recorded here again.
    pub fn record_refund(&self, operation_id: &'static str, coins: u64) {
        self.core.refund(self.purse.as_deref(), operation_id, coins);
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.core.exchange.transport
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        self.core.exchange.redactor()
    }

    #[cfg(feature = "upload")]
    pub(crate) fn destinations(&self) -> &Destinations {
        &self.core.destinations
    }

    pub(crate) fn assemble(core: Core, budget: Option<u64>) -> Self {
        let purse = budget.map(|coins| Arc::new(Purse::new(coins, None)));
        Self { core: Arc::new(core), purse }
    }

    pub(crate) fn send<'c, O: Operation>(
        &'c self,
        request: &O,
        options: CallOptions,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        // The inputs are written here and not in the future, which so needs neither the request nor its type.
        let request = self.write(request);
        let answer = self.finish(request, options, None, |_| Ok(()));
        async move { answer.await.map(|taken| taken.response) }
    }

    /// Sends a call of a work of several: one whose response is an error if it lacks what `take` needs of it.
    pub(crate) fn send_for<'c, O: Operation, N, T>(
        &'c self,
        request: &O,
        options: CallOptions,
        take: T,
    ) -> impl Future<Output = Result<Taken<O::Output, N>, Error>> + Send + use<'c, O, N, T>
    where
        N: Send + 'static,
        T: FnOnce(&O::Output) -> Result<N, Unfit> + Send + 'static,
    {
        self.finish(self.write(request), options, None, take)
    }

    /// Sends a call for a page: items of its list that cannot be decoded are left out.
    pub(crate) fn send_page<'c, O: Operation>(
        &'c self,
        request: &O,
        options: CallOptions,
        list: &'static str,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        let answer = self.finish(self.write(request), options, Some(list), |_| Ok(()));
        async move { answer.await.map(|taken| taken.response) }
    }

    async fn finish<T, N>(
        &self,
        request: Request,
        options: CallOptions,
        list: Option<&'static str>,
        take: impl FnOnce(&T) -> Result<N, Unfit> + Send + 'static,
    ) -> Result<Taken<T, N>, Error>
    where
        T: DeserializeOwned + Send + 'static,
        N: Send + 'static,
    {
        // On the heap, or the futures of all callers would carry kilobytes of connection state around.
        let mut received = Box::pin(self.core.call(self.purse.as_ref(), request, options)).await?;
        received.list = list;
        let coming = match received.take(take) {
            Taking::Done(taken) => return taken,
            Taking::Coming(coming) => coming,
        };
        coming.await
    }

    pub(crate) fn dry_run<O: Operation>(
        &self,
        request: &O,
        options: &CallOptions,
    ) -> Result<DryRun, Error> {
        self.core.dry_run(self.purse.as_ref(), self.write(request), options)
    }

    fn write<O: Operation>(&self, request: &O) -> Request {
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
    /// Remembers what a task has cost. One whose response did not say is not remembered: what is not known cannot be
    /// given back.
    pub(crate) fn note_payment(&self, task: &str, operation: &'static str, coins: Option<u64>) {
        if let Some(coins) = coins.filter(|coins| *coins > 0) {
            let purse = self.purse.clone();
            self.core.payments.add(task, Payment { operation, coins, purse });
        }
    }

    /// Books that a task's coins came back: what it has cost, once, however often and by whichever clone it is heard.
    /// Nothing of a task that another program has paid for.
    pub(crate) fn book_refund(&self, task: &str) {
        if let Some(Payment { operation, coins, purse }) = self.core.payments.take(task) {
            self.core.refund(purse.as_deref(), operation, coins);
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.core.exchange.base_url.as_str())
            .field("budget", &self.budget())
            .finish_non_exhaustive()
    }
}
