//! A client and the ledger that it writes down in.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::{Builder, Runtime};
use trenz_api::{Budget, Client, ClientBuilder, SpendLedger};

use crate::failure::{Code, Failure};
use crate::interrupt::or_interrupted;
use crate::output::say;
use crate::price::coins;
use crate::settings::Settings;

/// What reports of the ledger call this program.
const PROCESS: &str = "trenz";

/// What stands for the key where nothing is sent.
const NO_KEY: &str = "no-key";

/// Whether calls of this run were charged, or may have been.
static PAID: AtomicBool = AtomicBool::new(false);

/// Whether calls of this run were charged, or may have been.
pub(crate) fn has_paid() -> bool {
    PAID.load(Ordering::Relaxed)
}

/// A client, its ledger, and the runtime that its calls run on.
pub(crate) struct Session {
    pub(crate) client: Client,
    pub(crate) ledger: Option<SpendLedger>,
    runtime: Runtime,
}

impl Session {
    /// Opens the ledger and builds the client.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        Self::with_budgets(settings, [])
    }

    /// The same, with these budgets of the ledger.
    pub(crate) fn with_budgets<'n>(
        settings: &Settings,
        budgets: impl IntoIterator<Item = &'n str>,
    ) -> Result<Self, Failure> {
        let key = settings.key()?;
        let mut builder = builder(settings).api_key(key.text());
        for name in budgets {
            builder = builder.budget(Budget::named(name).as_declared());
        }
        let (runtime, ledger) = match settings.ledger()? {
            Some(url) => {
                let OpenLedger { ledger, runtime } = OpenLedger::at(&url)?;
                builder = builder.spend_ledger(ledger.clone());
                (runtime, Some(ledger))
            }
            None => (runtime()?, None),
        };
        // Building it waits for the ledger, which has a thread of its own.
        let client = builder.build()?;
        Ok(Self { client, ledger, runtime })
    }

    /// The ledger, for what cannot be done without.
    pub(crate) fn ledger(&self) -> Result<&SpendLedger, Failure> {
        self.ledger.as_ref().ok_or_else(off)
    }

    /// Does work until it is done or Ctrl-C. Then what was sent is written down as at risk.
    pub(crate) fn run<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(async {
            let done = or_interrupted(work).await;
            let total = self.client.ledger().total();
            if total.settled + total.unreported_at_most + total.at_risk > total.refunded {
                PAID.store(true, Ordering::Relaxed);
            }
            if let Some(ledger) = &self.ledger
                && let Err(error) = ledger.flush().await
            {
                say(&format!("warning: {error}"));
            }
            done.unwrap_or_else(|| Err(self.interrupted()))
        })
    }

    fn interrupted(&self) -> Failure {
        let at_risk = self.client.ledger().total().at_risk;
        let failure = Failure::new(Code::Interrupted, "interrupted").with("coins_at_risk", at_risk);
        if at_risk == 0 {
            return failure.advice("nothing that may have been charged was on its way");
        }
        let failure = failure.advice(format!("{} may have been charged", coins(at_risk)));
        match &self.ledger {
            Some(_) => failure.advice("to see what: trenz ledger at-risk"),
            None => failure,
        }
    }
}

/// A ledger without a client.
pub(crate) struct OpenLedger {
    pub(crate) ledger: SpendLedger,
    runtime: Runtime,
}

impl OpenLedger {
    /// Opens the ledger.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Failure> {
        Self::at(&settings.ledger()?.ok_or_else(off)?)
    }

    fn at(url: &str) -> Result<Self, Failure> {
        let runtime = runtime()?;
        let ledger = runtime.block_on(SpendLedger::builder(url).process(PROCESS).open())?;
        Ok(Self { ledger, runtime })
    }

    /// Does work on it.
    pub(crate) fn run<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        self.runtime.block_on(work)
    }
}

fn off() -> Failure {
    Failure::usage("the ledger is turned off by TRENZ_LEDGER or the profile")
}

/// A client that checks and builds requests, and never sends.
pub(crate) fn unsent(settings: &Settings) -> Result<Client, Failure> {
    let key = settings.key();
    let key = key.as_ref().map_or(NO_KEY, |key| key.text());
    Ok(builder(settings).api_key(key).build()?)
}

fn builder(settings: &Settings) -> ClientBuilder {
    let builder = Client::builder().user_agent(concat!("trenz-cli/", env!("CARGO_PKG_VERSION")));
    match &settings.base_url {
        Some(url) => builder.base_url(url),
        None => builder,
    }
}

/// A runtime of one thread.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::local(format!("cannot start: {error}")))
}
