//! Paged lists, as streams that fetch a page when it is polled.

mod items;

pub use items::Items;

use futures_core::Stream;
use serde::Serialize;
use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, Hash};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tracing::{Instrument, Span};

use crate::base::setters::setters;
use crate::client::call::Call;
use crate::error::Result;
use crate::operation::plan::Plan;
use crate::operation::request::Operation;
use crate::wire::response::Response;

/// An operation whose response is a page of a list.
///
/// Generated where the document's request and response have a page number, an offset or a cursor; OPERATIONS.md says
/// which.
pub trait Paged: Operation + Clone + 'static {
    /// The type of the list's items. It serialises so that a repeated page can be recognised.
    type Item: Serialize + Send + 'static;

    /// The name of the list in the data.
    const ITEMS: &'static str;

    /// The largest page that the document allows, where it says.
    const MAX_PAGE_SIZE: Option<i64> = None;

    /// The inputs that select the page.
    fn position(&mut self) -> Position<'_>;

    /// What a response reports about the following pages.
    fn page_meta(output: &Self::Output) -> PageMeta<'_>;

    /// The items of a response.
    fn items(output: &Self::Output) -> &[Self::Item];

    /// Takes the items out of a response.
    fn into_items(output: Self::Output) -> Vec<Self::Item>;
}

/// The inputs that select the page of a request.
#[derive(Debug)]
pub enum Position<'r> {
    /// By page number, from 1.
    Page {
        /// The number of the page.
        page: &'r mut Option<i64>,
        /// How many items a page has.
        size: &'r mut Option<i64>,
    },
    /// By the number of preceding items.
    Offset {
        /// How many items precede the page.
        offset: &'r mut Option<i64>,
        /// How many items a page has.
        limit: &'r mut Option<i64>,
    },
    /// By a cursor from the previous page.
    Cursor {
        /// The cursor.
        cursor: &'r mut Option<String>,
        /// How many items a page has, where the operation takes it.
        size: Option<&'r mut Option<i64>>,
    },
}

/// What a response reports about the following pages. What it does not report is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageMeta<'a> {
    /// How many items there are in total.
    pub total: Option<i64>,
    /// How many pages there are in total.
    pub pages: Option<i64>,
    /// The cursor of the next page.
    pub next: Option<&'a str>,
    /// Whether there are more items.
    pub more: Option<bool>,
}

/// A stream of the pages of a list, each fetched, and charged, when it is polled.
///
/// The stream ends with the last page (`has_more` is false, or there is no next cursor), an empty page that does not
/// say that there is more, a page that leads back to an earlier one, a repeated page (which is not returned), the fifth
/// empty page in a row, the limit that was set, or the first error; the pages before an error have been returned.
/// [`end`](Self::end) returns the reason. Dropping the stream loses only the page being fetched, which may have been
/// charged.
///
/// An item that cannot be decoded is left out of its page and kept in [`Response::unreadable`]; the list continues. If
/// the rest of a page cannot be decoded, the stream ends with an error.
///
/// Reported totals and page sizes are estimates and do not end a list. So a list by page number or offset whose
/// responses do not say whether there is more costs one page more than it has: the empty one that proves its end.
/// [`max_pages`](Self::max_pages) and [`max_items`](Self::max_items) save that page, and so does
/// [`trust_counts`](Self::trust_counts), at the risk of missing items. Lists by cursor cost no additional page.
///
/// After every end except [`Complete`](PageEnd::Complete) and [`Repeated`](PageEnd::Repeated), [`resume`](Self::resume)
/// returns the request for resuming.
#[must_use = "nothing is fetched until it is polled"]
pub struct Pages<'c, O: Paged> {
    call: Call<'c, O>,
    pending: Option<PendingPage<'c, O>>,
    fetched: u64,
    items_returned: u64,
    /// How many pages in a row were empty.
    empty: u32,
    page_limit: Option<u64>,
    item_limit: Option<u64>,
    trusts_counts: bool,
    /// The most items that a page had: the actual page size, whatever was requested.
    largest_page: i64,
    /// Hashes of the pages and cursors so far.
    seen: BTreeSet<u64>,
    end: Option<PageEnd>,
    /// The span of its calls.
    span: Span,
}

/// After this many empty pages in a row, no more are fetched: each is charged.
const MOST_EMPTY: u32 = 5;

type PendingPage<'c, O> =
    Pin<Box<dyn Future<Output = Result<Response<<O as Operation>::Output>>> + Send + 'c>>;

