//! `trenz login`: connects an account by a QR code.

use std::cell::Cell;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use serde_json::json;

use crate::command::yes;
use crate::confirm::Question;
use crate::failure::{Code, Failure};
use crate::invocation::Invocation;
use crate::output::{Output, say};
use crate::price::coins;
use crate::session::Session;
use crate::settings::Settings;
use crate::work::{Work, resume};

/// How long to wait for a code to be confirmed, by default.
const DEADLINE: u64 = 5 * 60;

/// How far apart polls are at least, in seconds.
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
        .arg(resume())
        .arg(yes())
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    let session = Session::open(&settings)?;
    let seconds = matches.get_one("timeout").copied().unwrap_or(DEADLINE);
    let quote = session.client.tiktok_login_quote(seconds.div_ceil(INTERVAL));
    let question = Question {
        name: "login",
        summary: "Connect an account",
        is_write: true,
        price: format!("about {} at most: {quote}", coins(quote.total())),
        coins: Some(quote.total()),
    };
    question.ask(&settings, matches.get_flag("yes"))?;
    let work = Work::begin(&session, invocation, matches, output)?;
    let (notes, has_expired) = (output.clone(), Cell::new(false));
    let connected = session.run(async {
        let login = work.client.tiktok_login().await?;
        // Whatever --quiet says: without the code, nothing can be done.
        say(&login.terminal());
        say(&format!("scan this with the app, or open {} there", login.url()));
        let login = login
            .deadline(Duration::from_secs(seconds))
            .on_status(move |status| notes.note(&format!("status: {status}")));
        login.wait().await.map_err(|error| {
            has_expired.set(error.is_expired());
            let code = error.api_error().map_or(Code::Charged, Failure::code_of);
            let failure = Failure::new(code, format!("{error:?}"));
            failure.with("coins_spent", error.coins_spent()).with("expired", error.is_expired())
        })
    });
    let connected = match connected {
        Ok(connected) => connected,
        Err(failure) if has_expired.get() => {
            work.abandon(&session)?;
            return Err(failure.advice(format!("for a new code: {invocation}")));
        }
        Err(failure) => {
            return Err(failure.advice(format!("to continue with this code: {}", work.invocation)));
        }
    };
    output.value(&json!({
        "account": connected.account.and_then(|account| serde_json::to_value(account).ok()),
        "coins_spent": connected.coins_spent,
    }))?;
    work.end()
}
