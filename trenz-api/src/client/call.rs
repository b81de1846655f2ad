//! One call, ready to be sent, with its options.

#[cfg(feature = "_ledger")]
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use crate::base::setters::setters;
use crate::client::dry_run::DryRun;
use crate::client::handle::Client;
use crate::client::options::CallOptions;
use crate::client::retry::RetryPolicy;
use crate::client::undecoded::{DecodedResponse, Unusable};
use crate::error::Error;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::{Once, Purchases};
use crate::operation::request::Operation;
use crate::wire::lenient::SkipPolicy;
use crate::wire::response::Response;

/// A complete request with the client that will send it, and the options of this call.
///
/// Options are separate from the inputs of the operation, so their names can never conflict:
///
/// ```no_run
/// # use std::time::Duration;
/// # use trenz_api::{Client, Country};
/// # async fn program(client: Client) -> Result<(), trenz_api::Error> {
/// let found = client
///     .data()
///     .products()
///     .search()
///     .country(Country::Us)
///     .call()
///     .timeout(Duration::from_secs(20))
///     .send()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct Call<'c, O> {
    client: &'c Client,
    operation: O,
    options: CallOptions,
}

impl Client {
    /// Returns a call of a request value, to set options of this one call.
    pub fn call<O: Operation>(&self, request: O) -> Call<'_, O> {
        Call::new(self, request)
    }
}

impl<'c, O: Operation> Call<'c, O> {
    /// Returns a call with the client's options.
    pub fn new(client: &'c Client, operation: O) -> Self {
        Self { client, operation, options: client.options() }
    }

    setters! {
        /// Sets how long an attempt may take, from connecting to the last byte of the response, instead of the client's
        /// [`timeout`](crate::ClientBuilder::timeout).
        ///
        /// If it times out after a part of the request was sent, the call may have been charged: see
        /// [`Error::outcome`](crate::Error::outcome).
        pub fn timeout(self, timeout: Duration) => self.options.timeout = Some(timeout);

        /// Refuses the call if its [quote](Operation::quote) is higher, and does not retry it if all attempts together
        /// might then cost more. See [`Error::is_over_max_cost`].
        pub fn max_cost(self, coins: u64) => self.options.max_cost = Some(coins);

        /// Sets when this call is retried, instead of the client's
        /// [`retry_policy`](crate::ClientBuilder::retry_policy).
        pub fn retry_policy(self, policy: RetryPolicy) => self.options.retry = Some(policy);

        /// Retries a **read** even if it may have been processed, and so may be charged more than once: for at most
        /// `coins` beyond its price.
        ///
        /// A write is not retried by this: see [`allow_duplicate_write`](Self::allow_duplicate_write).
        pub fn allow_duplicate_charge(self, coins: u64) => self.options.duplicate_charge = Some(coins);

        /// Retries a **write** even if it may have been processed, and so may be done more than once: a comment twice,
        /// two videos instead of one. It may also be charged more than once: for at most `coins` beyond its price.
        pub fn allow_duplicate_write(self, coins: u64) => self.options.duplicate_write = Some(coins);

        /// Retries a **write** after a 5xx response of the API as well. Its coins have been refunded, but it may have
        /// been done all the same, and is then done twice.
        pub fn retry_writes_on_server_error(self) => self.options.retry_writes_on_server_error = true;

        /// Names the purchase, so that it is not retried while it may have been charged: by any process, in any run,
        /// whatever retries it. The name is recorded in the [spend ledger](crate::SpendLedger) before anything is sent.
        ///
        /// | the name | what the call does |
        /// |---|---|
        /// | is new, or its attempts are known not to have been charged, or their coins were refunded | sends the request |
        /// | was bought | returns the response that was kept, without sending |
        /// | is under way | waits for [`Once::wait`](crate::Once::wait), and is then refused |
        /// | may have been charged | is refused, and names the attempt, until it is [resolved](crate::SpendLedger::resolve) |
        ///
        /// Refusals are [`Error::once_refusal`]. The name decides, not the request, so name what you buy:
        /// `video-for-product-42`. Of a [list](Call::pages), each page is a purchase of its own below the name. A call
        /// with a name is not retried after an attempt that may have been processed, whatever its
        /// [retry policy](Self::retry_policy) says. The API does not know the name: see [the chapter on spend
        /// ledgers](crate::guide::spend_ledger) for how close this is to "exactly once".
        #[cfg(feature = "_ledger")]
        pub fn once(self, name: impl Into<Once>) => self.options.once = Some(name.into());
    }

    /// Checks and builds the call without sending it. Returns its quote and the exact request.
    ///
    /// A call that a budget would refuse now is refused. With a spend ledger this asks its budgets, which blocks the thread until the database has responded, and writes nothing.
    pub fn dry_run(&self) -> Result<DryRun, Error> {
        self.client.dry_run(&self.operation, &self.options)
    }

    /// The request that will be sent.
    pub fn operation(&self) -> &O {
        &self.operation
    }

    pub(crate) fn operation_mut(&mut self) -> &mut O {
        &mut self.operation
    }

    pub(crate) fn client(&self) -> &'c Client {
        self.client
    }

    /// Names each page of a list by the name of the list and its request: of one name, all would be the first.
    #[cfg(feature = "_ledger")]
    pub(crate) fn name_each_page(&mut self) {
        if let Some(name) = self.options.once.take() {
            self.options.purchases = Some(Arc::new(Purchases::of_list(name)));
        }
    }

    setters! {
        /// Cancels the call, unsent, if pacing still holds it back at this time.
        pub(crate) fn send_deadline(self, time: Option<Instant>) => self.options.send_deadline = time;

        /// Sends the request over an unused connection, because its response may move coins: a late response to another
        /// request, on a kept connection, must not be taken for it.
        #[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
        pub(crate) fn over_unused_connection(self) => self.options.unused_connection = true;
    }

    /// Sends the request, and takes from its response what `take` needs. A response without it is an error with the
    /// whole body.
    pub(crate) fn send_for<N, T>(
        self,
        take: T,
    ) -> impl Future<Output = Result<DecodedResponse<O::Output, N>, Error>> + Send + use<'c, O, N, T>
    where
        N: Send + 'static,
        T: FnOnce(&O::Output) -> Result<N, Unusable> + Send + 'static,
    {
        self.client.send(&self.operation, self.options, SkipPolicy::Never, take)
    }

    /// Sends the request for a page. Items that cannot be decoded are left out of its list.
    pub(crate) fn send_page(
        self,
        list: &'static str,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        self.send_with(SkipPolicy::Page(list))
    }

    /// Sends the request and waits for its response.
    pub fn send(
        self,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        self.send_with(SkipPolicy::ObjectItems)
    }

    fn send_with(
        self,
        items: SkipPolicy,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        let sent = self.client.send(&self.operation, self.options, items, |_| Ok(()));
        async move { sent.await.map(|taken| taken.response) }
    }
}

/// The type state of a required input that is not set yet. `build`, `call` and `send` exist once no input has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unset;

/// The type state of a request builder without a client: it builds a request value to send later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detached;
