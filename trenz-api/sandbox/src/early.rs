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

use crate::answer::Answer;
use crate::dispatch::Call;
use crate::exchange::{Shared, arrived};
use crate::ledger::price;
use crate::operation::Operation;
use crate::refusal::{Refusal, refused};
use crate::reply::Reply;
use crate::script::{Spoiled, server_code};
use crate::wire::Wire;
use crate::world::{Arrived, Verdict, World};

/// Answers by the head, and by the body if that came with it. What still comes is read and noted, lest the kernel reset
/// the connection and the answer with it; it changes nothing any more.
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

/// Writes a response, after which nothing more comes from this side.
pub(crate) async fn say(wire: &Wire, reply: &Reply) {
    let framing = format!("content-length: {}\r\nconnection: close", reply.body.len());
    let mut bytes = reply.head(&framing).into_bytes();
    bytes.extend_from_slice(&reply.body);
    // A client that is gone needs no response.
    let _ = wire.write(&bytes).await;
    wire.finish();
}

/// What comes of a body after its response, noted however far it comes.
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
    /// Answers a request of which only so much was read, and notes it: with 200 by that, as far as it goes, or with the
    /// API's error. Gives its id too.
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
            Verdict::Answer(answer) => Reply::json(200, &answer),
            Verdict::NoContent => Reply::empty(200),
            Verdict::Refused(refusal) => refused(&refusal, &request_id),
            Verdict::Foreign(reply) => reply,
        };
        let reply = reply.with("x-request-id", request_id.as_str());
        self.note(Some(operation), request, request_id.clone(), &Spoiled::Reply(reply.clone()));
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
            let message = "the sandbox was told to fail before it has read the request";
            return Verdict::Refused(Refusal::new(server_code(status), message));
        }
        match self.perform(call) {
            Ok(verdict) => verdict,
            Err(refusal) if is_whole => Verdict::Refused(refusal),
            Err(_) => {
                // What the body would have named is not there. Whoever answers early does not care.
                self.ledger.charge(request_id, &operation.id, coins);
                let seed = self.settings.seed;
                let answer = Answer { operation, inputs, window: None, seed, shelf: &self.shelf };
                Verdict::Answer(self.envelope(call, &answer.data(&Value::Null)))
            }
        }
    }

    /// Adds to a noted request what came of its body after it was answered.
    fn arrived_late(&mut self, request_id: &str, body: Bytes) {
        let mut noted = self.seen.iter_mut().rev();
        if let Some(seen) = noted.find(|seen| seen.request_id == request_id) {
            seen.body = body;
        }
    }
}
