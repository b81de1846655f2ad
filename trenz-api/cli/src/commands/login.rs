//! `trenz login`: connects an account by a QR code.

use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;
use trenz_api::Operation;
use trenz_api::social::account_management::{TikTokQrcode, TikTokQrcodeCheck};

use crate::command::yes;
use crate::confirm::Question;
use crate::failure::{Code, Failure};
use crate::output::{Output, say};
use crate::price::coins;
use crate::session::Session;
use crate::settings::Settings;

/// How long to wait for a code to be confirmed, by default.
const DEADLINE: u64 = 5 * 60;

/// How far apart looks are at least, in seconds.
const INTERVAL: u64 = 2;

pub(super) fn command() -> Command {
    Command::new("login")
        .about("Connect an account by a QR code")
        .arg(Arg::new("platform").value_name("PLATFORM").required(true).value_parser(["tiktok"]))
        .arg(
            Arg::new("timeout")
                .long("timeout")
                .value_name("SECONDS")
                .value_parser(value_parser!(u64))
                .help("How long to wait for the phone; five minutes by default"),
        )
        .arg(yes())
}

pub(super) fn run(_: &[&str], matches: &ArgMatches, output: &Output) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    let session = Session::open(&settings)?;
    let seconds = matches.get_one("timeout").copied().unwrap_or(DEADLINE);
    let looks = seconds.div_ceil(INTERVAL).saturating_mul(TikTokQrcodeCheck::COIN_COST);
    let most = looks.saturating_add(TikTokQrcode::COIN_COST);
    let question = Question {
        name: "login",
        summary: "Connect an account",
        is_write: true,
        price: format!(
            "{} for the code and {} for each look at it, about {} at most",
            coins(TikTokQrcode::COIN_COST),
            coins(TikTokQrcodeCheck::COIN_COST),
            coins(most),
        ),
        coins: Some(most),
    };
    question.ask(&settings, matches.get_flag("yes"))?;
    let notes = output.clone();
    let connected = session.run(async {
        let login = session.client.tiktok_login().await?;
        // Whatever --quiet says: without the code, nothing can be done.
        say(&login.terminal());
        say(&format!("scan this with the app, or open {} there", login.url()));
        let login = login
            .deadline(Duration::from_secs(seconds))
            .on_status(move |status| notes.note(&format!("status: {status}")));
        login.wait().await.map_err(|error| {
            let code = error.api_error().map_or(Code::Charged, Failure::code_of);
            let failure = Failure::new(code, format!("{error:?}"));
            failure.with("coins_spent", error.coins_spent()).with("expired", error.is_expired())
        })
    })?;
    output.value(&json!({
        "account": connected.account.and_then(|account| serde_json::to_value(account).ok()),
        "coins_spent": connected.coins_spent,
    }))
}
