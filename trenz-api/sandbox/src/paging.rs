//! The four paging styles of the document, over data sets that can change between pages.

use serde_json::{Map, Value, json};

use crate::inputs::Inputs;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::schema::kind;

/// The most items a page holds where neither schema nor prose says.
const CAP: i64 = 100;

/// How an operation hands out a long list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Paging {
    pub(crate) style: Style,
    /// The input that says how many items are wanted.
    pub(crate) size: String,
    /// The items of a page when the request does not say.
    pub(crate) default: i64,
    /// The most items of a page.
    pub(crate) cap: i64,
    /// The member of `data` that holds the items.
    pub(crate) list: String,
}

/// How a request says which page it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// By number, from 1.
    Page,
    /// By the number of items to skip.
    Offset,
    /// By what the page before said: `cursor`, `next_cursor`, `has_more`.
    Cursor,
    /// By what the page before said: `page_token`, `next_page_token`.
    Token,
    /// There is only a first page.
    Top,
}

/// A list of items that can grow and shrink at its front, as lists of the newest things do.
/// Items keep their number for as long as they are in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DataSet {
    pub(crate) first: i64,
    pub(crate) end: i64,
}

/// The part of a data set that one page shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Window {
    /// What it is a part of.
    pub(crate) set: DataSet,
    /// Number of the first item, and of the first one that is no longer shown.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// What the response says about the page, by the names the document uses.
    pub(crate) words: Map<String, Value>,
}

impl Paging {
    pub(crate) fn recognise(operation: &Operation) -> Option<Self> {
        let has = |name: &str| operation.input(name).is_some();
        let size = ["page_size", "limit"].into_iter().find(|name| has(name))?;
        let style = match () {
            () if has("page_token") => Style::Token,
            () if has("cursor") => Style::Cursor,
            () if has("offset") => Style::Offset,
            () if has("page") => Style::Page,
            () => Style::Top,
        };
        let schema = operation.input(size)?;
        let prose = schema["description"].as_str().unwrap_or_default();
        let properties = operation.data()?.get("properties")?.as_object()?;
        let (list, _) = properties
            .iter()
            .find(|(_, schema)| kind(schema) == "array" && kind(&schema["items"]) == "object")?;
        let stated = number_after(prose, "max ").or_else(|| number_after(prose, "1-"));
        Some(Self {
            style,
            size: size.to_owned(),
            default: schema["default"]
                .as_i64()
                .or_else(|| number_after(prose, "default "))
                .unwrap_or(20),
            cap: schema["maximum"].as_i64().or(stated).unwrap_or(CAP),
            list: list.clone(),
        })
    }

    /// The window a request asks for. Sizes and positions that no page can have are brought into
    /// range; the schema has refused what the document forbids.
    pub(crate) fn window(
        &self,
        inputs: &Inputs,
        set: DataSet,
        lenient: bool,
    ) -> Result<Window, Refusal> {
        let resume = |name| match resume(inputs, name) {
            Err(_) if lenient => Ok(None),
            resumed => resumed,
        };
        let size = inputs.integer(&self.size).unwrap_or(self.default);
        let size = if size < 1 { self.default } else { size.min(self.cap) };
        let page = inputs.integer("page").unwrap_or(1).max(1);
        let from = match self.style {
            Style::Top => set.first,
            Style::Offset => set.first.saturating_add(inputs.integer("offset").unwrap_or(0).max(0)),
            Style::Cursor => match resume("cursor")? {
                Some(from) => from,
                None => set.nth_page(page, size),
            },
            Style::Token => resume("page_token")?.unwrap_or(set.first),
            Style::Page => set.nth_page(page, size),
        };
        let from = from.clamp(set.first, set.end);
        let to = from.saturating_add(size).min(set.end);
        Ok(Window { set, from, to, words: words(set, page, size, to) })
    }
}

impl DataSet {
    pub(crate) fn of(len: usize) -> Self {
        Self { first: 0, end: i64::try_from(len).unwrap_or(i64::MAX) }
    }

    pub(crate) fn len(self) -> i64 {
        self.end - self.first
    }

    /// Puts new items in front, or takes some away there.
    pub(crate) fn shift(&mut self, items: i64) {
        self.first = self.first.saturating_sub(items).min(self.end);
    }

    fn nth_page(self, page: i64, size: i64) -> i64 {
        self.first.saturating_add((page - 1).saturating_mul(size))
    }
}

impl Window {
    pub(crate) fn numbers(&self) -> std::ops::Range<i64> {
        self.from..self.to
    }
}

fn words(set: DataSet, page: i64, size: i64, to: i64) -> Map<String, Value> {
    let more = to < set.end;
    let next = if more { format!("sandbox-{to}") } else { String::new() };
    let pages = set.len().saturating_add(size - 1) / size;
    let Value::Object(words) = json!({
        "total": set.len(), "total_count": set.len(), "total_number": set.len(),
        "total_page": pages, "page": page, "page_size": size, "limit": size,
        "has_more": more, "next_cursor": next, "next_page_token": next,
    }) else {
        return Map::new();
    };
    words
}

/// Where a cursor of ours says to go on. An empty one asks for the first page.
fn resume(inputs: &Inputs, name: &str) -> Result<Option<i64>, Refusal> {
    match inputs.text(name) {
        None | Some("") => Ok(None),
        Some(text) => {
            let from = text.strip_prefix("sandbox-").and_then(|number| number.parse().ok());
            from.map(Some)
                .ok_or_else(|| Refusal::invalid(name, "expected a token of an earlier page"))
        }
    }
}

fn number_after(prose: &str, words: &str) -> Option<i64> {
    let (_, rest) = prose.split_once(words)?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{DataSet, Style};
    use crate::document::Document;

    #[test]
    fn every_paging_style_is_recognised() {
        let document = Document::trenz().unwrap();
        let style = |id: &str| {
            let paging = document.operation(id)?.paging.as_ref()?;
            Some((paging.style, paging.list.clone(), paging.default, paging.cap))
        };
        let owned = |style, list: &str, default, cap| Some((style, list.to_owned(), default, cap));
        assert_eq!(style("trenz-products-search"), owned(Style::Page, "items", 20, 20));
        assert_eq!(style("trenz-ads-account-list"), owned(Style::Page, "accounts", 10, 100));
        assert_eq!(style("trenz-ai-image-search"), owned(Style::Offset, "items", 20, 100));
        assert_eq!(style("trenz-social-comments-query"), owned(Style::Cursor, "comments", 20, 50));
        assert_eq!(
            style("trenz-social-tiktok-shop-products"),
            owned(Style::Token, "products", 20, 20)
        );
        assert_eq!(
            style("trenz-social-analytics-top-videos"),
            owned(Style::Top, "videos", 10, 100)
        );
        assert_eq!(style("trenz-products-detail"), None);
    }

    #[test]
    fn a_shifting_data_set_keeps_its_item_numbers() {
        let mut set = DataSet::of(10);
        set.shift(3);
        assert_eq!((set.first, set.end, set.len()), (-3, 10, 13));
        set.shift(-5);
        assert_eq!((set.first, set.end, set.len()), (2, 10, 8));
        set.shift(-50);
        assert_eq!(set.len(), 0);
    }
}
