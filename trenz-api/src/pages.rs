//! Lists that come in pages, as streams that fetch a page when it is asked for.

use futures_core::Stream;
use serde::Serialize;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tracing::{Instrument, Span};

use crate::{Call, Operation, Plan, Response, Result};

/// An operation whose answer is one page of a longer list.
///
/// Generated where the document's request and answer show a way to go on; the index of operations says which way.
pub trait Paged: Operation + Clone + 'static {
    /// What the list holds. It serialises so that a page that comes again can be told from the next one.
    type Item: Serialize + Send + 'static;

    /// The largest page that the document allows, where it says.
    const MAX_PAGE_SIZE: Option<i64> = None;

    /// The inputs that say which page a request wants.
    fn position(&mut self) -> Position<'_>;

    /// What an answer tells of the pages after it.
    fn outlook(answer: &Self::Answer) -> Outlook<'_>;

    /// The items of an answer.
    fn items(answer: &Self::Answer) -> &[Self::Item];

    /// The items of an answer that is needed no longer.
    fn into_items(answer: Self::Answer) -> Vec<Self::Item>;
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

/// What an answer tells of the pages after it. What it does not tell is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook<'a> {
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
/// The stream ends with the last page, with an empty page, with a page that leads back to one that has been, with a
/// page that came before (which is not given again), at the limit that was set, or with the first error; what came
/// before an error has been given. [`end`](Self::end) tells which it was. Dropping the stream loses nothing but the
/// page on its way, which may have been charged.
///
/// After an error or a limit, [`resume`](Self::resume) gives the request for the page that would have come next.
#[must_use = "nothing is fetched until it is polled"]
pub struct Pages<'c, O: Paged> {
    call: Call<'c, O>,
    coming: Option<Coming<'c, O>>,
    fetched: u64,
    given: u64,
    page_limit: Option<u64>,
    item_limit: Option<u64>,
    /// The most items that a page had: how large the pages are, whatever was asked for.
    fullest: i64,
    /// The pages and cursors that have been, as hashes.
    seen: BTreeSet<u64>,
    end: Option<PagesEnd>,
    /// Ties the calls together.
    span: Span,
}

type Coming<'c, O> =
    Pin<Box<dyn Future<Output = Result<Response<<O as Operation>::Answer>>> + Send + 'c>>;

/// Why there are no more pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PagesEnd {
    /// The list is at its end.
    Complete,
    /// The list leads back to where it has been, so that it would never end. The server is wrong, or its list has
    /// changed.
    Repeated,
    /// The limit that was set is reached.
    Limit,
    /// A page could not be had; the error was given.
    Error,
}

impl<'c, O: Paged> Call<'c, O> {
    /// The answers page by page, from the page that the request asks for; each is a call of its own.
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
            page_limit: None,
            item_limit: None,
            fullest: 0,
            seen,
            end: None,
            span: tracing::info_span!("trenz.pages", operation = O::ID),
        }
    }

    /// The items of all pages. See [`pages`](Self::pages).
    pub fn items(self) -> Items<'c, O> {
        Items { pages: self.pages(), ready: VecDeque::new() }
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

    /// The next page, or `None` at the end. Keeping the stream after dropping this future keeps the page on its way.
    pub fn next_page(
        &mut self,
    ) -> impl Future<Output = Option<Result<Response<O::Answer>>>> + Send + '_
    where
        O: Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// The request for the next page: to go on later, in another process too. `None` at the end of the list.
    #[must_use]
    pub fn resume(&self) -> Option<&O> {
        let over = matches!(self.end, Some(PagesEnd::Complete | PagesEnd::Repeated));
        (!over).then(|| self.call.operation())
    }

    /// What so many more pages will cost, each a call of its own. How many there are only the answers tell.
    #[must_use]
    pub fn quote(&self, pages: u64) -> Plan {
        let quote = self.call.operation().quote();
        (0..pages).map(|_| quote.clone()).collect()
    }

    /// Why the stream has ended; `None` if it has not.
    #[must_use]
    pub fn end(&self) -> Option<PagesEnd> {
        self.end
    }

    fn is_at_limit(&self) -> bool {
        self.page_limit.is_some_and(|most| self.fetched >= most)
            || self.item_limit.is_some_and(|most| self.given >= most)
    }

    /// Moves the request to the page after `answer`. False if that page came before.
    fn advance(&mut self, answer: &Response<O::Answer>) -> bool {
        let items = O::items(&answer.data);
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        self.fetched += 1;
        // What cannot be written cannot be compared; an empty page is the end, whether or not it came before.
        let text = serde_json::to_vec(items).ok().filter(|_| count > 0);
        if text.is_some_and(|text| !self.seen.insert(hash_of(&text))) {
            self.end = Some(PagesEnd::Repeated);
            return false;
        }
        self.given += items.len() as u64;
        self.fullest = self.fullest.max(count);
        let told = answer.page_size.and_then(|size| i64::try_from(size).ok());
        let outlook = O::outlook(&answer.data).distrusted(count);
        let size = told.filter(|size| *size >= count).unwrap_or(self.fullest);
        self.end = if count == 0 {
            Some(PagesEnd::Complete)
        } else {
            match move_on(self.call.operation_mut().position(), outlook, count, size) {
                Move::Last => Some(PagesEnd::Complete),
                Move::To(Some(cursor)) if !self.seen.insert(cursor) => Some(PagesEnd::Repeated),
                Move::To(_) => self.is_at_limit().then_some(PagesEnd::Limit),
            }
        };
        true
    }
}

