//! The spend ledger: real processes, real databases, and the sandbox's own bill.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may stop where it is, and says what it left out"
)]

mod basics;
mod child;
mod crash;
#[path = "../../../codegen/tests/it/expected.rs"]
mod expected;
mod faults;
mod model;
mod once;
mod postgres;
mod resumable;
mod risk;
mod tls;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::data::products::Search;
use trenz_api::social::account_management::PlatformAccountUpdateRemark;
use trenz_api::{Client, ClientBuilder, Country, RetryPolicy, SpendLedger, SpendLedgerBuilder};
use trenz_sandbox::{Key, Sandbox, SandboxBuilder};

/// Scanned for in everything that a ledger stores or says.
const KEY: &str = "sk_live_THE-KEY-THAT-NOBODY-MAY-SEE";

fn sandbox() -> SandboxBuilder {
    Sandbox::builder().key(Key::new(KEY)).rate_limit(None).lenient(true)
}

fn client(sandbox: &Sandbox, ledger: &SpendLedger) -> ClientBuilder {
    Client::builder()
        .api_key(KEY)
        .base_url(sandbox.base_url())
        .retry_policy(RetryPolicy::never())
        .requests_per_minute(10_000)
        .configure_http(without_certificates)
        .spend_ledger(ledger.clone())
}

/// The machine's certificates take most of the time of building a client, and the sandbox has none.
fn without_certificates(
    http: trenz_api::reqwest::ClientBuilder,
) -> trenz_api::reqwest::ClientBuilder {
    http.tls_certs_only([])
}

/// A read for 5 coins.
fn search(mark: &str) -> Search {
    Search::builder().country(Country::Us).keyword(mark).page_size(1).build()
}

/// A write that starts a task, for 650 coins.
fn generate(mark: &str) -> SdProGenerate {
    SdProGenerate::builder().prompt(mark).build()
}

/// A write for 2 coins.
fn remark(mark: &str) -> PlatformAccountUpdateRemark {
    PlatformAccountUpdateRemark::builder().account_id(4687).remark(mark).build()
}

/// An empty database of each kind that there is here.
struct Database {
    url: String,
    server: Option<&'static postgres::Server>,
    _folder: TempDir,
}

impl Database {
    fn sqlite() -> Self {
        // In memory where there is such a file system, since a commit waits for the disk.
        let shm = Path::new("/dev/shm");
        let folder =
            if shm.is_dir() { tempfile::tempdir_in(shm) } else { tempfile::tempdir() }.unwrap();
        let url = format!("sqlite://{}", folder.path().join("spend.db").display());
        Self { url, server: None, _folder: folder }
    }

    fn postgres() -> Option<Self> {
        postgres::server().map(Self::on)
    }

    fn on(server: &'static postgres::Server) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let name = format!("t{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        server.create(&name);
        let url = server.url(&name);
        Self { url, server: Some(server), _folder: tempfile::tempdir().unwrap() }
    }

    /// All kinds. Says so where one is left out.
    fn all() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres()].into_iter().flatten().collect()
    }

    fn builder(&self) -> SpendLedgerBuilder {
        SpendLedger::builder(&self.url)
    }

    fn sql(&self, sql: &str) {
        match self.url.strip_prefix("sqlite://") {
            Some(file) => rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap(),
            None => drop(self.server.unwrap().sql_in(&self.url, sql)),
        }
    }

    async fn open(&self) -> SpendLedger {
        self.builder().open().await.unwrap()
    }
}

/// The whole text of an error, with all that lies beneath.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, " {error} {error:?}");
        source = error.source();
    }
    text
}

const MOMENT: Duration = Duration::from_millis(20);
