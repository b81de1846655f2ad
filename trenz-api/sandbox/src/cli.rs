//! The sandbox as a program: `trenz-sandbox [OPTIONS]`.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};

use crate::builder::SandboxBuilder;
use crate::document::Document;
use crate::keys::{DEFAULT_KEY, Key};
use crate::pace::Pace;
use crate::sandbox::Sandbox;

const HELP: &str = "\
A simulated Trenz Open Platform on 127.0.0.1. It charges no real coins.

Usage: trenz-sandbox [OPTIONS]

      --port N           Listen on this port of 127.0.0.1 [default: a free one]
      --balance COINS    Start with this balance [default: 1000000]
      --key KEY          Accept this key; can be given several times
      --scopes A,B       Grant the keys only these scopes
      --task-seconds N   Seconds that a task takes [default: 8]
      --latency MS       Milliseconds to wait before each response
      --fault SPEC       Inject a fault: stall-body=2s,on=trenz-products-search,times=3,probability=0.5;
                         can be given several times
      --seed N           Seed of generated values and of random choices [default: 1]
      --spec FILE        Serve this OpenAPI document instead
      --rate-limit N     Requests a minute of each key; 0 sets no limit [default: 200]
      --items N          Items in every generated list [default: 137]
      --close-idle MS    Close connections that are idle for this long
      --lenient          Accept whatever the schemas allow, even unknown ids
  -h, --help             Show this help

While it runs, http://127.0.0.1:PORT/_sandbox shows its state, and POST /_sandbox/faults takes
further faults, one a line. Ctrl-C stops it and prints a bill.
";

/// The most requests that a long-running sandbox keeps.
const REMEMBERED: usize = 1000;

/// How long a task takes by default when started as a program.
const TASK_SECONDS: u64 = 8;

/// Runs the program with the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    match parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => print(HELP),
        Ok(Command::Run(builder)) => match run(*builder) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string(), 1),
        },
        Err(error) => fail(&format!("{error}; see --help"), 2),
    }
}

enum Command {
    Help,
    Run(Box<SandboxBuilder>),
}

type Fallible<T> = Result<T, Box<dyn std::error::Error>>;

fn parse(arguments: impl IntoIterator<Item = OsString>) -> Fallible<Command> {
    let mut parser = Parser::from_args(arguments);
    let pace = Pace::Time(Duration::from_secs(TASK_SECONDS));
    let mut builder = Sandbox::builder().pace(pace).remember(REMEMBERED);
    let mut keys: Vec<String> = Vec::new();
    let mut scopes: Option<Vec<String>> = None;
    let mut spec: Option<PathBuf> = None;
    while let Some(argument) = parser.next()? {
        let Arg::Long(name) = argument else {
            if argument == Arg::Short('h') {
                return Ok(Command::Help);
            }
            return Err(argument.unexpected().into());
        };
        builder = match name {
            "help" => return Ok(Command::Help),
            "lenient" => builder.lenient(true),
            "key" => {
                keys.push(parser.value()?.string()?);
                builder
            }
            "scopes" => {
                let list = parser.value()?.string()?;
                scopes = Some(list.split(',').map(|scope| scope.trim().to_owned()).collect());
                builder
            }
            "spec" => {
                spec = Some(parser.value()?.into());
                builder
            }
            "port" => builder.port(parser.value()?.parse()?),
            "balance" => builder.balance(parser.value()?.parse()?),
            "task-seconds" => {
                builder.pace(Pace::Time(Duration::from_secs(parser.value()?.parse()?)))
            }
            "latency" => builder.latency(Duration::from_millis(parser.value()?.parse()?)),
            "fault" => builder.fault(parser.value()?.parse::<crate::fault::Fault>()?),
            "seed" => builder.seed(parser.value()?.parse()?),
            "rate-limit" => {
                let per_minute: u32 = parser.value()?.parse()?;
                builder.rate_limit((per_minute > 0).then_some(per_minute))
            }
            "items" => builder.items(parser.value()?.parse()?),
            "close-idle" => {
                builder.close_idle_after(Duration::from_millis(parser.value()?.parse()?))
            }
            _ => return Err(Arg::Long(name).unexpected().into()),
        };
    }
    let document = match spec {
        Some(path) => Some(read(&path)?),
        None => None,
    };
    if keys.is_empty() {
        keys.push(DEFAULT_KEY.to_owned());
    }
    if let Some(scopes) = &scopes {
        let trenz = Document::trenz()?;
        let known = document.as_ref().map_or(trenz.scopes(), Document::scopes);
        if let Some(unknown) = scopes.iter().find(|scope| !known.contains(*scope)) {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            return Err(format!(
                "--scopes: expected some of {}, found {unknown}",
                known.join(", ")
            )
            .into());
        }
    }
    for key in keys {
        let key = Key::new(key);
        builder = builder.key(match &scopes {
            Some(scopes) => key.scopes(scopes.iter().cloned()),
            None => key,
        });
    }
    if let Some(document) = document {
        builder = builder.document(document);
    }
    Ok(Command::Run(Box::new(builder)))
}

fn read(path: &Path) -> Fallible<Document> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(Document::parse(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn run(builder: SandboxBuilder) -> Fallible<()> {
    let sandbox = builder.start_blocking()?;
    let (url, key) = (sandbox.base_url(), sandbox.key());
    let mut out = io::stdout();
    writeln!(out, "Trenz sandbox at {url} with the key {key} (Ctrl-C stops it)")?;
    writeln!(out, "export TRENZ_API_KEY={}", quoted(key))?;
    writeln!(out, "export TRENZ_BASE_URL={url}")?;
    out.flush()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(termination())?;
    let bill = sandbox.stop();
    writeln!(out, "\n{bill}")?;
    Ok(())
}

/// Waits for Ctrl-C or a request to terminate.
async fn termination() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

/// A word quoted for a shell.
fn quoted(word: &str) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    if plain { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn fail(message: &str, code: u8) -> ExitCode {
    // If standard error cannot be written either, the exit code is all there is.
    let _ = writeln!(io::stderr(), "sandbox: {message}");
    ExitCode::from(code)
}

#[cfg(test)]
mod tests {
    use super::{Command, parse, quoted};

    fn refusal(line: &str) -> Option<String> {
        match parse(line.split_whitespace().map(Into::into)) {
            Ok(_) => None,
            Err(error) => Some(error.to_string()),
        }
    }

    #[test]
    fn every_option_is_parsed() {
        let line = "--port 0 --balance 5 --key sk_live_sandbox_a --key sk_live_sandbox_b \
                    --scopes trenz.ai.read,trenz.ads.read --task-seconds 1 --latency 2 \
                    --fault nulls --fault drip=3ms,times=1 --seed 4 --rate-limit 0 --items 9 \
                    --close-idle 5 --lenient";
        assert_eq!(refusal(line), None);
        assert!(matches!(parse(["-h".into()]), Ok(Command::Help)));
    }

    #[test]
    fn invalid_options_are_refused() {
        for (line, words) in [
            ("--prot 1", "--prot"),
            ("--port x", "\"x\""),
            ("--scopes trenz.nothing", "trenz.products.read"),
            ("--fault explode", "close-in-body"),
            ("--spec /nonexistent", "/nonexistent"),
            ("extra", "extra"),
        ] {
            let refusal = refusal(line).unwrap_or_default();
            assert!(refusal.contains(words), "{line}: {refusal}");
        }
    }

    #[test]
    fn shell_words_are_quoted() {
        assert_eq!(quoted("sk_live_sandbox_1"), "sk_live_sandbox_1");
        assert_eq!(quoted("a b"), "'a b'");
    }
}
