//! The program with a home, a sandbox and an environment of its own.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;
use trenz_sandbox::{Sandbox, SandboxBuilder};

/// A home folder and a sandbox.
pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    home: TempDir,
}

/// What a run of the program came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A text without what only a terminal understands.
#[cfg(unix)]
pub(crate) fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    // `[`, parameters, and a letter that ends it.
    for part in parts {
        let end = part.char_indices().skip(1).find(|(_, c)| c.is_ascii_alphabetic());
        plain.push_str(end.map_or("", |(at, _)| &part[at + 1..]));
    }
    plain.replace(['\u{7}', '\u{8}', '\r'], "")
}

impl World {
    pub(crate) fn new() -> Self {
        Self::of(Sandbox::builder().rate_limit(None))
    }

    pub(crate) fn of(sandbox: SandboxBuilder) -> Self {
        Self { sandbox: sandbox.start_blocking().unwrap(), home: TempDir::new().unwrap() }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Writes a file below the home folder.
    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.home().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The program with the sandbox's key, and nothing else of this process's environment.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trenz"));
        command
            .env_clear()
            .env("HOME", self.home())
            .env("TRENZ_API_KEY", self.sandbox.key())
            .env("TRENZ_BASE_URL", self.sandbox.base_url())
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }

    /// Runs it with these words.
    pub(crate) fn run(&self, words: &[impl AsRef<OsStr>]) -> Run {
        Run::of(self.command().args(words).output().unwrap())
    }

    /// Runs a line as a shell does, after which `trenz` is found.
    #[cfg(unix)]
    pub(crate) fn shell(&self, line: &str) -> Run {
        let own = self.command();
        let folder = Path::new(env!("CARGO_BIN_EXE_trenz")).parent().unwrap();
        let path = std::env::join_paths([folder, Path::new("/usr/bin"), Path::new("/bin")]);
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", line]).env_clear().env("PATH", path.unwrap()).current_dir(self.home());
        shell.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Run::of(shell.stdin(Stdio::null()).output().unwrap())
    }

    /// The same with a text on standard input.
    pub(crate) fn run_with(&self, words: &[&str], stdin: &str) -> Run {
        let mut command = self.command();
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        Run::of(child.wait_with_output().unwrap())
    }
}

impl Run {
    pub(crate) fn of(output: Output) -> Self {
        let [out, err] =
            [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
        Self { code: output.status.code(), out, err }
    }

    /// The same, if the program is done.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// The same, if the program ended with this code and printed no data.
    #[track_caller]
    pub(crate) fn failed(self, code: i32) -> Self {
        assert_eq!((self.code, self.out.as_str()), (Some(code), ""), "{self:#?}");
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}
