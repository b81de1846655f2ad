//! The transitions of an attempt's coins, with all sums that change with them.

use super::attempt::{AttemptId, AttemptState};
use super::error::{SpendLedgerError, SpendLedgerErrorKind};
use super::period::DAY;
use super::sql::{Connection, Row, SqlError, SqlErrorKind, params};
use crate::money::outcome::Outcome;
use crate::money::settlement::Settlement;

/// The most coins that the ledger records for one attempt, far below where their sums overflow.
pub(super) const MOST_COINS: u64 = 1_000_000_000_000_000;

/// The coins of an attempt by state, or a sum of such.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amounts {
    pub(super) reserved: i64,
    pub(super) at_risk: i64,
    pub(super) settled: i64,
    pub(super) unreported: i64,
    pub(super) refunded: i64,
}

impl Amounts {
    pub(super) fn of(state: AttemptState, coins: i64) -> Self {
        let none = Self::default();
        match state {
            AttemptState::Reserved => Self { reserved: coins, ..none },
            AttemptState::AtRisk => Self { at_risk: coins, ..none },
            AttemptState::Settled => Self { settled: coins, ..none },
            AttemptState::Unreported => Self { unreported: coins, ..none },
            AttemptState::Released => none,
        }
    }

    /// What must be added to `other` to get this.
    fn minus(self, other: Self) -> Self {
        Self {
            reserved: self.reserved.saturating_sub(other.reserved),
            at_risk: self.at_risk.saturating_sub(other.at_risk),
            settled: self.settled.saturating_sub(other.settled),
            unreported: self.unreported.saturating_sub(other.unreported),
            refunded: self.refunded.saturating_sub(other.refunded),
        }
    }

    /// What was paid and not refunded.
    fn paid(self) -> i64 {
        self.settled.saturating_add(self.unreported).saturating_sub(self.refunded)
    }
}

/// An attempt as stored.
#[derive(Clone, Debug)]
pub(super) struct AttemptRow {
    pub(super) id: i64,
    pub(super) process: String,
    pub(super) account: String,
    pub(super) operation: String,
    pub(super) fingerprint: String,
    pub(super) once: Option<String>,
    pub(super) budgets: String,
    pub(super) reserved_at: i64,
    pub(super) ended_at: Option<i64>,
    pub(super) state: AttemptState,
    pub(super) outcome: Option<String>,
    pub(super) quoted: u64,
    pub(super) amounts: Amounts,
    /// Whether the process that sent it has reported its outcome.
    pub(super) answered: bool,
    pub(super) request_id: Option<String>,
    pub(super) balance: Option<i64>,
    pub(super) evidence: Option<String>,
    pub(super) task: Option<String>,
    pub(super) task_open: bool,
}

/// What stands for the outcome of an attempt that has none yet.
pub(super) const UNDER_WAY: &str = "under way";

/// The columns of [`AttemptRow`], of the table `a` joined with the processes.
pub(super) const COLUMNS: &str = "a.id, p.name, a.account, a.operation, a.fingerprint, a.once_name, a.budgets, \
     a.reserved_at, a.ended_at, a.state, a.outcome, a.quoted, a.reserved, a.at_risk, a.settled, a.unreported, \
     a.refunded, a.answered, a.request_id, a.balance, a.evidence, a.task, a.task_open \
     FROM trenz_attempts a JOIN trenz_processes p ON p.id = a.process";

impl AttemptRow {
    pub(super) fn of(row: &Row) -> Self {
        Self {
            id: row.int(0),
            process: row.text(1),
            account: row.text(2),
            operation: row.text(3),
            fingerprint: row.text(4),
            once: row.opt_text(5),
            budgets: row.text(6),
            reserved_at: row.int(7),
            ended_at: row.opt_int(8),
            state: AttemptState::of_code(row.int(9)),
            outcome: row.opt_text(10),
            quoted: row.coins(11),
            amounts: Amounts {
                reserved: row.int(12),
                at_risk: row.int(13),
                settled: row.int(14),
                unreported: row.int(15),
                refunded: row.int(16),
            },
            answered: row.int(17) == 1,
            request_id: row.opt_text(18),
            balance: row.opt_int(19),
            evidence: row.opt_text(20),
            task: row.opt_text(21),
            task_open: row.int(22) == 1,
        }
    }

    pub(super) fn load(connection: &mut dyn Connection, id: i64) -> Result<Option<Self>, SqlError> {
        let sql = format!("SELECT {COLUMNS} WHERE a.id = $1");
        Ok(connection.one(&sql, params![id])?.map(|row| Self::of(&row)))
    }

