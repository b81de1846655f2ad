//! One search: what it costs, what it finds, what it has cost.
//!
//! `cargo run -p trenz-api --example quickstart`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use trenz_api::data::products::{Search, SearchSort};
use trenz_api::{Country, Operation};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    println!("a search costs {} coins", Search::COIN_COST);

    let found = client
        .data()
        .products()
        .search()
        .country(Country::Us)
        .keyword("lipstick")
        .min_sold_7d(100.0)
        .sort(SearchSort::Sold7d.desc())
        .page_size(5)
        .send()
        .await?;

    for item in &found.data.items {
        println!("{item}");
    }
    println!("{} cost {:?} coins", found.request_id, found.usage.coin_cost);
    Ok(())
}