/// Why there are no more pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageEnd {
    /// The list has ended.
    Complete,
    /// The list leads back to an earlier page, so it would never end. The server is wrong, or the list has changed.
    Repeated,
    /// The response says that there is more, but has no cursor: the list is longer than what was returned. Resuming
    /// repeats this page, which is charged again.
    MissingCursor,
    /// The responses say that there is more, but five pages in a row were empty.
    EmptyPages,
    /// The limit was reached.
    Limit,
    /// A page could not be fetched; the error was returned.
    Error,
}

impl<'c, O: Paged> Call<'c, O> {
    /// Returns a stream of pages, from the page that the request selects; each is a separate call.
    ///
    /// If the request does not set a page size, pages are as large as the document allows, because each page is
    /// charged.
    pub fn pages(mut self) -> Pages<'c, O> {
        if let (Some(most), Some(size @ None)) =
            (O::MAX_PAGE_SIZE, self.operation_mut().position().into_size())
        {
            *size = Some(most);
        }
        #[cfg(feature = "_ledger")]
        self.name_each_page();
        let mut seen = BTreeSet::new();
        if let Position::Cursor { cursor: Some(cursor), .. } = self.operation_mut().position() {
            seen.insert(hash_of(cursor));
        }
        Pages {
            call: self,
            pending: None,
            fetched: 0,
            items_returned: 0,
            empty: 0,
            page_limit: None,
            item_limit: None,
            trusts_counts: false,
            largest_page: 0,
            seen,
            end: None,
            span: tracing::info_span!("trenz.pages", operation = O::ID),
        }
    }
}

impl<'r> Position<'r> {
    fn into_size(self) -> Option<&'r mut Option<i64>> {
        match self {
            Self::Page { size, .. } | Self::Offset { limit: size, .. } => Some(size),
            Self::Cursor { size, .. } => size,
        }
    }
}

impl<O: Paged> Pages<'_, O> {
    setters! {
        /// Ends the stream after this many pages.
        pub fn max_pages(self, pages: u64) => self.page_limit = Some(pages);

        /// Ends the stream with the page that reaches this many items.
        pub fn max_items(self, items: u64) => self.item_limit = Some(items);

        /// Ends the stream also where the reported totals (`total_count`, `total_page` and the like) say that the list
        /// has ended, which saves the empty page that proves it. A total that is too low loses the items after it,
        /// unless the page itself disproves it.
        pub fn trust_counts(self) => self.trusts_counts = true;
    }

    /// Fetches the next page; `None` at the end. If this future is dropped and the stream kept, the page being fetched
    /// is kept as well.
    pub fn next_page(
        &mut self,
    ) -> impl Future<Output = Option<Result<Response<O::Output>>>> + Send + '_
    where
        O: Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// The request for the next page: for resuming later, in another process too. `None` at the end of the list, and
    /// where it leads back.
    #[must_use]
    pub fn resume(&self) -> Option<&O> {
        let is_over = matches!(self.end, Some(PageEnd::Complete | PageEnd::Repeated));
        (!is_over).then(|| self.call.operation())
    }

    /// The price of this many more pages, each a separate call. How many there are is only known from the responses.
    #[must_use]
    pub fn quote(&self, pages: u64) -> Plan {
        Plan::repeat(&self.call.operation().quote(), pages)
    }

    /// Why the stream has ended; `None` if it has not.
    #[must_use]
    pub fn end(&self) -> Option<PageEnd> {
        self.end
    }

    fn is_at_limit(&self) -> bool {
        self.page_limit.is_some_and(|most| self.fetched >= most)
            || self.item_limit.is_some_and(|most| self.items_returned >= most)
    }

    /// Moves the request to the page after `response`. False if that page was fetched before.
    fn advance(&mut self, response: &Response<O::Output>) -> bool {
        let items = O::items(&response.data);
        let unreadable = || response.unreadable.iter().filter(|item| item.is_of(O::ITEMS));
        let came = items.len().saturating_add(unreadable().count());
        let count = i64::try_from(came).unwrap_or(i64::MAX);
        self.fetched = self.fetched.saturating_add(1);
        // A page that cannot be encoded cannot be compared. Empty pages are counted instead.
        let text = serde_json::to_vec(items).ok().filter(|_| count > 0).map(|mut text| {
            unreadable().for_each(|item| text.extend(item.json.get().bytes()));
            text
        });
        if text.is_some_and(|text| !self.seen.insert(hash_of(&text))) {
            self.end = Some(PageEnd::Repeated);
            return false;
        }
        self.items_returned = self.items_returned.saturating_add(came as u64);
        self.largest_page = self.largest_page.max(count);
        self.empty = if count == 0 { self.empty.saturating_add(1) } else { 0 };
        let page_meta = O::page_meta(&response.data);
        let position = self.call.operation_mut().position();
        let counted =
            self.trusts_counts && page_meta.is_past_total(&position, count, self.largest_page);
        let has_more = page_meta.has_more(&position);
        self.end = match advance_position(position, page_meta, count) {
            _ if !has_more && (count == 0 || counted) => Some(PageEnd::Complete),
            NextPage::End(end) => Some(end),
            NextPage::Nowhere => Some(PageEnd::EmptyPages),
            NextPage::To(Some(cursor)) if !self.seen.insert(cursor) => Some(PageEnd::Repeated),
            NextPage::To(_) if self.empty >= MOST_EMPTY => Some(PageEnd::EmptyPages),
            NextPage::To(_) => self.is_at_limit().then_some(PageEnd::Limit),
        };
        true
    }
}

