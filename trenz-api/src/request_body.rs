//! A request body that tells when the last of it was handed over.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::budget::Departure;

/// The connection asks for the next piece when it has room for it, so a large body that is broken off half way is
/// known not to have left.
const PIECE: usize = 64 * 1024;

/// Until the last piece is taken, the server cannot have the request it was promised by `Content-Length`.
pub(crate) struct RequestBody {
    rest: Bytes,
    departure: Departure,
}

impl RequestBody {
    pub(crate) fn new(body: Bytes, departure: Departure) -> Self {
        Self { rest: body, departure }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        let piece = this.rest.split_to(this.rest.len().min(PIECE));
        if this.rest.is_empty() {
            this.departure.leave();
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.rest.len() as u64)
    }
}
