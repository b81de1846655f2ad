//! The span of a call: what it tells, and what it never does.

use crate::frames::{Frames, Step};
use crate::server::{Reply, Server};
use crate::{KEY, builder, search};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;
use trenz_api::{Client, ConnectionPolicy, reqwest};

thread_local! {
    /// The fields of this thread's spans. A test runs on a thread of its own, so they are the test's.
    static SPANS: RefCell<Vec<BTreeMap<&'static str, String>>> = const { RefCell::new(Vec::new()) };
    static ENTERED: RefCell<Vec<Id>> = const { RefCell::new(Vec::new()) };

    /// Every field of every span and event, whoever tells it.
    static TOLD: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Listens from now on, for the whole process.
pub(crate) fn listen() {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| tracing::subscriber::set_global_default(Recorder).unwrap());
}

/// Everything that this thread's spans and events have told since it was last asked.
pub(crate) fn told() -> String {
    TOLD.take()
}

/// That of the spans of calls, the only ones that are looked up.
static METADATA: OnceLock<&'static Metadata<'static>> = OnceLock::new();

/// Of all other spans.
const OTHER: u64 = u64::MAX;

/// Keeps the fields of all spans named `trenz.call`, and whatever else is told as text.
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

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        *self.0 += &format!(" {field}={value:?}");
    }
}

impl Subscriber for Recorder {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        TOLD.with_borrow_mut(|told| {
            *told += &format!("\n{}", span.metadata().name());
            span.record(&mut Text(told));
        });
        if span.metadata().name() != "trenz.call" {
            return Id::from_u64(OTHER);
        }
        METADATA.get_or_init(|| span.metadata());
        let mut fields = BTreeMap::new();
        span.record(&mut Fields(&mut fields));
        SPANS.with_borrow_mut(|spans| {
            spans.push(fields);
            Id::from_u64(spans.len() as u64)
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        TOLD.with_borrow_mut(|told| values.record(&mut Text(told)));
        let index = usize::try_from(id.into_u64()).unwrap() - 1;
        // Spans of other tests go from thread to thread, and concern nobody here.
        SPANS.with_borrow_mut(|spans| {
            if let Some(fields) = spans.get_mut(index) {
                values.record(&mut Fields(fields));
            }
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, id: &Id) {
        if id.into_u64() != OTHER {
            ENTERED.with_borrow_mut(|entered| entered.push(id.clone()));
        }
    }

    fn exit(&self, id: &Id) {
        if id.into_u64() != OTHER {
            ENTERED.with_borrow_mut(Vec::pop);
        }
    }

    fn current_span(&self) -> Current {
        let entered = ENTERED.with_borrow(|entered| entered.last().cloned());
        let known = entered.zip(METADATA.get().copied());
        known.map_or_else(Current::none, |(id, metadata)| Current::new(id, metadata))
    }
    fn event(&self, event: &Event<'_>) {
        TOLD.with_borrow_mut(|told| {
            *told += &format!("\n{}", event.metadata().name());
            event.record(&mut Text(told));
        });
    }
}

#[tokio::test]
async fn a_call_is_a_span() {
    listen();
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
    let client = builder(&server).connection_policy(ConnectionPolicy::default().spares(0));
    let client = client.build().unwrap();
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
    let fresh = r#"connection="fresh""#;
    let path = r#"path="/open/v1/products/search""#;
    assert_eq!(
        told,
        [
            format!(r#"coins=5 {fresh} method="GET" {search} {path} request_id="req_1" status=200"#),
            format!(r#"coins=5 {fresh} method="GET" {search} outcome="accepted" {path} request_id="req_2" status=200"#),
            format!(r#"{fresh} method="GET" {search} outcome="refused" {path} request_id="req_3" status=402"#),
            format!(r#"{fresh} method="GET" {search} outcome="unknown" {path}"#),
            r#"method="GET" operation="trenz-products-detail" outcome="not sent" path="/open/v1/products/{id}""#
                .to_owned(),
        ]
    );
    assert!(!told.join("").contains("private"));
}

#[tokio::test]
async fn warm_client_records_spare_connections_in_spans() {
    listen();
    let reply = Reply::json(200, r#"{"data":{},"request_id":"r"}"#);
    let plain = Server::always(reply.clone()).await;
    let policy = ConnectionPolicy::default();
    let client = builder(&plain).connection_policy(policy.clone()).build().unwrap();
    uses_spare_connections(&plain, client).await;

    // What TLS sends after its handshake is nothing that nobody asked for.
    let secure = Server::secure(reply).await;
    let certificate = reqwest::Certificate::from_der(secure.certificate()).unwrap();
    let client = builder(&secure)
        .connection_policy(policy)
        .configure_http(move |http| http.tls_certs_merge([certificate.clone()]))
        .build()
        .unwrap();
    uses_spare_connections(&secure, client).await;
}

#[tokio::test]
async fn http2_calls_share_a_connection_and_record_it() {
    listen();
    let body = r#"{"data":{},"request_id":"r"}"#;
    let server = Frames::start(|_| &[Step::Answer], body).await;
    let certificate = reqwest::Certificate::from_der(server.certificate()).unwrap();
    let client = Client::builder()
        .api_key(KEY)
        .base_url(server.url())
        .configure_http(move |http| http.tls_certs_only([certificate.clone()]))
        .build()
        .unwrap();
    for _ in 0..3 {
        client.execute(&search()).await.unwrap();
    }
    let status = trenz_api::async_tasks::Status::builder().task_id("t").build();
    client.execute(&status).await.unwrap_err();
    let spans = SPANS.take();
    let used: Vec<_> = spans.iter().map(|span| span["connection"].trim_matches('"')).collect();
    assert_eq!(used, ["h2"; 4]);
    let connections: Vec<_> = server.seen().iter().map(|arrived| arrived.connection).collect();
    assert_eq!(connections, [0; 4]);
}

async fn uses_spare_connections(server: &Server, client: Client) {
    for _ in 0..20 {
        client.execute(&search()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let status = trenz_api::async_tasks::Status::builder().task_id("t").build();
    client.execute(&status).await.unwrap_err();
    let spans = SPANS.take();
    let used: Vec<_> = spans.iter().map(|span| span["connection"].trim_matches('"')).collect();
    assert_eq!(used[..2], ["fresh", "fresh"], "nothing is known of the server yet");
    let spare = used[2..20].iter().filter(|used| **used == "spare").count();
    assert!(spare > 12, "{used:?}");
    assert_eq!(used[20], "kept");
    assert_eq!(server.connections_used(), 21, "each paid call has a connection of its own");
}
