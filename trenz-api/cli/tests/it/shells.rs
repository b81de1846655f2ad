//! Completions in the shells that are installed here, and manual pages. Says what it left out.

use std::path::Path;
use std::process::Command;

use crate::program::{World, plain};

/// What is typed, and what completes it.
const CASES: [(&str, &str); 4] = [
    ("trenz data pro", "products"),
    ("trenz data products search --free", "--free-shipping"),
    ("trenz data products search --country g", "gb"),
    ("trenz tasks wa", "wait"),
];

/// A shell, with a script that prints what completes `$TYPED` by the completions in the file `trenz`.
struct Shell {
    name: &'static str,
    script: &'static str,
}

const BASH: &str = r#"
source ./trenz
read -ra COMP_WORDS <<<"$TYPED"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_trenz trenz "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\n' "${COMPREPLY[@]}"
"#;

// Completion in zsh needs a line editor, and so a terminal of its own.
const ZSH: &str = r#"
zmodload zsh/zpty
zpty z zsh -f
zpty -w z 'stty cols 200; PS1=; unsetopt zle_bracketed_paste; autoload -U compinit; compinit -u -D; cp trenz _trenz'
zpty -w z 'fpath=($PWD $fpath); autoload -U _trenz; compdef _trenz trenz; LISTMAX=10000; echo RE""ADY'
until [[ $line == *READY* ]] { zpty -r z line || exit 1 }
zpty -w -n z "$TYPED"$'\t\t'
for n in {1..40}; do sleep 0.05; while zpty -r -t z line; do print -r -- "$line"; done; done
"#;

const FISH: &str = r#"
source ./trenz
complete -C "$TYPED"
"#;

const SHELLS: [Shell; 3] = [
    Shell { name: "bash", script: BASH },
    Shell { name: "zsh", script: ZSH },
    Shell { name: "fish", script: FISH },
];

fn is_installed(program: &str) -> bool {
    let folders = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];
    let found = folders.iter().any(|folder| Path::new(folder).join(program).exists());
    if !found {
        eprintln!("{program}: left out, not installed");
    }
    found
}

#[test]
fn shells_complete_commands_flags_and_values() {
    let world = World::new();
    for shell in SHELLS.iter().filter(|shell| is_installed(shell.name)) {
        let script = world.run(&["completions", shell.name]).done().out;
        world.write("trenz", &script);
        for (typed, expected) in CASES {
            let mut command = Command::new(shell.name);
            if shell.name == "fish" {
                command.arg("--no-config");
            }
            command.args(["-c", shell.script]).current_dir(world.home());
            let programs = Path::new(env!("CARGO_BIN_EXE_trenz")).parent().unwrap().display();
            command.env("PATH", format!("{programs}:/usr/local/bin:/usr/bin:/bin"));
            command.env("HOME", world.home()).env("TYPED", typed).env("TERM", "xterm");
            let output = command.output().unwrap();
            let found = String::from_utf8_lossy(&output.stdout).into_owned();
            // A line editor draws it in pieces.
            let drawn: String = plain(&found).split_whitespace().collect();
            assert!(drawn.contains(expected), "{}: {typed}: {found}{output:?}", shell.name);
        }
    }
}

#[test]
fn powershell_completions_name_commands_flags_and_values() {
    let script = World::new().run(&["completions", "powershell"]).done().out;
    for part in ["'trenz;data;products;search'", "'--free-shipping'", "Register-ArgumentCompleter"]
    {
        assert!(script.contains(part), "{part}");
    }
}

#[test]
fn manual_pages_are_sound_and_cover_every_operation() {
    let world = World::new();
    world.run(&["man", "pages"]).done();
    let folder = world.home().join("pages");
    let listed = world.run(&["operations", "--output=json"]).done().json();
    for operation in listed.as_array().unwrap() {
        let name = operation["command"].as_str().unwrap().replace(' ', "-");
        let page = std::fs::read_to_string(folder.join(format!("{name}.1"))).unwrap();
        for input in operation["inputs"].as_array().unwrap() {
            let flag = input["flag"].as_str().unwrap().replace('-', "\\-");
            assert!(page.contains(&flag), "{name}: {flag}");
        }
    }
    if is_installed("mandoc") {
        let pages = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let mut mandoc = Command::new("mandoc");
        let output = mandoc.args(["-T", "lint", "-W", "error"]).args(pages).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}
