//! One call that is ready to be sent, with the options that hold for it alone.

use std::time::Duration;
use tokio::time::Instant;

use crate::client::dry_run::DryRun;
use crate::client::handle::Client;
use crate::client::options::CallOptions;
use crate::client::received::{Taken, Unfit};
use crate::client::retry::RetryPolicy;
use crate::error::Error;
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::Once;
use crate::operation::request::Operation;
use crate::wire::response::Response;

/// A complete request together with the client that will send it.
///
/// Options of the client's own live here, apart from the inputs of the operation, so that no input of the API can
/// ever collide with one:
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
    /// A call of a request that was built before, for setting options of this one call.
    pub fn call<O: Operation>(&self, request: O) -> Call<'_, O> {
        Call::new(self, request)
    }
}

impl<'c, O: Operation> Call<'c, O> {
    /// A call with the client's own options.
    pub fn new(client: &'c Client, operation: O) -> Self {
        Self { client, operation, options: CallOptions::default() }
    }

    /// How long this attempt may take, from connecting to the last byte of the response, instead of the client's
    /// [`timeout`](crate::ClientBuilder::timeout).
    ///
    /// When it runs out after the request has left, the call may have been charged: see
    /// [`Error::outcome`](crate::Error::outcome).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// Refuses the call if its [quote](Operation::quote) is more than this, and does not retry it if all attempts
    /// together might then cost more. See [`Error::is_over_max_cost`].
    pub fn max_cost(mut self, coins: u64) -> Self {
        self.options.max_cost = Some(coins);
        self
    }

    /// When this call is retried, instead of the client's
    /// [`retry_policy`](crate::ClientBuilder::retry_policy).
    pub fn retry_policy(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Sends a **read** again although it is not known whether it was processed, and so risks paying for it more
    /// than once: at most so many coins more than once it would cost.
    ///
    /// A write is not retried by this: see [`allow_duplicate_write`](Self::allow_duplicate_write).
    pub fn allow_duplicate_charge(mut self, coins: u64) -> Self {
        self.options.duplicate_charge = Some(coins);
        self
    }

    /// Sends a **write** again although it is not known whether it was processed, and so risks that it is done more
    /// than once: a comment twice, two videos where one was wanted. And that it is paid for more than once: at most
    /// so many coins more than once it would cost.
    pub fn allow_duplicate_write(mut self, coins: u64) -> Self {
        self.options.duplicate_write = Some(coins);
        self
    }

    /// Sends a **write** again, too, when the API has responded 5xx. Its coins have been given back, but it may have
    /// been done all the same, and is then done twice.
    pub fn retry_writes_on_server_error(mut self) -> Self {
        self.options.retry_writes_on_server_error = true;
        self
    }

    /// Names the purchase, so that it is bought once: by whichever process, in whichever run, by a retry of the caller's
    /// own. The name is the first thing that the [spend ledger](crate::SpendLedger) writes down.
    ///
    /// | the name | what a call of it does |
    /// |---|---|
    /// | is new, or its attempts are known not to have been charged, or the coins came back | sends the request |
    /// | was bought | returns the response that was kept, without sending |
    /// | is under way | waits as long as [`Once::wait`](crate::Once::wait) says, and is then refused |
    /// | may have been charged | is refused, and names the attempt, until that is [resolved](crate::SpendLedger::resolve) |
    ///
    /// Refusals are [`Error::once_refusal`]. The name counts and not the request, so name what you buy:
    /// `video-for-product-42`. A call with a name is not retried after an attempt that may have been processed, whatever
    /// its [retry policy](Self::retry_policy) says. The API knows nothing of the name: see [the chapter on spend
    /// ledgers](crate::spend_ledgers) for how close that is to "exactly once".
    #[cfg(feature = "_ledger")]
    pub fn once(mut self, name: impl Into<Once>) -> Self {
        self.options.once = Some(name.into());
        self
    }

    /// Checks and builds everything, as if the call were sent, and sends nothing: its quote, and the exact request.
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

    /// Gives the call up, unsent, if pacing still holds it back then.
    pub(crate) fn leave_by(mut self, time: Option<Instant>) -> Self {
        self.options.leave_by = time;
        self
    }

    /// Sends the request over a connection that no request has used, because its response may move coins: a response to
    /// another request, which a server sends late over a kept connection, must not be taken for it.
    #[cfg(any(feature = "login", feature = "publish", feature = "tasks"))]
    pub(crate) fn over_unused_connection(mut self) -> Self {
        self.options.unused_connection = true;
        self
    }

    /// Sends the request for what `take` needs of its response. A response that lacks it is an error with the whole body.
    pub(crate) fn send_for<N, T>(
        self,
        take: T,
    ) -> impl Future<Output = Result<Taken<O::Output, N>, Error>> + Send + use<'c, O, N, T>
    where
        N: Send + 'static,
        T: FnOnce(&O::Output) -> Result<N, Unfit> + Send + 'static,
    {
        self.client.send_for(&self.operation, self.options, take)
    }

    /// Sends the request for a page, without the items of its list that cannot be decoded.
    pub(crate) fn send_page(
        self,
        list: &'static str,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        self.client.send_page(&self.operation, self.options, list)
    }

    /// Sends the request and waits for its response.
    pub fn send(
        self,
    ) -> impl Future<Output = Result<Response<O::Output>, Error>> + Send + use<'c, O> {
        self.client.send(&self.operation, self.options)
    }
}

/// Where a required input of a request builder has not been set yet.
///
/// `build`, `call` and `send` exist once none is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unset;

/// A request builder without a client: it builds a request value that can be kept and sent later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Detached;
