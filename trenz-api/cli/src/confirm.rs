//! Asks before something is spent or changed.

use std::io::{self, BufRead, IsTerminal, Write};

use trenz_api::{OperationInfo, Replay};

use crate::failure::{Code, Failure};

/// Asks whether to send a request, where it changes something or costs more than `above` coins. Where nobody can be
/// asked, it is refused without `--yes`.
pub(crate) fn confirm(
    operation: &OperationInfo,
    price: &str,
    coins: Option<u64>,
    above: u64,
    yes: bool,
) -> Result<(), Failure> {
    let is_write = operation.replay == Replay::Write;
    let is_dear = coins.is_none_or(|coins| coins > above);
    if yes || (!is_write && !is_dear) {
        return Ok(());
    }
    let why = match (is_write, is_dear) {
        (true, true) => format!("it changes something and may cost more than {above} coins"),
        (true, false) => "it changes something".to_owned(),
        (false, _) => format!("it may cost more than {above} coins"),
    };
    let what = format!("{} ({price})", operation.summary);
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let message =
            format!("{} was not sent: {why}, and nobody can be asked here: {price}", operation.id);
        return Err(Failure::new(Code::RefusedHere, message)
            .with("operation", operation.id)
            .with("coins", coins)
            .advice("pass --yes to send it, or --dry-run to see it"));
    }
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "{what}: {why}. Send it? [y/N] ");
    let _ = stderr.flush();
    drop(stderr);
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|error| Failure::local(format!("cannot read the terminal: {error}")))?;
    if ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::new(Code::RefusedHere, format!("{} was not sent: not confirmed", operation.id)))
}
