//! The spending policy, against a server that keeps books of its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop where it is")]

mod billing_server;
mod budgets;
mod early_responses;
#[path = "../../../codegen/tests/it/expected.rs"]
mod expected;
mod gateway;
mod logs;
mod matrix;
mod model;
mod protocols;
mod proxy;
mod races;
mod retries;
mod stale;
mod table;
mod trust;
mod warm;

use std::time::Duration;

use gateway::Gateway;
use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::data::products::Search;
use trenz_api::social::account_management::PlatformAccountUpdateRemark;
use trenz_api::{Client, ClientBuilder, Country, RetryPolicy, async_tasks};
use trenz_sandbox::{Key, Sandbox, SandboxBuilder};

/// Scanned for in everything that comes out of the client.
const KEY: &str = "sk_live_THE-KEY-THAT-NOBODY-MAY-SEE";

/// Responses anything, to anybody who asks, as often as he likes.
fn sandbox() -> SandboxBuilder {
    Sandbox::builder().key(Key::new(KEY)).rate_limit(None).lenient(true)
}

/// By which a client speaks with the sandbox.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Protocol {
    Http1,
    /// In TLS, with a gateway before the sandbox.
    Http2,
}

impl Protocol {
    async fn client(self, sandbox: &Sandbox) -> ClientBuilder {
        let client = client(sandbox);
        match self {
            Self::Http1 => client,
            Self::Http2 => {
                let gateway = Gateway::start(([127, 0, 0, 1], sandbox.port()).into()).await;
                gateway.trusted(client, gateway.address())
            }
        }
    }
}

/// A client that waits no longer than a test has to.
fn client(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(sandbox.base_url()).retry_policy(hasty())
}

/// The default rules, without their waits.
fn hasty() -> RetryPolicy {
    RetryPolicy::default()
        .initial_backoff(Duration::from_millis(1))
        .max_backoff(Duration::from_millis(2))
}

/// Free of charge. The mark tells one call from another.
fn status(mark: &str) -> async_tasks::Status {
    async_tasks::Status::builder().task_id(mark).build()
}

/// A read for 5 coins.
fn search(mark: &str) -> Search {
    Search::builder().country(Country::Us).keyword(mark).page_size(1).build()
}

/// A write for 2 coins.
fn remark(mark: &str) -> PlatformAccountUpdateRemark {
    PlatformAccountUpdateRemark::builder().account_id(4687).remark(mark).build()
}

/// A write that starts a task, for 650 coins.
fn generate(mark: &str) -> SdProGenerate {
    SdProGenerate::builder().prompt(mark).build()
}
