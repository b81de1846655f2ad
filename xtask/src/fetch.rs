//! Gets the vendor's live document.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Stdio;

use crate::args::Fetch;
use crate::test::cargo;
use crate::{Failure, import, spec};

/// Where the document is served, unless `spec/source.json` says otherwise.
const URL: &str = "https://openapi-doc.trenz.ai/openapi-spec";

/// Fetches the document and imports it.
pub(crate) fn run(options: &Fetch) -> Result<String, Failure> {
    let project = spec::project()?;
    let url = options.url.clone().unwrap_or_else(|| served_at(&project));
    import::store(&project, &get(&url)?, ("url", &url), options.force)
}

/// Where the document that we have came from.
fn served_at(project: &Path) -> String {
    let source = spec::read(&project.join("spec/source.json")).unwrap_or_default();
    let source: serde_json::Value = serde_json::from_slice(&source).unwrap_or_default();
    source["url"].as_str().unwrap_or(URL).to_owned()
}

/// What is served there, all of it or nothing. By a program of its own, which is compiled
/// when it is first asked for, so that nobody else waits for an HTTP client to compile.
fn get(url: &str) -> Result<Vec<u8>, Failure> {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut cargo = cargo();
    cargo.args(["run", "--manifest-path", workspace, "--package", "trenz-fetch"]);
    // Whoever looks on sees that it is being compiled.
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let fetched = cargo.args(["--", url]).stderr(Stdio::inherit()).output();
    match fetched {
        Ok(fetched) if fetched.status.success() && web_page(&fetched.stdout) => Err(Failure::new(
            format!("error: {url} serves a web page, perhaps to log in, and not JSON\n{ADVICE}"),
        )),
        Ok(fetched) if fetched.status.success() => Ok(fetched.stdout),
        // It has said why.
        Ok(_) => Err(Failure::new(ADVICE)),
        Err(error) => Err(Failure::new(format!("error: cannot run cargo: {error}\n{ADVICE}"))),
    }
}

const ADVICE: &str = "spec/ is as it was; a document got by other means is taken in by \
                      `cargo xtask import FILE`";

fn web_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}
