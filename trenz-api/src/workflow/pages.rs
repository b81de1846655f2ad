//! Lists that come in pages, as streams that fetch a page when it is asked for.

mod items;

pub use items::Items;

use futures_core::Stream;
use serde::Serialize;
use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tracing::{Instrument, Span};

use crate::client::call::Call;
use crate::error::Result;
use crate::operation::plan::Plan;
use crate::operation::request::Operation;
use crate::wire::response::Response;

/// An operation whose response is one page of a longer list.
///
/// Generated where the document's request and response show a way to go on; the index of operations says which way.
pub trait Paged: Operation + Clone + 'static {
    /// What the list holds. It serialises so that a page that comes again can be told from the next one.
    type Item: Serialize + Send + 'static;

    /// The member of the data that is the list.
    const ITEMS: &'static str;

    /// The largest page that the document allows, where it says.
    const MAX_PAGE_SIZE: Option<i64> = None;

    /// The inputs that say which page a request wants.
    fn position(&mut self) -> Position<'_>;

    /// What a response tells of the pages after it.
    fn page_meta(answer: &Self::Output) -> PageMeta<'_>;

    /// The items of a response.
    fn items(answer: &Self::Output) -> &[Self::Item];

    /// The items of a response that is needed no longer.
    fn into_items(answer: Self::Output) -> Vec<Self::Item>;
}

/// The inputs that say which page a request wants.
#[derive(Debug)]
pub enum Position<'r> {
    /// By number, counted from 1.
    Page {
        /// The number of the page.
        page: &'r mut Option<i64>,
        /// How many items a page has.
        size: &'r mut Option<i64>,
    },
    /// By how many items come before.
    Offset {
        /// How many items come before.
        offset: &'r mut Option<i64>,
        /// How many items a page has.
        limit: &'r mut Option<i64>,
    },
    /// By a text that the page before has given.
    Cursor {
        /// The text.
        cursor: &'r mut Option<String>,
        /// How many items a page has, where the operation takes it.
        size: Option<&'r mut Option<i64>>,
    },
}

/// What a response tells of the pages after it. What it does not tell is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PageMeta<'a> {
    /// How many items there are in all.
    pub total: Option<i64>,
    /// How many pages there are in all.
    pub pages: Option<i64>,
    /// What to ask for to get the next page.
    pub next: Option<&'a str>,
    /// Whether there is more.
    pub more: Option<bool>,
}

/// The pages of a list, each fetched, and paid for, when it is asked for.
///
/// The stream ends with a page whose response says that there is no more (`has_more` is false, or no cursor leads on), with
/// an empty page that does not say that there is more, with a page that leads back to one that has been, with a page that
/// came before (which is not given again), with the fifth empty page in a row, at the limit that was set, or with the
/// first error; what came before an error has been given.
/// [`end`](Self::end) tells which it was. Dropping the stream loses nothing but the page on its way, which may have been
/// charged.
///
/// An item that cannot be decoded is left out of its page, and kept as it came in [`Response::unreadable`]; the list
/// goes on. Where the rest of a page cannot be decoded either, the stream ends with an error.
///
/// How many items or pages there are in all, and how large a page is, a response only estimates: it does not end a list.
/// So a list that goes by page number or by offset, whose responses do not say whether there is more, costs one page more
/// than it has, the empty one that proves its end. [`max_pages`](Self::max_pages) and [`max_items`](Self::max_items)
/// say how much is wanted and save that page, and so does [`trust_counts`](Self::trust_counts), for those who would
/// rather miss items than pay for it. Lists that go by cursor cost no page more than they have.
///
/// After every end but [`Complete`](PageEnd::Complete) and [`Repeated`](PageEnd::Repeated), [`resume`](Self::resume)
/// gives the request to go on with.
#[must_use = "nothing is fetched until it is polled"]
pub struct Pages<'c, O: Paged> {
    call: Call<'c, O>,
    coming: Option<Coming<'c, O>>,
    fetched: u64,
    given: u64,
    /// How many pages in a row were empty.
    empty: u32,
    page_limit: Option<u64>,
    item_limit: Option<u64>,
    trusts_counts: bool,
    /// The most items that a page had: how large the pages are, whatever was asked for.
    fullest: i64,
    /// The pages and cursors that have been, as hashes.
    seen: BTreeSet<u64>,
    end: Option<PageEnd>,
    /// Ties the calls together.
    span: Span,
}

