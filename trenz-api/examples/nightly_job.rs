//! A job that is run each night, dies in the middle, and is run again: nothing is bought twice, and nothing is forgotten.
//!
//! `cargo run -p trenz-api --features ledger-sqlite --example nightly_job`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use trenz_api::{Budget, Client, ClientBuilder, Country, OnceRefusal, Period, SpendLedger};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

/// The environment of the job: where its ledger is, and whether it will die this time.
const LEDGER: &str = "NIGHTLY_LEDGER";
const DIES: &str = "NIGHTLY_DIES";

#[tokio::main]
async fn main() -> Fallible<ExitCode> {
    if let Ok(url) = std::env::var(LEDGER) {
        job(&url).await?;
        return Ok(ExitCode::SUCCESS);
    }
    // The second search is answered late, so that the job can die while it waits.
    let late = Fault::new(FaultKind::StallHeaders(None)).after(1).times(1);
    let sandbox = Sandbox::builder().fault(late).start().await?;
    let folder = std::env::temp_dir().join(format!("nightly-job-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    for night in ["the first run", "the second run"] {
        println!("== {night}");
        let status = run(&sandbox, &folder, night == "the first run")?;
        println!("ended with {status}");
        // Its lease ends by itself; what it had under way is at risk from then on.
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
    println!(
        "the API was sent {} searches and charged {} coins",
        sandbox.requests().len(),
        sandbox.ledger().charged()
    );
    std::fs::remove_dir_all(&folder)?;
    Ok(ExitCode::SUCCESS)
}

fn run(sandbox: &Sandbox, folder: &Path, dies: bool) -> Fallible<std::process::ExitStatus> {
    let mut job = Command::new(std::env::current_exe()?);
    job.env(LEDGER, format!("sqlite://{}", folder.join("spend.db").display()));
    if dies {
        job.env(DIES, "1");
    }
    Ok(job
        .env("TRENZ_API_KEY", sandbox.key())
        .env("TRENZ_BASE_URL", sandbox.base_url())
        .status()?)
}

async fn job(url: &str) -> Fallible<()> {
    let ledger = SpendLedger::builder(url)
        .lease(Duration::from_secs(1))
        // The sandbox does at once what it does. The default of ten minutes is for the API.
        .settling_time(Duration::from_millis(500))
        .open()
        .await?;
    let client = ClientBuilder::from_env()?
        .spend_ledger(ledger.clone())
        .budget(Budget::named("nightly").coins(100).per(Period::Day).warn_at(0.8))
        .build()?;
    for keyword in ["lipstick", "serum", "mascara"] {
        search(&client, keyword).await?;
    }
    for task in ledger.open_tasks().await? {
        println!("a task is left: {task}");
    }
    for found in ledger.reconcile().await? {
        println!("attempt {}: {:?}, because {}", found.id, found.resolution, found.why);
    }
    for budget in ledger.budgets().await? {
        println!(
            "{}: {} of {} coins spent, {} at risk",
            budget.name, budget.spent, budget.limit, budget.at_risk
        );
    }
    Ok(())
}

async fn search(client: &Client, keyword: &str) -> Fallible<()> {
    // The name says what is bought. A real job would put the date into it.
    let request = client.data().products().search().country(Country::Us).keyword(keyword).build();
    let call = client.call(request.clone()).once(format!("search for {keyword}"));
    if keyword == "serum" && std::env::var_os(DIES).is_some() {
        let client = client.clone();
        tokio::spawn(async move { client.call(request).once("search for serum").send().await });
        tokio::time::sleep(Duration::from_millis(500)).await;
        eprintln!("dying while the search for {keyword} is under way");
        std::process::exit(1);
    }
    match call.send().await {
        Ok(found) => println!(
            "{keyword}: {} products, by request {}",
            found.data.items.len(),
            found.request_id
        ),
        Err(error) => match error.once_refusal() {
            Some(OnceRefusal::AtRisk(id)) => {
                println!("{keyword}: attempt {id} may have been charged");
            }
            _ => return Err(error.into()),
        },
    }
    Ok(())
}
