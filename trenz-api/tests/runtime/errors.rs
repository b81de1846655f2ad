//! What a caller learns from a response that is not a success.

use crate::server::{Reply, Server};
use crate::texts::assert_text;
use crate::{client, search};
use std::time::Duration;
use trenz_api::{Error, Outcome};

async fn error(reply: Reply) -> Error {
    let server = Server::always(reply).await;
    let error = client(&server).execute(&search()).await.unwrap_err();
    server.only();
    error
}

fn body(code: &str) -> String {
    format!(
        r#"{{"code":"{code}","message":"Because.","request_id":"req_9","docs_url":"https://docs/e"}}"#
    )
}

#[tokio::test]
async fn api_error_has_all_fields_of_the_response() {
    let reply =
        Reply::new(429, &[("retry-after", "7"), ("x-request-id", "other")], body("RATE_LIMITED"));
    let error = error(reply).await;
    assert!(error.is_api() && error.is_rate_limited() && !error.is_quota_exceeded());
    assert_eq!(error.operation_id(), Some("trenz-products-search"));
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.code(), Some(&trenz_api::ErrorCode::RateLimited));
    assert_eq!(error.message(), Some("Because."));
    assert_eq!(error.request_id(), Some("req_9"));
    assert_eq!(error.docs_url(), Some("https://docs/e"));
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.body(), Some(body("RATE_LIMITED").as_bytes()));
    assert_text("errors/rate limited", &error);
}

#[tokio::test]
async fn each_status_has_its_predicate_and_outcome() {
    type Is = fn(&Error) -> bool;
    let predicates: [(&str, Is); 7] = [
        ("rate limited", Error::is_rate_limited),
        ("quota", Error::is_quota_exceeded),
        ("balance", Error::is_insufficient_balance),
        ("unauthorized", Error::is_unauthorized),
        ("forbidden", Error::is_forbidden),
        ("not found", Error::is_not_found),
        ("server", Error::is_server_error),
    ];
    for (status, code, expected, outcome) in [
        (400, "INVALID_PARAM", "", Outcome::Refused),
        (401, "AUTH_INVALID_KEY", "unauthorized", Outcome::Refused),
        (402, "INSUFFICIENT_BALANCE", "balance", Outcome::Refused),
        (402, "INSUFFICIENT_CREDITS", "balance", Outcome::Refused),
        (403, "FORBIDDEN_SCOPE", "forbidden", Outcome::Refused),
        (404, "TASK_NOT_FOUND", "not found", Outcome::Refused),
        (429, "RATE_LIMITED", "rate limited", Outcome::Refused),
        (429, "QUOTA_EXCEEDED", "quota", Outcome::Refused),
        (429, "", "rate limited", Outcome::Refused),
        (500, "INTERNAL_ERROR", "server", Outcome::Failed),
        (503, "A_CODE_OF_TOMORROW", "server", Outcome::Failed),
        (502, "", "server", Outcome::Unknown),
        (504, "", "server", Outcome::Unknown),
        (999, "", "", Outcome::Unknown),
    ] {
        let error = error(Reply::json(status, body(code))).await;
        let held: Vec<&str> =
            predicates.iter().filter(|(_, is)| is(&error)).map(|(name, _)| *name).collect();
        assert_eq!(held.join(), expected, "{status} {code}");
        assert_eq!(error.outcome(), outcome, "{status} {code}");
        assert!(error.is_api());
        assert_eq!(error.code().map_or("", |code| code.as_str()), code);
    }
}

trait Join {
    fn join(&self) -> String;
}

impl Join for Vec<&str> {
    fn join(&self) -> String {
        <[&str]>::join(self, ", ")
    }
}

#[tokio::test]
async fn gateway_response_is_an_api_error_with_its_status() {
    for body in [
        "",
        "<html>502 Bad Gateway</html>",
        "[]",
        "null",
        "{",
        "{\"code\":{},\"message\":{}}",
        "\u{0}",
    ] {
        let error = error(Reply::new(502, &[("x-request-id", "req_h")], body)).await;
        assert!(error.is_api() && error.is_server_error(), "{body}");
        assert_eq!(error.code(), None);
        assert_eq!(error.message(), None);
        assert_eq!(error.body(), Some(body.as_bytes()));
        assert_text("errors/gateway", &error);
    }
    // The part that did not come may name a cost.
    for status in [400, 402, 429, 500] {
        let reply = Reply::json(status, body("INTERNAL_ERROR"));
        let error = error(reply.clone().cut(reply.len() - 5)).await;
        assert!(error.is_api(), "its status came, though its body did not: {error}");
        assert!(std::error::Error::source(&error).is_some());
        assert_eq!((error.outcome(), error.coins_at_risk()), (Outcome::Unknown, 5), "{status}");
    }
}

