//! Starts the programs of other packages, which understand their own options.

use std::ffi::OsString;
use std::process::Command;

use crate::Failure;
use crate::test::cargo;

/// Runs the sandbox until it ends.
pub(crate) fn sandbox(args: &[OsString]) -> Result<String, Failure> {
    run("trenz-sandbox", args)
}

/// Compares generator and client with those of others.
pub(crate) fn bench(args: &[OsString]) -> Result<String, Failure> {
    run("trenz-bench", args)
}

fn run(package: &str, args: &[OsString]) -> Result<String, Failure> {
    let mut command = cargo();
    command.args(["run", "--quiet", "-p", package, "--"]).args(args);
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
        Ok(status) => Err(Failure::new(format!("it ended with {status}"))),
        Err(error) => Err(Failure::new(format!("cannot run cargo: {error}"))),
    }
}
