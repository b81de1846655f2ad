//! Compares the verdicts of the change report with those of cargo-semver-checks.

use crate::Failure;
use crate::args::Semver;
use crate::test::cargo;

/// Runs the test that records; it reports what it needs.
pub(crate) fn run(options: &Semver) -> Result<String, Failure> {
    let mut command = cargo();
    command
        .args(["test", "--package", "trenz-codegen", "--test", "it", "cargo_semver_checks", "--"])
        // First the recording, then the comparison with the verdicts.
        .args(["--include-ignored", "--nocapture", "--test-threads=1"]);
    match &options.edit {
        Some(edit) => command.env("EDITS", edit),
        None => command.env_remove("EDITS"),
    };
    match command.status() {
        Ok(status) if status.success() => Ok("== the verdicts agree".to_owned()),
        Ok(status) => Err(Failure::new(format!("failed ({status}), see above"))),
        Err(error) => Err(Failure::new(format!("cannot run cargo: {error}"))),
    }
}
