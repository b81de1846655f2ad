//! The HTTP library, used in this one file.
//!
//! What a client for money must know of its transport is decided here: nothing is sent twice, nothing is followed,
//! and a failure says whether the request can have left.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use reqwest::{redirect, retry};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use url::Url;

use crate::base::departure::Departure;
use crate::error::Source;
use crate::transport::connections::{ConnectionPolicy, Purpose, Spares, Unused};
use crate::transport::request_body::RequestBody;
use crate::wire::method::Method;

/// Changes the HTTP library's own settings. It may be called more than once for one client.
pub(crate) type Configure = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

pub(crate) struct Transport {
    /// Keeps connections for the next request.
    pooled: reqwest::Client,
    /// Takes a connection for each request that none has used.
    fresh: reqwest::Client,
    spares: Arc<Spares>,
    user_agent: HeaderValue,
    credential: Option<(HeaderName, HeaderValue)>,
    max_answer_bytes: usize,
}

pub(crate) struct Settings<'a> {
    pub(crate) user_agent: HeaderValue,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_answer_bytes: usize,
    pub(crate) loopback: bool,
    /// Nothing for an API that asks for no key.
    pub(crate) credential: Option<(HeaderName, HeaderValue)>,
    pub(crate) configure: Option<&'a Configure>,
    pub(crate) connections: ConnectionPolicy,
}

/// Over which connection a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// One that may have been used before. The server may be closing it just then, which cannot be told from a request
    /// that was processed and not answered.
    Pooled,
    /// One that nobody has used, so that no request is lost to a connection that was idle for too long, and no answer to
    /// another request can be taken for its own.
    Fresh,
}

/// One request, complete but for the credential.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// The media types that are understood of an answer.
    pub(crate) accept: &'static str,
    /// What the inputs gave, with the media type of the body.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) timeout: Duration,
}

/// Whatever came back, with any status.
pub(crate) struct Incoming {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body, or what was read of it.
    pub(crate) body: Bytes,
    pub(crate) cut: Option<Cut>,
}

/// Why a body was not read to its end.
pub(crate) enum Cut {
    TooLarge,
    Timeout(Source),
    Lost(Source),
}

/// Why nothing came back.
pub(crate) enum Failure {
    /// The request could not be made.
    Unsendable(Source),
    /// No connection: the request cannot have left.
    Connect(Source),
    Timeout(Source),
    Lost(Source),
}

impl Transport {
    pub(crate) fn new(settings: Settings<'_>) -> Result<Self, Source> {
        let pooled = Self::http(&settings).build().map_err(reqwest::Error::without_url)?;
        let fresh = Self::http(&settings).pool_max_idle_per_host(0).connector_layer(Unused);
        Ok(Self {
            pooled,
            fresh: fresh.build().map_err(reqwest::Error::without_url)?,
            spares: Arc::new(Spares::new(settings.connections)),
            user_agent: settings.user_agent,
            credential: settings.credential,
            max_answer_bytes: settings.max_answer_bytes,
        })
    }

