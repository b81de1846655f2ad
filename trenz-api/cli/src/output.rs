//! What a command prints: data on standard output, everything else on standard error.

pub(crate) mod path;
mod pretty;
mod rows;
mod table;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::OnceLock;

use clap::ValueEnum;
use serde_json::Value;
use trenz_api::{Json, Response};

use crate::failure::{Code, Failure};
use path::FieldPath;

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// The response as indented JSON.
    Json,
    /// One line of JSON for each item, or for the data where it has none.
    Jsonl,
    /// A table of the items.
    Table,
    /// The data alone: a text as it is, everything else as JSON, one value a line.
    Raw,
}

/// Where and how a command prints.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// As it was asked for; by what standard output is, otherwise.
    pub(crate) format: Option<Format>,
    pub(crate) field: Option<FieldPath>,
    pub(crate) quiet: bool,
}

impl Output {
    /// The output that the options of a command ask for.
    pub(crate) fn of(matches: &clap::ArgMatches) -> Self {
        Self {
            format: matches.get_one("output").copied(),
            field: matches.get_one("field").cloned(),
            quiet: matches.get_flag("quiet"),
        }
    }

    fn format(&self) -> Format {
        let default = if io::stdout().is_terminal() { Format::Table } else { Format::Json };
        self.format.unwrap_or(default)
    }

    /// Whether people read it.
    pub(crate) fn is_table(&self) -> bool {
        self.format() == Format::Table && self.field.is_none()
    }

    /// Prints a response: its data, and what stands around it.
    pub(crate) fn response(&self, response: &Response<Json>) -> Result<(), Failure> {
        let envelope = envelope(response, &response.data)?;
        if let Some(field) = &self.field {
            return self.values(&field.select(envelope.get()));
        }
        match self.format() {
            Format::Json => lines(&[pretty::indented(envelope.get())]),
            Format::Jsonl => match rows::of(response.data.get()) {
                Some(items) => lines(&items),
                None => lines(&[response.data.get()]),
            },
            Format::Table => lines(&[table::of(response.data.get())]),
            Format::Raw => lines(&[text(response.data.get())]),
        }
    }

    /// Prints the items of a page, one a line, or what a path finds in it. Returns whether the output is still read.
    pub(crate) fn page(&self, page: &Response<crate::request::Page>) -> Result<bool, Failure> {
        let Some(field) = &self.field else {
            let items: Vec<&str> = page.data.items.iter().map(Json::get).collect();
            return written(&items);
        };
        let envelope = envelope(page, &page.data.data)?;
        written(&self.shown(&field.select(envelope.get())))
    }

    /// Prints what the program itself has to say: an object or a list.
    pub(crate) fn value(&self, value: &Value) -> Result<(), Failure> {
        let json = value.to_string();
        if let Some(field) = &self.field {
            return self.values(&field.select(&json));
        }
        match (self.format(), value) {
            (Format::Json, _) => lines(&[pretty::indented(&json)]),
            (Format::Table, _) => lines(&[table::of(&json)]),
            (Format::Jsonl | Format::Raw, Value::Array(values)) => {
                let values: Vec<String> = values.iter().map(|one| text(&one.to_string())).collect();
                lines(&values)
            }
            (Format::Jsonl | Format::Raw, _) => lines(&[text(&json)]),
        }
    }

    fn values(&self, values: &[&str]) -> Result<(), Failure> {
        lines(&self.shown(values))
    }

    /// What a path has found: as JSON where that was asked for, and as texts otherwise.
    fn shown(&self, values: &[&str]) -> Vec<String> {
        let as_json = matches!(self.format, Some(Format::Json | Format::Jsonl));
        let print = |value: &&str| if as_json { (*value).to_owned() } else { text(value) };
        values.iter().map(print).collect()
    }

    /// Says something that is no data.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            say(text);
        }
    }

    /// Prints why the command failed.
    pub(crate) fn failure(&self, failure: &Failure) {
        match self.format {
            Some(Format::Json | Format::Jsonl) => say(&failure.json().to_string()),
            _ => say(&format!("error: {}", failure.message)),
        }
    }
}

/// What must not be shown: the key.
static SECRET: OnceLock<String> = OnceLock::new();

/// From now on, shows this nowhere in a message.
pub(crate) fn hide(secret: &str) {
    let _ = SECRET.set(secret.to_owned());
}

/// Writes a line to standard error, without the key. The reader may have stopped reading.
pub(crate) fn say(text: &str) {
    let text = match SECRET.get() {
        Some(secret) => text.replace(secret, "[redacted]"),
        None => text.to_owned(),
    };
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints a text to standard output, as it is.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    lines(&[text.trim_end()])
}

/// Prints lines to standard output. A reader that has stopped reading has what it wanted.
fn lines(lines: &[impl AsRef<str>]) -> Result<(), Failure> {
    written(lines)?;
    Ok(())
}

/// The same. Returns whether the output is still read.
fn written(lines: &[impl AsRef<str>]) -> Result<bool, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut write = || {
        for line in lines {
            out.write_all(line.as_ref().as_bytes())?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    match write() {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => {
            Err(Failure::new(Code::Local, format!("cannot write to standard output: {error}")))
        }
    }
}

/// The data with what the API said around it.
fn envelope<T>(response: &Response<T>, data: &Json) -> Result<Json, Failure> {
    #[derive(serde::Serialize)]
    struct Envelope<'r> {
        data: &'r Json,
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<&'r str>,
        usage: trenz_api::Usage,
        #[serde(skip_serializing_if = "Option::is_none")]
        page: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        page_size: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        #[serde(skip_serializing_if = "<[String]>::is_empty")]
        warnings: &'r [String],
        #[serde(flatten)]
        extra: &'r std::collections::BTreeMap<String, Json>,
    }
    let envelope = Envelope {
        data,
        request_id: response.request_id.as_str(),
        usage: response.usage,
        page: response.page,
        page_size: response.page_size,
        total: response.total,
        warnings: &response.warnings,
        extra: &response.extra,
    };
    Json::from_value(&envelope).map_err(Failure::from)
}

/// A text without its quotes, or any other value as JSON on one line.
fn text(json: &str) -> String {
    match serde_json::from_str::<String>(json) {
        Ok(text) => text,
        Err(_) => pretty::compact(json),
    }
}
