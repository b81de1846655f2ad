//! Purchases of work that consists of many calls, such as a list: one for each request, under one name.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::SpendLedger;
use super::attempt::AttemptState;
use super::error::SpendLedgerError;
use super::once::{Once, OnceRefusal};
use super::session::LedgerSession;
use super::sql::params;
use crate::base::lock::lock;

/// Names the purchase of each request, so that the same work finds it again.
#[derive(Debug)]
pub(crate) struct Purchases {
    work: Once,
    /// Whether a read that may have been charged is bought again.
    rebuys_reads: bool,
    /// How often each request was made.
    made: Mutex<BTreeMap<String, u32>>,
}

impl Purchases {
    /// Returns the purchases of work that is resumed under this name. Reads that may have been charged are bought again.
    pub(crate) fn resumable(name: String) -> Self {
        Self { work: Once::new(name), rebuys_reads: true, made: Mutex::default() }
    }

    /// Returns the purchases of a list, whose pages are bought as strictly as the name says.
    pub(crate) fn of_list(name: Once) -> Self {
        Self { work: name, rebuys_reads: false, made: Mutex::default() }
    }

    /// The name for one more call of this request.
    pub(crate) fn name(&self, operation: &str, fingerprint: &str) -> Once {
        let mut made = lock(&self.made);
        let number = made.entry(fingerprint.to_owned()).or_default();
        *number = number.saturating_add(1);
        let name = format!("{}/{operation}/{fingerprint}/{number}", self.work.name);
        Once::new(name).wait(self.work.wait)
    }

    /// Whether a read that was refused like this may be bought under another name.
    pub(crate) fn rebuys(&self, refusal: &OnceRefusal) -> bool {
        use OnceRefusal::{AtRisk, Bought, UnderWay};
        self.rebuys_reads && matches!(refusal, AtRisk(_) | Bought(_) | UnderWay(_))
    }
}

impl LedgerSession {
    /// A hash that distinguishes requests: method, URL and body.
    pub(crate) fn fingerprint(&self, request: [&[u8]; 3]) -> String {
        self.ledger.inner.keyed_hash("request", request)
    }
}

impl SpendLedger {
    /// Forgets the purchases of a [resumable](crate::Client::resumable) client of this name, and the responses that were
    /// kept for it: once the work is done. The attempts stay in the history and in every sum.
    ///
    /// What is under way, or may have been charged, keeps its name until it is [resolved](Self::resolve), so that it is not
    /// bought again before. Purchases that a program has [named](crate::Call::once) itself stay, however their names begin.
    pub async fn forget_purchases(&self, name: &str) -> Result<(), SpendLedgerError> {
        let name = name.to_owned();
        self.transaction(move |connection, _| {
            let open = [AttemptState::Reserved, AttemptState::AtRisk].map(AttemptState::code);
            let values = params![name.as_str(), open[0], open[1]];
            let of_work = "substr(name, 1, length($1) + length(operation) + 2) = $1 || '/' || operation || '/' AND \
                           attempt NOT IN (SELECT id FROM trenz_attempts WHERE state IN ($2, $3))";
            // Without a name, an attempt is removed when its time has come.
            let sql = format!(
                "UPDATE trenz_attempts SET once_name = NULL WHERE id IN \
                 (SELECT attempt FROM trenz_once WHERE {of_work})"
            );
            connection.execute(&sql, values)?;
            connection.execute(&format!("DELETE FROM trenz_once WHERE {of_work}"), values)?;
            Ok(())
        })
        .await
    }
}