impl Outlook<'_> {
    /// Leaves out a total that the page itself disproves.
    fn distrusted(mut self, count: i64) -> Self {
        self.total = self.total.filter(|total| *total >= count);
        self
    }
}

/// Where a page leads.
enum Move {
    Last,
    /// To the next page; by a cursor of this hash, where there are cursors.
    To(Option<u64>),
}

/// Moves a position to the page after one with so many items, where pages have up to `size`.
fn move_on(position: Position<'_>, outlook: Outlook<'_>, count: i64, size: i64) -> Move {
    if outlook.more == Some(false) {
        return Move::Last;
    }
    match position {
        Position::Page { page, .. } => {
            let here = page.unwrap_or(1);
            // The size is that of the pages that came: a server may give fewer items than it was asked for, and the
            // end of the list is further away then.
            let seen = size.saturating_mul(here);
            let last = outlook.pages.is_some_and(|pages| here >= pages)
                || outlook.total.is_some_and(|total| seen >= total);
            *page = Some(here.saturating_add(1));
            if last { Move::Last } else { Move::To(None) }
        }
        Position::Offset { offset, .. } => {
            let next = offset.unwrap_or(0).saturating_add(count);
            *offset = Some(next);
            let last = outlook.total.is_some_and(|total| next >= total);
            if last { Move::Last } else { Move::To(None) }
        }
        Position::Cursor { cursor, .. } => match outlook.next.filter(|next| !next.is_empty()) {
            Some(next) => {
                *cursor = Some(next.to_owned());
                Move::To(Some(hash_of(next)))
            }
            None => Move::Last,
        },
    }
}

fn hash_of<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

impl<O: Paged + Unpin> Stream for Pages<'_, O> {
    type Item = Result<Response<O::Answer>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.coming.is_none() && this.end.is_none() && this.is_at_limit() {
            this.end = Some(PagesEnd::Limit);
        }
        if this.coming.is_none() && this.end.is_some() {
            return Poll::Ready(None);
        }
        let (call, span) = (&this.call, &this.span);
        let coming = this
            .coming
            .get_or_insert_with(|| Box::pin(call.clone().send().instrument(span.clone())));
        let page = ready!(coming.as_mut().poll(context));
        this.coming = None;
        match page {
            Ok(page) => Poll::Ready(this.advance(&page).then_some(Ok(page))),
            Err(error) => {
                this.end = Some(PagesEnd::Error);
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

/// The items of a list, page after page. See [`Pages`].
#[must_use = "nothing is fetched until it is polled"]
pub struct Items<'c, O: Paged> {
    pages: Pages<'c, O>,
    ready: VecDeque<O::Item>,
}

impl<O: Paged> Items<'_, O> {
    /// Fetches at most so many pages.
    pub fn max_pages(mut self, pages: u64) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Gives at most so many items.
    pub fn max_items(mut self, items: u64) -> Self {
        self.pages = self.pages.max_items(items);
        self
    }

    /// The next item, or `None` at the end.
    pub fn next_item(&mut self) -> impl Future<Output = Option<Result<O::Item>>> + Send + '_
    where
        O: Unpin,
        O::Item: Unpin,
    {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// The request for the page after those whose items were fetched. See [`Pages::resume`].
    #[must_use]
    pub fn resume(&self) -> Option<&O> {
        self.pages.resume()
    }

    /// What so many more pages will cost. See [`Pages::quote`].
    #[must_use]
    pub fn quote(&self, pages: u64) -> Plan {
        self.pages.quote(pages)
    }

    /// Why no more pages are fetched; `None` if they are.
    #[must_use]
    pub fn end(&self) -> Option<PagesEnd> {
        self.pages.end()
    }
}

impl<O: Paged + Unpin> Stream for Items<'_, O>
where
    O::Item: Unpin,
{
    type Item = Result<O::Item>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(item) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    let most = this.pages.item_limit;
                    let before = this.pages.given;
                    let mut items = O::into_items(page.data);
                    if let Some(most) = most {
                        let over =
                            usize::try_from(before.saturating_sub(most)).unwrap_or(usize::MAX);
                        items.truncate(items.len().saturating_sub(over));
                    }
                    this.ready = items.into();
                }
            }
        }
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for Items<'_, O>
where
    O::Item: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pages.call.client().redactor().debug(f, |f| {
            f.debug_struct("Items").field("pages", &self.pages).field("ready", &self.ready).finish()
        })
    }
}
