//! Gets the vendor's live document.

use std::path::Path;
use std::process::Command;

use crate::args::Fetch;
use crate::{Failure, import, spec};

/// Where the document is served, unless `spec/source.json` says otherwise.
const URL: &str = "https://openapi-doc.trenz.ai/openapi-spec";

/// Fetches the document and imports it.
pub(crate) fn run(options: &Fetch) -> Result<String, Failure> {
    let project = spec::project()?;
    let url = options.url.clone().unwrap_or_else(|| served_at(&project));
    import::store(&project, &get(&url)?, ("url", &url))
}

/// Where the document that we have came from.
fn served_at(project: &Path) -> String {
    let source = spec::read(&project.join("spec/source.json")).unwrap_or_default();
    let source: serde_json::Value = serde_json::from_slice(&source).unwrap_or_default();
    source["url"].as_str().unwrap_or(URL).to_owned()
}

/// The answer's body. By curl, which is everywhere, so that nothing of this crate reaches
/// a network and nobody waits for an HTTP client to compile.
fn get(url: &str) -> Result<Vec<u8>, Failure> {
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--location", "--compressed"])
        .args(["--proto", "=http,https", "--max-redirs", "5"])
        .args(["--connect-timeout", "20", "--max-time", "120", "--max-filesize", "100000000"])
        .args(["--header", "Accept: application/json", "--url", url])
        .output();
    let advice = "spec/ is as it was; a document got by other means is taken in by \
                  `cargo xtask import FILE`";
    match curl {
        Ok(curl) if curl.status.success() => Ok(curl.stdout),
        Ok(curl) => {
            let said = String::from_utf8_lossy(&curl.stderr);
            Err(Failure::new(format!("error: cannot fetch {url}: {}\n{advice}", said.trim())))
        }
        Err(error) => Err(Failure::new(format!("error: cannot run curl: {error}\n{advice}"))),
    }
}
