//! Asks before something is spent or changed.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;

use tokio::sync::oneshot;
use trenz_api::{OperationInfo, Replay};

use crate::failure::{Code, Failure};
use crate::interrupt::or_interrupted;
use crate::output::say;
use crate::session::runtime;
use crate::settings::Settings;

/// What is about to be sent.
#[derive(Debug)]
pub(crate) struct Question<'q> {
    /// What to call it: the id of an operation.
    pub(crate) name: &'q str,
    pub(crate) summary: &'q str,
    pub(crate) is_write: bool,
    /// In words.
    pub(crate) price: String,
    /// The most that it may cost, if there is a most.
    pub(crate) coins: Option<u64>,
}

impl<'q> Question<'q> {
    /// Whether to send requests of an operation.
    pub(crate) fn of(operation: &'q OperationInfo, price: String, coins: Option<u64>) -> Self {
        let is_write = operation.replay == Replay::Write;
        Self { name: operation.id, summary: operation.summary, is_write, price, coins }
    }

    /// Asks where it changes something or may cost more than the profile's `confirm_above`. Without a terminal, it
    /// is refused without `--yes`.
    pub(crate) fn ask(&self, settings: &Settings, yes: bool) -> Result<(), Failure> {
        let above = settings.confirm_above();
        let is_dear = self.coins.is_none_or(|coins| coins > above);
        if yes || (!self.is_write && !is_dear) {
            return Ok(());
        }
        let why = match (self.is_write, is_dear) {
            (true, true) => format!("it changes something and may cost more than {above} coins"),
            (true, false) => "it changes something".to_owned(),
            (false, _) => format!("it may cost more than {above} coins"),
        };
        let Self { name, summary, price, coins, .. } = self;
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            let message = format!(
                "{name} was not sent: {why}, and there is no terminal to ask for confirmation; price: {price}"
            );
            return Err(Failure::new(Code::RefusedHere, message)
                .with("operation", *name)
                .with("coins", *coins)
                .advice("pass --yes to send it, or --dry-run to see it"));
        }
        say(&format!("{summary}: {price}"));
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{why}. Send it? [y/N] ");
        let _ = stderr.flush();
        drop(stderr);
        let Some(answer) = line()? else {
            return Err(Failure::new(
                Code::Interrupted,
                format!("{name} was not sent: interrupted"),
            ));
        };
        if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
            return Ok(());
        }
        Err(Failure::new(Code::RefusedHere, format!("{name} was not sent: not confirmed")))
    }
}

/// A line of the terminal; `None` after Ctrl-C.
fn line() -> Result<Option<String>, Failure> {
    let (sender, line) = oneshot::channel();
    // A thread of its own, because nothing ends the wait for a line; it ends with the program.
    thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        let _ = sender.send(read.map(|_| line));
    });
    match runtime()?.block_on(or_interrupted(line)) {
        None => Ok(None),
        Some(Ok(Ok(line))) => Ok(Some(line)),
        Some(Ok(Err(error))) => Err(Failure::local(format!("cannot read the terminal: {error}"))),
        Some(Err(_)) => Err(Failure::local("cannot read the terminal")),
    }
}
