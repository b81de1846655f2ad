//! What client and server owe each other, tried on every operation.
//!
//! Without further ado the server is a sandbox. With `TRENZ_CONTRACT_URL` set it is whatever
//! listens there, under the key in `TRENZ_CONTRACT_KEY`; see `tests/README.md`. All calls go
//! through a recorder, so what was sent can be judged by the document whoever answers.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

#[rustfmt::skip]
#[path = "calls/generated.rs"]
mod generated;
#[path = "contract/recorder.rs"]
mod recorder;
#[path = "calls/wire.rs"]
mod wire;

use std::pin::Pin;

use serde::Serialize;
use serde_json::Value;
use trenz_api::{Client, Response};
use trenz_sandbox::Sandbox;

use crate::recorder::Recorder;

/// One operation through its builder.
struct Call {
    id: &'static str,
    required: fn(&Client) -> Answer<'_>,
    every: fn(&Client) -> Answer<'_>,
}

type Answer<'c> = Pin<Box<dyn Future<Output = trenz_api::Result<Value>> + Send + 'c>>;

fn run<'c, T: Serialize>(
    sending: impl Future<Output = trenz_api::Result<Response<T>>> + Send + 'c,
) -> Answer<'c> {
    Box::pin(async move { Ok(serde_json::to_value(&sending.await?.data).unwrap()) })
}

/// Who answers: a server somewhere, or a sandbox that lives as long as this.
struct Server {
    url: String,
    key: String,
    sandbox: Option<Sandbox>,
}

impl Server {
    async fn find() -> Self {
        if let Ok(url) = std::env::var("TRENZ_CONTRACT_URL") {
            let key = std::env::var("TRENZ_CONTRACT_KEY");
            let key = key.unwrap_or_else(|_| "sk_live_sandbox_contract".to_owned());
            return Self { url, key, sandbox: None };
        }
        let builder = Sandbox::builder().rate_limit(None).lenient(true);
        let sandbox = builder.start().await.unwrap();
        let (url, key) = (sandbox.base_url(), sandbox.key().to_owned());
        Self { url, key, sandbox: Some(sandbox) }
    }
}

/// Every operation with what it requires and with everything it can be given: what is sent is
/// what the document says, and what is answered can be read. Another server may refuse a call it
/// does not implement, or whose made-up values it does not like, as long as it says so in HTTP.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_fulfils_the_contract() {
    let document = wire::document();
    let server = Server::find().await;
    let recorder = Recorder::start(&server.url).await;
    let builder = Client::builder().api_key(&server.key).base_url(recorder.base_url());
    let client = builder.build().unwrap();
    let (mut answered, mut refused) = (0, Vec::new());
    for call in generated::CALLS {
        for every in [false, true] {
            let answer = if every { (call.every)(&client) } else { (call.required)(&client) }.await;
            let exchanges = recorder.take();
            assert!(!exchanges.is_empty(), "{} sent nothing: {answer:?}", call.id);
            for (seen, status) in exchanges {
                let complaints = wire::violations(&document, call.id, &seen, every, &server.key);
                assert!(complaints.is_empty(), "{}: {complaints:#?}", call.id);
                if !(200..300).contains(&status) {
                    refused.push(format!("{} {status}", call.id));
                }
            }
            match answer {
                Ok(_) => answered += 1,
                Err(error) => {
                    let status = error.status();
                    assert!(
                        status.is_some_and(|status| status.as_u16() >= 400),
                        "{}: {error:?}",
                        call.id
                    );
                }
            }
        }
    }
    println!("{answered} of {} calls answered", 2 * generated::CALLS.len());
    if server.sandbox.is_some() {
        assert_eq!((answered, refused), (2 * generated::CALLS.len(), Vec::new()));
    } else {
        println!("refused: {refused:#?}");
        assert!(answered > 0, "nothing was answered");
    }
}
