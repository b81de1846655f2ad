//! Lists that come in pages, as streams that fetch a page when it is asked for.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::{Call, Operation, Response, Result};

/// An operation whose answer is one page of a longer list.
///
/// Generated where the document's request and answer show a way to go on; the index of operations says which way.
pub trait Paged: Operation + Clone + 'static {
    /// What the list holds.
    type Item: Send + 'static;

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
/// The stream ends with the last page, with an empty page, with a page that says to go on where it has been already,
/// at the limit that was set, or with the first error; what came before an error has been given. Dropping it loses
/// nothing but the page on its way, which may have been charged.
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
    state: State,
}

type Coming<'c, O> =
    Pin<Box<dyn Future<Output = Result<Response<<O as Operation>::Answer>>> + Send + 'c>>;

/// Whether there is a page to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// There may be; the call asks for it.
    More,
    /// The list is at its end.
    Complete,
    /// A limit or an error has ended the stream; the call asks for the page that would have come.
    Stopped,
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
        let state = State::More;
        Pages {
            call: self,
            coming: None,
            fetched: 0,
            given: 0,
            page_limit: None,
            item_limit: None,
            state,
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
        (self.state != State::Complete).then(|| self.call.operation())
    }

    fn is_at_limit(&self) -> bool {
        self.page_limit.is_some_and(|most| self.fetched >= most)
            || self.item_limit.is_some_and(|most| self.given >= most)
    }

    /// Moves the request to the page after `answer`.
    fn advance(&mut self, answer: &O::Answer, count: usize) {
        let outlook = O::outlook(answer);
        self.fetched += 1;
        self.given += count as u64;
        let moved = count > 0 && move_on(self.call.operation_mut().position(), outlook, count);
        self.state = match moved {
            false => State::Complete,
            true if self.is_at_limit() => State::Stopped,
            true => State::More,
        };
    }
}

/// Moves a position to the next page; false at the end of the list.
fn move_on(position: Position<'_>, outlook: Outlook<'_>, count: usize) -> bool {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    if outlook.more == Some(false) {
        return false;
    }
    match position {
        Position::Page { page, size } => {
            let here = page.unwrap_or(1);
            let within_pages = outlook.pages.is_none_or(|pages| here < pages);
            // A page that is not full may still not be the last: a server may give fewer items than it is asked for.
            let seen = size.map_or(count, |size| size.max(count)).saturating_mul(here);
            let within_total = outlook.total.is_none_or(|total| seen < total);
            *page = Some(here.saturating_add(1));
            within_pages && within_total
        }
        Position::Offset { offset, .. } => {
            let next = offset.unwrap_or(0).saturating_add(count);
            *offset = Some(next);
            outlook.total.is_none_or(|total| next < total)
        }
        Position::Cursor { cursor, .. } => {
            let next =
                outlook.next.filter(|next| !next.is_empty() && cursor.as_deref() != Some(next));
            if let Some(next) = next {
                *cursor = Some(next.to_owned());
            }
            next.is_some()
        }
    }
}

impl<O: Paged + Unpin> Stream for Pages<'_, O> {
    type Item = Result<Response<O::Answer>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.coming.is_none() && this.state == State::More && this.is_at_limit() {
            this.state = State::Stopped;
        }
        if this.coming.is_none() && this.state != State::More {
            return Poll::Ready(None);
        }
        let call = &this.call;
        let coming = this.coming.get_or_insert_with(|| Box::pin(call.clone().send()));
        let page = ready!(coming.as_mut().poll(context));
        this.coming = None;
        match page {
            Ok(page) => {
                let count = O::items(&page.data).len();
                this.advance(&page.data, count);
                Poll::Ready(Some(Ok(page)))
            }
            Err(error) => {
                this.state = State::Stopped;
                Poll::Ready(Some(Err(error)))
            }
        }
    }
}

impl<O: Paged + fmt::Debug> fmt::Debug for Pages<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("next", self.call.operation())
            .field("fetched", &self.fetched)
            .field("state", &self.state)
            .finish_non_exhaustive()
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
        f.debug_struct("Items").field("pages", &self.pages).field("ready", &self.ready).finish()
    }
}
