//! Recording of a call's attempts in a spend ledger.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::Core;
use super::purchase::Purchase;
use crate::client::received::Received;
use crate::error::Error;
use crate::money::ledger::CallNote;
use crate::money::outcome::Outcome;
use crate::money::reservation::Closed;
use crate::money::spend_ledger::{Admission, Asked, Kept, OnceRefusal, Refused, Said};
use crate::operation::info::OperationInfo;
use crate::transport::exchange::Answer;
use crate::transport::http::{Incoming, Outgoing};
use crate::wire::lenient::Items;

impl Core {
    /// Asks the spend ledger, if there is one, for the coins, and records the attempt. Nothing is sent without it.
    pub(super) async fn write_down(
        &self,
        operation: &OperationInfo,
        coins: u64,
        outgoing: &Outgoing,
        purchase: &mut Purchase,
        leave_by: Option<Instant>,
    ) -> Result<Admission, Error> {
        let id = operation.id;
        let Some(gate) = &self.gate else {
            if purchase.is_unnamed() {
                return Ok(Admission::Send(None));
            }
            let why = "a call with a name needs a client with a spend ledger";
            return Err(Error::unrecorded(Some(id), Refused::Once(OnceRefusal::Unusable(why))));
        };
        let body = outgoing.body.as_deref().unwrap_or_default();
        let request =
            [operation.method.as_str().as_bytes(), outgoing.url.as_str().as_bytes(), body];
        loop {
            let once = purchase.name(gate, operation, request);
            let asked = Asked { operation: id, coins, request, once: once.as_ref() };
            let reserving = gate.reserve(&asked);
            let reserved = match leave_by {
                None => reserving.await,
                Some(time) => match timeout_at(time, reserving).await {
                    Ok(reserved) => reserved,
                    Err(late) => return Err(Error::late(id, &late)),
                },
            };
            match reserved {
                Err(Refused::Once(refusal)) if purchase.rename(operation, &refusal) => {}
                reserved => {
                    return reserved.map_err(|refused| Error::unrecorded(Some(id), refused));
                }
            }
        }
    }

    /// Records the outcome of the attempt in the spend ledger, and waits until it is written. If writing fails, the
    /// caller still gets the response.
    pub(super) async fn tell(
        &self,
        closed: Closed,
        operation: &OperationInfo,
        outcome: Outcome,
        result: &Result<Answer, Error>,
    ) {
        let Some(entry) = closed.entry else { return };
        let said = match result {
            Ok(Answer { response, body }) => Said {
                request_id: response.request_id.as_str().map(str::to_owned),
                balance: response.usage.remaining_balance,
                task: task_of(operation, response.data.as_deref()),
                kept: entry.is_named().then(|| Kept {
                    status: response.status.as_u16(),
                    request_id: response.request_id.as_str().map(str::to_owned),
                    body: body.to_vec(),
                }),
            },
            Err(error) => Said {
                request_id: error.request_id().map(str::to_owned),
                balance: error.usage().remaining_balance,
                ..Said::default()
            },
        };
        match entry.settle(closed.fate, outcome, said).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, operation = operation.id, "trenz.unrecorded"),
            Err(_) => tracing::warn!(operation = operation.id, "trenz.unrecorded"),
        }
    }

    /// The response that an earlier call of the same name received.
    pub(super) async fn received(
        &self,
        operation: &OperationInfo,
        kept: Kept,
        note: CallNote,
    ) -> Result<Received, Error> {
        let mut headers = HeaderMap::new();
        if let Some(id) = kept.request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert("x-request-id", id);
        }
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        let incoming = Incoming { status, headers, body: Bytes::from(kept.body), cut: None };
        Ok(Received {
            operation: operation.id,
            content: operation.content,
            max_values: self.max_values,
            items: Items::Required,
            answer: self.exchange.accepted(operation, incoming).await?,
            span: tracing::Span::none(),
            note,
            attempts: Vec::new(),
        })
    }
}

/// The task id in a response, if the operation starts a task. A numeric id is converted to text.
fn task_of(operation: &OperationInfo, data: Option<&[u8]>) -> Option<String> {
    let data: Value = serde_json::from_slice(data?).ok()?;
    match data.get(operation.task_id?)? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}
