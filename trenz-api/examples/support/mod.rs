//! A client for the examples: of the real API where a key is set, else of a sandbox of their own.

use trenz_api::Client;
use trenz_sandbox::Sandbox;

/// The client, and the sandbox that lives as long as it is kept.
pub(crate) async fn client() -> Result<(Client, Option<Sandbox>), Box<dyn std::error::Error>> {
    if std::env::var_os("TRENZ_API_KEY").is_some() {
        return Ok((Client::from_env()?, None));
    }
    let sandbox = Sandbox::start().await?;
    println!("no TRENZ_API_KEY is set: this runs against a sandbox at {}\n", sandbox.base_url());
    let client = Client::builder().api_key(sandbox.key()).base_url(sandbox.base_url()).build()?;
    Ok((client, Some(sandbox)))
}
