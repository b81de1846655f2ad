//! Work of several calls, under a name by which it continues without being charged for a request again.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches};
use jiff::Timestamp;
use trenz_api::{Client, SpendLedger};

use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::output::Output;
use crate::session::Session;
use crate::settings::data_folder;

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
        if let (None, Some(ledger)) = (resumed, &session.ledger) {
            forget_done(session, ledger)?;
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

    /// Notes that it is done. What was kept for continuing it is deleted when other work begins and not at once: so a run
    /// that is killed at this moment pays for nothing again either.
    pub(crate) fn end(self) -> Result<(), Failure> {
        let Some((name, _)) = self.purchases else { return Ok(()) };
        let path = done()?;
        let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            writeln!(file, "{name}")
        });
        written.map_err(|error| Failure::local(format!("cannot write {}: {error}", path.display())))
    }

    /// Deletes what was kept for continuing it, because it cannot be continued.
    pub(crate) fn abandon(self, session: &Session) -> Result<(), Failure> {
        let Some((name, ledger)) = self.purchases else { return Ok(()) };
        session.run(async { Ok(ledger.forget_purchases(&name).await?) })
    }
}

/// The names of the work that is done, a line each.
fn done() -> Result<PathBuf, Failure> {
    Ok(data_folder()?.join("done"))
}

/// Deletes what was kept for work that is done.
fn forget_done(session: &Session, ledger: &SpendLedger) -> Result<(), Failure> {
    let path = done()?;
    // Taken out of the way first, so that no other run adds to what is being read.
    let taken = path.with_extension(std::process::id().to_string());
    if fs::rename(&path, &taken).is_err() {
        return Ok(());
    }
    for name in fs::read_to_string(&taken).unwrap_or_default().lines() {
        session.run(async { Ok(ledger.forget_purchases(name).await?) })?;
    }
    drop(fs::remove_file(taken));
    Ok(())
}
