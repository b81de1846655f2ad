//! Every order in which a connection and a caller can act on one request, by `loom`.

use loom::sync::Arc;
use loom::thread;

use state::{Sent, State};

/// The same states, made of atomics that `loom` can hold back at every step.
#[expect(clippy::duplicate_mod, reason = "the same source, over other atomics")]
#[path = "state.rs"]
mod state;

mod sync {
    pub(super) use loom::sync::atomic::{AtomicU8, Ordering};
}

const PRICE: u64 = 650;

#[test]
fn exactly_one_of_connection_and_caller_decides_in_every_order() {
    for whole in 1..=3 {
        loom::model(move || {
            let sending = Arc::new(State::default());
            let connection = thread::spawn({
                let sending = Arc::clone(&sending);
                // A request of so many parts: how many of them the connection gets.
                move || (0..whole).map_while(|_| sending.take().ok()).count()
            });
            let sent = sending.cancel();
            // What is known at this moment must hold for whatever the connection does later.
            let at_risk = if sent == Sent::Nothing { 0 } else { PRICE };
            let got = connection.join().unwrap();
            assert_eq!(sent == Sent::Nothing, got == 0, "{sent:?}, but {got} of {whole} parts");
            // Some servers bill for a request of which they have all, some for one of which they have a part.
            let (honest, hasty) = (u64::from(got == whole) * PRICE, u64::from(got > 0) * PRICE);
            assert!(honest <= at_risk && hasty <= at_risk);
            assert!(sending.take().is_err(), "a cancelled attempt stays cancelled");
        });
    }
}

#[test]
fn at_most_one_of_two_cancellations_returns_nothing_sent() {
    loom::model(|| {
        let sending = Arc::new(State::default());
        let connection = thread::spawn({
            let sending = Arc::clone(&sending);
            move || sending.take().is_ok()
        });
        let other = thread::spawn({
            let sending = Arc::clone(&sending);
            move || sending.cancel()
        });
        let both = [sending.cancel(), other.join().unwrap()];
        let nothing = both.iter().filter(|sent| **sent == Sent::Nothing).count();
        assert_eq!(nothing, usize::from(!connection.join().unwrap()), "{both:?}");
    });
}

/// hyper's HTTP/2 sends the head of a request whose attempt was cancelled when it had looked for that already.
#[test]
fn queued_request_counts_as_sent_until_dropped() {
    for sends in [true, false] {
        loom::model(move || {
            let sending = Arc::new(State::default());
            sending.queue();
            let connection = thread::spawn({
                let sending = Arc::clone(&sending);
                move || {
                    if sends {
                        let _ = sending.take();
                    }
                    sending.unqueue();
                }
            });
            let sent = sending.cancel();
            assert!(!sends || sent == Sent::Something, "a head was sent");
            connection.join().unwrap();
        });
    }
    loom::model(|| {
        let sending = State::default();
        sending.queue();
        sending.unqueue();
        assert_eq!(sending.cancel(), Sent::Nothing, "it was dropped before");
    });
}