/// After so many empty pages in a row the next one is not fetched: each is paid for.
const MOST_EMPTY: u32 = 5;

type Coming<'c, O> =
    Pin<Box<dyn Future<Output = Result<Response<<O as Operation>::Output>>> + Send + 'c>>;

/// Why there are no more pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageEnd {
    /// The list is at its end.
    Complete,
    /// The list leads back to where it has been, so that it would never end. The server is wrong, or its list has
    /// changed.
    Repeated,
    /// The response says that there is more, but not how to get it: the list is longer than what was given. The request to
    /// resume from is that of this page, which is charged again.
    MissingCursor,
    /// The responses say that there is more, but five pages in a row had nothing in them.
    EmptyPages,
    /// The limit that was set is reached.
    Limit,
    /// A page could not be had; the error was given.
    Error,
}

impl<'c, O: Paged> Call<'c, O> {
    /// The responses page by page, from the page that the request asks for; each is a call of its own.
    ///
    /// Where the request leaves its page size open, pages are as large as the document allows, since it is the page
    /// that is paid for.
    pub fn pages(mut self) -> Pages<'c, O> {
        if let (Some(most), Some(size @ None)) =
            (O::MAX_PAGE_SIZE, self.operation_mut().position().into_size())
        {
            *size = Some(most);
        }
        let mut seen = BTreeSet::new();
        if let Position::Cursor { cursor: Some(cursor), .. } = self.operation_mut().position() {
            seen.insert(hash_of(cursor));
        }
        Pages {
            call: self,
            coming: None,
            fetched: 0,
            given: 0,
            empty: 0,
            page_limit: None,
            item_limit: None,
            trusts_counts: false,
            fullest: 0,
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
    /// Ends the stream after so many pages.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.page_limit = Some(pages);
        self
    }

    /// Ends the stream with the page on which so many items have been given.
    pub fn max_items(mut self, items: u64) -> Self {
        self.item_limit = Some(items);
        self
    }

    /// Ends the stream, too, where the responses' own counts (`total_count`, `total_page` and the like) say that it is at
    /// its end, and so saves the empty page that proves it. A count that is too low loses what comes after it, but for
    /// one that the page beside it disproves.
    pub fn trust_counts(mut self) -> Self {
        self.trusts_counts = true;
        self
    }

    /// The next page, or `None` at the end. Keeping the stream after dropping this future keeps the page on its way.
    pub fn next_page(
        &mut self,
    ) -> impl Future<Output = Option<Result<Response<O::Output>>>> + Send + '_
    where
        O: Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// The request for the next page: to go on later, in another process too. `None` at the end of the list, and where
    /// it leads back.
    #[must_use]
    pub fn resume(&self) -> Option<&O> {
        let is_over = matches!(self.end, Some(PageEnd::Complete | PageEnd::Repeated));
        (!is_over).then(|| self.call.operation())
    }

    /// What so many more pages will cost, each a call of its own. How many there are only the responses tell.
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
            || self.item_limit.is_some_and(|most| self.given >= most)
    }

    /// Moves the request to the page after `answer`. False if that page came before.
    fn advance(&mut self, answer: &Response<O::Output>) -> bool {
        let items = O::items(&answer.data);
        let came = items.len().saturating_add(answer.unreadable.len());
        let count = i64::try_from(came).unwrap_or(i64::MAX);
        self.fetched = self.fetched.saturating_add(1);
        // A page that cannot be encoded cannot be compared. Empty pages are counted instead.
        let text = serde_json::to_vec(items).ok().filter(|_| count > 0).map(|mut text| {
            answer.unreadable.iter().for_each(|item| text.extend(item.json.get().bytes()));
            text
        });
        if text.is_some_and(|text| !self.seen.insert(hash_of(&text))) {
            self.end = Some(PageEnd::Repeated);
            return false;
        }
        self.given = self.given.saturating_add(came as u64);
        self.fullest = self.fullest.max(count);
        self.empty = if count == 0 { self.empty.saturating_add(1) } else { 0 };
        let page_meta = O::page_meta(&answer.data);
        let position = self.call.operation_mut().position();
        let counted =
            self.trusts_counts && page_meta.is_counted_out(&position, count, self.fullest);
        let says_more = page_meta.says_more(&position);
        self.end = match move_on(position, page_meta, count) {
            _ if !says_more && (count == 0 || counted) => Some(PageEnd::Complete),
            Move::End(end) => Some(end),
            Move::Nowhere => Some(PageEnd::EmptyPages),
            Move::To(Some(cursor)) if !self.seen.insert(cursor) => Some(PageEnd::Repeated),
            Move::To(_) if self.empty >= MOST_EMPTY => Some(PageEnd::EmptyPages),
            Move::To(_) => self.is_at_limit().then_some(PageEnd::Limit),
        };
        true
    }
}

