//! What a warm client's calls take over HTTP/1.1 and HTTP/2, and what becomes of them when connections end.
//!
//! `TRENZ_MONEY_PROTOCOLS` sets how many calls are made.

use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;
use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::{Client, ConnectionPolicy, Outcome};

use crate::billing_server::{BillingServer, Responses};
use crate::gateway::{Gateway, Idle, Mood};
use crate::proxy::{self, Fate};
use crate::{KEY, hasty};

const PRICE: u64 = 650;

fn calls(otherwise: u64) -> u64 {
    std::env::var("TRENZ_MONEY_PROTOCOLS").map_or(otherwise, |calls| calls.parse().unwrap())
}

fn paid(mark: &str) -> SdProGenerate {
    SdProGenerate::builder().prompt(format!("~{mark}~")).build()
}

fn client(gateway: &Gateway, address: SocketAddr, policy: ConnectionPolicy) -> Client {
    let client = Client::builder().api_key(KEY).retry_policy(hasty()).connection_policy(policy);
    gateway.trusted(client, address).coin_budget(u64::MAX).build().unwrap()
}

/// About as long as a server keeps a connection that closes idle ones after 2 ms.
async fn pause(rng: &mut Rng) {
    tokio::time::sleep(Duration::from_micros(rng.u64(1000..8000))).await;
}

/// The protocol of HTTP/2 tells of everything that such a server has not processed.
///
/// On one thread: on several, hyper may give a request the error of its connection instead of that of its stream, which
/// proves nothing (3 of 12,000 calls here, on a busy machine).
#[tokio::test]
async fn no_call_is_lost_if_the_server_announces_its_closing() {
    let calls = calls(300);
    let server = BillingServer::start(PRICE, Responses::Whole);
    let mut rng = Rng::with_seed(1);
    let mood = move || match rng.u8(..8) {
        0 => Mood::Refuse,
        1 | 2 => Mood::Leave(Duration::from_micros(rng.u64(..4000))),
        _ => Mood::Pass,
    };
    let idle = Idle { after: Duration::from_millis(2), announced: true };
    let gateway = Gateway::with(server.address(), Some(idle), mood).await;
    // Over some distance, so that requests and what ends their connection pass each other.
    let far = proxy::far(gateway.address(), Duration::from_millis(2)).await;
    let client = client(&gateway, far, ConnectionPolicy::default());
    let (done, unknown) = in_parallel(&client, 0, calls).await;
    let (total, billed) = (client.ledger().total(), server.billed(""));
    assert!(billed.iter().all(|times| *times == 1), "{billed:?}");
    assert_eq!((unknown, total.at_risk), (0, 0), "{total:?}");
    assert_eq!((done, done * PRICE), (billed.len() as u64, total.settled), "{total:?}");
    assert!(done > calls * 9 / 10 && total.attempts > calls + calls / 16, "too tame: {total:?}");
}

/// Closes connections at any byte and any time, half of them without a word, under TLS.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_processed_twice_whenever_a_connection_ends() {
    let calls = calls(200);
    for http2 in [false, true] {
        let server = BillingServer::start(PRICE, Responses::Whole);
        let mut rng = Rng::with_seed(2);
        let mood = move || match rng.u8(..16) {
            0 => Mood::Refuse,
            1 => Mood::Leave(Duration::from_micros(rng.u64(..4000))),
            2 => Mood::Break(Duration::from_micros(rng.u64(..4000))),
            _ => Mood::Pass,
        };
        let gateway = Gateway::with(server.address(), None, mood).await;
        // The handshake of TLS takes some 400 bytes from the client.
        let fate = |rng: &mut Rng| match rng.u8(..8) {
            0 => Fate::After(rng.usize(..1500)),
            1 => Fate::HalfClosed(rng.usize(..1500)),
            _ => Fate::Unused(Duration::from_millis(rng.u64(100..500))),
        };
        let proxy = proxy::start(gateway.address(), fate).await;
        // One client goes over to HTTP/1.1 when a connection has broken. Many meet HTTP/2 many times.
        let (mut done, mut unknown, mut settled, mut most) = (0, 0, 0, 0);
        for group in 0..calls / 20 {
            let policy = ConnectionPolicy::default().http2(http2);
            let client = client(&gateway, proxy, policy);
            let (came, lost) = in_parallel(&client, group, 20).await;
            let total = client.ledger().total();
            (done, unknown) = (done + came, unknown + lost);
            settled += total.settled;
            most += total.settled + total.at_risk + total.unreported_at_most;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let billed = server.billed("");
        println!("http2: {http2}; {done} of {calls} came through, {unknown} unknown");
        assert!(billed.iter().all(|times| *times == 1), "{billed:?}");
        let bill = billed.len() as u64 * PRICE;
        assert!(settled <= bill && bill <= most, "{settled} {bill} {most}");
        assert!(done > calls / 2 && unknown > 0, "{done} {unknown}");
    }
}

/// Makes so many calls, some at once: how many came through, and of how many nothing is known.
async fn in_parallel(client: &Client, group: u64, calls: u64) -> (u64, u64) {
    let workers = (0..2).map(|worker| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut rng = Rng::with_seed(worker);
            let (mut done, mut unknown) = (0, 0);
            for number in 0..calls / 2 {
                let mark = format!("{group}.{worker}.{number}");
                match client.execute(&paid(&mark)).await {
                    Ok(_) => done += 1,
                    Err(error) => unknown += u64::from(error.outcome() == Outcome::Unknown),
                }
                pause(&mut rng).await;
            }
            (done, unknown)
        })
    });
    let mut sum = (0, 0);
    for worker in workers.collect::<Vec<_>>() {
        let (done, unknown) = worker.await.unwrap();
        sum = (sum.0 + done, sum.1 + unknown);
    }
    sum
}
