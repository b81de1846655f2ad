//! The API key: from the environment, a file or a program such as that of the system's keyring. Never a flag, which other
//! users could see.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Settings, variable};
use crate::failure::Failure;

/// A key, which is never printed.
pub(crate) struct Key {
    text: String,
    pub(crate) origin: Origin,
}

/// Shows the key in no message, as far as it is known without running a program.
pub(super) fn hide(settings: &Settings) {
    if variable("TRENZ_API_KEY").is_some() || settings.profile.api_key_command.is_none() {
        // Why there is none is said by those who need one.
        drop(find(settings));
    }
}

/// Where a key is from.
#[derive(Debug)]
pub(crate) enum Origin {
    Environment,
    File(PathBuf),
    Program(String),
}

impl Key {
    /// The key itself, for the client.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment => f.write_str("the environment variable TRENZ_API_KEY"),
            Self::File(path) => write!(f, "the file {}", path.display()),
            Self::Program(name) => write!(f, "the program {name}"),
        }
    }
}

pub(super) fn find(settings: &Settings) -> Result<Key, Failure> {
    if let Some(text) = variable("TRENZ_API_KEY") {
        return filled(&text, Origin::Environment);
    }
    let profile = &settings.profile;
    match (&profile.api_key_file, &profile.api_key_command) {
        (Some(_), Some(_)) => {
            Err(Failure::usage("the profile: expected api_key_file or api_key_command, found both"))
        }
        (Some(file), None) => from_file(settings.resolve(file)),
        (None, Some(words)) => from_program(words),
        (None, None) => Err(missing(settings)),
    }
}

fn missing(settings: &Settings) -> Failure {
    let file = settings.file.display();
    Failure::usage("an API key is needed: set TRENZ_API_KEY")
        .advice(format!("or set api_key_file or api_key_command in a profile of {file}"))
        .advice("to try without one: `trenz sandbox` says how to run a local imitation of the platform, and --dry-run sends nothing")
}

fn from_file(path: PathBuf) -> Result<Key, Failure> {
    let text = fs::read_to_string(&path)
        .map_err(|error| Failure::usage(format!("the key file {}: {error}", path.display())))?;
    refuse_if_open(&path)?;
    filled(&text, Origin::File(path))
}

/// A key that other users of the machine can read is not kept: the last six bits of the mode are theirs.
#[cfg(unix)]
fn refuse_if_open(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;

    let mode = fs::metadata(path).map_or(0, |metadata| metadata.permissions().mode());
    if mode.trailing_zeros() >= 6 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::usage(format!("the key file {path} can be read by other users: chmod 600 {path}")))
}

#[cfg(not(unix))]
fn refuse_if_open(_: &Path) -> Result<(), Failure> {
    Ok(())
}

fn from_program(words: &[String]) -> Result<Key, Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::usage(
            "api_key_command: expected a program and its arguments, found none",
        ));
    };
    let wrong = |why: String| Failure::usage(format!("api_key_command: {program} {why}"));
    let output =
        Command::new(program).args(arguments).stderr(std::process::Stdio::inherit()).output();
    let output = output.map_err(|error| wrong(format!("cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(wrong(format!("failed: {}", output.status)));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| wrong("printed no text".to_owned()))?;
    filled(&text, Origin::Program(program.clone()))
}

fn filled(text: &str, origin: Origin) -> Result<Key, Failure> {
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Failure::usage(format!("{origin} holds no key")));
    }
    crate::output::hide(&text);
    Ok(Key { text, origin })
}
