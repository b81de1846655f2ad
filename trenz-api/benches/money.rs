//! What the spending policy cost a call that succeeds: budget, ledger and retries around it, and the unused connection
//! of a call that may not be retried.
//!
//! `cargo bench -p trenz-api --bench money` prints each as a ratio to the same call without. The server is on
//! loopback and responses at once, so a ratio here is the worst there can be; over a real network the machinery
//! disappears, and the round trips count. Those are told by a second table, of a server that takes one round trip to
//! answer and two to connect to, as with TCP and TLS. HTTP/2 is spoken in TLS, so its rows are ratios to a bare request
//! that does so as well.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a benchmark prints, and may stop where it is"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use trenz_api::async_tasks::Status;
use trenz_api::social::account_management::PlatformAccountUpdateRemark;
use trenz_api::{Client, ClientBuilder, ConnectionPolicy, Operation, reqwest};

const KEY: &str = "sk_live_0123456789";
const ANSWER: &str = r#"{"data":{"task_id":"t","status":"done"},"request_id":"r","usage":{"coin_cost":2,"remaining_balance":1000}}"#;
/// All ways take turns so often, and the median of each counts.
const ROUNDS: u32 = 3000;
/// Of how many calls each measurement of processor time is. The kernel's figure is exact, but asking for it is not free.
const BATCH: u32 = 50;

#[derive(serde::Deserialize)]
struct Envelope {
    data: Data,
}

#[derive(serde::Deserialize)]
struct Data {
    status: String,
}

fn main() {
    // The bare clients of the HTTP library have no cryptography of their own.
    let _ = ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = serve(Duration::ZERO);
    let builder = || Client::builder().api_key(KEY).base_url(&url);
    let plain = builder().connection_policy(ConnectionPolicy::default()).build().unwrap();
    let guarded = builder().coin_budget(u64::MAX).requests_per_minute(u32::MAX).max_in_flight(8);
    let guarded = guarded.build().unwrap().with_budget(u64::MAX).with_budget(u64::MAX);
    let status = Status::builder().task_id("t").build();
    let remark = PlatformAccountUpdateRemark::builder().account_id(7).remark("r").build();
    let bare = reqwest::Client::builder().no_proxy().build().unwrap();
    let target = format!("{url}/open/v1/tasks/t");

    let cold = builder().connection_policy(ConnectionPolicy::default().spares(0)).build().unwrap();
    let server = http2(Duration::ZERO);
    let (bare2, write2) = (server.bare().build().unwrap(), server.client().build().unwrap());

    let mut times: [Vec<Duration>; 7] = Default::default();
    runtime.block_on(async {
        for _ in 0..ROUNDS {
            let start = Instant::now();
            request(&bare, &target).await;
            times[0].push(start.elapsed());
            times[1].push(one(&plain, &status).await);
            times[2].push(one(&guarded, &status).await);
            times[3].push(one(&plain, &remark).await);
            times[4].push(one(&cold, &remark).await);
            let start = Instant::now();
            request(&bare2, &server.url).await;
            times[5].push(start.elapsed());
            times[6].push(one(&write2, &remark).await);
        }
    });
    let [http, ours, all, spare, fresh, http2, write2] = times.map(median);
    report("a bare request of the HTTP library", http, http);
    report("the same call by this crate, with ledger and retries", ours, http);
    report("and with three budgets, a pace and a limit in flight", all, http);
    report("a write over a spare connection, beside a free call", spare, ours);
    report("the same write over a fresh connection", fresh, ours);
    report("a bare request of the HTTP library, by HTTP/2 in TLS", http2, http2);
    report("a write by this crate, by HTTP/2 in TLS", write2, http2);
    processor(&runtime, &target, [&bare, &bare], [&plain, &guarded], &status);
    building();
    round_trips(&runtime, &remark);
}

async fn request(http: &reqwest::Client, url: &str) {
    let request = http.get(url).header("x-api-key", KEY).timeout(Duration::from_secs(300));
    let body = request.send().await.unwrap().bytes().await.unwrap();
    let envelope: Envelope = serde_json::from_slice(&body).unwrap();
    assert_eq!(envelope.data.status, "done");
}

/// The processor time of a call, of the client's thread alone: what a program pays for a call, however long a network takes.
fn processor(
    runtime: &tokio::runtime::Runtime,
    target: &str,
    bare: [&reqwest::Client; 2],
    clients: [&Client; 2],
    status: &Status,
) {
    let mut times: [Vec<Duration>; 4] = Default::default();
    runtime.block_on(async {
        for _ in 0..ROUNDS / BATCH {
            for (index, http) in bare.into_iter().enumerate() {
                let start = on_processor();
                for _ in 0..BATCH {
                    request(http, target).await;
                }
                times[index].push(on_processor().saturating_sub(start) / BATCH);
            }
            for (index, client) in clients.into_iter().enumerate() {
                let start = on_processor();
                for _ in 0..BATCH {
                    client.execute(status).await.unwrap();
                }
                times[index + 2].push(on_processor().saturating_sub(start) / BATCH);
            }
        }
    });
    let [http, again, ours, all] = times.map(median);
    if http.is_zero() {
        return println!("processor time of a thread is not to be had here");
    }
    report("processor time of a bare request", http, http);
    report("of the same once more, which is the error of the ratio", again, http);
    report("of the call by this crate, with ledger and retries", ours, http);
    report("of the call with three budgets, a pace and a limit", all, http);
}

/// How long this thread has been on a processor; zero where the system does not say so.
fn on_processor() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split(' ').next().and_then(|nanos| nanos.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}

