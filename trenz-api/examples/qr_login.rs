//! Connecting a TikTok account by scanning a QR code.
//!
//! `cargo run -p trenz-api --features qrcode --example qr_login`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    let login = client.tiktok_login().await?;
    #[cfg(feature = "qrcode")]
    println!("{}", login.terminal());
    println!("scan this with the TikTok app: {}", login.url());

    match login.on_status(|status| println!("{status}")).await {
        Ok(connected) => {
            let name = connected.account.and_then(|account| account.username);
            println!("connected {name:?} for {:?} coins", connected.coins_spent);
        }
        Err(error) if error.is_expired() => println!("{error}; run this again"),
        Err(error) => return Err(error.into()),
    }
    Ok(())
}
