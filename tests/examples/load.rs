//! Many calls at once from one client: whether each is answered and charged once, and whether memory stays where it is.
//! Then a thousand tasks, polled by one `wait_all` until they end.
//!
//! `cargo run --release -p trenz-tests --example load [CALLS] [IN_FLIGHT] [TASKS]`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use trenz_api::{Client, Country, Operation, Polling, wait_all};
use trenz_sandbox::{Pace, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let calls: u64 = arguments.next().map_or(Ok(5_000), |calls| calls.parse())?;
    let in_flight: usize = arguments.next().map_or(Ok(200), |count| count.parse())?;
    let tasks: usize = arguments.next().map_or(Ok(1_000), |count| count.parse())?;
    let sandbox =
        Sandbox::builder().balance(1_000_000).rate_limit(None).remember(0).start().await?;
    let client = Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build()?;

    // One round to warm up: connections, pools, caches.
    round(&client, calls, in_flight).await?;
    let (charged, before) = (sandbox.ledger().charged(), resident());
    let start = Instant::now();
    let answered = round(&client, calls, in_flight).await?;
    let seconds = start.elapsed().as_secs_f64();
    let charged = sandbox.ledger().charged() - charged;
    let due = calls * trenz_api::data::products::Search::COIN_COST;

    println!("{answered} of {calls} answered, {charged} of {due} coins charged");
    println!("{:.0} calls a second, {in_flight} in flight", calls_per(seconds, calls));
    match (before, resident()) {
        (Some(before), Some(after)) => {
            println!("resident, client and sandbox together: {before} kB before, {after} kB after");
        }
        _ => println!("how much memory is resident is not to be had here"),
    }
    if answered != calls || charged != due {
        return Err("not every call was answered and charged once".into());
    }
    poll(tasks).await
}

/// Submits tasks that end at their fifth poll, and polls them together.
async fn poll(count: usize) -> Result<(), Box<dyn std::error::Error>> {
    const POLLS: u32 = 5;
    let sandbox = Sandbox::builder().balance(100_000_000).rate_limit(None).remember(0);
    let sandbox = sandbox.pace(Pace::Polls(POLLS)).start().await?;
    let client = Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build()?;
    let mut tasks = Vec::with_capacity(count);
    for _ in 0..count {
        tasks.push(client.content().tools().video_transcription().video_id("1").submit().await?);
    }
    let (start, before) = (Instant::now(), resident());
    let interval = Duration::from_millis(10);
    let often = Polling::new().interval(interval..=interval).max_interval(interval);
    let ends = wait_all(tasks).polling(often).polls_per_minute(u32::MAX).in_flight(50).all().await;
    let seconds = start.elapsed().as_secs_f64();
    let done = ends.iter().filter(|end| end.is_ok()).count();
    println!("{done} of {count} tasks done, {POLLS} polls each, 50 polls in flight");
    println!("{:.0} polls a second", calls_per(seconds, u64::try_from(count)? * u64::from(POLLS)));
    if let (Some(before), Some(after)) = (before, resident()) {
        println!("resident, client and sandbox together: {before} kB before, {after} kB after");
    }
    if done != count {
        return Err("not every task was done".into());
    }
    Ok(())
}

async fn round(
    client: &Client,
    calls: u64,
    in_flight: usize,
) -> Result<u64, Box<dyn std::error::Error>> {
    let (answered, places) = (Arc::new(AtomicU64::new(0)), Arc::new(Semaphore::new(in_flight)));
    let mut running = tokio::task::JoinSet::new();
    for call in 0..calls {
        let place = places.clone().acquire_owned().await?;
        let (client, answered) = (client.clone(), answered.clone());
        running.spawn(async move {
            let keyword = format!("round {call}");
            let search = client.data().products().search().country(Country::Us).keyword(keyword);
            if search.send().await.is_ok_and(|found| !found.data.items.is_empty()) {
                answered.fetch_add(1, Ordering::Relaxed);
            }
            drop(place);
        });
    }
    while running.join_next().await.transpose()?.is_some() {}
    Ok(answered.load(Ordering::Relaxed))
}

#[expect(clippy::cast_precision_loss, reason = "a rate to read")]
fn calls_per(seconds: f64, calls: u64) -> f64 {
    calls as f64 / seconds
}

/// The memory that is resident, in kB, where the system says so.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
