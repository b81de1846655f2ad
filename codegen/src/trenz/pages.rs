//! Lists are paged in four ways: by number (`page`), by `offset`, by `cursor` with `has_more`, and
//! by `page_token`. An operation is paged if its request and its response both have the fields.

use std::collections::BTreeMap;

use crate::decisions::Decisions;
use crate::model::{Api, Field, Input, Kind, Operation, Paging, Position};
use crate::report::{Pointer, Reporter};

/// Members of a response with the total number of items.
const TOTALS: [&str; 2] = ["total_count", "total"];

/// The object that describes the page in some responses, and its number of pages.
const PAGE_INFO: [&str; 2] = ["page_info", "total_page"];

/// Finds the paged operations.
pub(super) fn apply(api: &mut Api, decisions: &Decisions, reporter: &Reporter) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for operation in &mut api.operations {
        let decided = decisions.pages.find(|entry| entry.id == operation.id);
        if decided.is_some_and(|entry| entry.style == "none") {
            continue;
        }
        let Some(position) = position(operation) else {
            if let Some(entry) = decided {
                let cause =
                    format!("the decisions say that it is paged ({}), but it is not", entry.style);
                refuse(operation, cause, reporter);
            }
            continue;
        };
        let Some(object) = operation.response_object(&api.components) else { continue };
        match paging(position, &object.fields, decided.map(|entry| entry.items.as_str())) {
            Ok(Some(paging)) => {
                let style = paging.position.name();
                *counts.entry(style).or_default() += 1;
                operation.paging = Some(paging);
            }
            Ok(None) => {}
            Err(cause) => refuse(operation, cause, reporter),
        }
    }
    let counts: Vec<_> =
        counts.iter().map(|(style, count)| format!("{count} by {style}")).collect();
    reporter.note("pages", &Pointer::root().join("paths"), counts.join(", "));
}

fn refuse(operation: &Operation, cause: String, reporter: &Reporter) {
    let remedy = "say in the `pages` table of spec/decisions.json which list the pages are of, \
                  or that there are none (`\"style\": \"none\"`)";
    reporter.problem(&operation.pointer, cause, remedy);
}

/// The input that selects the page. If there are a cursor and a number, the cursor: it does not
/// shift while the list grows.
fn position(operation: &Operation) -> Option<Position> {
    // An input of another type, or a required one, does not select a page.
    let is_position = |input: &Input| {
        let text = ["cursor", "page_token"].contains(&input.wire.as_str());
        let kind = if text { Kind::String } else { Kind::Integer };
        !input.required && is_same_kind(&input.schema.kind, &kind)
    };
    let takes =
        |wire: &str| operation.inputs.iter().any(|input| input.wire == wire && is_position(input));
    let size = ["page_size", "limit"].into_iter().find(|wire| takes(wire)).map(str::to_owned);
    let text = |wire: &str| wire.to_owned();
    if takes("cursor") {
        Some(Position::Cursor { cursor: text("cursor"), size })
    } else if takes("page_token") {
        Some(Position::Token { token: text("page_token"), size })
    } else if takes("offset") {
        size.map(|limit| Position::Offset { offset: text("offset"), limit })
    } else if takes("page") {
        size.map(|size| Position::Number { page: text("page"), size })
    } else {
        None
    }
}

fn is_same_kind(left: &Kind, right: &Kind) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// What the response reports about further pages, and which of its lists is paged.
fn paging(
    position: Position,
    fields: &[Field],
    decided: Option<&str>,
) -> Result<Option<Paging>, String> {
    let has = |wire: &str| fields.iter().any(|field| field.wire == wire);
    let total = TOTALS.into_iter().find(|wire| has(wire)).map(str::to_owned);
    let [info, pages] = PAGE_INFO;
    let described = fields.iter().find(|field| field.wire == info).filter(|field| {
        let Kind::Object(object) = &field.schema.kind else { return false };
        let counts =
            |part: &&Field| part.wire == pages && is_same_kind(&part.schema.kind, &Kind::Integer);
        !field.required && object.fields.iter().find(counts).is_some_and(|part| !part.required)
    });
    let pages = described.map(|_| [info.to_owned(), pages.to_owned()]);
    let next = match &position {
        Position::Cursor { .. } => Some("next_cursor"),
        Position::Token { .. } => Some("next_page_token"),
        Position::Number { .. } | Position::Offset { .. } => None,
    };
    if next.is_some_and(|next| !has(next)) {
        return Err(format!(
            "the request takes a {}, but no response returns one",
            position.name()
        ));
    }
    if next.is_none() && total.is_none() && pages.is_none() {
        return Ok(None);
    }
    for (wire, kind, what) in [
        (total.as_deref(), Kind::Integer, "an integer"),
        (next, Kind::String, "a string"),
        (Some("has_more"), Kind::Boolean, "a boolean"),
    ] {
        let field = fields.iter().find(|field| Some(field.wire.as_str()) == wire);
        if field.is_some_and(|field| field.required || !is_same_kind(&field.schema.kind, &kind)) {
            return Err(format!(
                "`{}`: expected {what} that is not required",
                wire.unwrap_or_default()
            ));
        }
    }
    let lists = fields.iter().filter_map(|field| match &field.schema.kind {
        Kind::Array(items) => Some((field.wire.as_str(), &items.kind)),
        _ => None,
    });
    let (lists, kinds): (Vec<&str>, Vec<&Kind>) = lists.unzip();
    // Items are objects or lists; plain words and numbers describe the page.
    let is_mere = |kind: &Kind| {
        matches!(
            kind,
            Kind::Boolean | Kind::Integer | Kind::Number | Kind::String | Kind::Enumeration(_)
        )
    };
    let of_parts = lists.iter().zip(&kinds).filter(|(_, kind)| !is_mere(kind));
    let of_parts: Vec<&str> = of_parts.map(|(wire, _)| *wire).collect();
    let items = match (decided, lists.as_slice(), of_parts.as_slice()) {
        (Some(decided), lists, _) if lists.contains(&decided) => decided,
        (None, [items], _) | (None, _, [items]) => items,
        (_, lists, _) => return Err(format!("expected one list, found {lists:?}")),
    };
    Ok(Some(Paging {
        position,
        items: items.to_owned(),
        total,
        pages,
        next: next.map(str::to_owned),
        more: has("has_more").then(|| "has_more".to_owned()),
    }))
}
