//! The tables, and their migrations.

use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::sql::{Connection, SqlError};

/// The version of the tables that this version of the crate reads and writes.
pub(super) const VERSION: i64 = 1;

/// The statements that migrate each version to the next; `{BYTES}` is the type of bytes.
///
/// An attempt's coins are in one of `reserved`, `at_risk`, `settled` and `unreported` at a time. The sums in
/// `trenz_budget_periods` and `trenz_sums` change in the same transaction, so no check and no report adds up attempts.
const MIGRATIONS: [&str; 1] = ["
CREATE TABLE trenz_ledger (
    id BIGINT PRIMARY KEY, schema_version BIGINT NOT NULL, secret TEXT NOT NULL,
    next_process BIGINT NOT NULL, next_budget BIGINT NOT NULL);
CREATE TABLE trenz_processes (
    id BIGINT PRIMARY KEY, name TEXT NOT NULL, started BIGINT NOT NULL, lease_until BIGINT NOT NULL);
CREATE TABLE trenz_budgets (
    id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE, coins BIGINT NOT NULL, period TEXT NOT NULL,
    operations TEXT, warn_at BIGINT NOT NULL);
CREATE TABLE trenz_budget_periods (
    budget BIGINT NOT NULL, start BIGINT NOT NULL, attempts BIGINT NOT NULL DEFAULT 0,
    reserved BIGINT NOT NULL DEFAULT 0, at_risk BIGINT NOT NULL DEFAULT 0, settled BIGINT NOT NULL DEFAULT 0,
    unreported BIGINT NOT NULL DEFAULT 0, refunded BIGINT NOT NULL DEFAULT 0, warned BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (budget, start));
CREATE TABLE trenz_attempts (
    id BIGINT PRIMARY KEY, process BIGINT NOT NULL, account TEXT NOT NULL, operation TEXT NOT NULL,
    fingerprint TEXT NOT NULL, once_name TEXT, budgets TEXT NOT NULL, reserved_at BIGINT NOT NULL,
    ended_at BIGINT, state BIGINT NOT NULL, outcome TEXT, quoted BIGINT NOT NULL, reserved BIGINT NOT NULL,
    at_risk BIGINT NOT NULL, settled BIGINT NOT NULL, unreported BIGINT NOT NULL, refunded BIGINT NOT NULL,
    answered BIGINT NOT NULL, request_id TEXT, balance BIGINT, evidence TEXT, task TEXT,
    task_open BIGINT NOT NULL DEFAULT 0);
CREATE INDEX trenz_attempts_reserved ON trenz_attempts (id) WHERE state = 0;
CREATE INDEX trenz_attempts_at_risk ON trenz_attempts (id) WHERE state = 1;
CREATE INDEX trenz_attempts_time ON trenz_attempts (reserved_at);
CREATE INDEX trenz_attempts_task ON trenz_attempts (account, task) WHERE task IS NOT NULL;
CREATE INDEX trenz_attempts_open_task ON trenz_attempts (account) WHERE task_open = 1;
CREATE TABLE trenz_once (
    name TEXT PRIMARY KEY, operation TEXT NOT NULL, attempt BIGINT NOT NULL, status BIGINT, request_id TEXT,
    body {BYTES});
CREATE TABLE trenz_accounts (
    account TEXT PRIMARY KEY, departures BIGINT NOT NULL, paused_until BIGINT NOT NULL, paused_at BIGINT NOT NULL);
CREATE TABLE trenz_departures (
    account TEXT NOT NULL, number BIGINT NOT NULL, at BIGINT NOT NULL, asked_at BIGINT NOT NULL,
    PRIMARY KEY (account, number));
CREATE TABLE trenz_sums (
    day BIGINT NOT NULL, operation TEXT NOT NULL, process TEXT NOT NULL, account TEXT NOT NULL, outcome TEXT NOT NULL,
    attempts BIGINT NOT NULL, reserved BIGINT NOT NULL, at_risk BIGINT NOT NULL, settled BIGINT NOT NULL,
    unreported BIGINT NOT NULL, refunded BIGINT NOT NULL,
    PRIMARY KEY (day, operation, process, account, outcome));
"];

/// Migrates the tables to this version, if they are not newer. Must be called within a transaction.
pub(super) fn migrate(
    connection: &mut dyn Connection,
    bytes: &str,
) -> Result<(), SpendLedgerError> {
    connection.lock_for_migration()?;
    let found = if connection.has_table("trenz_ledger")? { version(connection)? } else { 0 };
    let Some(missing) = usize::try_from(found).ok().and_then(|found| MIGRATIONS.get(found..))
    else {
        return Err(newer(found));
    };
    for migration in missing {
        connection.batch(&migration.replace("{BYTES}", bytes))?;
    }
    if found == 0 {
        let secret = connection.secret()?;
        let sql = "INSERT INTO trenz_ledger VALUES (1, $1, $2, 1, 1)";
        connection.execute(sql, super::sql::params![VERSION, secret])?;
    } else if found < VERSION {
        let sql = "UPDATE trenz_ledger SET schema_version = $1";
        connection.execute(sql, super::sql::params![VERSION])?;
    }
    Ok(())
}

/// Rejects tables that another version has migrated since they were opened. Must be called first in each transaction.
pub(super) fn check(connection: &mut dyn Connection) -> Result<(), SpendLedgerError> {
    match version(connection)? {
        VERSION => Ok(()),
        found => Err(newer(found)),
    }
}

fn version(connection: &mut dyn Connection) -> Result<i64, SqlError> {
    let row = connection.one("SELECT schema_version FROM trenz_ledger", &[])?;
    Ok(row.map_or(0, |row| row.int(0)))
}

fn newer(found: i64) -> SpendLedgerError {
    SpendLedgerError::new(
        SpendLedgerErrorKind::NewerSchema,
        format!(
            "the schema of the spend ledger: expected version {VERSION} or older, found {found}; \
             use the version of this crate that wrote it, or a newer one"
        ),
    )
}
