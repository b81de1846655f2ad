//! What a spend ledger costs: `cargo run --release -p trenz-tests --example spend_ledger -- WHAT URL [NUMBER]`.
//!
//! - `ratio URL [CALLS]`: calls one after the other to a sandbox that takes no time, without a ledger and with one.
//! - `fleet URL [SECONDS]`: how many calls a second 1, 2, 4, … 20 processes make together.
//! - `history URL [ATTEMPTS]`: how long a call takes with few attempts in the ledger, and with so many.
//!
//! URLs are as `SpendLedger::open` takes them, of a database that is empty.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement prints to its user")]

use std::process::Command;
use std::time::{Duration, Instant};

use trenz_api::data::products::Search;
use trenz_api::{Budget, Client, ClientBuilder, Country, Period, SpendLedger};
use trenz_sandbox::{Key, Sandbox};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = arguments.get(2).map(|number| number.parse().unwrap());
    match (arguments.first().map(String::as_str), arguments.get(1)) {
        (Some("ratio"), Some(url)) => ratio(url, number.unwrap_or(300)).await,
        (Some("fleet"), Some(url)) => fleet(url, number.unwrap_or(3)).await,
        (Some("history"), Some(url)) => history(url, number.unwrap_or(10_000_000)).await,
        (Some("worker"), Some(url)) => worker(url, number.unwrap_or(3)).await,
        _ => println!("expected `ratio`, `fleet` or `history`, and the URL of an empty database"),
    }
}

/// Each has a key of its own, since the processes of a key share the rate limit of a minute.
async fn sandbox() -> Sandbox {
    let key = Key::new(format!("sk_live_{}", fastrand::u64(..)));
    let sandbox = Sandbox::builder().key(key).rate_limit(None).lenient(true);
    sandbox.balance(i64::MAX / 2).start().await.unwrap()
}

fn builder(sandbox: &Sandbox) -> ClientBuilder {
    Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url())
}

fn search() -> Search {
    Search::builder().country(Country::Us).page_size(1).build()
}

async fn with_ledger(builder: ClientBuilder, url: &str) -> (Client, SpendLedger) {
    let ledger = SpendLedger::open(url).await.unwrap();
    let builder = builder.spend_ledger(ledger.clone()).requests_per_minute(10_000);
    let budget = Budget::named("all").coins(1_000_000_000_000).per(Period::Day);
    (builder.budget(budget).build().unwrap(), ledger)
}

/// The time of a call, the best of ten batches.
async fn best(client: &Client, calls: u64) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..10 {
        let start = Instant::now();
        for _ in 0..calls.div_ceil(10) {
            client.execute(&search()).await.unwrap();
        }
        best = best.min(start.elapsed() / u32::try_from(calls.div_ceil(10)).unwrap());
    }
    best
}

async fn ratio(url: &str, calls: u64) {
    let sandbox = sandbox().await;
    let without = builder(&sandbox).build().unwrap();
    let (with, _ledger) = with_ledger(builder(&sandbox), url).await;
    // Turn by turn, so that both meet the same machine.
    let (mut plain, mut recorded) = (Duration::MAX, Duration::MAX);
    for _ in 0..3 {
        plain = plain.min(best(&without, calls / 3).await);
        recorded = recorded.min(best(&with, calls / 3).await);
    }
    println!(
        "a call without a ledger {plain:?}, with one {recorded:?}: {:.2} times",
        recorded.as_secs_f64() / plain.as_secs_f64()
    );
    println!("its two transactions take {:?} together", recorded.saturating_sub(plain));
}

async fn fleet(url: &str, seconds: u64) {
    drop(SpendLedger::open(url).await.unwrap());
    for processes in [1, 2, 4, 8, 12, 16, 20] {
        let sandbox = sandbox().await;
        let workers: Vec<_> = (0..processes)
            .map(|_| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["worker", url, &seconds.to_string()])
                    .env("TRENZ_API_KEY", sandbox.key())
                    .env("TRENZ_BASE_URL", sandbox.base_url())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for mut worker in workers {
            worker.wait().unwrap();
        }
        let calls = sandbox.requests().len() as u64;
        println!("{processes:2} processes: {} calls a second", calls / seconds);
    }
}

async fn worker(url: &str, seconds: u64) {
    let builder = ClientBuilder::from_env().unwrap();
    let (client, _ledger) = with_ledger(builder, url).await;
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        client.execute(&search()).await.unwrap();
    }
}

async fn history(url: &str, attempts: u64) {
    let sandbox = sandbox().await;
    let (client, _ledger) = with_ledger(builder(&sandbox), url).await;
    let few = best(&client, 300).await;
    fill(url, attempts);
    let many = best(&client, 300).await;
    println!(
        "a call with a few attempts in the ledger {few:?}, with {attempts} more {many:?}: {:.2} times",
        many.as_secs_f64() / few.as_secs_f64()
    );
}

/// Adds attempts of other processes to a ledger, as they stand when they are over.
fn fill(url: &str, attempts: u64) {
    let sql = format!(
        "INSERT INTO trenz_processes VALUES (1000, 'others', 0, 0);
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {attempts})
         INSERT INTO trenz_attempts SELECT 1000 * 4294967296 + i, 1000, account, operation, fingerprint, NULL, budgets,
             reserved_at - i, ended_at - i, state, outcome, quoted, reserved, at_risk, settled, unreported, refunded,
             answered, request_id, balance, NULL, NULL, 0
             FROM n, (SELECT * FROM trenz_attempts WHERE state = 2 LIMIT 1) one;"
    );
    if let Some(file) = url.strip_prefix("sqlite://") {
        let sql = format!("PRAGMA synchronous = OFF; {sql} PRAGMA wal_checkpoint(TRUNCATE);");
        rusqlite::Connection::open(file).unwrap().execute_batch(&sql).unwrap();
    } else {
        let sql = format!("{sql} CHECKPOINT; ANALYZE trenz_attempts;");
        let filled = Command::new("psql").args(["-q", "-d", url, "-c", &sql]).status().unwrap();
        assert!(filled.success());
    }
}
