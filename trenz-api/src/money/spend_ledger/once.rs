//! Named purchases: each name is bought once.

use super::attempts::{Kept, State, Stored};
use super::sql::{Connection, SqlError, Trouble, params};

/// Why a name must not be bought again.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// Another call with the name is under way.
    UnderWay(i64),
    /// An attempt with the name may have been charged.
    AtRisk(i64),
    /// The name was bought. The response is kept, unless it was not received completely.
    Bought(i64, Option<Kept>),
    /// The name belongs to another operation.
    OtherOperation(i64, String),
}

/// Assigns the name to a new attempt, unless an earlier one prevents it.
pub(super) fn claim(
    connection: &mut dyn Connection,
    name: &str,
    new_operation: &str,
    new_attempt: i64,
) -> Result<Option<Known>, SqlError> {
    let sql = "INSERT INTO trenz_once (name, operation, attempt) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING";
    if connection.execute(sql, params![name, new_operation, new_attempt])? == 1 {
        return Ok(None);
    }
    let sql = "SELECT operation, attempt, status, request_id, body FROM trenz_once WHERE name = $1";
    let Some(row) = connection.one(sql, params![name])? else {
        return Err(SqlError::new(Trouble::Conflict, "the name was removed in the meantime"));
    };
    let (operation, earlier) = (row.text(0), row.int(1));
    let Some(stored) = Stored::load(connection, earlier)? else {
        return Err(SqlError::new(Trouble::Corrupt, "the attempt of a name is missing"));
    };
    let may_be_sent = match stored.state {
        State::Reserved | State::AtRisk | State::Unreported => false,
        State::Settled => {
            stored.amounts.settled > 0 && stored.amounts.refunded >= stored.amounts.settled
        }
        State::Released => true,
    };
    if may_be_sent {
        let sql = "UPDATE trenz_once SET operation = $1, attempt = $2, status = NULL, request_id = NULL, body = NULL \
                   WHERE name = $3 AND attempt = $4";
        return match connection.execute(sql, params![new_operation, new_attempt, name, earlier])? {
            1 => Ok(None),
            _ => Err(SqlError::new(
                Trouble::Conflict,
                "the name was assigned to another attempt in the meantime",
            )),
        };
    }
    if operation != new_operation {
        return Ok(Some(Known::OtherOperation(earlier, operation)));
    }
    Ok(Some(match stored.state {
        State::Reserved => Known::UnderWay(earlier),
        State::AtRisk => Known::AtRisk(earlier),
        _ => {
            let kept = row.opt_int(2).zip(row.opt_bytes(4)).map(|(status, body)| Kept {
                status: u16::try_from(status).unwrap_or(200),
                request_id: row.opt_text(3),
                body,
            });
            Known::Bought(earlier, kept)
        }
    }))
}
