//! Responses that come before the request was read to its end.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use axum::body::{Body, HttpBody};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::Value;

use crate::call::{Shared, arrived};
use crate::data::ResponseData;
use crate::dispatch::Call;
use crate::ledger::price;
use crate::operation::Operation;
use crate::refusal::{Refusal, refused};
use crate::reply::Reply;
use crate::script::{Sent, server_code};
use crate::wire::Wire;
use crate::world::{Arrived, Verdict, World};

/// Responds by the head, and by the body if that came with it. The rest is read and recorded, since the kernel would
/// otherwise reset the connection and lose the response; it changes nothing any more.
pub(crate) async fn early(
    shared: &Arc<Shared>,
    operation: &Operation,
    parts: &Parts,
    mut body: Body,
    status: u16,
    wire: &Wire,
) -> Response {
    let first = poll_fn(|context| match Pin::new(&mut body).poll_frame(context) {
        Poll::Ready(Some(Ok(frame))) => Poll::Ready(frame.into_data().unwrap_or_default()),
        _ => Poll::Ready(Bytes::new()),
    });
    let first = first.await;
    let is_whole = body.is_end_stream();
    let (request_id, reply) = arrived(operation, parts, &first, |request| {
        shared.world().serve_early(operation, request, is_whole, status)
    });
    say(wire, &reply).await;
    Rest { shared, request_id, bytes: first.into() }.read(body).await;
    wire.hang_up();
    std::future::pending().await
}

/// Writes a response, and closes this side of the connection.
pub(crate) async fn say(wire: &Wire, reply: &Reply) {
    let framing = format!("content-length: {}\r\nconnection: close", reply.body.len());
    let mut bytes = reply.head(&framing).into_bytes();
    bytes.extend_from_slice(&reply.body);
    // A client that is gone needs no response.
    let _ = wire.write(&bytes).await;
    wire.finish();
}

/// The part of a body that arrives after the response, recorded as far as it arrives.
struct Rest<'a> {
    shared: &'a Shared,
    request_id: String,
    bytes: BytesMut,
}

impl Rest<'_> {
    async fn read(&mut self, mut body: Body) {
        while let Some(Ok(frame)) = body.frame().await {
            self.bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |bytes| bytes));
        }
    }
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        let bytes = std::mem::take(&mut self.bytes).freeze();
        self.shared.world().arrived_late(&self.request_id, bytes);
    }
}

impl World {
    /// Responds to a request of which only a part was read, and records it: with 200 by that part, or with the API's
    /// error. Returns its id too.
    fn serve_early(
        &mut self,
        operation: &Operation,
        request: &Arrived<'_>,
        is_whole: bool,
        status: u16,
    ) -> (String, Reply) {
        let (now, request_id) = self.begin(operation);
        let verdict = match self.caller(operation, request, now) {
            Ok(key) => match self.inputs(operation, request) {
                Err(refusal) if is_whole => Verdict::Refused(refusal),
                inputs => {
                    let inputs = &inputs.unwrap_or_default();
                    let (key, request_id) = (&key, &*request_id);
                    let coins = price(operation, inputs);
                    let call = Call { operation, inputs, key, request_id, coins, now };
                    self.act_early(&call, is_whole, status)
                }
            },
            Err(refusal) => Verdict::Refused(refusal),
        };
        let reply = match verdict {
            Verdict::Response(data) => Reply::json(200, &data),
            Verdict::NoContent => Reply::empty(200),
            Verdict::Refused(refusal) => refused(&refusal, &request_id),
            Verdict::Foreign(reply) => reply,
        };
        let reply = reply.with("x-request-id", request_id.as_str());
        self.note(Some(operation), request, request_id.clone(), &Sent::Reply(reply.clone()));
        (request_id, reply)
    }

    fn act_early(&mut self, call: &Call<'_>, is_whole: bool, status: u16) -> Verdict {
        let Call { operation, inputs, request_id, coins, .. } = *call;
        if let Some(refusal) = self.unaffordable(coins) {
            return Verdict::Refused(refusal);
        }
        if status >= 500 {
            self.ledger.charge(request_id, &operation.id, coins);
            self.ledger.refund(request_id, &operation.id, coins);
            let message = "a fault of the sandbox: it fails before it has read the request";
            return Verdict::Refused(Refusal::new(server_code(status), message));
        }
        match self.perform(call) {
            Ok(verdict) => verdict,
            Err(refusal) if is_whole => Verdict::Refused(refusal),
            Err(_) => {
                // The body has not arrived, so the response cannot depend on it.
                self.ledger.charge(request_id, &operation.id, coins);
                let seed = self.settings.seed;
                let data =
                    ResponseData { operation, inputs, window: None, seed, shelf: &self.shelf };
                Verdict::Response(self.envelope(call, &data.data(&Value::Null)))
            }
        }
    }

    /// Adds to a recorded request the part of its body that arrived after the response.
    fn arrived_late(&mut self, request_id: &str, body: Bytes) {
        let mut noted = self.seen.iter_mut().rev();
        if let Some(seen) = noted.find(|seen| seen.request_id == request_id) {
            seen.body = body;
        }
    }
}
