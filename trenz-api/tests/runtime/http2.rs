//! What HTTP/2 proves of a request without a response, and what it does not.

use std::time::Duration;

use crate::frames::{Arrived, Frames, Step};
use crate::{KEY, search};
use trenz_api::social::account_management::PlatformAccountUpdateRemark;
use trenz_api::{
    Client, ClientBuilder, ConnectionPolicy, Error, Operation, Outcome, RetryPolicy, reqwest,
};

const BODY: &str = r#"{"data":{},"request_id":"r","usage":{"coin_cost":2}}"#;

// Error codes of RFC 9113, 7.
const NO_ERROR: u32 = 0;
const PROTOCOL_ERROR: u32 = 1;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;
const ENHANCE_YOUR_CALM: u32 = 11;
const HTTP_1_1_REQUIRED: u32 = 13;

fn builder(url: String, certificate: &[u8]) -> ClientBuilder {
    let certificate = reqwest::Certificate::from_der(certificate).unwrap();
    let moment = Duration::from_millis(1);
    Client::builder()
        .api_key(KEY)
        .base_url(url)
        .retry_policy(RetryPolicy::default().initial_backoff(moment).max_backoff(moment))
        .configure_http(move |http| http.tls_certs_only([certificate.clone()]))
}

/// A write with a body.
fn remark() -> PlatformAccountUpdateRemark {
    PlatformAccountUpdateRemark::builder().account_id(7).remark("r").build()
}

/// Whether a call came through, how often it was sent, and what is at risk.
async fn outcome<O: Operation>(
    steps: &'static [Step],
    request: O,
) -> (Result<(), Error>, Vec<Arrived>, u64) {
    // The second request meets it, on a connection that has served another one.
    let server = Frames::start(move |n| if n == 1 { steps } else { &[Step::Answer] }, BODY).await;
    let client = builder(server.url(), server.certificate()).build().unwrap();
    client.execute(&remark()).await.unwrap();
    let before = client.ledger();
    let result = client.execute(&request).await.map(drop);
    let total = client.ledger().since(&before).total();
    assert_eq!(total.attempts + 1, server.seen().len() as u64, "{result:?}");
    (result, server.seen(), total.at_risk)
}

#[tokio::test]
async fn only_requests_known_not_to_be_processed_are_retried() {
    use Step::{Answer, Close, GoAway, Head, Leaving, Nonsense, Reset, Wait};
    const SOON: Step = Wait(Duration::from_millis(20));
    let not_processed: [&[Step]; 8] = [
        &[Reset(REFUSED_STREAM)],
        &[GoAway(2, NO_ERROR)],
        &[GoAway(2, NO_ERROR), Close],
        &[GoAway(2, ENHANCE_YOUR_CALM)],
        &[GoAway(2, PROTOCOL_ERROR), Close],
        &[Leaving, GoAway(2, NO_ERROR)],
        &[Leaving, SOON, GoAway(2, NO_ERROR), Close],
        &[Leaving, Reset(REFUSED_STREAM)],
    ];
    let answered: [&[Step]; 3] = [
        &[GoAway(0, NO_ERROR), Answer, Close],
        &[Leaving, SOON, GoAway(0, NO_ERROR), SOON, Answer, Close],
        &[Answer, Reset(NO_ERROR)],
    ];
    let unknown: [&[Step]; 13] = [
        &[Close],
        &[Reset(NO_ERROR)],
        &[Reset(PROTOCOL_ERROR)],
        &[Reset(INTERNAL_ERROR)],
        &[Reset(CANCEL)],
        &[Reset(ENHANCE_YOUR_CALM)],
        &[Reset(HTTP_1_1_REQUIRED)],
        &[GoAway(0, NO_ERROR), Close],
        &[GoAway(0, NO_ERROR), SOON, Close],
        &[GoAway(0, PROTOCOL_ERROR), Close],
        &[GoAway(0, ENHANCE_YOUR_CALM), SOON, Close],
        &[Leaving, Close],
        &[Nonsense],
    ];
    let mut wrong = String::new();
    let mut check =
        |steps, what, (result, seen, at_risk): (Result<(), Error>, Vec<Arrived>, u64)| {
            let outcome = result.as_ref().err().map(Error::outcome);
            let expected = if not_processed.contains(&steps) {
                (None, 3, 0)
            } else if answered.contains(&steps) {
                (None, 2, 0)
            } else {
                (Some(Outcome::Unknown), 2, what)
            };
            if (outcome, seen.len(), at_risk) != expected {
                wrong += &format!("{steps:?}, {what}: {result:?} {seen:?} {at_risk}\n");
            }
        };
    for steps in [&not_processed[..], &answered, &unknown].concat() {
        check(steps, 2, outcome(steps, remark()).await);
        check(steps, 5, outcome(steps, search()).await);
    }
    assert!(wrong.is_empty(), "{wrong}");
    // A response that has begun is one, whatever the server says then.
    for steps in [&[Head, Reset(REFUSED_STREAM)][..], &[Head, GoAway(2, NO_ERROR), Close]] {
        let (result, seen, _) = outcome(steps, remark()).await;
        let error = result.unwrap_err();
        assert_eq!((error.outcome(), seen.len()), (Outcome::Accepted, 2), "{steps:?}: {error:?}");
    }
}

