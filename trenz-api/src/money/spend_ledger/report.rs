//! Reports of a ledger: sums, which are kept forever, attempts, as long as they are kept, and budgets.

use serde::Serialize;
use std::fmt::{self, Write as _};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};

use super::SpendLedger;
use super::attempts::{AttemptRow, COLUMNS};
use super::error::SpendLedgerError;
use super::period::{DAY, Period, civil_date};
use super::resolve::{LedgerAttempt, budget_names};
use super::sql::params;
use super::worker::millis;
use crate::money::outcome::Outcome;

/// What the rows of a [`SpendReport`] are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GroupBy {
    /// By day, in UTC.
    Day,
    /// By month of the calendar, in UTC.
    Month,
    /// By operation.
    Operation,
    /// By process, under its name.
    Process,
    /// By account, under the keyed hash of its API key.
    Account,
    /// By outcome, as [`Outcome::as_str`](crate::Outcome::as_str) says it, or `under way`.
    Outcome,
}

impl GroupBy {
    fn column(self) -> &'static str {
        match self {
            Self::Day | Self::Month => "day",
            Self::Operation => "operation",
            Self::Process => "process",
            Self::Account => "account",
            Self::Outcome => "outcome",
        }
    }
}

/// The cost of calls, grouped by one key; from sums that are kept forever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpendReport {
    /// The rows, ordered by key.
    pub rows: Vec<SpendRow>,
}

/// The sums of one day, month, operation, process, account or outcome. An attempt counts in the day in which it was
/// reserved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpendRow {
    /// The group's key; a day as `2024-02-29`, a month as `2024-02`.
    pub key: String,
    /// All attempts.
    pub attempts: u64,
    /// Coins of attempts that are under way.
    pub reserved: u64,
    /// Coins of attempts that may have been charged.
    pub at_risk: u64,
    /// Coins that responses say were charged.
    pub settled: u64,
    /// Coins, by their quotes, of attempts that were charged and did not report a cost.
    pub unreported: u64,
    /// Coins that were refunded.
    pub refunded: u64,
    /// Attempts whose outcome is [`Accepted`](crate::Outcome::Accepted).
    pub accepted: u64,
    /// Attempts whose outcome is [`Refused`](crate::Outcome::Refused).
    pub refused: u64,
    /// Attempts whose outcome is [`Failed`](crate::Outcome::Failed).
    pub failed: u64,
    /// Attempts whose outcome is [`NotSent`](crate::Outcome::NotSent).
    pub not_sent: u64,
    /// Attempts whose outcome is [`Unknown`](crate::Outcome::Unknown), and those of processes that have died.
    pub unknown: u64,
}

/// A budget in one of its periods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BudgetUse {
    /// Its name.
    pub name: String,
    /// The coins of each period, as last declared.
    pub limit: u64,
    /// When the period began, in Unix milliseconds.
    pub period_start: i64,
    /// Whether the period is the current one.
    pub current: bool,
    /// Coins that were charged, reported or not, and not refunded.
    pub spent: u64,
    /// Coins of attempts that are under way.
    pub reserved: u64,
    /// Coins of attempts that may have been charged.
    pub at_risk: u64,
}

impl BudgetUse {
    /// The coins that can still be reserved in the period.
    #[must_use]
    pub fn left(&self) -> u64 {
        let used = self.spent.saturating_add(self.reserved).saturating_add(self.at_risk);
        self.limit.saturating_sub(used)
    }
}

/// Past attempts, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SpendHistory {
    /// The attempts.
    pub attempts: Vec<LedgerAttempt>,
}

const COLUMNS_OF_SUMS: [&str; 6] =
    ["attempts", "reserved", "at_risk", "settled", "unreported", "refunded"];
const OUTCOMES: [Outcome; 5] =
    [Outcome::Accepted, Outcome::Refused, Outcome::Failed, Outcome::NotSent, Outcome::Unknown];

/// The statement that adds up the sums of these days.
fn sums(by: GroupBy) -> String {
    let column = by.column();
    let mut sql = format!("SELECT {column}");
    for sum in COLUMNS_OF_SUMS {
        let _ = write!(sql, ", CAST(SUM({sum}) AS BIGINT)");
    }
    for outcome in OUTCOMES {
        let outcome = outcome.as_str();
        let _ = write!(
            sql,
            ", CAST(SUM(CASE WHEN outcome = '{outcome}' THEN attempts ELSE 0 END) AS BIGINT)"
        );
    }
    sql.push_str(" FROM trenz_sums WHERE day >= $1 AND day < $2");
    let _ = write!(sql, " GROUP BY {column} HAVING SUM(attempts) > 0 ORDER BY {column}");
    sql
}

impl SpendLedger {
    /// Returns the sums of the days in this time range.
    pub async fn report(
        &self,
        by: GroupBy,
        time: Range<SystemTime>,
    ) -> Result<SpendReport, SpendLedgerError> {
        let (from, to) = (Period::Day.start(unix(time.start)), unix(time.end));
        let rows = self.query(sums(by), [from.into(), to.into()]).await?;
        let sums = |row: &super::sql::Row| {
            let key = match by {
                GroupBy::Day => date(row.int(0)),
                GroupBy::Month => date(row.int(0)).chars().take(7).collect(),
                _ => row.text(0),
            };
            let mut sums = SpendRow { key, ..SpendRow::default() };
            for (column, (_, sum)) in (1..).zip(sums.numbers()) {
                *sum = row.coins(column);
            }
            sums
        };
        let mut merged: Vec<SpendRow> = Vec::new();
        for row in rows.iter().map(sums) {
            match merged.last_mut().filter(|last| last.key == row.key) {
                Some(last) => last.add(&row),
                None => merged.push(row),
            }
        }
        Ok(SpendReport { rows: merged })
    }

