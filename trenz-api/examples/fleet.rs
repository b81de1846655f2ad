//! Several processes with one key, one budget and one rate limit.
//!
//! `cargo run -p trenz-api --features ledger-sqlite --example fleet`; with PostgreSQL, the processes can be on many
//! machines: `postgres://…` is all that changes.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

use std::process::Command;
use std::time::{Duration, SystemTime};

use trenz_api::{Budget, ClientBuilder, Country, GroupBy, Period, SpendLedger};
use trenz_sandbox::Sandbox;

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

const LEDGER: &str = "FLEET_LEDGER";
const WORKER: &str = "FLEET_WORKER";
const WORKERS: usize = 4;
const COINS: u64 = 50;

#[tokio::main]
async fn main() -> Fallible<()> {
    if let (Ok(url), Ok(worker)) = (std::env::var(LEDGER), std::env::var(WORKER)) {
        return work(&url, &worker).await;
    }
    let sandbox = Sandbox::start().await?;
    let folder = std::env::temp_dir().join(format!("fleet-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let url = format!("sqlite://{}", folder.join("spend.db").display());
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        let mut worker = Command::new(std::env::current_exe()?);
        worker.env(LEDGER, &url).env(WORKER, format!("worker-{number}"));
        worker.env("TRENZ_API_KEY", sandbox.key()).env("TRENZ_BASE_URL", sandbox.base_url());
        workers.push(worker.spawn()?);
    }
    for mut worker in workers {
        worker.wait()?;
    }
    let ledger = SpendLedger::open(&url).await?;
    let day = SystemTime::now() - Duration::from_secs(24 * 3600)..SystemTime::now();
    println!("{}", ledger.report(GroupBy::Process, day).await?);
    println!("of {COINS} coins, the API has charged {}", sandbox.ledger().charged());
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Buys searches until the budget that all share has no coins left.
async fn work(url: &str, name: &str) -> Fallible<()> {
    let ledger = SpendLedger::builder(url).process(name).open().await?;
    let client = ClientBuilder::from_env()?
        .spend_ledger(ledger)
        .budget(Budget::named("searches").coins(COINS).per(Period::Day))
        .build()?;
    for page in 1.. {
        match client.data().products().search().country(Country::Us).page(page).send().await {
            Ok(_) => {}
            Err(error) if error.is_over_budget() => {
                println!("{name} stops: {error}");
                break;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
