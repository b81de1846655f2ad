//! Starts a sandbox; see `--help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    trenz_sandbox::cli::main()
}