    /// Stores the attempt's new state, and moves its coins in every sum. If another transaction has changed the attempt
    /// in the meantime, that is a conflict, and this one is retried.
    pub(super) fn transition_to(
        &self,
        connection: &mut dyn Connection,
        new: &Self,
    ) -> Result<(), SqlError> {
        let sql = "UPDATE trenz_attempts SET state = $1, outcome = $2, reserved = $3, at_risk = $4, settled = $5, \
                   unreported = $6, refunded = $7, answered = $8, request_id = $9, balance = $10, evidence = $11, \
                   task = $12, task_open = $13, ended_at = $14 \
                   WHERE id = $15 AND state = $16 AND answered = $17 AND refunded = $18 AND settled = $19";
        let amounts = new.amounts;
        let changed = connection.execute(
            sql,
            params![
                new.state.code(),
                new.outcome.as_deref(),
                amounts.reserved,
                amounts.at_risk,
                amounts.settled,
                amounts.unreported,
                amounts.refunded,
                i64::from(new.answered),
                new.request_id.as_deref(),
                new.balance,
                new.evidence.as_deref(),
                new.task.as_deref(),
                i64::from(new.task_open),
                new.ended_at,
                self.id,
                self.state.code(),
                i64::from(self.answered),
                self.amounts.refunded,
                self.amounts.settled,
            ],
        )?;
        if changed != 1 {
            return Err(SqlError::new(
                SqlErrorKind::Conflict,
                "the attempt was changed in the meantime",
            ));
        }
        let moved = amounts.minus(self.amounts);
        if moved != Amounts::default() {
            self.move_in_budgets(connection, moved)?;
        }
        if self.outcome == new.outcome {
            return self.add(connection, moved, 0);
        }
        self.add(connection, Amounts::default().minus(self.amounts), -1)?;
        new.add(connection, amounts, 1)
    }

    fn move_in_budgets(
        &self,
        connection: &mut dyn Connection,
        moved: Amounts,
    ) -> Result<(), SqlError> {
        let Amounts { reserved, at_risk, settled, unreported, refunded } = moved;
        for (budget, start) in budgets(&self.budgets) {
            let sql = "UPDATE trenz_budget_periods SET reserved = reserved + $3, at_risk = at_risk + $4, \
                       settled = settled + $5, unreported = unreported + $6, refunded = refunded + $7 \
                       WHERE budget = $1 AND start = $2";
            let values = params![budget, start, reserved, at_risk, settled, unreported, refunded];
            connection.execute(sql, values)?;
        }
        Ok(())
    }

    /// Adds to the sums of its day and outcome.
    pub(super) fn add(
        &self,
        connection: &mut dyn Connection,
        more: Amounts,
        attempts: i64,
    ) -> Result<(), SqlError> {
        let day =
            self.reserved_at.saturating_sub(self.reserved_at.checked_rem_euclid(DAY).unwrap_or(0));
        let sql = "INSERT INTO trenz_sums VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
                   ON CONFLICT (day, operation, process, account, outcome) DO UPDATE SET \
                   attempts = trenz_sums.attempts + excluded.attempts, \
                   reserved = trenz_sums.reserved + excluded.reserved, \
                   at_risk = trenz_sums.at_risk + excluded.at_risk, \
                   settled = trenz_sums.settled + excluded.settled, \
                   unreported = trenz_sums.unreported + excluded.unreported, \
                   refunded = trenz_sums.refunded + excluded.refunded";
        let values = params![
            day,
            self.operation.as_str(),
            self.process.as_str(),
            self.account.as_str(),
            self.outcome.as_deref().unwrap_or(UNDER_WAY),
            attempts,
            more.reserved,
            more.at_risk,
            more.settled,
            more.unreported,
            more.refunded,
        ];
        connection.execute(sql, values).map(drop)
    }

    pub(super) fn needed(
        connection: &mut dyn Connection,
        id: i64,
    ) -> Result<Self, SpendLedgerError> {
        Self::load(connection, id)?.ok_or_else(|| {
            let message = format!("the spend ledger has no attempt {}", AttemptId(id));
            SpendLedgerError::new(SpendLedgerErrorKind::NotFound, message)
        })
    }
}

/// The budgets that an attempt counts in, with the starts of their periods, in one order for all transactions.
pub(super) fn budgets(text: &str) -> impl Iterator<Item = (i64, i64)> {
    text.split(' ').filter_map(|part| {
        let (budget, start) = part.split_once('@')?;
        Some((budget.parse().ok()?, start.parse().ok()?))
    })
}

