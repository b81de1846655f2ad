//! Downloads a document, and writes it to standard output once it is complete: `trenz-fetch URL`.
//!
//! In case of an error nothing is written, and standard error has the reason. `cargo xtask fetch`,
//! which runs this, checks whether it is an OpenAPI document.

use std::error::Error as _;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use reqwest::header::{ACCEPT, LOCATION, USER_AGENT};
use reqwest::{Client, Response, Url, redirect};

/// The document has 0.4 MB; anything larger than this is something else.
const MOST_BYTES: usize = 100_000_000;

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let (Some(url), None) = (args.next(), args.next()) else {
        say("the URL is missing; run: cargo xtask fetch [--url URL]");
        return ExitCode::from(2);
    };
    // The HTTP library comes without cryptography of its own. Nothing else in this program can have chosen another.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let body = match runtime {
        Ok(runtime) => runtime.block_on(get(&url)),
        Err(error) => Err(format!("cannot start the runtime: {error}")),
    };
    let written = body.and_then(|body| {
        io::stdout()
            .write_all(&body)
            .map_err(|error| format!("cannot write to standard output: {error}"))
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

/// Downloads `url` completely.
async fn get(url: &str) -> Result<Vec<u8>, String> {
    let client = Client::builder()
        .connect_timeout(Duration::from_secs(20))
        .timeout(Duration::from_secs(120))
        // Followed here, so that a refusal can name the target.
        .redirect(redirect::Policy::none())
        .build()
        .map_err(|error| chain(&error))?;
    let mut at = Url::parse(url).map_err(|error| format!("invalid URL: {error}"))?;
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
    Err(format!("expected at most {MOST_REDIRECTS} redirects, found more"))
}

/// The target of a redirect. An unencrypted response could have been forged.
fn next(at: &Url, answer: &Response) -> Result<Url, String> {
    let status = answer.status();
    let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let location =
        location.ok_or_else(|| format!("it responds with {status} without a location"))?;
    let next =
        at.join(location).map_err(|error| format!("invalid redirect to `{location}`: {error}"))?;
    if next.scheme() == "https" {
        return Ok(next);
    }
    Err(format!(
        "it redirects to {next}, which is not https and is not followed; if that is intended, pass it \
         by --url"
    ))
}

/// The body of a success response.
async fn body(mut answer: Response) -> Result<Vec<u8>, String> {
    let status = answer.status();
    if !status.is_success() {
        return Err(format!("it responds with {status}"));
    }
    let mut body = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= MOST_BYTES => {
                body.extend_from_slice(&chunk);
            }
            Ok(Some(_)) => {
                let most = MOST_BYTES / 1_000_000;
                return Err(format!("expected at most {most} MB, found more"));
            }
            Ok(None) => return Ok(body),
            Err(error) => {
                let got = body.len();
                return Err(format!(
                    "the connection was lost after {got} bytes: {}",
                    chain(&error)
                ));
            }
        }
    }
}

/// The error with all of its causes.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
