//! Downloads the vendor's live document.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Stdio;

use crate::args::Fetch;
use crate::test::cargo;
use crate::{Failure, import, spec};

/// The document's URL, unless `spec/source.json` has another one.
const URL: &str = "https://openapi-doc.trenz.ai/openapi-spec";

/// Fetches the document and imports it.
pub(crate) fn run(options: &Fetch) -> Result<String, Failure> {
    let project = spec::project()?;
    let url = options.url.clone().unwrap_or_else(|| served_at(&project));
    import::store(&project, &get(&url)?, ("url", &url), options.force)
}

/// The URL of the document in spec/.
fn served_at(project: &Path) -> String {
    let source = spec::read(&project.join("spec/source.json")).unwrap_or_default();
    let source: serde_json::Value = serde_json::from_slice(&source).unwrap_or_default();
    source["url"].as_str().unwrap_or(URL).to_owned()
}

/// Downloads the document, completely or not at all, by a separate program that is compiled on
/// first use, so that other commands need not compile an HTTP client.
fn get(url: &str) -> Result<Vec<u8>, Failure> {
    let workspace = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut cargo = cargo();
    cargo.args(["run", "--manifest-path", workspace, "--package", "trenz-fetch"]);
    // Show that it is being compiled.
    if !io::stderr().is_terminal() {
        cargo.arg("--quiet");
    }
    let fetched = cargo.args(["--", url]).stderr(Stdio::inherit()).output();
    match fetched {
        Ok(fetched) if fetched.status.success() && web_page(&fetched.stdout) => {
            Err(Failure::new(format!(
                "error: {url} serves a web page, perhaps a login page: expected JSON\n{ADVICE}"
            )))
        }
        Ok(fetched) if fetched.status.success() => Ok(fetched.stdout),
        // The program has reported the error.
        Ok(_) => Err(Failure::new(ADVICE)),
        Err(error) => Err(Failure::new(format!("error: cannot run cargo: {error}\n{ADVICE}"))),
    }
}

const ADVICE: &str = "spec/ is unchanged; to import a document from a file: \
                      cargo xtask import FILE";

fn web_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}
