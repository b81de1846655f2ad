//! One call by the library alone, which `benches/compare` sets beside the same call of the program.

use trenz_api::{Client, Country};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = Client::from_env()?;
    let search = client.data().products().search().country(Country::Us).page_size(1);
    let found = runtime.block_on(search.send())?;
    std::process::exit(i32::from(found.data.items.is_empty()));
}
