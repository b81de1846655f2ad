//! The items of a paged list, as one stream.

use futures_core::Stream;
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{PageEnd, Paged, Pages};
use crate::base::redact::ServerBody;
use crate::base::setters::setters;
use crate::client::call::Call;
use crate::error::{Error, Partial, Result};
use crate::operation::plan::Plan;
use crate::wire::response::Response;

impl<'c, O: Paged> Call<'c, O> {
    /// Returns a stream of the items of all pages. See [`pages`](Self::pages).
    pub fn items(self) -> Items<'c, O> {
        Items { pages: self.pages(), ready: VecDeque::new() }
    }
}

/// A stream of the items of a list, page after page. See [`Pages`].
///
/// An item that cannot be decoded [is an error](crate::Error::is_decode) in its place, whose
/// [`body`](crate::Error::body) is the item as received; the list continues after it.
#[must_use = "nothing is fetched until it is polled"]
pub struct Items<'c, O: Paged> {
    pages: Pages<'c, O>,
    ready: VecDeque<Result<O::Item>>,
}

impl<O: Paged> Items<'_, O> {
    setters! {
        /// Fetches at most this many pages.
        pub fn max_pages(self, pages: u64) => self.pages = self.pages.max_pages(pages);

        /// Returns at most this many items.
        pub fn max_items(self, items: u64) => self.pages = self.pages.max_items(items);

        /// Ends the stream by the reported totals as well. See [`Pages::trust_counts`].
        pub fn trust_counts(self) => self.pages = self.pages.trust_counts();
    }

    /// Returns the next item; `None` at the end.
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

    /// The price of this many more pages. See [`Pages::quote`].
    #[must_use]
    pub fn quote(&self, pages: u64) -> Plan {
        self.pages.quote(pages)
    }

    /// Why no more pages are fetched; `None` if they are.
    #[must_use]
    pub fn end(&self) -> Option<PageEnd> {
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
                return Poll::Ready(Some(item));
            }
            match ready!(Pin::new(&mut this.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    let most = this.pages.item_limit;
                    let before = this.pages.items_returned;
                    let Response { data, unreadable, status, request_id, redactor, .. } = page;
                    let mut items: Vec<_> = O::into_items(data).into_iter().map(Ok).collect();
                    for item in unreadable.into_iter().filter(|item| item.is_of(O::ITEMS)) {
                        let answer = Partial {
                            status: Some(status),
                            request_id: request_id.clone(),
                            body: Some(ServerBody::new(&redactor, item.json.to_string().into())),
                            ..Partial::default()
                        };
                        let error = Error::undecodable(O::ID, item.path, item.cause, answer);
                        items.insert(item.index.min(items.len()), Err(error));
                    }
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
