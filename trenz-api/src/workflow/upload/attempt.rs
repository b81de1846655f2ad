//! One attempt to upload a file: to the presigned URL, and to the one that the store redirects to.

use http::{HeaderValue, StatusCode, header};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::body::{Sending, Sent};
use super::error::Why;
use super::source::Meta;
use super::{Upload, UploadProgress};
use crate::base::time;
use crate::transport::http::Incoming;

/// A response of the store.
struct PutResponse {
    incoming: Incoming,
    /// How much it can have received by then, if not all.
    early: Option<UploadProgress>,
}

/// With these, what was put is to be put elsewhere. A 303 would have something else fetched there.
const REDIRECTS: [StatusCode; 4] = [
    StatusCode::MOVED_PERMANENTLY,
    StatusCode::FOUND,
    StatusCode::TEMPORARY_REDIRECT,
    StatusCode::PERMANENT_REDIRECT,
];

impl Upload {
    /// Uploads the file to the URL; an error says why it is not there.
    pub(super) async fn attempt(
        &mut self,
        url: &Url,
        content_type: &HeaderValue,
        meta: Meta,
    ) -> Result<(), Why> {
        let mut response = self.put(url, content_type, meta).await?;
        let mut astray = None;
        match self.redirect(url, &response.incoming) {
            Some(Ok(url)) => response = self.put(&url, content_type, meta).await?,
            Some(Err(why)) => astray = Some(why),
            None => {}
        }
        let PutResponse { incoming, early } = response;
        match early {
            _ if !incoming.status.is_success() => {
                Err(Why::refused(&incoming, astray, self.client.redactor()))
            }
            Some(progress) => Err(Why::Early(progress)),
            None => Ok(()),
        }
    }

    /// Where the store redirects to, or why nothing may be sent there.
    fn redirect(&self, url: &Url, incoming: &Incoming) -> Option<Result<Url, &'static str>> {
        if !REDIRECTS.contains(&incoming.status) || !self.source.can_rewind() {
            return None;
        }
        let location = incoming.headers.get(header::LOCATION)?.to_str().ok()?;
        let location = Some(location).filter(|location| !location.is_empty())?;
        self.client.destinations().redirect(url, location)
    }

    /// Sends the file once, as long as there is progress.
    async fn put(
        &mut self,
        url: &Url,
        content_type: &HeaderValue,
        meta: Meta,
    ) -> Result<PutResponse, Why> {
        let sent = Sent::new(meta.length, self.on_progress.clone());
        let body = Sending::new(self.source.open().await?, meta.length, sent.clone());
        let (url, answered) = (url.clone(), || sent.answer());
        let sending = self.client.transport().put(url, content_type.clone(), body, answered);
        let mut sending = pin!(sending);
        let mut timer = pin!(sleep_until(time::after(sent.moved(), self.stall)));
        let incoming = poll_fn(|context| {
            if let Poll::Ready(outcome) = sending.as_mut().poll(context) {
                return Poll::Ready(
                    outcome.map_err(|failure| Why::not_answered(&failure, self.client.redactor())),
                );
            }
            while timer.as_mut().poll(context).is_ready() {
                let due = time::after(sent.moved(), self.stall);
                if due <= Instant::now() {
                    return Poll::Ready(Err(Why::Stalled(self.stall)));
                }
                timer.as_mut().reset(due);
            }
            Poll::Pending
        });
        let incoming = incoming.await;
        match sent.fault() {
            Some(fault) => Err(fault),
            None => Ok(PutResponse { incoming: incoming?, early: sent.too_early() }),
        }
    }
}