#[tokio::test]
async fn the_display_is_one_line_of_bounded_length() {
    let message = format!("first\\nsecond\\u2028{}", "x".repeat(10_000));
    let error =
        error(Reply::json(400, format!(r#"{{"code":"A\nB","message":"{message}"}}"#))).await;
    let said = error.to_string();
    assert_text("errors/long message", &said);
    assert!(said.lines().count() == 1 && said.len() < 600);
    assert!(error.message().unwrap().len() > 10_000, "the accessor keeps all of it");
}

/// Vendors, their gateways and RFC 9457 put code and message elsewhere each.
#[tokio::test]
async fn code_and_message_are_found_in_common_error_formats() {
    for (body, code, message) in [
        (r#"{"error":{"message":"Bad.","type":"invalid","code":"bad_key"}}"#, "bad_key", "Bad."),
        (r#"{"error":{"message":"Bad.","type":"invalid","code":null}}"#, "invalid", "Bad."),
        (r#"{"type":"error","error":{"type":"busy","message":"Wait."}}"#, "busy", "Wait."),
        (r#"{"code":40001,"msg":"Bad."}"#, "40001", "Bad."),
        (r#"{"code":"40001","message":"Bad."}"#, "40001", "Bad."),
        (r#"{"errors":[{"code":"E1","detail":"First."},{"code":"E2"}]}"#, "E1", "First."),
        (r#"{"errors":[{"title":"Bad input"}]}"#, "", "Bad input"),
        (r#"{"errors":["Bad input"]}"#, "", "Bad input"),
        (
            r#"{"error":"invalid_grant","error_description":"Expired."}"#,
            "invalid_grant",
            "Expired.",
        ),
        (r#"{"error":"Not found"}"#, "", "Not found"),
        (r#"{"detail":[{"msg":"Missing.","type":"missing"}]}"#, "", "Missing."),
        (
            r#"{"type":"https://e.com/no-credit","title":"No credit","status":403,"detail":"30 left."}"#,
            "https://e.com/no-credit",
            "30 left.",
        ),
        (r#"{"type":"about:blank","title":"Not Found","status":404}"#, "", "Not Found"),
        ("\u{feff}{\"code\":\"NOT_FOUND\",\"message\":\"No.\"}", "NOT_FOUND", "No."),
        (r#"{"code":"NOT_FOUND","message":"cut \ud83d"}"#, "NOT_FOUND", "cut \u{fffd}"),
    ] {
        for status in [400, 502] {
            let error = error(Reply::json(status, body)).await;
            assert_eq!(error.code().map_or("", |code| code.as_str()), code, "{body}");
            assert_eq!(error.message().unwrap_or(""), message, "{body}");
            // Only the vendor's own code, where its document has it, says that its refund applies.
            let own = body.contains(r#""code":"NOT_FOUND""#) || body.contains(r#""code":"40001""#);
            let outcome = match status {
                400 => Outcome::Refused,
                _ if own => Outcome::Failed,
                _ => Outcome::Unknown,
            };
            assert_eq!(error.outcome(), outcome, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn retry_after_is_parsed_in_seconds_milliseconds_and_fractions() {
    for (headers, wait) in [
        (&[("retry-after", "1.5")][..], 1500),
        (&[("retry-after-ms", "250")], 250),
        (&[("x-ms-retry-after-ms", "250")], 250),
        (&[("retry-after", "1"), ("retry-after-ms", "1200.5")], 1200),
        (&[("retry-after", "2"), ("retry-after-ms", "soon")], 2000),
    ] {
        let error = error(Reply::new(429, headers, body("RATE_LIMITED"))).await;
        let found = error.retry_after().map(|wait| wait.as_millis());
        assert_eq!(found, Some(wait), "{headers:?}");
    }
}

/// What `fn main() -> Result<(), Error>` prints.
#[tokio::test]
async fn debug_is_readable_and_its_alternate_form_has_the_fields() {
    let refused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = refused.local_addr().unwrap().port();
    drop(refused);
    let fast = trenz_api::RetryPolicy::default().max_attempts(2).initial_backoff(Duration::ZERO);
    let client = trenz_api::Client::builder().api_key(crate::KEY);
    let client = client.base_url(format!("http://127.0.0.1:{port}")).retry_policy(fast);
    let error = client.build().unwrap().execute(&search()).await.unwrap_err();
    let people = format!("{error:?}");
    let lines: Vec<&str> = people.lines().collect();
    assert_eq!(lines[0], error.to_string());
    assert_text("errors/debug of an unsent call", lines[1]);
    assert!(lines[2].starts_with("attempt 1 (not sent, "), "{people}");
    assert!(lines[3].starts_with("attempt 2 (not sent, "), "{people}");
    assert!(lines[4].starts_with("caused by: "), "{people}");
    assert!(lines.last().unwrap().contains("onnection refused"), "{people}");
    assert!(!people.contains('{'), "{people}");
    let fields = format!("{error:#?}");
    assert!(fields.starts_with("Error {") && fields.contains("kind: Connect"), "{fields}");

    let uploaded = upload_error().await;
    assert!(!uploaded.contains('{') && uploaded.contains("\ncaused by: "), "{uploaded}");
    assert!(uploaded.contains("\nattempt 1 (failed, "), "{uploaded}");
}

/// The error of a work of several calls that cannot go on for the same reason.
async fn upload_error() -> String {
    let server = Server::always(Reply::json(502, body("UPSTREAM_ERROR"))).await;
    let error = client(&server).upload(("film.mp4", "film")).await.unwrap_err();
    format!("{error:?}")
}
