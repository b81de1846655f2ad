//! What each way of calling takes and loses, as a table for the documentation.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::runtime::{Builder, Runtime};
use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::{Client, ConnectionPolicy, reqwest};

use crate::billing_server::{BillingServer, Responses};
use crate::gateway::{Gateway, Idle, Mood};
use crate::{KEY, hasty, proxy};

/// Who makes the calls.
enum Way {
    /// reqwest with its pool.
    Bare(reqwest::Client),
    Ours(Client),
}

const WAYS: [&str; 5] = [
    "reqwest with its pool, HTTP/1.1",
    "reqwest with its pool, HTTP/2",
    "a paid call, HTTP/1.1, fresh connections",
    "a paid call, HTTP/1.1, spare connections",
    "a paid call, HTTP/2 (the default)",
];

impl Way {
    fn new(way: usize, gateway: &Gateway, address: SocketAddr) -> Self {
        let policy = ConnectionPolicy::default();
        let policy = match way {
            0 | 1 => {
                let http = reqwest::Client::builder().no_proxy();
                let http = http.tls_certs_only([gateway.certificate()]);
                let http = if way == 0 { http.http1_only() } else { http };
                return Self::Bare(http.build().unwrap());
            }
            2 => policy.http2(false).spares(0),
            3 => policy.http2(false),
            _ => policy,
        };
        let client = Client::builder().api_key(KEY).retry_policy(hasty()).connection_policy(policy);
        Self::Ours(gateway.trusted(client, address).build().unwrap())
    }

    /// Makes a call, or says why no response came.
    async fn call(&self, address: SocketAddr) -> Result<(), String> {
        match self {
            Self::Ours(client) => {
                let request = SdProGenerate::builder().prompt("~1~").build();
                client.execute(&request).await.map(drop).map_err(|error| format!("{error:?}"))
            }
            Self::Bare(http) => {
                let url = format!("https://{address}/open/v1/ai/sd-pro");
                let call = async {
                    let response = http.post(url).body(r#"{"prompt":"~1~"}"#).send().await?;
                    response.error_for_status()?.bytes().await
                };
                call.await.map(drop).map_err(|error| format!("{error:?}"))
            }
        }
    }
}

/// The processor time that this thread has taken so far, in milliseconds.
fn processor_time() -> u64 {
    let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
    let fields: Vec<_> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    // Of user and system, in ticks of 10 ms.
    [12, 13].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum::<u64>() * 10
}

fn runtimes() -> (Runtime, Runtime) {
    let servers = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    (servers, Builder::new_current_thread().enable_all().build().unwrap())
}

#[test]
#[ignore = "a measurement: cargo test -p trenz-tests --test money table -- --ignored --nocapture"]
fn measure_round_trips() {
    let (servers, callers) = runtimes();
    let server = BillingServer::start(650, Responses::Whole);
    let gateway = servers.block_on(Gateway::start(server.address()));
    println!(
        "round trips of call, at round trips of 10, 100 and 200 ms: 1st, 2nd, 100th; CPU time"
    );
    for (way, name) in WAYS.iter().enumerate() {
        let (mut line, mut lost) = (String::new(), Vec::new());
        for milliseconds in [10, 100, 200] {
            let trip = Duration::from_millis(milliseconds);
            let far = servers.block_on(proxy::far(gateway.address(), trip));
            let caller = Way::new(way, &gateway, far);
            let times: Vec<_> = (0..100)
                .map(|_| {
                    let start = Instant::now();
                    lost.extend(callers.block_on(caller.call(far)).err());
                    start.elapsed().as_secs_f64() / trip.as_secs_f64()
                })
                .collect();
            let _ = write!(line, " {:.1} {:.1} {:.1} |", times[0], times[1], times[99]);
        }
        let caller = Way::new(way, &gateway, gateway.address());
        let before = processor_time();
        callers.block_on(async {
            for _ in 0..1000 {
                lost.extend(caller.call(gateway.address()).await.err());
            }
        });
        println!("| {name} |{line} {} us | {} lost |", processor_time() - before, lost.len());
        for error in lost {
            println!("  {error}");
        }
    }
}

#[test]
#[ignore = "a measurement: TRENZ_MONEY_PROTOCOLS=5000 cargo test -p trenz-tests --test money table -- --ignored --nocapture"]
fn measure_lost_calls() {
    let calls = std::env::var("TRENZ_MONEY_PROTOCOLS").map_or(500, |calls| calls.parse().unwrap());
    let (servers, callers) = runtimes();
    let server = BillingServer::start(650, Responses::Whole);
    println!(
        "calls without a response, of {calls}: closes announced where the protocol can, or not"
    );
    for (way, name) in WAYS.iter().enumerate() {
        let mut line = String::new();
        for announced in [true, false] {
            let idle = Some(Idle { after: Duration::from_millis(2), announced });
            let gateway = Gateway::with(server.address(), idle, || Mood::Pass);
            let gateway = servers.block_on(gateway);
            let far = servers.block_on(proxy::far(gateway.address(), Duration::from_millis(1)));
            let caller = Way::new(way, &gateway, far);
            let mut rng = Rng::with_seed(1);
            let lost = callers.block_on(async {
                let mut lost = 0;
                for _ in 0..calls {
                    lost += u64::from(caller.call(far).await.is_err());
                    // About as long as the server keeps a connection.
                    tokio::time::sleep(Duration::from_micros(rng.u64(1000..8000))).await;
                }
                lost
            });
            let _ = write!(line, " {lost} |");
        }
        println!("| {name} |{line}");
    }
}
