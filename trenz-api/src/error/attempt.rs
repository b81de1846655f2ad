//! The attempts of a call that ended in an error, and what they may have cost.

use std::time::Duration;

use super::{Error, Kind};
use crate::money::outcome::Outcome;
use crate::wire::response::RequestId;

/// One attempt of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// Its outcome.
    pub outcome: Outcome,
    /// What went wrong, in one sentence.
    pub what: String,
    /// How long it took.
    pub took: Duration,
    /// The backoff before the next attempt.
    pub waited: Option<Duration>,
    /// The request id of its response.
    pub request_id: RequestId,
    /// The coins that it may have been charged and that no response accounts for.
    pub coins_at_risk: u64,
    /// Whether it was charged.
    pub charged: Charged,
}

/// Whether an attempt was charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Charged {
    /// No: it was never sent, is free of charge, was refused, its response reports a cost of 0, or the API failed and,
    /// by the vendor's documentation, has refunded the coins.
    No,
    /// Unknown: it may have been. Check before you retry it.
    Unknown,
    /// Yes: the server did what was requested, or its response reports a cost, whatever else it says.
    Yes,
}

impl Charged {
    /// Judges an attempt by its outcome, the cost that its response reports, if any, and its quote.
    pub(crate) fn by(outcome: Outcome, said: Option<u64>, quoted: u64) -> Self {
        match (outcome, said) {
            _ if said.unwrap_or(quoted) == 0 => Self::No,
            (_, Some(_)) | (Outcome::Accepted, None) => Self::Yes,
            (Outcome::Unknown, None) => Self::Unknown,
            (Outcome::NotSent | Outcome::Refused | Outcome::Failed, None) => Self::No,
        }
    }
}

impl Error {
    /// Whether any attempt of the call was charged.
    #[must_use]
    pub fn charged(&self) -> Charged {
        let all = self.0.attempts.iter().map(|attempt| attempt.charged);
        let worst = |charged: &Charged| match charged {
            Charged::No => 0,
            Charged::Unknown => 1,
            Charged::Yes => 2,
        };
        all.max_by_key(worst).unwrap_or(Charged::No)
    }

    /// The coins that may have been charged for all attempts together and that no response accounts for: those that the
    /// ledger counts as at risk, and those that it counts as unreported.
    #[must_use]
    pub fn coins_at_risk(&self) -> u64 {
        self.0.attempts.iter().fold(0, |sum, attempt| attempt.coins_at_risk.saturating_add(sum))
    }

    /// What all attempts together have cost, if that is known.
    pub(crate) fn cost(&self) -> Option<u64> {
        match self.charged() {
            Charged::No => Some(0),
            _ if self.coins_at_risk() > 0 => None,
            _ => self.0.usage.coin_cost,
        }
    }

    /// Whether a response reports both a failure and a charge. The document does not provide for that, so what another
    /// attempt would cost is unknown.
    pub(crate) fn is_charged_failure(&self) -> bool {
        self.is_api() && self.0.usage.coin_cost.is_some_and(|coins| coins > 0)
    }

    /// Every attempt, oldest first. Empty if the call was refused before anything was sent.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// What to check before a retry, if a retry may do or charge something twice.
    #[must_use]
    pub fn retry_advice(&self) -> Option<&'static str> {
        match (&self.0.kind, self.outcome()) {
            (Kind::Api(_), _) if self.is_charged_failure() => Some(
                "the response says that the call failed and was charged all the same, and a retry may be \
                 charged again: name the request id to the vendor",
            ),
            (Kind::Decode { .. } | Kind::TooLarge { .. } | Kind::TooManyValues { .. }, _) => Some(
                "the call was processed and charged, and a retry gives the same response for the same price: \
                 read what came from `body()`",
            ),
            (_, Outcome::Accepted) => Some(
                "the call was processed and charged, only its response was lost: look for what it made, and name the \
                 request id to the vendor",
            ),
            (_, Outcome::Unknown) => Some(
                "compare the balance that the next response reports with the last one in `client.ledger()`, and look \
                 for what the call would have made",
            ),
            (_, Outcome::Failed) => Some(
                "the coins should be back on the balance; a call that changes something may have changed it all \
                 the same, so look at that",
            ),
            (_, Outcome::NotSent | Outcome::Refused) => None,
        }
    }

    pub(crate) fn with_attempts(mut self, attempts: Vec<Attempt>) -> Self {
        self.0.attempts = attempts;
        self
    }
}
