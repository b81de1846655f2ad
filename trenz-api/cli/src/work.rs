//! Work of several calls, under a name by which it continues without being charged for a request again.

use clap::{Arg, ArgMatches};
use jiff::Timestamp;
use trenz_api::{Client, SpendLedger};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Output;
use crate::session::Session;

/// Work that can be continued.
pub(crate) struct Work {
    /// A client that buys each request once for this work, where there is a ledger.
    pub(crate) client: Client,
    pub(crate) invocation: Invocation,
    purchases: Option<(String, SpendLedger)>,
}

/// The option that continues work.
pub(crate) fn resume() -> Arg {
    Arg::new("resume")
        .long("resume")
        .value_name("NAME")
        .help("Continue what ended early, by the name that it printed")
}

/// A name that no other run has.
pub(crate) fn new_name() -> String {
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%S.%f");
    format!("work-{now}-{}", std::process::id())
}

impl Work {
    /// Begins it, or continues what `--resume` names. Prints how to continue it.
    pub(crate) fn begin(
        session: &Session,
        invocation: &Invocation,
        matches: &ArgMatches,
        output: &Output,
    ) -> Result<Self, Failure> {
        let resumed = matches.get_one::<String>("resume");
        if resumed.is_some() {
            session.ledger()?;
        }
        // Where the caller has named the purchase, or nothing is written down, the command itself is what continues it.
        let is_named = matches!(matches.try_get_one::<String>("once"), Ok(Some(_)));
        if is_named || session.ledger.is_none() {
            let (client, invocation) = (session.client.clone(), invocation.clone());
            return Ok(Self { client, invocation, purchases: None });
        }
        let name = resumed.cloned().unwrap_or_else(new_name);
        let work = Self::named(session, invocation.with("resume", Some(&name)), name);
        output.note(&format!(
            "if this ends early, continue with (what arrived is not paid for again): {}",
            work.invocation
        ));
        Ok(work)
    }

    /// Work of a name that is known otherwise.
    pub(crate) fn named(session: &Session, invocation: Invocation, name: String) -> Self {
        let ledger = session.ledger.clone();
        let client = match &ledger {
            Some(_) => session.client.resumable(&name),
            None => session.client.clone(),
        };
        Self { client, invocation, purchases: ledger.map(|ledger| (name, ledger)) }
    }

    /// Deletes what was kept for continuing it: it is done, or cannot be continued.
    pub(crate) fn end(self, session: &Session) -> Result<(), Failure> {
        let Some((name, ledger)) = self.purchases else { return Ok(()) };
        session.run(async { Ok(ledger.forget_purchases(&name).await?) })
    }
}
