//! Runs the checks, and with `--full` those that take long.

use std::path::Path;
use std::process::Command;
use std::{fs, io};

use crate::args::Test;
use crate::{Failure, say};

/// A command with what must be in its environment.
#[derive(Clone, Debug)]
struct Step {
    env: Option<(&'static str, &'static str)>,
    args: Vec<String>,
}

/// Features of the client that are tried by themselves: each workflow, each ledger, and what is in neither.
const FEATURES: [&str; 5] = [
    "login",
    "publish",
    "tasks,blocking",
    "upload,ledger-sqlite",
    "http2,qrcode,rustls-aws-lc,ledger-postgres",
];

/// The cheap ones first: who forgot to format should not wait for the tests.
fn steps(options: &Test) -> Result<Vec<Step>, Failure> {
    let step = |env, line: &str| Step { env, args: line.split(' ').map(str::to_owned).collect() };
    let mut steps = vec![
        step(None, "fmt --all --check"),
        step(None, "clippy --workspace --all-targets -- -D warnings"),
        step(Some(("RUSTDOCFLAGS", "-D warnings")), "doc --workspace --no-deps"),
        step(options.full.then_some(("TRENZ_LEDGER_SEQUENCES", "2000")), "test --workspace"),
    ];
    if options.full {
        steps.push(step(None, "test --workspace -- --ignored full_"));
        for features in FEATURES {
            let line = format!(
                "clippy --package trenz-api --lib --no-default-features --features {features} -- -D warnings"
            );
            steps.push(step(None, &line));
        }
    }
    for example in examples()? {
        // With what some of them need. Of no package by name, so that most of what the tests have built serves again.
        let line = format!("run --quiet --features trenz-api/ledger-sqlite --example {example}");
        steps.push(step(None, &line));
    }
    Ok(steps)
}

/// The examples of the client; without a key each runs against a sandbox of its own.
fn examples() -> Result<Vec<String>, Failure> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trenz-api/examples");
    let entries = fs::read_dir(&folder)
        .map_err(|error| Failure::new(format!("cannot list {}: {error}", folder.display())))?;
    let files = entries.flatten().map(|entry| entry.path());
    let mut names: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// Runs the steps until one fails.
pub(crate) fn run(options: &Test) -> Result<String, Failure> {
    for step in steps(options)? {
        let line = step.line();
        say(io::stdout(), &format!("== {line}"));
        let mut command = cargo();
        // Nothing here may reach the real API and spend real coins.
        command
            .args(&step.args)
            .envs(step.env)
            .env_remove("TRENZ_API_KEY")
            .env_remove("TRENZ_BASE_URL");
        let status = command
            .status()
            .map_err(|error| Failure::new(format!("cannot run `{line}`: {error}")))?;
        if !status.success() {
            return Err(Failure::new(format!("failed ({status}); to run it again:\n  {line}")));
        }
    }
    Ok("== all passed".to_owned())
}

impl Step {
    /// The command as one would type it.
    fn line(&self) -> String {
        let env = self.env.map(|(name, value)| format!("{name}='{value}' ")).unwrap_or_default();
        format!("{env}cargo {}", self.args.join(" "))
    }
}

/// The cargo that runs this, so that its toolchain is the one that is used.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
