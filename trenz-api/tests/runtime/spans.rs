//! The span of a call: what it tells, and what it never does.

use crate::server::{Reply, Server};
use crate::{client, search};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    /// The fields of this thread's spans. A test runs on a thread of its own, so they are the test's.
    static SPANS: RefCell<Vec<BTreeMap<&'static str, String>>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the fields of all spans named `trenz.call`.
///
/// It is installed for the whole process: a subscriber of one thread may be overlooked for good when another thread
/// is the first to pass a span.
struct Recorder;

struct Fields<'a>(&'a mut BTreeMap<&'static str, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.name() == "trenz.call"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        SPANS.with_borrow_mut(|spans| {
            spans.push(fields);
            Id::from_u64(spans.len() as u64)
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let index = usize::try_from(id.into_u64()).unwrap() - 1;
        // Spans of other tests go from thread to thread, and concern nobody here.
        SPANS.with_borrow_mut(|spans| {
            if let Some(fields) = spans.get_mut(index) {
                values.record(&mut Fields(fields));
            }
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_call_is_a_span() {
    tracing::subscriber::set_global_default(Recorder).unwrap();
    let replies = [
        Reply::json(
            200,
            r#"{"data":{"items":["private"]},"request_id":"req_1","usage":{"coin_cost":5}}"#,
        ),
        Reply::json(
            200,
            r#"{"data":{"items":"private"},"request_id":"req_2","usage":{"coin_cost":5}}"#,
        ),
        Reply::json(
            402,
            r#"{"code":"INSUFFICIENT_BALANCE","message":"private","request_id":"req_3"}"#,
        ),
        Reply::raw(""),
    ];
    let server = Server::start(move |number, _| replies[number].clone()).await;
    let client = client(&server);
    client.execute(&search()).await.unwrap();
    for _ in 0..3 {
        client.execute(&search()).await.unwrap_err();
    }
    let refused = client.data().products().detail().country("us").id("..").send().await;
    refused.unwrap_err();

    let spans = SPANS.take();
    let told: Vec<String> = spans
        .iter()
        .map(|span| {
            span.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let search = r#"operation="trenz-products-search""#;
    let path = r#"path="/open/v1/products/search""#;
    assert_eq!(
        told,
        [
            format!(r#"coins=5 method="GET" {search} {path} request_id="req_1" status=200"#),
            format!(r#"coins=5 method="GET" {search} outcome="accepted" {path} request_id="req_2" status=200"#),
            format!(r#"method="GET" {search} outcome="refused" {path} request_id="req_3" status=402"#),
            format!(r#"method="GET" {search} outcome="unknown" {path}"#),
            r#"method="GET" operation="trenz-products-detail" outcome="not sent" path="/open/v1/products/{id}""#
                .to_owned(),
        ]
    );
    assert!(!told.join("").contains("private"));
}
