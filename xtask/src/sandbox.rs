//! Starts the sandbox, which is the program of `trenz-api/sandbox`.

use std::process::Command;

use crate::Failure;
use crate::args::Sandbox;
use crate::test::cargo;

/// Runs the sandbox until it ends.
pub(crate) fn run(options: &Sandbox) -> Result<String, Failure> {
    let mut command = cargo();
    command.args(["run", "--quiet", "-p", "trenz-sandbox", "--"]).args(&options.args);
    become_it(command)
}

/// Becomes the other program, so that it alone gets the Ctrl-C that ends it.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<String, Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::new(format!("cannot run cargo: {error}")))
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<String, Failure> {
    match command.status() {
        Ok(status) if status.success() => Ok(String::new()),
        Ok(status) => Err(Failure::new(format!("the sandbox ended with {status}"))),
        Err(error) => Err(Failure::new(format!("cannot run cargo: {error}"))),
    }
}
