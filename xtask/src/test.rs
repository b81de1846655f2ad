//! Runs every check there is.

use std::io;
use std::process::Command;

use crate::{Failure, say};

/// A command with what must be in its environment.
#[derive(Debug)]
struct Step {
    env: Option<(&'static str, &'static str)>,
    args: &'static [&'static str],
}

/// The cheap ones first: who forgot to format should not wait for the tests.
const STEPS: &[Step] = &[
    Step { env: None, args: &["fmt", "--all", "--check"] },
    Step { env: None, args: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"] },
    Step { env: Some(("RUSTDOCFLAGS", "-D warnings")), args: &["doc", "--workspace", "--no-deps"] },
    Step { env: None, args: &["test", "--workspace"] },
];

/// Runs the steps until one fails.
pub(crate) fn run() -> Result<String, Failure> {
    for step in STEPS {
        let line = step.line();
        say(io::stdout(), &format!("== {line}"));
        let mut command = cargo();
        command.args(step.args).envs(step.env);
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
