//! Polls on paused time.

use http::StatusCode;
use std::future::{pending, ready};
use tokio::time::timeout;

use super::*;
use crate::base::redact::Cause;
use crate::error::{ApiFailure, Kind, Partial};
use crate::generated::ErrorCode;

const SECOND: Duration = Duration::from_secs(1);

fn failure(status: u16, code: Option<&str>, retry_after: Option<Duration>) -> Error {
    let code = code.map(ErrorCode::from);
    let is_documented = code.is_some();
    let failure = ApiFailure { code, is_documented, retry_after, ..ApiFailure::default() };
    let status = StatusCode::from_u16(status).ok();
    Error::of("op", Kind::Api(Box::new(failure)), None)
        .with_response(Partial { status, ..Partial::default() })
}

fn lost() -> Error {
    Error::of("op", Kind::Interrupted, Cause::words("lost"))
}

fn steady() -> Polling {
    Polling::new().interval(SECOND * 2..=SECOND * 2).max_interval(SECOND * 2)
}

/// The kind of what a poll came to, and when.
async fn poll(poller: &mut Poller, result: Result<()>) -> (&'static str, Duration) {
    let kind = match poller.next(|_| ready(result)).await {
        Polled::Response(()) => "response",
        Polled::Transient(_) => "transient",
        Polled::Fatal(_) => "fatal",
        Polled::Deadline(_) => "deadline",
    };
    (kind, poller.waited())
}

