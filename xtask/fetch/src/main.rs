//! Gets what is served at an address, and writes it to standard output once all of it is
//! there: `trenz-fetch URL`.
//!
//! Nothing is written if anything is wrong, and standard error says what. Whether it is
//! an OpenAPI document is for `cargo xtask fetch` to say, which runs this.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION, USER_AGENT};
use reqwest::{Client, Response, Url, redirect};

/// The document is 0.4 MB; what is larger than this is something else.
const MOST_BYTES: usize = 100_000_000;

/// How often an address may lead to another one.
const MOST_REDIRECTS: usize = 5;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(url), None) = (args.next(), args.next()) else {
        say("which address? run: cargo xtask fetch [--url URL]");
        return ExitCode::from(2);
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let body = match runtime {
        Ok(runtime) => runtime.block_on(get(&url)),
        Err(error) => Err(format!("there is no runtime for it: {error}")),
    };
    let written = body.and_then(|body| {
        io::stdout().write_all(&body).map_err(|error| format!("cannot be handed on: {error}"))
    });
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            say(&format!("cannot fetch {url}: {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) {
    let _ = writeln!(io::stderr(), "error: {text}");
}

/// The whole of what is served at `url`.
async fn get(url: &str) -> Result<Vec<u8>, String> {
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(120))
        // They are followed here, where a refusal can say where they lead.
        .redirect(redirect::Policy::none())
        .build()
        .map_err(|error| chain(&error))?;
    let mut at = Url::parse(url).map_err(|error| format!("it is no address: {error}"))?;
    for _ in 0..=MOST_REDIRECTS {
        let answer = client
            .get(at.clone())
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, concat!("trenz-api/", env!("CARGO_PKG_VERSION")))
            .send()
            .await
            .map_err(|error| chain(&error))?;
        if !answer.status().is_redirection() {
            return body(answer).await;
        }
        at = next(&at, &answer)?;
    }
    Err(format!("it leads from address to address, more than {MOST_REDIRECTS} times"))
}

/// Where a response leads to. What is not encrypted anybody on the way may have written.
fn next(at: &Url, answer: &Response) -> Result<Url, String> {
    let status = answer.status();
    let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let location =
        location.ok_or_else(|| format!("it answers {status}, and does not say where to go on"))?;
    let next = at.join(location).map_err(|error| format!("it leads to `{location}`: {error}"))?;
    if next.scheme() == "https" {
        return Ok(next);
    }
    Err(format!(
        "it leads to {next}, which is not https and is not followed; if that is meant, name it \
         by --url"
    ))
}

/// The body of a response that has one.
async fn body(mut answer: Response) -> Result<Vec<u8>, String> {
    let status = answer.status();
    if !status.is_success() {
        return Err(format!("it answers {status}"));
    }
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let most = MOST_BYTES / 1_000_000;
                return Err(format!("it is larger than {most} MB, which no document is"));
            }
            Ok(None) => return Ok(body),
            Err(error) => {
                let got = body.len();
                return Err(format!("it broke off after {got} bytes: {}", chain(&error)));
            }
        }
    }
}

/// What went wrong, down to the first cause.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