/// What a process reports about its own attempt.
#[derive(Clone, Debug)]
pub(crate) struct AttemptReport {
    pub(crate) id: i64,
    pub(crate) settlement: Settlement,
    pub(crate) outcome: Outcome,
    pub(crate) said: ResponseRecord,
}

/// The parts of a response that the ledger keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseRecord {
    pub(crate) request_id: Option<String>,
    pub(crate) balance: Option<i64>,
    /// The task that the response names, if any.
    pub(crate) task: Option<String>,
    /// The response, kept for later calls of the same name.
    pub(crate) kept: Option<StoredResponse>,
}

/// A response as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredResponse {
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Settles an attempt by its own process's report, even if it was counted as at risk, or resolved, in the meantime.
pub(super) fn settle(
    connection: &mut dyn Connection,
    now: i64,
    report: &AttemptReport,
) -> Result<(), SqlError> {
    let Some(old) = AttemptRow::load(connection, report.id)? else { return Ok(()) };
    // A transaction whose commit was not confirmed is repeated.
    if old.answered {
        return Ok(());
    }
    let ResponseRecord { request_id, balance, task, kept } = report.said.clone();
    let quoted = i64::try_from(old.quoted).unwrap_or(i64::MAX);
    let (state, coins) = match report.settlement {
        Settlement::Released => (AttemptState::Released, 0),
        Settlement::Settled(coins) => {
            (AttemptState::Settled, i64::try_from(coins.min(MOST_COINS)).unwrap_or(i64::MAX))
        }
        Settlement::Unreported => (AttemptState::Unreported, quoted),
        Settlement::AtRisk => (AttemptState::AtRisk, quoted),
    };
    let paid_for = matches!(state, AttemptState::Settled | AttemptState::Unreported);
    let new = AttemptRow {
        state,
        amounts: Amounts::of(state, coins),
        outcome: Some(report.outcome.as_str().to_owned()),
        answered: true,
        request_id,
        balance,
        task_open: task.is_some() && paid_for,
        task,
        ended_at: Some(now),
        ..old.clone()
    };
    old.transition_to(connection, &new)?;
    if let (Some(name), Some(kept)) = (&old.once, kept) {
        let sql = "UPDATE trenz_once SET status = $1, request_id = $2, body = $3 WHERE name = $4 AND attempt = $5";
        let values =
            params![i64::from(kept.status), kept.request_id, kept.body, name.as_str(), old.id];
        connection.execute(sql, values)?;
    }
    Ok(())
}

/// Puts the attempts under way of processes with expired leases at risk. Returns how many.
pub(super) fn expire_leases(connection: &mut dyn Connection, now: i64) -> Result<u64, SqlError> {
    let mut reaped = 0_u64;
    let sql = format!("SELECT {COLUMNS} WHERE a.state = 0 AND p.lease_until <= $1 ORDER BY a.id");
    for row in connection.query(&sql, params![now])? {
        let old = AttemptRow::of(&row);
        let new = AttemptRow {
            state: AttemptState::AtRisk,
            amounts: Amounts::of(AttemptState::AtRisk, old.amounts.reserved),
            outcome: Some(Outcome::Unknown.as_str().to_owned()),
            ..old.clone()
        };
        old.transition_to(connection, &new)?;
        reaped = reaped.saturating_add(1);
    }
    Ok(reaped)
}

/// Records a refund of what a task has cost, once, in the budgets that paid. Returns the coins.
pub(super) fn refund(
    connection: &mut dyn Connection,
    account: &str,
    task: &str,
) -> Result<u64, SqlError> {
    let sql =
        format!("SELECT {COLUMNS} WHERE a.account = $1 AND a.task = $2 ORDER BY a.id LIMIT 1");
    let Some(old) = connection.one(&sql, params![account, task])?.map(|row| AttemptRow::of(&row))
    else {
        return Ok(0);
    };
    // If the response to the submission did not report its cost, the refund is unknown as well.
    let coins = if old.state == AttemptState::Settled { old.amounts.paid() } else { 0 };
    if coins <= 0 && !old.task_open {
        return Ok(0);
    }
    let refunded = old.amounts.refunded.saturating_add(coins);
    let amounts = Amounts { refunded, ..old.amounts };
    let new = AttemptRow { amounts, task_open: false, ..old.clone() };
    old.transition_to(connection, &new)?;
    Ok(u64::try_from(coins).unwrap_or(0))
}
