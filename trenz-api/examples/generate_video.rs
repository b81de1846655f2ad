//! A video from a prompt: quoted, submitted under a budget, waited for, and taken up again by its reference.
//!
//! `cargo run -p trenz-api --example generate_video`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use serde::Deserialize;
use trenz_api::{Operation, TaskRef};

/// The document leaves open what a task makes; this is what this program needs of it.
#[derive(Debug, Deserialize)]
struct Video {
    video_url: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    let client = client.with_budget(500);

    let generate = client.content().ai_video().sd_pro_generate().prompt("a lighthouse at dawn");
    let call = generate.duration(8).resolution("480p").call();
    println!("it will cost {}", call.operation().quote());

    let task = call.submit().await?.on_update(|update| {
        let status = update.status.as_ref().map_or("unknown", |status| status.as_str());
        println!("{status} after {} s", update.waited.as_secs());
    });

    // Whatever happens to this program now, the work goes on, and this is enough to find it again.
    let kept = task.reference().to_string();
    println!("kept: {kept}");

    match task.await {
        Ok(done) => println!("made: {}", done.decode::<Video>()?.video_url),
        Err(error) if error.is_deadline() => println!("not yet; ask later by {kept}"),
        Err(error) => println!("{error}"),
    }

    // As another process would do it; results are kept by the API.
    let again = client.task(kept.parse::<TaskRef>()?).await?;
    println!("again: {}", again.decode::<Video>()?.video_url);
    println!("{}", client.ledger());
    Ok(())
}
