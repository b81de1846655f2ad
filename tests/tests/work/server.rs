//! A sandbox and its clients, whose books have to agree at the end of each test.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Mutex;
use std::time::Duration;

use trenz_api::{Client, ClientBuilder, Polling};
use trenz_sandbox::{EntryKind, Sandbox, SandboxBuilder};

/// A sandbox, and a client that has its key.
pub(crate) struct Server {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    others: Mutex<Vec<Client>>,
}

impl Server {
    /// One that is asked as often as a test likes.
    pub(crate) async fn quick() -> Self {
        Self::start(Sandbox::builder().rate_limit(None)).await
    }

    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        Self::of(builder.start().await.unwrap())
    }

    pub(crate) fn of(sandbox: Sandbox) -> Self {
        Self::with(sandbox, |client| client)
    }

    /// One whose client is not as it comes.
    pub(crate) fn with(
        sandbox: Sandbox,
        configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Self {
        let client = configure(builder(&sandbox)).build().unwrap();
        Self { sandbox, client, others: Mutex::default() }
    }

    /// Another client, as another process would have it.
    pub(crate) fn another(&self) -> Client {
        let client = builder(&self.sandbox).build().unwrap();
        self.others.lock().unwrap().push(client.clone());
        client
    }

    /// The coins that were taken and not given back. What came back twice came back once as far as it was taken.
    pub(crate) fn spent(&self) -> u64 {
        let mut requests = BTreeMap::<String, u64>::new();
        for entry in self.sandbox.ledger().entries() {
            let kept = requests.entry(entry.request_id.clone()).or_default();
            match entry.kind {
                EntryKind::Charge => *kept += entry.coins,
                EntryKind::Refund => *kept = kept.saturating_sub(entry.coins),
            }
        }
        requests.values().sum()
    }

    pub(crate) fn calls(&self, operation: &str) -> usize {
        self.sandbox.requests_to(operation).len()
    }

    /// What the sandbox took for each operation. What it gave back by answering 5xx it has not taken; what it gave
    /// back later, for a task that failed, it has.
    fn taken(&self) -> BTreeMap<String, u64> {
        let failed = |status: Option<u16>| status.is_some_and(|status| status >= 500);
        let requests = self.sandbox.requests().into_iter();
        let failed: BTreeSet<String> =
            requests.filter(|seen| failed(seen.status)).map(|seen| seen.request_id).collect();
        let mut taken = BTreeMap::new();
        for entry in self.sandbox.ledger().entries() {
            if entry.kind == EntryKind::Charge && !failed.contains(&entry.request_id) {
                *taken.entry(entry.operation.clone()).or_default() += entry.coins;
            }
        }
        taken
    }
}

/// In each test the clients have booked what the sandbox has taken, but for what they know that they do not know.
impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let mut booked = BTreeMap::<String, (u64, u64)>::new();
        let others = self.others.lock().unwrap();
        for client in others.iter().chain([&self.client]) {
            for (operation, tally) in client.ledger().operations {
                let (least, most) = booked.entry(operation.to_owned()).or_default();
                *least += tally.settled;
                *most += tally.settled + tally.at_risk + tally.unreported_at_most;
            }
        }
        let mut taken = self.taken();
        for (operation, (least, most)) in booked {
            let taken = taken.remove(&operation).unwrap_or(0);
            assert!(least <= taken && taken <= most, "{operation}: {least} <= {taken} <= {most}");
        }
        assert!(taken.is_empty(), "nobody has booked {taken:?}");
    }
}

impl Deref for Server {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url())
}

/// Asks without waiting, for tests that are not about time.
pub(crate) fn hasty() -> Polling {
    let moment = Duration::from_millis(2);
    Polling::new().interval(moment..=moment).max_interval(moment).deadline(Duration::from_secs(60))
}