    fn http(settings: &Settings<'_>) -> reqwest::ClientBuilder {
        let mut http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(20));
        if let Some(configure) = settings.configure {
            http = configure(http);
        }
        // What follows is settled after the caller's own settings, because the promises of this crate rest on it.
        let mut http = http
            .user_agent(settings.user_agent.clone())
            .connect_timeout(settings.connect_timeout)
            // A redirect would carry `X-API-Key` to whatever host it names: reqwest takes only `Authorization` and
            // cookies off a request that leaves its host. It would also send the body of a paid call again on 307
            // and 308.
            .redirect(redirect::Policy::none())
            // reqwest sends a request again, on its own, when HTTP/2 refuses a stream. Whether a paid call is sent
            // again is for the rules of money to decide, and each attempt must show in their books. (Below reqwest,
            // hyper-util moves a request to another connection when a pooled one turns out closed before anything of
            // it was written. That cannot be turned off, and cannot send anything twice.)
            .retry(retry::never())
            // With one request per connection, the state of a connection tells what became of a request. The feature
            // is off here, but Cargo would turn it on for the sake of another crate in the build.
            .http1_only()
            // This would write whole requests, with the key in them, into the log.
            .connection_verbose(false);
        if settings.loopback {
            // To a loopback host the key may travel unencrypted, but not by way of a proxy.
            http = http.no_proxy();
        }
        http
    }

    pub(crate) fn max_answer_bytes(&self) -> usize {
        self.max_answer_bytes
    }

    /// The headers of a request, but for the one with the key.
    pub(crate) fn headers(&self, outgoing: &Outgoing) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(accept) = HeaderValue::try_from(outgoing.accept) {
            headers.insert(header::ACCEPT, accept);
        }
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        for (name, value) in &outgoing.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers
    }

    /// Sends a request, each part of which asks the departure before a connection gets it.
    pub(crate) async fn send(
        &self,
        request: Outgoing,
        route: Route,
        departure: &Departure,
    ) -> Result<Incoming, Failure> {
        let url = request.url.clone();
        let request = self.request(request, departure);
        let span = tracing::Span::current();
        let response = match route {
            Route::Pooled => {
                span.record("connection", "kept");
                self.pooled.execute(request).await
            }
            Route::Fresh => {
                self.open_spare(url);
                let spare = Arc::new(AtomicBool::new(false));
                let purpose = Purpose::Use(Arc::clone(&self.spares), Arc::clone(&spare));
                let response = purpose.of(self.fresh.execute(request)).await;
                let spare = spare.load(Ordering::Relaxed);
                span.record("connection", if spare { "spare" } else { "fresh" });
                response
            }
        };
        Ok(self.read(response.map_err(failure)?).await)
    }

    /// Opens a connection for a later request, if one is wanted. It is made by the library like any other, for a
    /// request that needs one and fails as soon as it has one: nothing is sent.
    fn open_spare(&self, url: Url) {
        if let Some(opening) = self.spares.begin_opening() {
            let request = reqwest::Request::new(http::Method::GET, url);
            let request = Purpose::Keep(opening.spares()).of(self.fresh.execute(request));
            tokio::spawn(async move {
                let _ = request.await;
                drop(opening);
            });
        }
    }

    /// Puts an object to a store whose URL is its own credential: without ours, which must not leave its host.
    /// Over a fresh connection, because some bodies can be read only once. Nothing limits its time, since a large
    /// object honestly takes hours. Calls `answered` when the head of the answer is there.
    #[cfg(workflow = "upload")]
    pub(crate) async fn put<B>(
        &self,
        url: Url,
        content_type: HeaderValue,
        body: B,
        answered: impl FnOnce(),
    ) -> Result<Incoming, Failure>
    where
        B: http_body::Body<Data = Bytes, Error = std::io::Error> + Send + Sync + 'static,
    {
        let mut request = reqwest::Request::new(http::Method::PUT, url);
        request.headers_mut().insert(header::CONTENT_TYPE, content_type);
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        let response = self.fresh.execute(request).await.map_err(failure)?;
        answered();
        Ok(self.read(response).await)
    }

    fn request(&self, outgoing: Outgoing, departure: &Departure) -> reqwest::Request {
        let headers = self.headers(&outgoing);
        let mut request = reqwest::Request::new(method(outgoing.method), outgoing.url);
        *request.timeout_mut() = Some(outgoing.timeout);
        *request.headers_mut() = headers;
        if let Some((name, value)) = &self.credential {
            request.headers_mut().insert(name, value.clone());
        }
        let body = RequestBody::new(outgoing.body.unwrap_or_default(), departure.clone());
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        request
    }

    async fn read(&self, mut response: reqwest::Response) -> Incoming {
        let status = response.status();
        let mut body = Vec::new();
        let cut = loop {
            // Chunks come decompressed, so a small answer that unpacks into a large one is caught as well.
            match response.chunk().await {
                Ok(None) => break None,
                Ok(Some(chunk)) => {
                    let room = self.max_answer_bytes.saturating_sub(body.len());
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        break Some(Cut::TooLarge);
                    }
                }
                Err(error) if error.is_timeout() => {
                    break Some(Cut::Timeout(error.without_url().into()));
                }
                Err(error) => break Some(Cut::Lost(error.without_url().into())),
            }
        };
        Incoming { status, headers: std::mem::take(response.headers_mut()), body: body.into(), cut }
    }
}

/// A URL may hold what a caller searches for, so it stays out of errors.
fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    // A connect timeout is a connect failure and a timeout, and only the first says that nothing was sent.
    if error.is_connect() {
        Failure::Connect(error.into())
    } else if error.is_builder() {
        Failure::Unsendable(error.into())
    } else if error.is_timeout() {
        Failure::Timeout(error.into())
    } else {
        Failure::Lost(error.into())
    }
}

fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
        Method::Head => http::Method::HEAD,
        Method::Options => http::Method::OPTIONS,
        Method::Trace => http::Method::TRACE,
    }
}
