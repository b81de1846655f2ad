//! Every operation of the generated crate, called through its builder, as a server
//! that knows only the document sees it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[rustfmt::skip]
mod generated;
mod memory;
mod replay;
mod wire;

use std::collections::BTreeSet;
use std::pin::Pin;

use serde::Serialize;
use serde_json::Value;
use trenz_api::{Client, Response};
use trenz_sandbox::Sandbox;

/// One operation through its builder.
struct Call {
    id: &'static str,
    required: fn(&Client) -> Answer<'_>,
    every: fn(&Client) -> Answer<'_>,
}

/// The response's `data` as the caller's types hold it, as JSON again.
type Answer<'c> = Pin<Box<dyn Future<Output = trenz_api::Result<Value>> + Send + 'c>>;

fn run<'c, T: Serialize>(
    sending: impl Future<Output = trenz_api::Result<Response<T>>> + Send + 'c,
) -> Answer<'c> {
    Box::pin(async move {
        let response = sending.await?;
        memory::decoded();
        assert!(response.status().is_success());
        Ok(serde_json::to_value(&response.data).unwrap())
    })
}

/// A sandbox that responds to anything, and a client of it.
async fn sandbox() -> (Sandbox, Client) {
    let sandbox =
        Sandbox::builder().balance(1_000_000).rate_limit(None).lenient(true).start().await.unwrap();
    let client =
        Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build().unwrap();
    (sandbox, client)
}

#[test]
fn calls_cover_every_operation_of_the_document() {
    let document = trenz_sandbox::Document::trenz().unwrap();
    let told: BTreeSet<&str> =
        document.operations().iter().map(|operation| operation.id.as_str()).collect();
    let called: BTreeSet<&str> = generated::CALLS.iter().map(|call| call.id).collect();
    assert_eq!(called, told);
    assert_eq!(generated::CALLS.len(), document.operations().len());
}

/// What a call sends is what the document describes, and what comes back is read
/// without loss: for every operation, with what is required and with everything.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_is_sent_as_the_document_describes() {
    let document = wire::document();
    let (sandbox, client) = sandbox().await;
    for call in generated::CALLS {
        for every in [false, true] {
            let send = if every { call.every } else { call.required };
            let answer = send(&client).await;
            let seen = sandbox.requests_to(call.id).pop().expect("the call arrives");
            let what = if every { "with everything" } else { "with what is required" };
            let complaints = wire::violations(&document, call.id, &seen, every, sandbox.key());
            assert!(complaints.is_empty(), "{} {what}: {complaints:#?}", call.id);
            let answer = answer.unwrap_or_else(|error| panic!("{} {what}: {error:?}", call.id));

            let told = replay::answer(&sandbox, &seen).await;
            let again = replay::serve(told.clone(), send).await;
            let again = again.unwrap_or_else(|error| panic!("{} {what}: {error:?}", call.id));
            assert_eq!(again.is_object(), answer.is_object(), "{}", call.id);
            let told: Value = serde_json::from_slice(&told).unwrap_or_default();
            let told = &told["data"];
            // Where no JSON was served, the response is none, or bytes of which there are none.
            let again = if told.is_null() && is_absent(&again) { Value::Null } else { again };
            assert_eq!(without_absent(&again), without_absent(told), "{}", call.id);
        }
    }
}

/// Absent, null and an empty list read alike.
fn is_absent(value: &Value) -> bool {
    value.is_null() || *value == Value::Array(Vec::new())
}

/// A value without its absent members.
fn without_absent(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().map(|(name, value)| (name.clone(), without_absent(value)));
            Value::Object(kept.filter(|(_, value)| !is_absent(value)).collect())
        }
        Value::Array(elements) => elements.iter().map(without_absent).collect(),
        // An integer may come as a float where the document says number.
        Value::Number(number) => number.as_f64().map_or(Value::Null, Value::from),
        other => other.clone(),
    }
}

/// The example responses of the document are weak, `"data": {}`; they are valid responses.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_of_the_document_decodes() {
    let document = wire::document();
    for call in generated::CALLS {
        let operation = wire::operation(&document, call.id);
        let content = operation.raw["responses"]["200"]["content"].as_object();
        let mut media = content.into_iter().flat_map(|content| content.values());
        let answer = media.find_map(|media| media.get("example"));
        let body = answer.map(|answer| answer.to_string().into_bytes()).unwrap_or_default();
        let data = replay::serve(body.into(), call.every).await;
        data.unwrap_or_else(|error| panic!("{}: {error:?}", call.id));
    }
}
