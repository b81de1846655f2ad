//! The runtime's promises, each against a server on loopback that responds, or misbehaves, as the test says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    reason = "a test may stop where it is, and need not be fast"
)]

mod about;
mod answers;
mod charges;
mod configuration;
mod credentials;
mod echoes;
mod environment;
mod errors;
mod extremes;
mod frames;
mod grace;
mod http2;
mod lenient;
mod pages;
mod refunds;
mod requests;
mod secrecy;
mod server;
mod spans;
mod states;
mod stores;
mod texts;
mod transport;

use server::Server;
use trenz_api::{Client, ClientBuilder, Country, RetryPolicy, data::products::Search};

/// Scanned for in everything that comes out of the client.
const KEY: &str = "sk_live_THE-SECRET-KEY";

/// A client that sends nothing again, so that one attempt can be looked at.
fn builder(server: &Server) -> ClientBuilder {
    Client::builder().api_key(KEY).base_url(server.url()).retry_policy(RetryPolicy::never())
}

fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

/// A request that stands for any other.
fn search() -> Search {
    Search::builder().country(Country::Us).build()
}
