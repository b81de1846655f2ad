//! A sandbox and its client.

use std::ops::Deref;
use std::time::Duration;

use trenz_api::{Client, Polling};
use trenz_tests::{Sandbox, SandboxBuilder};

/// A sandbox, and a client that has its key.
pub(crate) struct Server {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

impl Server {
    /// One that is asked as often as a test likes.
    pub(crate) async fn quick() -> Self {
        Self::start(Sandbox::builder().rate_limit(None)).await
    }

    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        let sandbox = builder.start().await.unwrap();
        let client = client(&sandbox);
        Self { sandbox, client }
    }

    /// The coins that were taken and not given back.
    pub(crate) fn spent(&self) -> u64 {
        let ledger = self.sandbox.ledger();
        ledger.charged() - ledger.refunded()
    }

    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.sandbox.requests_to(operation).len()
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Another client of the same sandbox, as another process would have it.
pub(crate) fn client(sandbox: &Sandbox) -> Client {
    Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build().unwrap()
}

/// Asks without waiting, for tests that are not about time.
pub(crate) fn hasty() -> Polling {
    let moment = Duration::from_millis(2);
    Polling::new().interval(moment..=moment).slowest(moment).deadline(Duration::from_secs(60))
}