impl PageMeta<'_> {
    /// Whether the response says that there is more: in so many words, or by a cursor.
    fn says_more(&self, position: &Position<'_>) -> bool {
        let leads_on = matches!(position, Position::Cursor { .. })
            && self.next.is_some_and(|next| !next.is_empty());
        self.more.unwrap_or(leads_on)
    }

    /// Whether the counts say that nothing comes after a page with so many items, where pages have up to `size`. A
    /// count that this page disproves says nothing.
    fn is_counted_out(&self, position: &Position<'_>, count: i64, size: i64) -> bool {
        let total = self.total.filter(|total| *total >= count);
        let seen = match position {
            Position::Page { page, .. } => {
                let here = page.unwrap_or(1);
                if self.pages.filter(|pages| *pages >= 1).is_some_and(|pages| here >= pages) {
                    return true;
                }
                // The size is that of the pages that came: a server may give fewer items than it was asked for, and
                // the end of the list is further away then.
                size.saturating_mul(here)
            }
            Position::Offset { offset, .. } => offset.unwrap_or(0).saturating_add(count),
            Position::Cursor { .. } => return false,
        };
        total.is_some_and(|total| seen >= total)
    }
}

/// Where a page leads.
enum Move {
    End(PageEnd),
    /// To the same page again, which was empty.
    Nowhere,
    /// To the next page; by a cursor of this hash, where there are cursors.
    To(Option<u64>),
}

/// Moves a position to the page after one with so many items.
fn move_on(position: Position<'_>, page_meta: PageMeta<'_>, count: i64) -> Move {
    if page_meta.more == Some(false) {
        return Move::End(PageEnd::Complete);
    }
    match position {
        Position::Page { page: here, .. } => step(here, 1, 1),
        Position::Offset { .. } if count == 0 => Move::Nowhere,
        Position::Offset { offset: here, .. } => step(here, 0, count),
        Position::Cursor { cursor, .. } => match page_meta.next.filter(|next| !next.is_empty()) {
            Some(next) => {
                *cursor = Some(next.to_owned());
                Move::To(Some(hash_of(next)))
            }
            None if page_meta.more == Some(true) => Move::End(PageEnd::MissingCursor),
            None => Move::End(PageEnd::Complete),
        },
    }
}

/// Moves a number on, which cannot go on for ever.
fn step(here: &mut Option<i64>, first: i64, by: i64) -> Move {
    match here.unwrap_or(first).checked_add(by) {
        Some(next) => {
            *here = Some(next);
            Move::To(None)
        }
        None => Move::End(PageEnd::Repeated),
    }
}

fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl<O: Paged + Unpin> Stream for Pages<'_, O> {
    type Item = Result<Response<O::Output>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.coming.is_none() && this.end.is_none() && this.is_at_limit() {
            this.end = Some(PageEnd::Limit);
        }
        if this.coming.is_none() && this.end.is_some() {
            return Poll::Ready(None);
        }
        let (call, span) = (&this.call, &this.span);
        let coming = this.coming.get_or_insert_with(|| {
            Box::pin(call.clone().send_page(O::ITEMS).instrument(span.clone()))
        });
        let page = ready!(coming.as_mut().poll(context));
        this.coming = None;
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
        // A cursor is the server's.
        self.call.client().redactor().debug(f, |f| {
            f.debug_struct("Pages")
                .field("next", self.call.operation())
                .field("fetched", &self.fetched)
                .field("end", &self.end)
                .finish_non_exhaustive()
        })
    }
}
