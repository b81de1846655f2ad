//! The document leaves what a search finds open. It is decoded into a type of your own, and nothing is lost: ids of 19
//! digits keep every one of them.
//!
//! `cargo run -p trenz-api --example search_into_own_type`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use serde::Deserialize;
use trenz_api::Country;

/// Only what this program needs; what else comes is ignored.
#[derive(Debug, Deserialize)]
struct Product {
    id: String,
    title: String,
    price: Option<f64>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    let search = client.data().products().search().country(Country::Th).keyword("tea");
    let found = search.send().await?;
    println!("{} of {:?} products", found.data.items.len(), found.data.total_count);
    for item in &found.data.items {
        match item.parse::<Product>() {
            Ok(product) => println!("{} {} {:?}", product.id, product.title, product.price),
            // One that does not decode has the path, and its raw JSON.
            Err(error) => println!("{error}: {item}"),
        }
    }
    Ok(())
}
