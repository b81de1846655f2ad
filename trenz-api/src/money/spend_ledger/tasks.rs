//! Paid tasks, from their submission until their result is read.

use super::SpendLedger;
use super::attempt::AttemptState;
use super::attempts::{self, AttemptRow, COLUMNS};
use super::error::SpendLedgerError;
use super::session::LedgerSession;
use super::sql::{Connection, SqlError, params};

/// A task without a known end, by the attempt that submitted it.
pub(crate) struct OpenTask {
    pub(crate) id: String,
    pub(crate) operation: String,
    pub(crate) request_id: Option<String>,
    /// In Unix seconds.
    pub(crate) submitted_at: Option<u64>,
    pub(crate) coins_quoted: u64,
    pub(crate) coins_charged: Option<u64>,
}

impl SpendLedger {
    pub(crate) async fn list_open_tasks(&self) -> Result<Vec<OpenTask>, SpendLedgerError> {
        let sql = format!("SELECT {COLUMNS} WHERE a.task_open = 1 ORDER BY a.reserved_at, a.id");
        let rows = self.query(sql, []).await?;
        let task = |stored: AttemptRow| OpenTask {
            id: stored.task.unwrap_or_default(),
            operation: stored.operation,
            request_id: stored.request_id,
            submitted_at: stored
                .reserved_at
                .checked_div(1000)
                .and_then(|at| u64::try_from(at).ok()),
            coins_quoted: stored.quoted,
            coins_charged: u64::try_from(stored.amounts.settled)
                .ok()
                .filter(|_| stored.state == AttemptState::Settled),
        };
        Ok(rows.iter().map(|row| task(AttemptRow::of(row))).collect())
    }

    pub(crate) async fn close_task(&self, task: String) -> Result<(), SpendLedgerError> {
        self.transaction(move |connection, _| {
            let sql = "UPDATE trenz_attempts SET task_open = 0 WHERE task_open = 1 AND task = $1";
            connection.execute(sql, params![task.as_str()])?;
            Ok(())
        })
        .await
    }
}

impl LedgerSession {
    /// Records that a task has ended, and whether the API says that it was refunded.
    pub(crate) fn task_ended(&self, task: String, refunded: bool) {
        let account = self.account.clone();
        let ended = self.ledger.inner.send(Box::new(move |worker| {
            let ended =
                worker.transaction(|connection, _| Ok(end(connection, &account, &task, refunded)?));
            // The task stays open then, and the next poll gets the same response.
            if let Err(error) = ended {
                tracing::warn!(%error, "trenz.unrecorded");
            }
        }));
        if let Err(error) = ended {
            tracing::warn!(%error, "trenz.unrecorded");
        }
    }
}

fn end(
    connection: &mut dyn Connection,
    account: &str,
    task: &str,
    refunded: bool,
) -> Result<(), SqlError> {
    if refunded {
        attempts::refund(connection, account, task)?;
    }
    let sql = "UPDATE trenz_attempts SET task_open = 0 WHERE task_open = 1 AND account = $1 AND task = $2";
    connection.execute(sql, params![account, task]).map(drop)
}
