//! Calls a server of this machine, which says what it was asked. No call carries a key.

use trenz_api::Client;

fn main() -> Result<(), trenz_api::Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(call(&std::env::args().nth(1).unwrap()))
}

async fn call(base_url: &str) -> Result<(), trenz_api::Error> {
    let client = Client::builder().base_url(base_url).build()?;
    let things = client.things();
    things.list().limit(2).send().await?;
    things.find().by("a&b").send().await?;
    things.second_copy().send().await?;
    things.older().send().await?;
    things.undeclared().id("7").send().await?;
    things.empty_body().name("Rex").send().await?;
    Ok(())
}
