//! The three states of a departure, and the two steps between them.

use std::error::Error;
use std::fmt;

use super::sync::{AtomicU8, Ordering};

/// No connection has taken anything of the request.
const HELD: u8 = 0;
/// A connection has taken some of it, or all.
const TAKEN: u8 = 1;
/// The attempt has ended. No connection gets anything of the request any more.
const CANCELLED: u8 = 2;

/// How much of a request a connection had taken when its attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// Nothing, and none will: the request is known not to have been processed.
    Nothing,
    /// Some of it, or all. A server may act on a part, so only an answer tells what became of the request.
    Something,
}

/// The attempt was cancelled, so the connection does not get the rest of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attempt was cancelled before its whole request was sent")
    }
}

impl Error for Cancelled {}

/// Both steps are a single atomic operation, so whichever of connection and caller comes first decides, and the other
/// finds out.
#[derive(Debug)]
pub(crate) struct State(AtomicU8);

impl Default for State {
    fn default() -> Self {
        Self(AtomicU8::new(HELD))
    }
}

impl State {
    pub(crate) fn take(&self) -> Result<(), Cancelled> {
        match self.0.compare_exchange(HELD, TAKEN, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) | Err(TAKEN) => Ok(()),
            Err(_) => Err(Cancelled),
        }
    }

    pub(crate) fn cancel(&self) -> Sent {
        match self.0.swap(CANCELLED, Ordering::AcqRel) {
            HELD => Sent::Nothing,
            // After a second cancellation the first one's answer is no longer known.
            _ => Sent::Something,
        }
    }
}
