//! The error codes stand in a Markdown table of the document's description.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::decisions::Decisions;
use crate::model::{Api, Declared};
use crate::names;
use crate::report::{Pointer, Reporter};

const COLUMNS: [&str; 3] = ["HTTP", "Code", "Description"];

/// Declares the codes as an open enumeration.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &mut Reporter) {
    let place = Pointer::root().join("info").join("description");
    let mut tables = tables(&api.description).into_iter();
    let rows = tables.find(|table| table.first().is_some_and(|heading| *heading == COLUMNS));
    let Some(rows) = rows else {
        reporter.problem(
            &place,
            format!("the description has no table of error codes ({})", COLUMNS.join(" | ")),
            "restore the table in the overlay, or teach `trenz/error_codes.rs` where it went",
        );
        return;
    };
    let mut values = Vec::new();
    for row in rows.into_iter().skip(1) {
        let [status, code, meaning] = row.as_slice() else { continue };
        let words = names::words(&code.to_lowercase(), decisions);
        let name = names::pascal(&words, decisions);
        if status.parse::<u16>().is_err() || name.is_empty() {
            reporter.problem(
                &place,
                format!("the error code row `{}` has no status or no code", row.join(" | ")),
                "correct the row in the overlay",
            );
            continue;
        }
        values.push((code.clone(), name, format!("HTTP {status}: {meaning}.")));
    }
    reporter.note("error_codes", &place, format!("{} codes", values.len()));
    api.declared.push(Declared {
        module: "error_code",
        name: "ErrorCode",
        doc: "Why the API refused a call, as its error's `code` says.".to_owned(),
        values,
        open: true,
    });
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
