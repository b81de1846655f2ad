//! Takes a new document of the vendor's into `spec/`, and says what it changes.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::args::Import;
use crate::spec::{self, DOCUMENT, Texts};
use crate::tree::{self, Files};
use crate::{Failure, diff, layout};

const SOURCE: &str = "spec/source.json";

/// Where a document came from, as `spec/source.json` says it: `url` or `file`, and which.
pub(crate) type Origin<'a> = (&'static str, &'a str);

/// Imports a file, or standard input.
pub(crate) fn run(options: &Import) -> Result<String, Failure> {
    let project = spec::project()?;
    if options.file == "-" {
        return store(&project, &spec::standard_input()?, ("file", "standard input"));
    }
    let path = Path::new(&options.file);
    // Where the file was on this machine is nobody's business.
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    store(&project, &spec::read(path)?, ("file", &name))
}

/// Stores what was received, if it is a document, and reports what it changes.
pub(crate) fn store(
    project: &Path,
    received: &[u8],
    origin: Origin<'_>,
) -> Result<String, Failure> {
    let old = Texts::current(project)?;
    let laid_out = std::str::from_utf8(received).ok().and_then(layout::laid_out);
    // What is no JSON is given on as it is, so that the report says what is wrong with it.
    let document = laid_out.clone().map_or_else(|| received.to_vec(), String::into_bytes);
    let new = Texts::with(project, DOCUMENT.to_owned(), document)?;
    let changes = diff::compare(&old, &new)
        .map_err(|failure| Failure::new(format!("{}\nspec/ is as it was", failure.cause)))?;
    let Some(laid_out) = laid_out else {
        return Err(Failure::new("error: not JSON\nspec/ is as it was"));
    };
    if laid_out.as_bytes() == old.document {
        return Ok(format!("{DOCUMENT} is this document already"));
    }
    let files: Files =
        [(project.join(DOCUMENT), laid_out), (project.join(SOURCE), source(received, origin))]
            .into();
    let written = tree::compare(&files, &[]).map_err(Failure::new)?;
    tree::apply(&written, &[]).map_err(Failure::new)?;
    let next = if changes.outdated.is_empty() && changes.obstacles.is_empty() {
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

/// What `spec/source.json` says of the bytes as they were received.
fn source(received: &[u8], (kind, origin): Origin<'_>) -> String {
    let mut digest = String::new();
    for byte in Sha256::digest(received) {
        use std::fmt::Write as _;
        let _ = write!(digest, "{byte:02x}");
    }
    let source = serde_json::json!({
        kind: origin,
        "received": date(),
        "sha256": digest,
        "bytes": received.len(),
    });
    format!("{source:#}\n")
}

/// Today, in UTC: `2026-11-24`.
fn date() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(seconds / 86_400);
    format!("{year}-{month:02}-{day:02}")
}

/// The date of a day, counted from the first of 1970.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    while days >= 365 + u64::from(leap(year)) {
        days -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    for (month, length) in (1..).zip([31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
        if days < length {
            return (year, month, days + 1);
        }
        days -= length;
    }
    (year, 12, 31)
}

#[cfg(test)]
mod tests {
    use super::civil;

    #[test]
    fn days_are_dates() {
        for (days, date) in [
            (0, (1970, 1, 1)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (20_781, (2026, 11, 24)),
        ] {
            assert_eq!(civil(days), date);
        }
    }
}
