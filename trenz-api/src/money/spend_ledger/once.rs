//! Named purchases: each name is bought once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::attempt::{AttemptId, AttemptState};
use super::attempts::{AttemptRow, StoredResponse};
use super::sql::{Connection, SqlError, SqlErrorKind, params};

/// The name of a purchase: see [`Call::once`](crate::Call::once).
#[derive(Clone, Debug)]
#[must_use = "a name does nothing until a call is given it"]
pub struct Once {
    pub(super) name: Arc<str>,
    /// How long to wait for another call with the name.
    pub(super) wait: Duration,
}

impl Once {
    /// Returns this name. While another call with the name is under way, a call is refused.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into().into(), wait: Duration::ZERO }
    }

    /// Sets how long to wait for another call with the name that is under way, in any process, before the call is
    /// refused.
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }
}

impl<T: Into<String>> From<T> for Once {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

/// Why a call with a name is refused: it must not be retried, and no response of it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnceRefusal {
    /// Another call with the name is under way.
    UnderWay(AttemptId),
    /// This attempt with the name may have been charged. [Resolve](super::SpendLedger::resolve) it, or
    /// [reconcile](super::SpendLedger::reconcile).
    AtRisk(AttemptId),
    /// This attempt has bought the name, and its response was not kept: it was not received completely, or the attempt
    /// was resolved by other evidence.
    Bought(AttemptId),
    /// This attempt has used the name for another operation.
    OtherOperation(AttemptId, String),
    /// The name is empty, or the client has no spend ledger.
    Unusable(&'static str),
}

impl fmt::Display for OnceRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnderWay(id) => {
                write!(f, "attempt {id} for the same purchase name is still under way")
            }
            Self::AtRisk(id) => {
                write!(
                    f,
                    "attempt {id} for the same purchase name may have been charged; resolve it in the spend ledger first"
                )
            }
            Self::Bought(id) => {
                write!(
                    f,
                    "this purchase was already made, by attempt {id}, and its response was not kept"
                )
            }
            Self::OtherOperation(id, operation) => {
                write!(f, "attempt {id} already used this purchase name for {operation}")
            }
            Self::Unusable(why) => f.write_str(why),
        }
    }
}

/// Whether a name can be bought.
pub(super) enum Claim {
    /// It is assigned to the new attempt.
    Assigned,
    /// It was bought, and this is the response.
    Kept(StoredResponse),
    Refused(OnceRefusal),
}

/// Assigns the name to a new attempt, unless an earlier one prevents it.
pub(super) fn claim(
    connection: &mut dyn Connection,
    name: &str,
    new_operation: &str,
    new_attempt: i64,
) -> Result<Claim, SqlError> {
    let sql = "INSERT INTO trenz_once (name, operation, attempt) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    if connection.execute(sql, params![name, new_operation, new_attempt])? == 1 {
        return Ok(Claim::Assigned);
    }
    let sql = "SELECT operation, attempt, status, request_id, body FROM trenz_once WHERE name = $1";
    let Some(row) = connection.one(sql, params![name])? else {
        return Err(SqlError::new(SqlErrorKind::Conflict, "the name was removed in the meantime"));
    };
    let (operation, earlier) = (row.text(0), row.int(1));
    let Some(stored) = AttemptRow::load(connection, earlier)? else {
        return Err(SqlError::new(SqlErrorKind::Corrupt, "the attempt of a name is missing"));
    };
    let may_be_sent = match stored.state {
        AttemptState::Reserved | AttemptState::AtRisk | AttemptState::Unreported => false,
        AttemptState::Settled => {
            stored.amounts.settled > 0 && stored.amounts.refunded >= stored.amounts.settled
        }
        AttemptState::Released => true,
    };
    if may_be_sent {
        let sql = "UPDATE trenz_once SET operation = $1, attempt = $2, status = NULL, request_id = NULL, body = NULL \
                   WHERE name = $3 AND attempt = $4";
        return match connection.execute(sql, params![new_operation, new_attempt, name, earlier])? {
            1 => Ok(Claim::Assigned),
            _ => Err(SqlError::new(
                SqlErrorKind::Conflict,
                "the name was assigned to another attempt in the meantime",
            )),
        };
    }
    let id = AttemptId(earlier);
    Ok(Claim::Refused(match stored.state {
        _ if operation != new_operation => OnceRefusal::OtherOperation(id, operation),
        AttemptState::Reserved => OnceRefusal::UnderWay(id),
        AttemptState::AtRisk => OnceRefusal::AtRisk(id),
        _ => match row.opt_int(2).zip(row.opt_bytes(4)) {
            Some((status, body)) => {
                let status = u16::try_from(status).unwrap_or(200);
                return Ok(Claim::Kept(StoredResponse {
                    status,
                    request_id: row.opt_text(3),
                    body,
                }));
            }
            None => OnceRefusal::Bought(id),
        },
    }))
}
