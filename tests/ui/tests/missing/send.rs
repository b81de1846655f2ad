//! A request of which one required input is set.

use trenz_api::{Client, Country};

async fn nothing_after_the_country(client: &Client) {
    let _ = client.data().products().detail().country(Country::Us).send().await;
}

async fn nothing_before_the_id(client: &Client) {
    let _ = client.data().products().detail().id("7318465024").send().await;
}

fn main() {}
