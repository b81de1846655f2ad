//! Decides attempts at risk by the balances that responses reported: only where there is one possibility.

use super::attempt::AttemptState;
use super::attempts::AttemptRow;

/// With more uncertain coins than this, nothing is tried: each doubles the possibilities.
const MOST_UNCERTAIN: usize = 16;

/// A balance that was reported while nothing else of the account was under way.
struct Reading<'a> {
    attempt: &'a AttemptRow,
    balance: i64,
    ended: i64,
}

/// A change of the balance that may have happened or not.
struct Uncertain {
    /// The attempt, if it is one at risk.
    id: Option<i64>,
    coins: i64,
}

/// The attempts that were alone: everything reserved before them had ended, and nothing was reserved before they ended.
/// Attempts at risk have ended once they can no longer be processed.
fn readings(attempts: &[AttemptRow], settling: i64) -> Vec<Reading<'_>> {
    let over = |attempt: &AttemptRow| match (attempt.state, attempt.ended_at) {
        (AttemptState::Reserved, _) => i64::MAX,
        (AttemptState::AtRisk, _) | (_, None) => attempt.reserved_at.saturating_add(settling),
        // An attempt resolved by hand, or of unknown outcome, may have been processed late.
        (_, Some(ended)) if attempt.answered => ended,
        (_, Some(ended)) => ended.max(attempt.reserved_at.saturating_add(settling)),
    };
    let mut readings = Vec::new();
    let mut before_over = i64::MIN;
    for (index, attempt) in attempts.iter().enumerate() {
        let next = index.checked_add(1).and_then(|next| attempts.get(next));
        let alone = before_over < attempt.reserved_at
            && next.is_none_or(|next| next.reserved_at > over(attempt));
        if let (
            true,
            true,
            AttemptState::Settled | AttemptState::Released,
            Some(balance),
            Some(ended),
        ) = (alone, attempt.answered, attempt.state, attempt.balance, attempt.ended_at)
        {
            readings.push(Reading { attempt, balance, ended });
        }
        before_over = before_over.max(over(attempt));
    }
    readings
}

/// Decides whether an attempt at risk was charged, by the attempts of its account around it, in the order of their
/// reservations. Returns the evidence, or why it is not certain. An attempt at risk may be processed for `settling`
/// milliseconds after it was reserved, and no later.
pub(super) fn evaluate(
    attempts: &[AttemptRow],
    asked: &AttemptRow,
    settling: i64,
) -> Result<(bool, String), String> {
    let readings = readings(attempts, settling);
    let before = readings.iter().rev().find(|reading| reading.ended <= asked.reserved_at);
    let settled = asked.reserved_at.saturating_add(settling);
    let after = readings.iter().find(|reading| reading.attempt.reserved_at >= settled);
    let Some(before) = before else {
        return Err(
            "no response reported a balance before it, while nothing else was under way".to_owned()
        );
    };
    let Some(after) = after else {
        return Err(
            "no response has reported a balance since, while nothing else was under way".to_owned()
        );
    };
    let between = attempts.iter().filter(|attempt| {
        attempt.reserved_at >= before.ended
            && attempt.reserved_at <= after.attempt.reserved_at
            && attempt.id != before.attempt.id
    });
    let mut known = 0_i64;
    let mut uncertain = Vec::new();
    for attempt in between {
        let quoted = i64::try_from(attempt.quoted).unwrap_or(i64::MAX);
        match attempt.state {
            AttemptState::Settled => known = known.saturating_add(attempt.amounts.settled),
            AttemptState::Unreported => {
                return Err("a response between the balances did not report its cost".to_owned());
            }
            AttemptState::AtRisk => {
                uncertain.push(Uncertain { id: Some(attempt.id), coins: quoted });
            }
            AttemptState::Reserved => return Err("an attempt is still under way".to_owned()),
            // By the documentation it was refunded, but perhaps after the balance was read.
            AttemptState::Released if attempt.outcome.as_deref() == Some("failed") => {
                uncertain.push(Uncertain { id: None, coins: quoted });
            }
            AttemptState::Released => {}
        }
    }
    // A task without a known end may have been refunded, or was refunded at an unknown time.
    for attempt in
        attempts.iter().filter(|attempt| attempt.reserved_at <= after.attempt.reserved_at)
    {
        if attempt.task_open || attempt.amounts.refunded > 0 {
            uncertain.push(Uncertain { id: None, coins: attempt.amounts.settled.saturating_neg() });
        }
    }
    if uncertain.len() > MOST_UNCERTAIN {
        return Err(format!("{} charges and refunds are uncertain", uncertain.len()));
    }
    let change = before.balance.saturating_sub(after.balance);
    let missing = change.saturating_sub(known);
    let charged = decide(&uncertain, missing, asked.id)?;
    let evidence = format!(
        "the balance was {} after attempt {} and {} after attempt {}; responses in between account for {known} of \
         the {change} coins",
        before.balance,
        super::AttemptId(before.attempt.id),
        after.balance,
        super::AttemptId(after.attempt.id),
    );
    Ok((charged, evidence))
}

/// Whether the attempt was charged in every combination of the uncertain coins that gives the missing sum.
fn decide(uncertain: &[Uncertain], missing: i64, asked: i64) -> Result<bool, String> {
    let ways = 1_u32.checked_shl(u32::try_from(uncertain.len()).unwrap_or(u32::MAX)).unwrap_or(0);
    let mut found = None;
    for way in 0..ways {
        let chosen = |index: usize| {
            u32::try_from(index)
                .is_ok_and(|index| way & (1_u32.checked_shl(index).unwrap_or(0)) != 0)
        };
        let mut sum = 0_i64;
        let mut charged = false;
        for (index, one) in uncertain.iter().enumerate() {
            if chosen(index) {
                sum = sum.saturating_add(one.coins);
                charged |= one.id == Some(asked);
            }
        }
        if sum != missing {
            continue;
        }
        match found {
            None => found = Some(charged),
            Some(before) if before != charged => {
                return Err("the balances fit whether it was charged or not".to_owned());
            }
            Some(_) => {}
        }
    }
    found.ok_or_else(|| {
        "the balances fit neither: the balance was changed by something other than this ledger's calls".to_owned()
    })
}
