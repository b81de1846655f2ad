//! What an error says: what went wrong, what became of the request, and what it may have cost.
//!
//! `cargo run -p trenz-api --example errors`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use trenz_api::{Charged, Client, Country, Error, Outcome};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;

    // Refused here: nothing is sent, nothing is charged.
    let search = client.data().products().search().country(Country::Us).page_size(500);
    explain(search.send().await);

    // Refused there: the API knows no such task.
    let status = client.async_tasks().status().task_id("task_of_somebody_else");
    explain(status.send().await);

    // Never sent: nobody listens.
    let nowhere =
        Client::builder().api_key("sk_live_example").base_url("http://127.0.0.1:9").build()?;
    let search = nowhere.data().products().search().country(Country::Us);
    explain(search.send().await);
    Ok(())
}

fn explain<T>(answer: Result<T, Error>) {
    let Err(error) = answer else { return println!("it went well\n") };
    println!("{error}");
    if let Some(code) = error.code() {
        println!("  code {code}, request {:?}", error.request_id());
    }
    for violation in error.violations() {
        println!("  {violation}");
    }
    let advice = match error.outcome() {
        Outcome::NotSent => "nothing was sent: correct it, or try again",
        Outcome::Refused if error.charged() == Charged::Yes => {
            "the API has refused it, yet charged it"
        }
        Outcome::Refused => "the API has refused it and charged nothing",
        Outcome::Failed => "the API has failed; by its documentation the coins come back",
        Outcome::Accepted => "it was carried out and charged; what came is in `error.body()`",
        _ => "it may have been carried out and charged: look before you send it again",
    };
    println!("  {advice}\n");
}
