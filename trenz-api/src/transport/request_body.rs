//! A request body that asks the state of its attempt before it returns any data.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::base::send_state::{Cancelled, SendState};
use crate::transport::connections::Delivery;

/// A connection takes a large body in pieces, so that the rest of a cancelled one is not sent.
const PIECE: usize = 64 * 1024;

/// A server may respond and close before it has read everything. A connection that keeps writing gets a reset and loses
/// the response, so between two pieces it waits until it can have seen the response. Twice, because hyper polls a body
/// a second time before it reads.
const PAUSES: u8 = 2;

/// The body of a request; empty for a request without one.
///
/// hyper asks [`is_end_stream`](Body::is_end_stream) when its connection has taken the request from the queue, just
/// before it encodes the head (`poll_write` in `proto/h1/dispatch.rs`), and then polls the body before it flushes
/// anything (`poll_write` comes before `poll_flush`, and returns at once when the body fails). So the first question
/// decides, with or without a body: a request cancelled before it is dropped by the connection with nothing written;
/// after it, a part of the request counts as taken.
///
/// Holding a request back does not depend on hyper keeping that order: only the two methods that ask the state tell
/// that a body has ended, and no server takes a request whose body fails for a complete one. Where a pool finds a
/// connection closed before the request was taken from the queue, it moves the request to another connection, with its
/// state unchanged.
pub(crate) struct RequestBody {
    rest: Bytes,
    send_state: SendState,
    /// How often the connection still checks for a response before it gets another piece.
    pauses: u8,
    /// For a request over HTTP/2.
    delivery: Option<Arc<Delivery>>,
}

impl RequestBody {
    pub(crate) fn new(body: Bytes, send_state: SendState) -> Self {
        Self { rest: body, send_state, pauses: 0, delivery: None }
    }

    /// The body of a request over HTTP/2. Between hyper's check for a cancellation and its question whether the body
    /// has ended, a caller cannot stop the head any more; so the request is [queued](SendState::queue) until its body
    /// is dropped.
    pub(crate) fn of_stream(body: Bytes, send_state: SendState, delivery: Arc<Delivery>) -> Self {
        send_state.queue();
        Self { rest: body, send_state, pauses: 0, delivery: Some(delivery) }
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        if self.delivery.is_some() {
            self.send_state.unqueue();
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Cancelled;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cancelled>>> {
        let this = self.get_mut();
        if let Err(cancelled) = this.send_state.take() {
            return Poll::Ready(Some(Err(cancelled)));
        }
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        if this.pauses > 0 {
            this.pauses = this.pauses.saturating_sub(1);
            // Wakes the connection once the runtime has polled the system for its input.
            if pin!(tokio::task::yield_now()).poll(context).is_pending() {
                return Poll::Pending;
            }
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        this.pauses = PAUSES;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        if let Some(delivery) = &self.delivery {
            delivery.begin();
        }
        self.send_state.take().is_ok() && self.rest.is_empty()
    }

    /// The size of an empty body is not exact: a caller that reads a size of 0 might never ask the state.
    fn size_hint(&self) -> SizeHint {
        match self.rest.len() as u64 {
            0 => SizeHint::default(),
            length => SizeHint::with_exact(length),
        }
    }
}
