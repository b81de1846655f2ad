//! What the client costs a program: of one call, of pages, and of many calls at once.

use std::fmt::Write as _;

use crate::{Failure, Place, cargo};

/// A program of the project that measures, with what it says first.
struct Program {
    title: &'static str,
    text: &'static str,
    command: &'static str,
}

const PROGRAMS: [Program; 3] = [
    Program {
        title: "One call",
        text: "Each beside the same request of the HTTP library with serde, in turns; medians. The server is on loopback and \
               responds at\nonce. The last column is the ratio to the row that it is compared with.",
        command: "bench --quiet -p trenz-api --bench money",
    },
    Program {
        title: "A page of 20 objects",
        text: "The fastest of 2,000 runs.",
        command: "bench --quiet -p trenz-api --bench raw_json",
    },
    Program {
        title: "Many calls at once, and 1,000 tasks",
        text: "By one client, against the sandbox in the same process, which takes most of the time.",
        command: "run --quiet --release -p trenz-tests --example load",
    },
];

/// What to look for in the output, and what it is called on the page.
const RATIOS: [(&str, &str); 2] = [
    (
        "of the call by this crate, with ledger and retries",
        "processor time of a call, to bare reqwest and serde",
    ),
    (
        "the same call by this crate, with ledger and retries",
        "time of a call, to bare reqwest and serde",
    ),
];

pub(crate) fn measure(place: &Place, page: &mut String) -> Result<(), Failure> {
    page.push_str("\n## The client\n");
    for Program { title, text, command } in PROGRAMS {
        println!("running cargo {command}");
        let mut cargo = cargo();
        cargo.current_dir(&place.root).args(command.split(' '));
        let output =
            cargo.output().map_err(|error| Failure(format!("cargo {command}: {error}")))?;
        let said = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() {
            let error = String::from_utf8_lossy(&output.stderr);
            return Err(Failure(format!(
                "failed ({}): cargo {command}\n{said}{error}",
                output.status
            )));
        }
        let _ = write!(
            page,
            "\n### {title}\n\n{text}\n\n```console\n$ cargo {}\n{}\n```\n",
            command.replace("--quiet ", ""),
            said.trim()
        );
        page.push_str(&ratios(&said));
    }
    Ok(())
}

/// The lines of ratios that are compared with those of an earlier page.
fn ratios(said: &str) -> String {
    let line = |line: &str| {
        let (_, name) = RATIOS.iter().find(|(what, _)| line.starts_with(what))?;
        Some(format!("\n- ratio: {name}: {} ×\n", line.split_whitespace().last()?))
    };
    said.lines().filter_map(line).collect()
}
