//! One call that is ready to be sent, with the options that hold for it alone.

use std::time::Duration;

use crate::{Client, Error, Operation, Response};

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

/// The options of one call; what is not set is the client's.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallOptions {
    pub(crate) timeout: Option<Duration>,
}

impl<'c, O: Operation> Call<'c, O> {
    /// A call with the client's own options.
    pub fn new(client: &'c Client, operation: O) -> Self {
        Self { client, operation, options: CallOptions::default() }
    }

    /// How long this attempt may take, from connecting to the last byte of the answer, instead of the client's
    /// [`timeout`](crate::ClientBuilder::timeout).
    ///
    /// When it runs out after the request has left, the call may have been charged: see
    /// [`Error::outcome`](crate::Error::outcome).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
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

    /// Sends the request and waits for its answer.
    pub fn send(
        self,
    ) -> impl Future<Output = Result<Response<O::Answer>, Error>> + Send + use<'c, O> {
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
