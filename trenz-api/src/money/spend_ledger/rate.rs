//! The rate limit of one key, shared by all processes of a ledger.

use super::sql::{Connection, Row, SqlError, params};

/// The period that the API counts requests in, in milliseconds.
const WINDOW: i64 = 60_000;

/// How many departures are remembered: the highest limit that can be set.
pub(super) const MOST: u32 = 10_000;

/// Takes the next slot and returns in how many milliseconds it is. Slots are given in the order of the calls, so no
/// process starves, and the n-th is at least a minute after the one `limit` before it.
pub(super) fn take_slot(
    connection: &mut dyn Connection,
    account: &str,
    limit: u32,
    now: i64,
) -> Result<i64, SqlError> {
    let number = next_departure(connection, account)?;
    let sql = "SELECT at, asked_at FROM trenz_departures WHERE account = $1 AND number = $2";
    let before = |connection: &mut dyn Connection, places: i64| {
        let row = connection.one(sql, params![account, number.saturating_sub(places)])?;
        Ok(row.map(|row| adjusted_to_clock(&row, now)))
    };
    let first = before(connection, i64::from(limit))?;
    let last = before(connection, 1)?;
    let free = first.map_or(now, |first| first.saturating_add(WINDOW));
    let paused = paused_until(connection, account, now)?;
    let time = now.max(free).max(last.unwrap_or(now)).max(paused);
    let sql =
        "INSERT INTO trenz_departures (account, number, at, asked_at) VALUES ($1, $2, $3, $4)";
    connection.execute(sql, params![account, number, time, now])?;
    let sql = "DELETE FROM trenz_departures WHERE account = $1 AND number = $2";
    connection.execute(sql, params![account, number.saturating_sub(i64::from(MOST))])?;
    Ok(time.saturating_sub(now))
}

/// A time of a row, converted to the reader's clock. Nothing can have been requested later than now: if it seems so,
/// the writer's clock is ahead by that much, and so is the time.
fn adjusted_to_clock(row: &Row, now: i64) -> i64 {
    let ahead = row.int(1).saturating_sub(now).max(0);
    row.int(0).saturating_sub(ahead)
}

/// Until when nothing is sent, because the server has asked one of the processes to wait.
pub(super) fn paused_until(
    connection: &mut dyn Connection,
    account: &str,
    now: i64,
) -> Result<i64, SqlError> {
    let sql = "SELECT paused_until, paused_at FROM trenz_accounts WHERE account = $1";
    Ok(connection.one(sql, params![account])?.map_or(0, |row| adjusted_to_clock(&row, now)))
}

/// Pauses all processes for this many milliseconds.
pub(super) fn pause(
    connection: &mut dyn Connection,
    account: &str,
    now: i64,
    wait: i64,
) -> Result<(), SqlError> {
    let until = now.saturating_add(wait).max(paused_until(connection, account, now)?);
    let sql = "INSERT INTO trenz_accounts VALUES ($1, 0, $2, $3) ON CONFLICT (account) DO UPDATE \
               SET paused_until = excluded.paused_until, paused_at = excluded.paused_at";
    connection.execute(sql, params![account, until, now]).map(drop)
}

/// The number of this departure. The row is locked until the transaction ends.
fn next_departure(connection: &mut dyn Connection, account: &str) -> Result<i64, SqlError> {
    let sql = "INSERT INTO trenz_accounts VALUES ($1, 1, 0, 0) ON CONFLICT (account) DO UPDATE \
               SET departures = trenz_accounts.departures + 1 RETURNING departures";
    Ok(connection.one(sql, params![account])?.map_or(1, |row| row.int(0)))
}

#[cfg(feature = "ledger-sqlite")]
#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use super::super::schema;
    use super::super::sqlite::Sqlite;
    use super::*;

    fn ledger() -> Sqlite {
        let wait = Duration::from_secs(1);
        let mut ledger =
            Sqlite::open(":memory:".as_ref(), wait, Arc::new(SystemTime::now)).unwrap();
        schema::migrate(&mut ledger, "BLOB").unwrap();
        ledger
    }

    #[test]
    fn slots_keep_the_limit_in_any_minute() {
        let mut ledger = ledger();
        let mut ask = |now| take_slot(&mut ledger, "a", 3, now).unwrap();
        let waits: Vec<i64> = [0, 10, 20, 30, 40, 50, 60, 130_000].map(|now| now + ask(now)).into();
        assert_eq!(waits, [0, 10, 20, 60_000, 60_010, 60_020, 120_000, 130_000]);
        assert_eq!(take_slot(&mut ledger, "b", 3, 0).unwrap(), 0);
    }

    #[test]
    fn pause_delays_all_and_is_not_shortened() {
        let mut ledger = ledger();
        pause(&mut ledger, "a", 0, 7000).unwrap();
        pause(&mut ledger, "a", 100, 3000).unwrap();
        assert_eq!(take_slot(&mut ledger, "a", 3, 1000).unwrap(), 6000);
        assert_eq!(take_slot(&mut ledger, "a", 3, 8000).unwrap(), 0);
    }

    #[test]
    fn clock_ahead_delays_others_only_briefly() {
        let mut ledger = ledger();
        let hour = 3_600_000;
        assert_eq!(take_slot(&mut ledger, "a", 2, hour).unwrap(), 0);
        pause(&mut ledger, "a", hour, 500).unwrap();
        // By a correct clock, it is a hundredth of a second later.
        assert_eq!(take_slot(&mut ledger, "a", 2, 10).unwrap(), 500);
        assert_eq!(take_slot(&mut ledger, "a", 2, 20).unwrap(), WINDOW);
    }
}
