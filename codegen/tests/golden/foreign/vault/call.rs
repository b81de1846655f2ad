//! Calls a vault whose base URL is the argument: with a key in the query, without one, and with a header instead.

use trenz_api::Client;
use trenz_api::types::Coin;

fn main() -> Result<(), trenz_api::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call(&std::env::args().nth(1).unwrap()))
}

async fn call(base_url: &str) -> Result<(), trenz_api::Error> {
    let client = Client::builder().api_key("a b&c").base_url(format!("{base_url}?region=eu")).build()?;
    let coin = client.coins().get_coin().id(u64::MAX).send().await?;
    assert_eq!((coin.data.id, coin.data.next), (u64::MAX, Some(vec![1 << 63, 7])));
    client.coins().add_coin().body(Coin::builder().id(u64::MAX).build()).send().await?;
    client.coins().hours().send().await?;
    client.coins().news().send().await?;

    let open = Client::builder().base_url(base_url).build()?;
    open.coins().news().send().await?;
    let own = Client::builder().header("Authorization", "Token a b").base_url(base_url).build()?;
    own.coins().get_coin().id(7).send().await?;

    // The server repeats the key.
    let error = client.coins().get_coin().id(404).send().await.unwrap_err();
    let shown = format!("{error} {error:?} {:?} {client:?}", error.message());
    assert!(shown.contains("[redacted]") && !shown.contains("a b&c"), "{shown}");
    assert!(!shown.contains("a%20b"), "{shown}");
    Ok(())
}
