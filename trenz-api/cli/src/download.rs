//! Fetches what a task has made: by the URLs in its result, without the key, checked, and resumed where it broke off.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use trenz_api::reqwest::{Client, Response, StatusCode, Url, header};

use crate::failure::{Code, Failure};
use crate::output::Output;
use crate::progress;

/// How long a connection may take, and how long nothing may come.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often a download is taken up again by itself.
const ATTEMPTS: u32 = 4;

/// The longest name of a file.
const NAME: usize = 100;

/// The URLs in a value, each once, in their order.
pub(crate) fn urls(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(value, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            let is_url = text.starts_with("https://") || text.starts_with("http://");
            if is_url && !text.contains(char::is_whitespace) && !found.contains(text) {
                found.push(text.clone());
            }
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(members) => members.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}

/// Fetches each URL into a file of the folder. Those that are there are not fetched again.
pub(crate) async fn fetch(
    urls: &[String],
    folder: &Path,
    output: &Output,
) -> Result<Vec<PathBuf>, Failure> {
    fs::create_dir_all(folder).map_err(|error| local(folder, &error))?;
    // Building a client panics without a choice; an earlier one stays.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder()
        .user_agent(concat!("trenz-cli/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(PATIENCE)
        .read_timeout(PATIENCE)
        // What a range counts in is the file, and not what it is packed into.
        .no_gzip()
        .build();
    let client = client.map_err(|error| Failure::local(format!("cannot download: {error}")))?;
    let mut files = Vec::new();
    for (number, url) in urls.iter().enumerate() {
        let download = Download::of(url, folder, number)?;
        if !download.file.exists() {
            let bar = progress::bytes(output, &download.name());
            let mut left = ATTEMPTS;
            while let Err(trouble) = download.attempt(&client, &bar).await {
                left = left.saturating_sub(1);
                if left == 0 || trouble.is_final {
                    bar.finish_and_clear();
                    return Err(trouble.failure);
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            bar.finish_and_clear();
        }
        output.note(&format!("saved {}", download.file.display()));
        files.push(download.file);
    }
    Ok(files)
}

/// One URL and where it goes.
struct Download {
    url: Url,
    file: PathBuf,
}

/// Why an attempt failed, and whether the next one would as well.
struct Trouble {
    failure: Failure,
    is_final: bool,
}

impl Download {
    fn of(url: &str, folder: &Path, number: usize) -> Result<Self, Failure> {
        let url: Url = url.parse().map_err(|error| Failure::usage(format!("{url}: {error}")))?;
        let path = url.path_segments().and_then(|mut segments| segments.next_back());
        let name: String = path.unwrap_or_default().chars().map(harmless).collect();
        let name = name.trim_start_matches('.');
        let from = name.char_indices().rev().nth(NAME - 1).map_or(0, |(at, _)| at);
        let name = match &name[from..] {
            "" => format!("result-{number}"),
            name => name.to_owned(),
        };
        Ok(Self { url, file: folder.join(name) })
    }

    fn name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// What has come so far, and which version of the file that is.
    fn parts(&self) -> [PathBuf; 2] {
        ["part", "part.tag"].map(|end| self.file.with_file_name(format!("{}.{end}", self.name())))
    }

    async fn attempt(&self, client: &Client, bar: &indicatif::ProgressBar) -> Result<(), Trouble> {
        let [part, tag] = self.parts();
        let there = fs::metadata(&part).map_or(0, |metadata| metadata.len());
        let version = fs::read_to_string(&tag).ok().filter(|_| there > 0);
        let mut request = client.get(self.url.clone());
        if let Some(version) = &version {
            // Of another version than what is there, all of it comes.
            request = request.header(header::RANGE, format!("bytes={there}-"));
            request = request.header(header::IF_RANGE, version);
        }
        let mut response = request.send().await.map_err(|error| self.passing(&error))?;
        let status = response.status();
        let resumed = status == StatusCode::PARTIAL_CONTENT && version.is_some();
        if !resumed && status != StatusCode::OK {
            let failure = Failure::new(Code::Failed, format!("{}: HTTP {status}", self.shown()));
            // What is there is of no use to a server that refuses its range.
            drop(fs::remove_file(&tag));
            return Err(Trouble { failure, is_final: status.is_client_error() });
        }
        let start = if resumed { there } else { 0 };
        let total = response.content_length().map(|rest| start.saturating_add(rest));
        let here =
            |error: std::io::Error| Trouble { failure: local(&part, &error), is_final: true };
        let strong = version_of(&response);
        match &strong {
            Some(strong) => fs::write(&tag, strong).map_err(here)?,
            None => drop(fs::remove_file(&tag)),
        }
        let mut options = OpenOptions::new();
        options.create(true).write(true).append(resumed).truncate(!resumed);
        let mut file: File = options.open(&part).map_err(here)?;
        bar.set_length(total.unwrap_or(start));
        let mut length = start;
        bar.set_position(length);
        while let Some(chunk) = response.chunk().await.map_err(|error| self.passing(&error))? {
            file.write_all(&chunk).map_err(here)?;
            length = length.saturating_add(chunk.len() as u64);
            bar.set_position(length);
        }
        if total.is_some_and(|total| total != length) {
            let total = total.unwrap_or_default();
            let message = format!("{}: expected {total} bytes, found {length}", self.shown());
            return Err(Trouble { failure: Failure::new(Code::Failed, message), is_final: false });
        }
        file.sync_all().map_err(here)?;
        fs::rename(&part, &self.file).map_err(here)?;
        drop(fs::remove_file(&tag));
        Ok(())
    }

    fn passing(&self, error: &trenz_api::reqwest::Error) -> Trouble {
        let message = format!("{}: {}", self.shown(), because(error));
        Trouble { failure: Failure::new(Code::Failed, message), is_final: error.is_builder() }
    }

    /// The URL without its query, which may be a signature.
    fn shown(&self) -> String {
        let mut shown = self.url.clone();
        shown.set_query(None);
        shown.into()
    }
}

/// The version of a file, if its server says so in a way that allows to resume it.
fn version_of(response: &Response) -> Option<String> {
    let tag = response.headers().get(header::ETAG)?.to_str().ok()?;
    (!tag.starts_with("W/")).then(|| tag.to_owned())
}

/// An error of the HTTP library without the URL, with what lies below it.
fn because(error: &trenz_api::reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// Whatever a URL says, a file of the folder and no other is written.
fn harmless(c: char) -> char {
    if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '_' }
}

fn local(path: &Path, error: &std::io::Error) -> Failure {
    Failure::local(format!("{}: {error}", path.display()))
}