    /// Returns the budgets in all of their periods, newest first for each name.
    pub async fn budgets(&self) -> Result<Vec<BudgetUse>, SpendLedgerError> {
        let sql = "SELECT b.name, b.coins, b.period, p.start, p.settled + p.unreported - p.refunded, p.reserved, \
                   p.at_risk FROM trenz_budgets b JOIN trenz_budget_periods p ON p.budget = b.id \
                   ORDER BY b.name, p.start DESC";
        let rows = self.transaction(|connection, now| Ok((now, connection.query(sql, &[])?)));
        let (now, rows) = rows.await?;
        let budget = |row: &super::sql::Row| BudgetUse {
            name: row.text(0),
            limit: row.coins(1),
            period_start: row.int(3),
            current: Period::parse(&row.text(2)).start(now) == row.int(3),
            spent: row.coins(4),
            reserved: row.coins(5),
            at_risk: row.coins(6),
        };
        Ok(rows.iter().map(budget).collect())
    }

    /// Returns the attempts that were reserved in this time range, as far as they are
    /// [kept](super::SpendLedgerBuilder::keep_history).
    pub async fn history(&self, time: Range<SystemTime>) -> Result<SpendHistory, SpendLedgerError> {
        let (from, to) = (unix(time.start), unix(time.end));
        let sql = format!(
            "SELECT {COLUMNS} WHERE a.reserved_at >= $1 AND a.reserved_at < $2 ORDER BY a.reserved_at, a.id"
        );
        let rows = self.transaction(move |connection, _| {
            Ok((connection.query(&sql, params![from, to])?, budget_names(connection)?))
        });
        let (rows, names) = rows.await?;
        let attempt = |row| LedgerAttempt::of(AttemptRow::of(row), &names);
        Ok(SpendHistory { attempts: rows.iter().map(attempt).collect() })
    }
}

impl SpendReport {
    /// The sum of all rows.
    #[must_use]
    pub fn total(&self) -> SpendRow {
        let key = "total".to_owned();
        self.rows.iter().fold(SpendRow { key, ..SpendRow::default() }, |mut sum, row| {
            sum.add(row);
            sum
        })
    }

    /// The rows as CSV, with a header.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let names = SpendRow::default().numbers().map(|(name, _)| name);
        let mut csv = format!("key,{}\n", names.join(","));
        for mut row in self.rows.clone() {
            csv.push_str(&field(&row.key));
            for (_, number) in row.numbers() {
                let _ = write!(csv, ",{number}");
            }
            csv.push('\n');
        }
        csv
    }
}

impl SpendRow {
    fn add(&mut self, more: &Self) {
        for ((_, sum), (_, more)) in self.numbers().into_iter().zip(more.clone().numbers()) {
            *sum = sum.saturating_add(*more);
        }
    }

    /// The sums with their names, in the order of the columns of [`sums`].
    fn numbers(&mut self) -> [(&'static str, &mut u64); 11] {
        [
            ("attempts", &mut self.attempts),
            ("reserved", &mut self.reserved),
            ("at_risk", &mut self.at_risk),
            ("settled", &mut self.settled),
            ("unreported", &mut self.unreported),
            ("refunded", &mut self.refunded),
            ("accepted", &mut self.accepted),
            ("refused", &mut self.refused),
            ("failed", &mut self.failed),
            ("not_sent", &mut self.not_sent),
            ("unknown", &mut self.unknown),
        ]
    }
}

/// A table: one line per row, and the total.
impl fmt::Display for SpendReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.key.chars().count()).max().unwrap_or(0).max(9);
        writeln!(
            f,
            "{:width$} {:>9} {:>9} {:>9} {:>9} {:>10} {:>9}",
            "", "attempts", "reserved", "at risk", "settled", "unreported", "refunded"
        )?;
        let total = self.total();
        for row in self.rows.iter().chain([&total]) {
            let SpendRow {
                key, attempts, reserved, at_risk, settled, unreported, refunded, ..
            } = row;
            writeln!(
                f,
                "{key:width$} {attempts:>9} {reserved:>9} {at_risk:>9} {settled:>9} {unreported:>10} {refunded:>9}"
            )?;
        }
        Ok(())
    }
}

impl SpendHistory {
    /// The attempts as CSV, with a header.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::from(
            "id,operation,state,outcome,coins,refunded,budgets,process,reserved_at,ended_at,account,fingerprint,once,\
             request_id,balance,task,evidence\n",
        );
        for attempt in &self.attempts {
            let number =
                |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let fields = [
                attempt.id.to_string(),
                attempt.operation.clone(),
                attempt.state.to_string(),
                text(&attempt.outcome),
                attempt.coins.to_string(),
                attempt.refunded.to_string(),
                attempt.budgets.join(" "),
                attempt.process.clone(),
                attempt.reserved_at.to_string(),
                number(attempt.ended_at),
                attempt.account.clone(),
                attempt.fingerprint.clone(),
                text(&attempt.once),
                text(&attempt.request_id),
                number(attempt.balance),
                text(&attempt.task),
                text(&attempt.evidence),
            ];
            csv.push_str(&fields.map(|text| field(&text)).join(","));
            csv.push('\n');
        }
        csv
    }
}

/// A CSV field. One that a spreadsheet would take for a formula is marked as text.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '@', '\t', '\r'])
        || (text.starts_with('-') && text.parse::<i64>().is_err());
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn unix(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, millis)
}

/// The date of a day, as in `2024-02-29`.
fn date(day: i64) -> String {
    let (year, month, day) = civil_date(day.checked_div(DAY).unwrap_or(0));
    format!("{year:04}-{month:02}-{day:02}")
}
