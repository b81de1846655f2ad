//! The commands beside `regen`, with a cargo of the test's own.

use std::process::{Command, Output};

fn xtask(args: &[&str], cargo: &str) -> (i32, String, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_xtask")).args(args).env("CARGO", cargo).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn help_is_printed_for_every_command_and_fits_a_terminal() {
    let commands = [
        "regen", "coverage", "diff", "import", "fetch", "test", "semver", "bench", "sandbox",
        "help",
    ];
    let (_, all, _) = xtask(&["help"], "false");
    for command in commands {
        assert!(all.contains(&format!("\n  {command} ")), "{all}");
    }
    let of_commands = commands.iter().map(|command| vec!["help", command]);
    // The sandbox has help of its own.
    let asked = commands[..7].iter().map(|command| vec![*command, "--help"]);
    for args in of_commands.chain(asked).chain([vec!["help"], vec!["--help"], vec!["-h"]]) {
        let (code, out, err) = xtask(&args, "false");
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert!(out.contains("Usage: cargo xtask"), "{out}");
        for line in out.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn invalid_arguments_exit_with_2_and_are_named() {
    for (line, named) in [
        ("", "Usage: cargo xtask"),
        ("tset", "tset"),
        ("--version", "--version"),
        ("help me", "me"),
        ("regen --chek", "--chek"),
        ("regen file", "file"),
        ("regen --check=yes", "--check"),
        ("regen --check --check", "--check"),
        ("regen --spec", "--spec"),
        ("regen --out=", "--out"),
        ("regen --spec a.json", "--check"),
        ("regen --foreign --spec a.json", "--crate"),
        ("regen --foreign --out d", "--spec"),
        ("regen --spec a --crate d", "--foreign"),
        ("regen --foreign --spec a --crate d --out e", "--out"),
        ("regen --name a", "--crate"),
        ("coverage", "FILE"),
        ("coverage a b", "b"),
        ("coverage a --format markdown", "text, json"),
        ("diff", "NEW"),
        ("diff a b c", "c"),
        ("diff a --format yaml", "text, markdown, json"),
        ("import", "FILE"),
        ("import a b", "b"),
        ("fetch a", "a"),
        ("fetch --url file:///etc", "--url"),
        ("semver a", "a"),
        ("test --fast", "--fast"),
    ] {
        let args: Vec<_> = line.split_whitespace().collect();
        let (code, out, err) = xtask(&args, "false");
        assert_eq!((code, out.as_str()), (2, ""), "{line}");
        assert!(err.contains(named), "{line}: {err}");
    }
}

#[cfg(unix)]
mod with_a_cargo {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::xtask;

    /// A cargo that says how it was called, and fails if asked to do `fails`.
    fn cargo(fails: &str) -> (TempDir, String) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("cargo");
        let script = format!(
            "#!/bin/sh\necho \"called with $* and <$RUSTDOCFLAGS>\"\n[ \"$1\" != '{fails}' ]\n"
        );
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let path = path.to_str().unwrap().to_owned();
        (folder, path)
    }

    #[test]
    fn test_prints_and_runs_every_check() {
        let (_folder, cargo) = cargo("");
        let (code, out, err) = xtask(&["test"], &cargo);
        assert_eq!((code, err.as_str()), (0, ""));
        let mut expected = String::from(
            "== cargo fmt --all --check\n\
             called with fmt --all --check and <>\n\
             == cargo clippy --workspace --all-targets -- -D warnings\n\
             called with clippy --workspace --all-targets -- -D warnings and <>\n\
             == RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps\n\
             called with doc --workspace --no-deps and <-D warnings>\n\
             == cargo test --workspace\n\
             called with test --workspace and <>\n",
        );
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../trenz-api/examples");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let files = files.filter(|path| path.extension().is_some_and(|rs| rs == "rs"));
        let mut examples: Vec<_> =
            files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
        examples.sort();
        assert!(examples.len() >= 3, "{examples:?}");
        let run = "run --quiet --features trenz-api/ledger-sqlite";
        for example in examples {
            let call = format!("{run} --example {example}");
            let lines = ["== cargo ", &call, "\ncalled with ", &call, " and <>\n"];
            expected.extend(lines);
        }
        assert_eq!(out, expected.clone() + "== all passed\n");

        let (code, full, _) = xtask(&["test", "--full"], &cargo);
        let tests = "cargo test --workspace\ncalled with test --workspace and <>\n";
        let more = "TRENZ_LEDGER_SEQUENCES='2000' cargo test --workspace\n\
                    called with test --workspace and <>\n\
                    == cargo test --workspace -- --ignored full_\n\
                    called with test --workspace -- --ignored full_ and <>\n";
        let clippy = "clippy --package trenz-api --lib --no-default-features --features ";
        let (features, full): (Vec<_>, Vec<_>) =
            full.lines().partition(|line| line.contains(clippy));
        assert!(features.len() >= 10, "{features:?}");
        let full = full.join("\n") + "\n";
        assert_eq!((code, full), (0, expected.replace(tests, more) + "== all passed\n"));
    }

    #[test]
    fn test_stops_at_the_first_failure_and_prints_its_command() {
        let (_folder, cargo) = cargo("doc");
        let (code, out, err) = xtask(&["test"], &cargo);
        assert_eq!(code, 1);
        assert!(!out.contains("called with test"), "{out}");
        assert!(err.contains("RUSTDOCFLAGS='-D warnings' cargo doc"), "{err}");
    }

    #[test]
    fn sandbox_passes_its_arguments_on() {
        let (_folder, cargo) = cargo("");
        let (code, out, _) = xtask(&["sandbox", "--port", "0", "--help", "x y"], &cargo);
        let expected = "called with run --quiet -p trenz-sandbox -- --port 0 --help x y";
        assert_eq!((code, out.starts_with(expected)), (0, true), "{out}");
    }

    #[test]
    fn a_missing_cargo_is_named() {
        for command in ["test", "sandbox"] {
            let (code, _, err) = xtask(&[command], "/nowhere/cargo");
            assert_eq!(code, 1);
            assert!(err.contains("cargo"), "{err}");
        }
    }
}
