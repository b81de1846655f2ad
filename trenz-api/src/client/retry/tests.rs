//! When a call is retried, and when it is not.

use super::*;
use crate::base::redact::{Cause, ServerText};
use crate::error::{ApiFailure, Kind, Partial};
use http::StatusCode;

const READS: [Replay; 2] = [Replay::FreeRead, Replay::PaidRead];

fn api(status: u16, code: Option<&str>, retry_after: Option<u64>) -> Error {
    let failure = ApiFailure {
        code: code.map(crate::generated::ErrorCode::from),
        is_documented: code.is_some(),
        retry_after: retry_after.map(Duration::from_secs),
        ..ApiFailure::default()
    };
    let status = StatusCode::from_u16(status).ok();
    Error::of("op", Kind::Api(Box::new(failure)), None)
        .with_response(Partial { status, ..Partial::default() })
}

fn context(error: &Error, replay: Replay, attempts: u32) -> RetryContext<'_> {
    RetryContext { error, replay, at_risk: 0, attempts, elapsed: Duration::ZERO }
}

/// Which classes of calls are retried after an error that put so many coins at risk.
fn again(policy: &RetryPolicy, error: &Error, at_risk: u64) -> [bool; 3] {
    [Replay::FreeRead, Replay::PaidRead, Replay::Write].map(|replay| {
        let at_risk = if replay == Replay::FreeRead { 0 } else { at_risk };
        policy.next(&RetryContext { at_risk, ..context(error, replay, 1) }).is_some()
    })
}

#[test]
fn the_rules_for_every_kind_of_failure() {
    const ALL: [bool; 3] = [true, true, true];
    const READ: [bool; 3] = [true, true, false];
    const FREE: [bool; 3] = [true, false, false];
    const NONE: [bool; 3] = [false, false, false];
    let why = || Cause::words("why");
    let lost = |status: u16| {
        let status = StatusCode::from_u16(status).ok();
        Error::of("op", Kind::Interrupted, why())
            .with_response(Partial { status, ..Partial::default() })
    };
    let unheard = || Error::of("op", Kind::Interrupted, why());
    let failed = |code| api(500, Some(code), None);
    for (error, expected) in [
        (Error::of("op", Kind::Connect, why()), ALL),
        (unheard().unsent(), ALL),
        (Error::of("op", Kind::Timeout, why()).unsent(), ALL),
        (api(429, Some("RATE_LIMITED"), None), ALL),
        (api(429, None, None), ALL),
        (failed("INTERNAL_ERROR"), READ),
        (api(503, Some("SERVICE_UNAVAILABLE"), None), READ),
        (api(502, None, None), FREE),
        (unheard(), FREE),
        (Error::of("op", Kind::Timeout, why()), FREE),
        (lost(200), FREE),
        (api(400, Some("INVALID_PARAMETER"), None), NONE),
        (api(401, Some("INVALID_API_KEY"), None), NONE),
        (api(402, Some("INSUFFICIENT_BALANCE"), None), NONE),
        (api(403, Some("SCOPE_DENIED"), None), NONE),
        (api(404, Some("ROUTE_NOT_FOUND"), None), NONE),
        (api(429, Some("QUOTA_EXCEEDED"), None), NONE),
        (api(303, None, None), NONE),
        (api(307, None, None), NONE),
        (Error::undecodable("op", ServerText::default(), why(), Partial::default()), NONE),
        (Error::of("op", Kind::TooLarge { limit: 1 }, None), NONE),
        (Error::of("op", Kind::Unsendable, why()), NONE),
        (Error::of("op", Kind::InvalidInput(Vec::new()), None), NONE),
    ] {
        assert_eq!(again(&RetryPolicy::default(), &error, 5), expected, "{error}");
        assert_eq!(again(&RetryPolicy::never(), &error, 0), NONE, "{error}");
    }

    let policy = RetryPolicy::default;
    assert_eq!(again(&policy().max_duplicate_cost(4), &unheard(), 5), FREE);
    assert_eq!(again(&policy().max_duplicate_cost(5), &unheard(), 5), READ);
    assert_eq!(again(&policy().max_duplicate_write_cost(4), &unheard(), 5), FREE);
    assert_eq!(again(&policy().max_duplicate_write_cost(5), &unheard(), 5), [true, false, true]);
    let eager = policy().retry_writes_on_server_error();
    assert_eq!(again(&eager, &failed("INTERNAL_ERROR"), 0), ALL);
    assert_eq!(again(&eager, &unheard(), 5), FREE);
    assert_eq!(again(&eager.max_duplicate_cost(5), &failed("INTERNAL_ERROR"), 0), ALL);
}

#[test]
fn waits_double_up_to_a_cap_and_are_a_random_part_of_that() {
    let millis = |policy: &RetryPolicy, attempts| {
        let error = api(503, Some("INTERNAL_ERROR"), None);
        policy.next(&context(&error, Replay::PaidRead, attempts)).unwrap().as_millis()
    };
    let policy = RetryPolicy::default().max_attempts(100);
    let full = policy.clone().jitter(|| 1.0);
    let all = [1, 2, 3, 6, 7, 99].map(|attempts| millis(&full, attempts));
    assert_eq!(all, [500, 1000, 2000, 16_000, 20_000, 20_000]);
    assert_eq!(millis(&policy.clone().jitter(|| 0.0), 9), 0);
    assert_eq!(millis(&policy.clone().jitter(|| 0.25), 2), 250);
    for nonsense in [f64::NAN, f64::INFINITY, 7.0] {
        assert_eq!(millis(&policy.clone().jitter(move || nonsense), 9), 20_000);
    }
    let drawn: Vec<_> = (0..50).map(|_| millis(&policy, 3)).collect();
    assert!(drawn.iter().all(|wait| *wait <= 2000), "{drawn:?}");
    assert!(drawn.iter().any(|wait| *wait < 1000) && drawn.iter().any(|wait| *wait > 1000));
}

#[test]
fn attempts_deadline_and_retry_after_limit_retries() {
    let policy = RetryPolicy::default().jitter(|| 0.0);
    for replay in READS {
        let busy = api(429, Some("RATE_LIMITED"), Some(7));
        let at = |attempts, elapsed| {
            let elapsed = Duration::from_secs(elapsed);
            policy.next(&RetryContext { elapsed, ..context(&busy, replay, attempts) })
        };
        assert_eq!(at(1, 0), Some(Duration::from_secs(7)));
        assert_eq!(at(3, 0), Some(Duration::from_secs(7)));
        assert_eq!(at(4, 0), None, "four attempts in all");
        assert_eq!(at(1, 593), Some(Duration::from_secs(7)));
        assert_eq!(at(1, 594), None, "ten minutes in all");
    }
    let hint = |seconds| {
        let busy = api(429, Some("RATE_LIMITED"), Some(seconds));
        policy.next(&context(&busy, Replay::Write, 1))
    };
    assert_eq!(hint(60), Some(Duration::from_secs(60)));
    assert_eq!(hint(61), None, "it is not waited for so long, and not asked again too early");
}
