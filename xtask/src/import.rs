//! Stores a new document of the vendor's in `spec/`, and reports what it changes.

use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::args::Import;
use crate::spec::{self, DOCUMENT, Texts};
use crate::tree::{self, Files};
use crate::{Failure, diff, layout};

const SOURCE: &str = "spec/source.json";

/// The source of a document, for `spec/source.json`: `url` or `file`, and which.
pub(crate) type Origin<'a> = (&'static str, &'a str);

/// Imports a file, or standard input.
pub(crate) fn run(options: &Import) -> Result<String, Failure> {
    let project = spec::project()?;
    if options.file == "-" {
        let received = spec::standard_input()?;
        return store(&project, &received, ("file", "standard input"), options.force);
    }
    let path = Path::new(&options.file);
    // The file's folder is private.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    store(&project, &spec::read(path)?, ("file", &name), options.force)
}

/// Stores a received document if it is valid, and reports what it changes.
pub(crate) fn store(
    project: &Path,
    received: &[u8],
    origin: Origin<'_>,
    force: bool,
) -> Result<String, Failure> {
    let old = Texts::current(project)?;
    let laid_out = std::str::from_utf8(received).ok().and_then(layout::laid_out);
    // Invalid JSON is passed on unchanged, so that the report says what is wrong with it.
    let document = laid_out.clone().map_or_else(|| received.to_vec(), String::into_bytes);
    let new = Texts::with(project, DOCUMENT.to_owned(), document)?;
    // The problems are those of the received text, which is not stored.
    let changes = diff::compare(&old, &new).map_err(|failure| {
        let report = failure.cause.replace(DOCUMENT, origin.1);
        Failure::new(format!("{report}; nothing was imported\nspec/ is unchanged"))
    })?;
    let Some(laid_out) = laid_out else {
        return Err(Failure::new("error: not JSON\nspec/ is unchanged"));
    };
    if let Some(loss) = spec::loss(&old.document, laid_out.as_bytes()).filter(|_| !force) {
        return Err(Failure::new(format!("{loss}\nspec/ is unchanged")));
    }
    if laid_out.as_bytes() == old.document {
        return Ok(format!("{DOCUMENT} is this document already"));
    }
    let files: Files =
        [(project.join(DOCUMENT), laid_out), (project.join(SOURCE), source(received, origin))]
            .into();
    let written = tree::compare(&files, &[]).map_err(Failure::new)?;
    tree::apply(&written, &[]).map_err(Failure::new)?;
    let next = if changes.stale_overrides.is_empty() && changes.blockers.is_empty() {
        "run: cargo xtask regen"
    } else {
        "edit the lines named above, then run: cargo xtask regen"
    };
    let bytes = received.len();
    Ok(format!(
        "stored {DOCUMENT}, {bytes} bytes as received\n\n{}\n\n{next}",
        diff::report(&changes)
    ))
}

/// The content of `spec/source.json` for the received bytes.
fn source(received: &[u8], (kind, origin): Origin<'_>) -> String {
    let mut digest = String::new();
    for byte in Sha256::digest(received) {
        use std::fmt::Write as _;
        let _ = write!(digest, "{byte:02x}");
    }
    let source = serde_json::json!({
        kind: origin,
        // In UTC: `2026-11-24`.
        "received": Timestamp::now().to_zoned(TimeZone::UTC).date().to_string(),
        "sha256": digest,
        "bytes": received.len(),
    });
    format!("{source:#}\n")
}
