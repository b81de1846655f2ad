//! One attempt to upload a file: to the presigned URL, and to the one that the store redirects to.

use http::{HeaderValue, StatusCode, header};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokio::time::{Instant, sleep_until};
use url::Url;

use super::body::{SharedProgress, UploadBody};
use super::error::Reason;
use super::source::SourceMetadata;
use super::{Upload, UploadProgress};
use crate::base::time;
use crate::transport::http::HttpResponse;

/// A response of the store.
struct PutResponse {
    http_response: HttpResponse,
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
        metadata: SourceMetadata,
    ) -> Result<(), Reason> {
        let mut response = self.put(url, content_type, metadata).await?;
        let mut redirect_error = None;
        match self.redirect(url, &response.http_response) {
            Some(Ok(url)) => response = self.put(&url, content_type, metadata).await?,
            Some(Err(reason)) => redirect_error = Some(reason),
            None => {}
        }
        let PutResponse { http_response, early } = response;
        match early {
            _ if !http_response.status.is_success() => {
                Err(Reason::refused(&http_response, redirect_error, self.client.redactor()))
            }
            Some(progress) => Err(Reason::Early(progress)),
            None => Ok(()),
        }
    }

    /// Where the store redirects to, or why nothing may be sent there.
    fn redirect(
        &self,
        url: &Url,
        http_response: &HttpResponse,
    ) -> Option<Result<Url, &'static str>> {
        if !REDIRECTS.contains(&http_response.status) || !self.source.can_rewind() {
            return None;
        }
        let location = http_response.headers.get(header::LOCATION);
        let location = location.and_then(|location| location.to_str().ok()).unwrap_or_default();
        Some(self.client.destinations().redirect(url, location))
    }

    /// Sends the file once, as long as there is progress.
    async fn put(
        &mut self,
        url: &Url,
        content_type: &HeaderValue,
        metadata: SourceMetadata,
    ) -> Result<PutResponse, Reason> {
        let sent = SharedProgress::new(metadata.length, self.on_progress.clone());
        let body = UploadBody::new(self.source.open().await?, metadata.length, sent.clone());
        let (url, responded) = (url.clone(), || sent.answer());
        let sending = self.client.transport().put(url, content_type.clone(), body, responded);
        let mut sending = pin!(sending);
        let mut timer = pin!(sleep_until(time::after(sent.last_progress(), self.stall_timeout)));
        let http_response = poll_fn(|context| {
            if let Poll::Ready(outcome) = sending.as_mut().poll(context) {
                return Poll::Ready(
                    outcome
                        .map_err(|failure| Reason::no_response(&failure, self.client.redactor())),
                );
            }
            while timer.as_mut().poll(context).is_ready() {
                let due = time::after(sent.last_progress(), self.stall_timeout);
                if due <= Instant::now() {
                    return Poll::Ready(Err(Reason::Stalled(self.stall_timeout)));
                }
                timer.as_mut().reset(due);
            }
            Poll::Pending
        });
        let http_response = http_response.await;
        match sent.fault() {
            Some(fault) => Err(fault),
            None => {
                Ok(PutResponse { http_response: http_response?, early: sent.premature_response() })
            }
        }
    }
}
