//! A video from a file to an account: uploaded with a progress bar, checked, published, waited for.
//!
//! `cargo run -p trenz-api --example upload_and_publish -- my_video.mp4`

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints to its user")]

mod support;

use indicatif::ProgressBar;
use trenz_api::UploadSource;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _sandbox) = support::client().await?;
    let source = match std::env::args_os().nth(1) {
        Some(path) => UploadSource::path(path),
        None => UploadSource::bytes("my_video.mp4", vec![0; 3_000_000]),
    };

    let mut accounts = client.social().account_management().list().items();
    let Some(account) = accounts.next_item().await.transpose()?.and_then(|account| account.id)
    else {
        return Err("no account is connected; see the example qr_login".into());
    };

    let bar = ProgressBar::no_length();
    let moved = bar.clone();
    let upload = client.upload(source).on_progress(move |progress| {
        moved.set_length(progress.total);
        moved.set_position(progress.sent);
    });
    let uploaded = upload.await?;
    bar.finish();
    println!("{} bytes are at {}", uploaded.size, uploaded.object_key);

    // A dry run shows the video to nobody. `.to(Target::account(…).at(time))` would schedule it.
    let publishing = client.publish("My Video").uploaded(uploaded).to(account).dry_run();
    println!("still to pay:\n{}", publishing.quote());
    match publishing.await {
        Ok(published) => {
            for one in &published.publications {
                println!("account {:?}: {:?} {:?}", one.account, one.status, one.stage);
            }
        }
        Err(error) => {
            // This is what to store, so that nothing is paid twice: `client.publish(…).resume(progress)`.
            println!("{error}\n{:?}", error.progress());
        }
    }
    println!("{}", client.ledger());
    Ok(())
}
