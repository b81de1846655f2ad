//! A whole list, page after page, for no more than it may cost.
//!
//! `cargo run -p trenz-api --example search_all`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use serde::Deserialize;
use trenz_api::Country;
use trenz_api::data::products::SearchSort;

#[derive(Debug, Deserialize)]
struct Product {
    id: String,
    title: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    let search = client.data().products().search().country(Country::Us);
    let search = search.keyword("lipstick").sort(SearchSort::Sold7d.desc());

    // Each page is a call of its own, paid when it is fetched, and fetched when it is needed.
    let mut items = search.items().max_pages(5).max_items(60);
    println!("five pages cost at most {} coins", items.quote(5).total());

    let mut count = 0;
    while let Some(item) = items.next_item().await {
        let product: Product = item?.parse()?;
        count += 1;
        println!("{count:>3} {} {}", product.id, product.title);
    }

    // What a limit has ended can be gone on from, in another process too.
    if let Some(rest) = items.resume() {
        println!("the next page would be {:?}", rest.page);
    }
    println!("{}", client.ledger());
    Ok(())
}