/// Such a server leaves unknown what it meets. Unused connections of HTTP/1.1 lose nothing to it.
#[tokio::test]
async fn http2_is_avoided_after_a_connection_without_goaway() {
    use Step::{Answer, Close, Reset};
    for (steps, again) in [(&[Close][..], false), (&[Reset(INTERNAL_ERROR)], true)] {
        let server = Frames::start(move |n| if n == 1 { steps } else { &[Answer] }, BODY).await;
        let client = builder(server.url(), server.certificate()).build().unwrap();
        client.execute(&remark()).await.unwrap();
        assert_eq!(client.execute(&remark()).await.unwrap_err().outcome(), Outcome::Unknown);
        // This server speaks nothing else, and does not answer in HTTP/1.1.
        let short = client.call(remark()).timeout(Duration::from_millis(200));
        assert_eq!(short.send().await.is_ok(), again, "{steps:?}");
        assert_eq!(server.seen().len(), 2 + usize::from(again), "{steps:?}");
    }
}

#[tokio::test]
async fn connection_without_ping_response_is_closed() {
    let deaf: &[Step] = &[Step::Answer, Step::Deaf];
    let server = Frames::start(move |n| if n == 0 { deaf } else { &[Step::Answer] }, BODY).await;
    let policy = ConnectionPolicy::default().ping_interval(Duration::from_millis(20));
    let client = builder(server.url(), server.certificate()).connection_policy(policy);
    let client = client.build().unwrap();
    for _ in 0..2 {
        client.execute(&remark()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    client.execute(&remark()).await.unwrap();
    let connections: Vec<_> = server.seen().iter().map(|arrived| arrived.connection).collect();
    assert_eq!(connections, [0, 1, 1]);
}

/// hyper has no word for a request that it has in its queue: only whoever drops it knows that it was not sent.
#[tokio::test]
async fn call_cancelled_in_a_connection_queue_counts_as_sent() {
    // One stream at a time, and none of them ends.
    let server = Frames::start(|_| const { &[Step::Wait(Duration::from_secs(60))] }, BODY).await;
    let client = builder(server.url(), server.certificate()).build().unwrap();
    let soon = |client: &Client| {
        let client = client.clone();
        async move { client.call(remark()).timeout(Duration::from_millis(300)).send().await }
    };
    let (first, second) = tokio::join!(soon(&client), soon(&client));
    for result in [first, second] {
        assert_eq!(result.unwrap_err().outcome(), Outcome::Unknown);
    }
    assert_eq!((client.ledger().total().at_risk, server.seen().len()), (4, 1));
    // One that ends while it is being connected was not sent, and is known not to have been.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", silent.local_addr().unwrap());
    let client = builder(url, server.certificate()).build().unwrap();
    let dropped = tokio::time::timeout(Duration::from_millis(50), client.execute(&remark()));
    assert!(dropped.await.is_err());
    assert_eq!((client.ledger().total().attempts, client.ledger().total().at_risk), (1, 0));
}
