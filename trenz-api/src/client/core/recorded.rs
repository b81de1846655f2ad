//! Recording of a call's attempts in a spend ledger.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use super::Core;
use super::purchase::Purchase;
use crate::client::undecoded::UndecodedResponse;
use crate::error::Error;
use crate::money::ledger::CallRecord;
use crate::money::outcome::Outcome;
use crate::money::reservation::ClosedReservation;
use crate::money::spend_ledger::{
    Admission, AttemptRequest, OnceRefusal, Refused, ResponseRecord, StoredResponse,
};
use crate::operation::info::OperationInfo;
use crate::transport::http::{HttpRequest, HttpResponse};
use crate::transport::sender::AcceptedResponse;
use crate::wire::lenient::SkipPolicy;

impl Core {
    /// Asks the spend ledger, if there is one, for the coins, and records the attempt. Nothing is sent without it.
    pub(super) async fn reserve_in_ledger(
        &self,
        operation: &OperationInfo,
        coins: u64,
        http_request: &HttpRequest,
        purchase: &mut Purchase,
        send_deadline: Option<Instant>,
    ) -> Result<Admission, Error> {
        let id = operation.id;
        let Some(spend_ledger) = &self.spend_ledger else {
            if purchase.is_unnamed() {
                return Ok(Admission::Send(None));
            }
            let why = "a call with a name needs a client with a spend ledger";
            return Err(Error::unrecorded(Some(id), Refused::Once(OnceRefusal::Unusable(why))));
        };
        let body = http_request.body.as_deref().unwrap_or_default();
        let request =
            [operation.method.as_str().as_bytes(), http_request.url.as_str().as_bytes(), body];
        loop {
            let once = purchase.name(spend_ledger, operation, request);
            let asked = AttemptRequest { operation: id, coins, request, once: once.as_ref() };
            let reserving = spend_ledger.reserve(&asked);
            let reserved = match send_deadline {
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
    pub(super) async fn record_outcome(
        &self,
        closed: ClosedReservation,
        operation: &OperationInfo,
        outcome: Outcome,
        result: &Result<AcceptedResponse, Error>,
    ) {
        let Some(entry) = closed.entry else { return };
        let said = match result {
            Ok(AcceptedResponse { response, body }) => ResponseRecord {
                request_id: response.request_id.as_str().map(str::to_owned),
                balance: response.usage.remaining_balance,
                task: task_of(operation, response.data.as_deref()),
                kept: entry.is_named().then(|| StoredResponse {
                    status: response.status.as_u16(),
                    request_id: response.request_id.as_str().map(str::to_owned),
                    body: body.to_vec(),
                }),
            },
            Err(error) => ResponseRecord {
                request_id: error.request_id().map(str::to_owned),
                balance: error.usage().remaining_balance,
                ..ResponseRecord::default()
            },
        };
        match entry.settle(closed.settlement, outcome, said).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, operation = operation.id, "trenz.unrecorded"),
            Err(_) => tracing::warn!(operation = operation.id, "trenz.unrecorded"),
        }
    }

    /// The response that an earlier call of the same name received.
    pub(super) async fn stored_response(
        &self,
        operation: &OperationInfo,
        kept: StoredResponse,
        note: CallRecord,
    ) -> Result<UndecodedResponse, Error> {
        let mut headers = HeaderMap::new();
        if let Some(id) = kept.request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
            headers.insert("x-request-id", id);
        }
        let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
        let http_response =
            HttpResponse { status, headers, body: Bytes::from(kept.body), body_error: None };
        Ok(UndecodedResponse {
            operation: operation.id,
            content: operation.content,
            max_values: self.max_values,
            items: SkipPolicy::Never,
            answer: self.sender.accepted(operation, http_response).await?,
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