/// What building a client for https takes, and one whose caller changes the HTTP library.
fn building() {
    let time = |builder: ClientBuilder| {
        let start = Instant::now();
        drop(builder.api_key(KEY).build().unwrap());
        start.elapsed()
    };
    let mut times: [Vec<Duration>; 2] = Default::default();
    for _ in 0..20 {
        times[0].push(time(Client::builder()));
        times[1].push(time(Client::builder().configure_http(|http| http)));
    }
    let [shared, three] = times.map(median);
    report("building a client for https", shared, shared);
    report("and one that changes the HTTP library", three, shared);
}

/// How long the server takes to answer, in place of the network.
const ROUND_TRIP: Duration = Duration::from_millis(20);

/// Takes as long as the handshakes of TCP and TLS 1.3 over such a network.
struct Handshakes;

impl reqwest::dns::Resolve for Handshakes {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async {
            tokio::time::sleep(2 * ROUND_TRIP).await;
            let address = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
            Ok(Box::new(std::iter::once(address)) as reqwest::dns::Addrs)
        })
    }
}

/// The round trips that the first, second, third, fourth and hundredth call of a client take.
fn round_trips(runtime: &tokio::runtime::Runtime, remark: &PlatformAccountUpdateRemark) {
    let url = serve(ROUND_TRIP).replace("127.0.0.1", "localhost");
    let client = |spares| {
        let policy = ConnectionPolicy::default().spares(spares);
        let client = Client::builder().api_key(KEY).base_url(&url).connection_policy(policy);
        client.configure_http(|http| http.dns_resolver(Handshakes)).build().unwrap()
    };
    let bare = reqwest::Client::builder().no_proxy().dns_resolver(Handshakes).build().unwrap();
    let server = http2(ROUND_TRIP);
    let bare2 = server.bare().dns_resolver(Handshakes).build().unwrap();
    let certificate = server.certificate();
    let write2 = server.client().configure_http(move |http| {
        http.tls_certs_only([certificate.clone()]).dns_resolver(Handshakes)
    });
    let write2 = write2.build().unwrap();
    println!("\nround trips of call                                    1st  2nd  3rd  4th 100th");
    let mut ways: [(&str, Vec<Duration>); 5] = [
        ("a bare request of the HTTP library, pooled", Vec::new()),
        ("a write, with spare connections", Vec::new()),
        ("a write, without", Vec::new()),
        ("a bare request of the HTTP library, by HTTP/2", Vec::new()),
        ("a write, by HTTP/2", Vec::new()),
    ];
    runtime.block_on(async {
        let (warm, cold) = (client(2), client(0));
        for _ in 0..100 {
            let start = Instant::now();
            request(&bare, &url).await;
            ways[0].1.push(start.elapsed());
            let start = Instant::now();
            request(&bare2, &server.url).await;
            ways[3].1.push(start.elapsed());
        }
        for (client, way) in [(&warm, 1), (&cold, 2), (&write2, 4)] {
            for _ in 0..100 {
                let time = one(client, remark).await;
                ways[way].1.push(time);
            }
        }
    });
    for (what, times) in ways {
        let trips = [0, 1, 2, 3, 99].map(|call: usize| {
            format!("{:4.1}", times[call].as_secs_f64() / ROUND_TRIP.as_secs_f64())
        });
        println!("{what:52}  {}", trips.join(" "));
    }
}

async fn one<O: Operation>(client: &Client, request: &O) -> Duration {
    let start = Instant::now();
    client.execute(request).await.unwrap();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn report(what: &str, time: Duration, base: Duration) {
    let micros = time.as_nanos() as f64 / 1e3;
    println!("{what:52} {micros:8.1} us  {:.2}", time.as_secs_f64() / base.as_secs_f64());
}

/// Answers every request alike, each connection on a thread of its own.
fn serve(delay: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream, delay));
        }
    });
    url
}

fn answer(mut stream: TcpStream, delay: Duration) {
    stream.set_nodelay(true).unwrap();
    let reply = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{ANSWER}", ANSWER.len());
    let mut chunk = [0; 4096];
    // Every request of this benchmark fits into one read.
    while matches!(stream.read(&mut chunk), Ok(1..)) {
        std::thread::sleep(delay);
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// A server that speaks HTTP/2 in TLS.
struct Http2 {
    url: String,
    certificate: Vec<u8>,
}

impl Http2 {
    fn certificate(&self) -> reqwest::Certificate {
        reqwest::Certificate::from_der(&self.certificate).unwrap()
    }

    fn bare(&self) -> reqwest::ClientBuilder {
        reqwest::Client::builder().no_proxy().tls_certs_only([self.certificate()])
    }

    fn client(&self) -> ClientBuilder {
        let certificate = self.certificate();
        let client = Client::builder().api_key(KEY).base_url(&self.url);
        client.configure_http(move |http| http.tls_certs_only([certificate.clone()]))
    }
}

/// Answers every request alike, by HTTP/2, on a thread of its own.
fn http2(delay: Duration) -> Http2 {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = config.with_single_cert(vec![certificate.clone()], key.into()).unwrap();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let tls = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                tokio::spawn(answer_http2(tls.clone(), stream, delay));
            }
        });
    });
    Http2 { url, certificate: certificate.to_vec() }
}

async fn answer_http2(tls: TlsAcceptor, stream: tokio::net::TcpStream, delay: Duration) {
    let Ok(stream) = tls.accept(stream).await else { return };
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((_, mut respond))) = connection.accept().await {
        tokio::spawn(async move {
            // Not sleeping takes a millisecond, too.
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            if let Ok(mut body) = respond.send_response(http::Response::new(()), false) {
                let _ = body.send_data(ANSWER.into(), true);
            }
        });
    }
}
