//! The error codes are in a Markdown table, in the description of the document or of a tag. The
//! `error_columns` table has the names of its columns, and the `error_codes` table the meaning of
//! some codes to the runtime.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::decisions::Decisions;
use crate::error_members;
use crate::facts::Meaning;
use crate::model::{Api, Declared};
use crate::names;
use crate::report::{Pointer, Reporter};
use crate::roles::ErrorRole;

/// Status, code and meaning, where the decisions name no others.
const COLUMNS: [&str; 3] = ["HTTP", "Code", "Description"];

/// The status for which the runtime's reaction depends on the code.
const TOO_MANY_REQUESTS: &str = "429";

/// Declares the codes as an open enumeration.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    error_members::apply(api, decisions);
    let Some((place, rows)) = find(api, decisions, reporter) else { return };
    let mut values: Vec<(String, String, String)> = Vec::new();
    for [status, code, meaning] in &rows {
        let words = names::words(&code.to_lowercase(), decisions);
        let name = names::pascal(&words, decisions);
        if status.parse::<u16>().is_err() || name.is_empty() {
            reporter.problem(
                &place,
                format!(
                    "the error code row `{status} | {code} | {meaning}` has no status or no code"
                ),
                "correct the row in the overlay",
            );
            continue;
        }
        values.push((code.clone(), name, format!("HTTP {status}: {meaning}.")));
    }
    reporter.note("error_codes", &place, format!("{} codes", values.len()));
    roles(api, &rows, &place, decisions, reporter);
    api.declared.push(Declared {
        module: "error_code",
        name: "ErrorCode",
        doc: "The code of an error of the API.".to_owned(),
        values,
        open: true,
    });
}

/// Adds the codes with a meaning to the runtime's facts; by their text, so that a code that is
/// removed does not break the client.
fn roles(
    api: &mut Api,
    rows: &[[String; 3]],
    place: &Pointer,
    decisions: &Decisions,
    reporter: &Reporter,
) {
    let listed = |code: &str| rows.iter().find(|[_, listed, _]| listed == code);
    let quota = decisions
        .error_codes
        .all(|entry| entry.unlisted != listed(&entry.code).is_some())
        .filter(|entry| entry.role == ErrorRole::Quota)
        .map(|entry| entry.code.clone())
        .collect();
    for [status, code, _] in rows {
        let known = decisions.error_codes.iter().any(|entry| entry.code == *code);
        if known && status != TOO_MANY_REQUESTS {
            reporter.problem(
                place,
                format!(
                    "the code `{code}` has HTTP {status}, but its role needs {TOO_MANY_REQUESTS}"
                ),
                "take its entry out of the `error_codes` table of spec/decisions.json, or correct \
                 the row in the overlay",
            );
        }
        if !known && status == TOO_MANY_REQUESTS {
            let text = format!(
                "the code `{code}` (HTTP {TOO_MANY_REQUESTS}) has no role, so calls wait and retry: \
                 see the `error_codes` table of spec/decisions.json"
            );
            reporter.note("error_codes", place, text);
        }
    }
    api.facts.words.insert(Meaning::QuotaCodes, quota);
}

/// The rows of the first table with these columns, and its place.
fn find(
    api: &Api,
    decisions: &Decisions,
    reporter: &Reporter,
) -> Option<(Pointer, Vec<[String; 3]>)> {
    let info = Pointer::root().join("info").join("description");
    let tags =
        api.tags.values().enumerate().map(|(index, text)| {
            (Pointer::root().join("tags").join(index).join("description"), text)
        });
    let mut seen = Vec::new();
    for (place, text) in std::iter::once((info.clone(), &api.description)).chain(tags) {
        for table in tables(text) {
            let Some((heading, rows)) = table.split_first() else { continue };
            if let Some(columns) = columns(heading, decisions) {
                let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
                let rows = rows.iter().map(|row| columns.map(|at| cell(row, at)));
                return Some((place, rows.collect()));
            }
            seen.push(format!("({}) at {place}", heading.join(" | ")));
        }
    }
    let seen = if seen.is_empty() {
        "there is no table".to_owned()
    } else {
        format!("the tables are {}", seen.join(", "))
    };
    reporter.problem(
        &info,
        format!("no description has a table of error codes ({}); {seen}", COLUMNS.join(" | ")),
        "name its columns in the `error_columns` table of spec/decisions.json \
         (`{\"status\": …, \"code\": …, \"meaning\": …, \"reason\": …}`), or restore it in the overlay",
    );
    None
}

/// The columns of the status, the code and the meaning.
fn columns(heading: &[String], decisions: &Decisions) -> Option<[usize; 3]> {
    let at = |names: [&str; 3]| {
        let [status, code, meaning] =
            names.map(|name| heading.iter().position(|cell| cell == name));
        Some([status?, code?, meaning?])
    };
    let decided = decisions.error_columns.find(|entry| at(entry.names()).is_some());
    decided.map_or_else(|| at(COLUMNS), |entry| at(entry.names()))
}

/// Every table of a Markdown text as rows of plain cells, the heading first.
fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut cell: Option<String> = None;
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                if let Some(table) = tables.last_mut() {
                    table.push(Vec::new());
                }
            }
            Event::Start(Tag::TableCell) => cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => {
                let row = tables.last_mut().and_then(|table| table.last_mut());
                if let (Some(row), Some(cell)) = (row, cell.take()) {
                    row.push(cell);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(cell) = &mut cell {
                    cell.push_str(&text);
                }
            }
            _ => {}
        }
    }
    tables
}
