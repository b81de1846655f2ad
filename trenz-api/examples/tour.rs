//! The tour of the README: what a call costs, what it may have cost when it fails, and what a budget refuses.
//!
//! `cargo run -p trenz-api --example tour`

use std::error::Error;
use std::io::{self, Write};

use trenz_api::data::products::Search;
use trenz_api::{Client, Country, Operation};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tour(&mut io::stdout()).await
}

/// Makes three calls to a sandbox, and prints what a caller sees.
pub(crate) async fn tour(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let sandbox = Sandbox::start().await?;
    let client = Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build()?;

    writeln!(out, "# a priced call")?;
    writeln!(out, "a search costs {} coins", Search::COIN_COST)?;
    let found = client.data().products().search().country(Country::Us).send().await?;
    let cost = found.usage.coin_cost.map_or("unknown".to_owned(), |coins| coins.to_string());
    let products = found.data.items.len();
    writeln!(out, "{}: {products} products, coins: {cost}", found.request_id)?;

    writeln!(out, "\n# the connection is lost after the request was sent")?;
    sandbox.add_fault(Fault::new(FaultKind::CloseAfterCharging).times(1));
    let video = client.content().ai_video().sora2_generate().prompt("a lighthouse");
    if let Err(error) = video.send().await {
        writeln!(out, "{error}")?;
        writeln!(out, "outcome: {}, at risk: {} coins", error.outcome(), error.coins_at_risk())?;
    }

    writeln!(out, "\n# a budget of 500 coins")?;
    let nightly = client.with_budget(500);
    let video = nightly.content().ai_video().sora2_generate().prompt("a lighthouse");
    if let Err(error) = video.send().await {
        writeln!(out, "{error}")?;
    }

    writeln!(out, "\n# the ledger\n{}", client.ledger())?;
    Ok(())
}
