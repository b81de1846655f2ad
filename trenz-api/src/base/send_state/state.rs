//! The states of sending a request, and the steps between them.

use std::error::Error;
use std::fmt;

use super::sync::{AtomicU8, Ordering};

/// No connection has taken any part of the request.
const HELD: u8 = 0;
/// No connection has taken any part of it, but it waits in the queue of a connection that cannot drop it reliably:
/// hyper's HTTP/2 sends the head even of a request whose body fails.
const QUEUED: u8 = 1;
/// A connection has taken a part of it, or all.
const TAKEN: u8 = 2;
/// The attempt has ended. No connection gets any part of the request any more.
const CANCELLED: u8 = 3;

/// How much of a request a connection had taken when its attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Nothing, and none will: the request is known not to have been processed.
    Nothing,
    /// A part of it, or all. A server may act on a part, so only a response tells whether the request was processed.
    Something,
}

/// The attempt was cancelled, so the connection does not get the rest of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attempt was cancelled before its whole request was sent")
    }
}

impl Error for Cancelled {}

/// Each step is a single atomic operation: whichever of connection and caller comes first decides, and the other sees
/// that decision.
#[derive(Debug)]
pub(crate) struct State(AtomicU8);

impl Default for State {
    fn default() -> Self {
        Self(AtomicU8::new(HELD))
    }
}

impl State {
    /// Lets a connection take the next part of the request, unless the attempt has been cancelled.
    pub(crate) fn take(&self) -> Result<(), Cancelled> {
        // A request is queued before a connection can ask for it.
        for from in [HELD, QUEUED] {
            match self.0.compare_exchange(from, TAKEN, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) | Err(TAKEN) => return Ok(()),
                Err(_) => {}
            }
        }
        Err(Cancelled)
    }

    /// Records that the request may now wait in a connection's queue, where a cancellation may come too late to keep
    /// its head from being sent. Until it is [out of the queue](Self::unqueue), a cancelled attempt counts as sent.
    pub(crate) fn queue(&self) {
        self.step(HELD, QUEUED);
    }

    /// Records that the request is in no queue any more: if no connection has taken it, it was dropped.
    pub(crate) fn unqueue(&self) {
        self.step(QUEUED, HELD);
    }

    /// A step that comes too late has no effect: the request was taken, or its attempt has ended.
    fn step(&self, from: u8, to: u8) {
        let _ = self.0.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Cancels the attempt: from here on no connection gets any part of the request. Called when the attempt ends
    /// without a response. The caller keeps the return value: nothing more will ever be known.
    pub(crate) fn cancel(&self) -> Sent {
        match self.0.swap(CANCELLED, Ordering::AcqRel) {
            HELD => Sent::Nothing,
            // After a second cancellation, the result of the first is no longer known.
            _ => Sent::Something,
        }
    }
}