#[tokio::test(start_paused = true)]
async fn intervals_are_drawn_grow_and_repeat_with_their_seed() {
    let polling =
        Polling::new().interval(SECOND * 3..=SECOND * 5).max_interval(SECOND * 30).seed(7);
    let mut times = [Vec::new(), Vec::new()];
    for times in &mut times {
        let mut poller = Poller::begin(polling.clone(), false, None);
        for _ in 0..60 {
            times.push(poll(&mut poller, Ok(())).await.1);
        }
    }
    let [times, again] = times;
    assert_eq!(times, again);
    assert_eq!(times[0], Duration::ZERO, "at once");
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    assert!(gaps[..10].iter().all(|gap| (SECOND * 3..=SECOND * 5).contains(gap)), "{gaps:?}");
    assert!(gaps[0] != gaps[1], "drawn");
    assert!(gaps[50..].iter().all(|gap| (SECOND * 18..=SECOND * 30).contains(gap)), "{gaps:?}");
    let mut fresh = Poller::begin(polling, true, None);
    assert!(poll(&mut fresh, Ok(())).await.1 >= SECOND * 3, "nothing is there yet");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_wait_and_no_poll_follows_it() {
    let mut poller = Poller::begin(steady().deadline(SECOND * 5), false, None);
    for seconds in [0, 2, 4] {
        assert_eq!(poll(&mut poller, Ok(())).await, ("response", SECOND * seconds));
    }
    for _ in 0..2 {
        assert_eq!(poll(&mut poller, Ok(())).await, ("deadline", SECOND * 5));
    }
    assert_eq!(poller.polls(), 3);
    let mut none = Poller::begin(steady().deadline(Duration::ZERO), false, None);
    assert_eq!(poll(&mut none, Ok(())).await.0, "deadline");
}

#[tokio::test(start_paused = true)]
async fn transient_failures_are_followed_by_another_poll() {
    let mut poller = Poller::begin(steady().no_deadline(), false, None);
    for (error, kind) in [
        (Error::of("op", Kind::Connect, Cause::words("refused")), "transient"),
        (Error::of("op", Kind::Timeout, Cause::words("late")), "transient"),
        (lost(), "transient"),
        (failure(502, None, None), "transient"),
        (failure(500, Some("INTERNAL_ERROR"), None), "transient"),
        (failure(429, Some("RATE_LIMITED"), None), "transient"),
        (failure(429, Some("QUOTA_EXCEEDED"), None), "fatal"),
        (failure(401, Some("UNAUTHORIZED"), None), "fatal"),
        (failure(404, Some("TASK_NOT_FOUND"), None), "fatal"),
        (failure(404, None, None), "transient"),
    ] {
        let said = error.to_string();
        assert_eq!(poll(&mut poller, Err(error)).await.0, kind, "{said}");
    }
    // Five in a row that make no sense are enough; what tells something begins the count again.
    for (nonsense, kind) in [(3, "transient"), (4, "transient"), (5, "fatal")] {
        assert_eq!(poll(&mut poller, Ok(())).await.0, "response");
        let mut last = "";
        for _ in 0..nonsense {
            last = poll(&mut poller, Err(failure(404, None, None))).await.0;
        }
        assert_eq!(last, kind, "{nonsense}");
    }
    assert_eq!(poll(&mut poller, Err(lost())).await.0, "transient");
}

#[tokio::test(start_paused = true)]
async fn not_found_is_transient_during_its_grace_period() {
    let not_found = || Err(failure(404, Some("TASK_NOT_FOUND"), None));
    // How long ago the work was accepted, and how often a 404 is tolerated at 0, 2, 4 … seconds.
    for (age, tolerated) in [(Some(0), 5), (Some(5), 3), (Some(10), 0), (Some(3600), 0), (None, 0)]
    {
        let polling = steady().not_found_grace(SECOND * 10);
        let mut poller = Poller::begin(polling, false, age.map(|age| SECOND * age));
        for poll_number in 0..tolerated {
            let kind = poll(&mut poller, not_found()).await.0;
            assert_eq!(kind, "transient", "{age:?} {poll_number}");
        }
        assert_eq!(poll(&mut poller, not_found()).await.0, "fatal", "{age:?}");
    }
    // What makes no sense at all is counted apart.
    let mut poller = Poller::begin(steady().not_found_grace(SECOND * 60), false, Some(SECOND));
    for _ in 0..9 {
        assert_eq!(poll(&mut poller, Err(failure(404, None, None))).await.0, "transient");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_only_delays_the_next_poll() {
    for (asked, next) in [(None, 2), (Some(SECOND), 2), (Some(SECOND * 60), 60)] {
        let mut poller = Poller::begin(steady(), false, None);
        poll(&mut poller, Err(failure(503, None, asked))).await;
        assert_eq!(poll(&mut poller, Ok(())).await, ("response", SECOND * next), "{asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn dropped_poll_leaves_the_poller_unchanged() {
    let mut poller = Poller::begin(steady(), false, None);
    assert!(timeout(SECOND, poller.next(|_| pending::<Result<()>>())).await.is_err());
    assert_eq!(poller.polls(), 0);
    assert_eq!(poll(&mut poller, Ok(())).await, ("response", SECOND));
    assert!(timeout(SECOND, poll(&mut poller, Ok(()))).await.is_err());
    assert_eq!(poll(&mut poller, Ok(())).await, ("response", SECOND * 3));
    assert_eq!(poller.polls(), 2);
}

/// A poll that takes four seconds.
async fn slow(poller: &mut Poller) {
    let slow = poller.next(|_| async {
        tokio::time::sleep(SECOND * 4).await;
        Ok(())
    });
    assert!(matches!(slow.await, Polled::Response(())));
}

#[tokio::test(start_paused = true)]
async fn poll_limiter_spreads_polls_and_pauses_all_after_a_429() {
    let limiter = Arc::new(PollLimiter::new(60, 2));
    let mut pollers: Vec<_> = (0..4)
        .map(|_| {
            Poller::begin(steady().no_deadline(), false, None)
                .with_limiter(Some(Arc::clone(&limiter)))
        })
        .collect();
    let [first, second, third, fourth] = &mut pollers[..] else { unreachable!() };
    let rate_limited = || Err(failure(429, Some("RATE_LIMITED"), Some(SECOND * 30)));
    // Two are under way for four seconds each, so the third waits for the first to end.
    tokio::join!(slow(first), slow(second), async {
        assert_eq!(poll(third, rate_limited()).await, ("transient", SECOND * 4));
    });
    assert_eq!(poll(fourth, Ok(())).await, ("response", SECOND * 34));
    assert_eq!(poll(third, Ok(())).await, ("response", SECOND * 35));
}
