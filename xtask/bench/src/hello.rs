//! A program that makes one call: how long it takes to build from nothing, and how large it is.

use std::fmt::Write as _;
use std::fs;

use crate::measure::run;
use crate::{Failure, Place, cargo, emptied, write};

/// The features of the client that are compared, with the default ones or without.
const CHOICES: [(&str, &str); 4] = [
    ("rustls with ring (default)", "\"rustls-tls\""),
    ("rustls with aws-lc-rs", "\"rustls-aws-lc\""),
    ("the platform's library", "\"native-tls\""),
    ("none", ""),
];

/// The default features but for TLS.
const WORKFLOWS: &str = "\"http2\", \"login\", \"publish\", \"tasks\", \"upload\"";

const PROGRAM: &str = "\
#[tokio::main]
async fn main() -> Result<(), trenz_api::Error> {
    let client = trenz_api::Client::from_env()?;
    let found = client.data().products().search().country(trenz_api::Country::Us).send().await?;
    println!(\"{} products\", found.data.items.len());
    Ok(())
}
";

pub(crate) fn compare(place: &Place, page: &mut String) -> Result<(), Failure> {
    page.push_str(
        "\n## A program that makes one call\n\nBuilt from nothing, once: `cargo build` without optimisation, and the size of the \
         stripped release program. With\nHTTP/2 and all workflows, as by default.\n\n| TLS | processor seconds | release \
         program, MB |\n|---|---|---|\n",
    );
    let folder = place.work.join("hello");
    let mut seconds = Vec::new();
    for (name, tls) in CHOICES {
        println!("building a program with {name}");
        emptied(&folder)?;
        let client = place.root.join("trenz-api");
        let manifest = format!(
            "[package]\nname = \"hello\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             trenz-api = {{ path = \"{}\", default-features = false, features = [{WORKFLOWS}, {tls}] }}\n\
             tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n\
             [profile.release]\nstrip = true\n\n[workspace]\n",
            client.display()
        );
        write(&folder.join("Cargo.toml"), &manifest)?;
        write(&folder.join("src/main.rs"), PROGRAM)?;
        let build = |release: &[&str]| {
            let mut cargo = cargo();
            cargo.current_dir(&folder).args(["build", "--quiet"]).args(release);
            run(cargo.env("CARGO_TARGET_DIR", folder.join("target")))
        };
        let cold = build(&[]);
        let (Ok(cold), Ok(_)) = (&cold, build(&["--release"])) else {
            println!(
                "{name} does not build here: {}",
                cold.err().map_or(String::new(), |failure| failure.0)
            );
            let _ = writeln!(page, "| {name} | does not build here | |");
            continue;
        };
        let size = fs::metadata(folder.join("target/release/hello")).map_or(0, |file| file.len());
        #[expect(clippy::cast_precision_loss, reason = "megabytes are rounded anyway")]
        let size = size as f64 / 1e6;
        let _ = writeln!(page, "| {name} | {:.0} | {size:.1} |", cold.cpu.as_secs_f64());
        seconds.push((name, cold.cpu.as_secs_f64()));
    }
    let _ = fs::remove_dir_all(&folder);
    if let [(name, default), others @ ..] = &seconds[..] {
        page.push('\n');
        for (other, seconds) in others {
            let ratio = default / seconds;
            let _ = writeln!(page, "- ratio: first build with {name}, to {other}: {ratio:.2} ×");
        }
    }
    Ok(())
}