impl PageMeta<'_> {
    /// Whether the response says that there is more: explicitly, or by a cursor.
    fn has_more(&self, position: &Position<'_>) -> bool {
        let leads_on = matches!(position, Position::Cursor { .. })
            && self.next.is_some_and(|next| !next.is_empty());
        self.more.unwrap_or(leads_on)
    }

    /// Whether the totals say that nothing follows a page with `count` items, where pages have up to `size`. A total
    /// that this page disproves is ignored.
    fn is_past_total(&self, position: &Position<'_>, count: i64, size: i64) -> bool {
        let total = self.total.filter(|total| *total >= count);
        let seen = match position {
            Position::Page { page, .. } => {
                let here = page.unwrap_or(1);
                if self.pages.filter(|pages| *pages >= 1).is_some_and(|pages| here >= pages) {
                    return true;
                }
                // The actual page size: a server may return fewer items than requested, and the list is then longer.
                size.saturating_mul(here)
            }
            Position::Offset { offset, .. } => offset.unwrap_or(0).saturating_add(count),
            Position::Cursor { .. } => return false,
        };
        total.is_some_and(|total| seen >= total)
    }
}

/// Where a page leads to.
enum NextPage {
    End(PageEnd),
    /// To the same page, which was empty.
    Nowhere,
    /// To the next page; with the hash of its cursor, if it has one.
    To(Option<u64>),
}

/// Moves a position to the page after one with `count` items.
fn advance_position(position: Position<'_>, page_meta: PageMeta<'_>, count: i64) -> NextPage {
    if page_meta.more == Some(false) {
        return NextPage::End(PageEnd::Complete);
    }
    match position {
        Position::Page { page: here, .. } => increment(here, 1, 1),
        Position::Offset { .. } if count == 0 => NextPage::Nowhere,
        Position::Offset { offset: here, .. } => increment(here, 0, count),
        Position::Cursor { cursor, .. } => match page_meta.next.filter(|next| !next.is_empty()) {
            Some(next) => {
                *cursor = Some(next.to_owned());
                NextPage::To(Some(hash_of(next)))
            }
            None if page_meta.more == Some(true) => NextPage::End(PageEnd::MissingCursor),
            None => NextPage::End(PageEnd::Complete),
        },
    }
}

/// Increments a number, which ends at its maximum.
fn increment(here: &mut Option<i64>, first: i64, by: i64) -> NextPage {
    match here.unwrap_or(first).checked_add(by) {
        Some(next) => {
            *here = Some(next);
            NextPage::To(None)
        }
        None => NextPage::End(PageEnd::Repeated),
    }
}

fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}

impl<O: Paged + Unpin> Stream for Pages<'_, O> {
    type Item = Result<Response<O::Output>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.pending.is_none() && this.end.is_none() && this.is_at_limit() {
            this.end = Some(PageEnd::Limit);
        }
        if this.pending.is_none() && this.end.is_some() {
            return Poll::Ready(None);
        }
        let (call, span) = (&this.call, &this.span);
        let pending = this.pending.get_or_insert_with(|| {
            Box::pin(call.clone().send_page(O::ITEMS).instrument(span.clone()))
        });
        let page = ready!(pending.as_mut().poll(context));
        this.pending = None;
        match page {
            Ok(page) => Poll::Ready(this.advance(&page).then_some(Ok(page))),
            Err(error) => {
                this.end = Some(PageEnd::Error);
                Poll::Ready(Some(Err(error)))
            }
        }
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for Pages<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The cursor comes from the server.
        self.call.client().redactor().debug(f, |f| {
            f.debug_struct("Pages")
                .field("next", self.call.operation())
                .field("fetched", &self.fetched)
                .field("end", &self.end)
                .finish_non_exhaustive()
        })
    }
}
