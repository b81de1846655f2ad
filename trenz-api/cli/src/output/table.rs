//! Data as a table: as many columns as the terminal has room for.

use comfy_table::{ContentArrangement, Table, presets};

use super::{rows, text};

/// As many characters of a cell as are of use in a table.
const CELL: usize = 48;

/// Members that tell people best what an item is; their columns come first.
const FIRST: [&str; 6] = ["id", "task_id", "title", "name", "handle", "status"];

/// A table of the items, or of the members where there are none.
pub(super) fn of(data: &str) -> String {
    match (rows::of(data), rows::members(data)) {
        (Some(items), _) if items.is_empty() => "no items".to_owned(),
        (Some(items), _) => of_items(&items),
        (None, Some(members)) => {
            let mut table = plain();
            for (name, value) in members {
                table.add_row([name, line(value)]);
            }
            print(&table)
        }
        (None, None) => text(data),
    }
}

fn of_items(items: &[&str]) -> String {
    let items: Vec<Row<'_>> = items.iter().map(|item| (rows::members(item), *item)).collect();
    let mut columns: Vec<&str> = Vec::new();
    for (name, value) in items.iter().flat_map(|(members, _)| members.iter().flatten()) {
        let is_plain = !value.starts_with(['{', '[']);
        if is_plain && !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    // The sort is stable.
    columns.sort_by_key(|name| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    let mut table = filled(&items, &columns);
    let mut width = 0;
    let fits = table.column_max_content_widths().into_iter().take_while(|column| {
        width += usize::from(*column) + 2;
        width <= self::width()
    });
    let fits = fits.count().max(1);
    if fits < columns.len() {
        columns.truncate(fits);
        table = filled(&items, &columns);
    }
    print(&table)
}

/// An item, with its members if it is an object.
type Row<'j> = (Option<Vec<(String, &'j str)>>, &'j str);

fn filled(items: &[Row<'_>], columns: &[&str]) -> Table {
    let mut table = plain();
    if !columns.is_empty() {
        table.set_header(columns);
    }
    for (members, item) in items {
        let Some(members) = members else {
            table.add_row([cell(item)]);
            continue;
        };
        let value = |column: &&str| members.iter().find(|(name, _)| name == column);
        let cells = columns.iter().map(|column| value(column).map(|(_, value)| cell(value)));
        table.add_row(cells.map(Option::unwrap_or_default));
    }
    table
}

fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

fn print(table: &Table) -> String {
    let lines = table.lines().map(|line| line.trim_end().trim_start_matches(' ').to_owned());
    lines.collect::<Vec<_>>().join("\n")
}

/// A value on one line, which no character of it ends or paints over.
fn line(value: &str) -> String {
    let text = text(value);
    let text = if text == "null" { String::new() } else { text };
    text.replace(|c: char| c.is_control(), " ")
}

fn cell(value: &str) -> String {
    let text = line(value);
    if text.chars().count() <= CELL {
        return text;
    }
    text.chars().take(CELL - 1).chain(['…']).collect()
}

/// The width of the terminal; as wide as people can read, where there is none.
fn width() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}
