//! The sandbox as its owner sees it: started, inspected, given faults, stopped.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use std::{fmt, io};

use tokio::sync::oneshot;

use crate::builder::SandboxBuilder;
use crate::call::Shared;
use crate::document::{Document, DocumentError};
use crate::fault::Fault;
use crate::keys::{Key, KeyStatus};
use crate::ledger::{Bill, Ledger};
use crate::plan::Fired;
use crate::received::ReceivedRequest;
use crate::server;
use crate::settings::Settings;
use crate::storage::{Storage, Upload};
use crate::tasks::Vocabulary;
use crate::world::World;

/// A Trenz on the loopback, which ends when this is dropped.
///
/// It runs on a thread and a runtime of its own: neither a test that blocks nor one that pauses
/// its runtime's time gets in its way.
pub struct Sandbox {
    shared: Arc<Shared>,
    address: SocketAddr,
    key: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why a sandbox did not start.
#[derive(Debug)]
pub struct StartError(Box<dyn std::error::Error + Send + Sync>);

impl Sandbox {
    /// Starts one on a free port, as it comes.
    #[expect(clippy::unused_async, reason = "starting may come to wait, and tests await it")]
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start_blocking()
    }

    /// Sets one up.
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::default()
    }

    pub(crate) fn launch(document: Arc<Document>, settings: Settings) -> Result<Self, StartError> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let folder = tempfile::Builder::new().prefix("trenz-sandbox-").tempdir()?;
        let key = settings.keys.first().map(|key| key.value().to_owned()).unwrap_or_default();
        let idle = settings.idle;
        let storage = Storage::new(folder.path(), &format!("http://{address}"), settings.seed);
        let shared = Arc::new(Shared::new(World::new(document, settings, storage), folder));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let served = Arc::clone(&shared);
        let thread =
            std::thread::Builder::new().name("trenz-sandbox".to_owned()).spawn(move || {
                runtime.block_on(server::serve(listener, served, idle, stopped));
                runtime.shutdown_background();
            })?;
        Ok(Self { shared, address, key, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// A key it accepts: the first it was given.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The document it serves.
    #[must_use]
    pub fn document(&self) -> Arc<Document> {
        Arc::clone(&self.shared.document)
    }

    /// Every request that was read to its end, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.world().seen.clone()
    }

    /// The requests that led to one operation.
    #[must_use]
    pub fn requests_to(&self, operation: &str) -> Vec<ReceivedRequest> {
        let world = self.shared.world();
        let led = |seen: &&ReceivedRequest| seen.operation.as_deref() == Some(operation);
        world.seen.iter().filter(led).cloned().collect()
    }

    /// Every charge and refund so far.
    #[must_use]
    pub fn ledger(&self) -> Ledger {
        let mut world = self.shared.world();
        let now = world.settings.clock.now();
        world.settle(now);
        world.ledger.clone()
    }

    /// The coins that are left.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.ledger().balance()
    }

    /// What was called, and what it cost.
    #[must_use]
    pub fn bill(&self) -> Bill {
        let mut world = self.shared.world();
        let now = world.settings.clock.now();
        world.settle(now);
        world.bill()
    }

    /// Every object that was uploaded completely.
    #[must_use]
    pub fn uploads(&self) -> Vec<Upload> {
        self.shared.world().storage.uploads()
    }

    /// Lets something go wrong from now on.
    pub fn add_fault(&self, fault: impl Into<Fault>) {
        self.shared.world().plan.arm(fault.into());
    }

    /// Lets nothing go wrong from now on.
    pub fn clear_faults(&self) {
        self.shared.world().plan.clear();
    }

    /// The faults that showed, oldest first.
    #[must_use]
    pub fn fired(&self) -> Vec<Fired> {
        self.shared.world().plan.fired().to_vec()
    }

    /// Moves its clock on, if it was built with a manual one. Says whether it did.
    #[must_use]
    pub fn advance(&self, by: Duration) -> bool {
        self.shared.world().settings.clock.advance(by)
    }

    /// The Unix time that it believes it is, in seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        crate::clock::seconds(self.shared.world().settings.clock.now())
    }

    /// Makes the balance another one.
    pub fn set_balance(&self, coins: i64) {
        self.shared.world().ledger.set_balance(coins);
    }

    /// Accepts one more key.
    pub fn add_key(&self, key: Key) {
        self.shared.world().keys.add(key);
    }

    /// Changes whether a key is accepted. Says whether there is such a key.
    #[must_use]
    pub fn set_key_status(&self, key: &str, status: KeyStatus) -> bool {
        self.shared.world().keys.set_key_status(key, status)
    }

    /// Changes how many requests a key may make in a minute; `None` is any number.
    pub fn set_rate_limit(&self, per_minute: Option<u32>) {
        self.shared.world().keys.per_minute = per_minute;
    }

    /// Inserts this many new items at the front of every generated list, as if they had just appeared; a
    /// negative number takes some away there. Items keep their place relative to each other.
    pub fn shift_items(&self, items: i64) {
        self.shared.world().items.shift(items);
    }

    /// Sets the vocabulary of task statuses.
    pub fn set_vocabulary(&self, vocabulary: Vocabulary) {
        self.shared.world().tasks.vocabulary = vocabulary;
    }

    /// Lets an account's login run out. Says whether there is such an account.
    #[must_use]
    pub fn expire_account(&self, id: i64) -> bool {
        self.shared.world().accounts.expire(id)
    }

    /// Ends it, and says what was called.
    #[must_use]
    pub fn stop(mut self) -> Bill {
        self.halt();
        self.bill()
    }

    fn halt(&mut self) {
        if let Some(stop) = self.stop.take() {
            // It may have ended by itself; then the receiver is gone.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.halt();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("base_url", &self.base_url()).finish_non_exhaustive()
    }
}

impl StartError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into().into())
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> Self {
        Self(Box::new(error))
    }
}

impl From<DocumentError> for StartError {
    fn from(error: DocumentError) -> Self {
        Self(Box::new(error))
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot start the sandbox: {}", self.0)
    }
}
