//! The HTTP library, used in this file only.
//!
//! It guarantees what paid calls need of their transport: no automatic retries, no redirects, and failures that say
//! whether the request can have been sent.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use reqwest::{redirect, retry};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use url::Url;

use crate::base::redact::Redactor;
use crate::base::send_state::SendState;
use crate::error::Source;
use crate::transport::connections::http2::{self, Evidence};
use crate::transport::connections::keep_alive;
use crate::transport::connections::{
    Choice, ConnectionKind, ConnectionPolicy, Delivery, Handover, Purpose, Route, Spares, Unused,
};
use crate::transport::key::Credentials;
use crate::transport::request_body::RequestBody;
use crate::wire::method::Method;

/// How long the pool keeps an idle HTTP/1.1 connection.
const KEPT: Duration = Duration::from_secs(20);

/// Changes the HTTP library's own settings. It may be called more than once for one client.
pub(crate) type Configure = dyn Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder + Send + Sync;

pub(crate) struct Transport {
    /// Keeps connections for the next request.
    pooled: reqwest::Client,
    /// Uses an unused connection for each request.
    fresh: reqwest::Client,
    /// Uses one connection for all requests, where the server speaks HTTP/2.
    http2: Option<reqwest::Client>,
    choice: Choice,
    spares: Arc<Spares>,
    user_agent: HeaderValue,
    credentials: Credentials,
    pub(crate) max_response_bytes: usize,
}

pub(crate) struct Settings<'a> {
    pub(crate) user_agent: HeaderValue,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_response_bytes: usize,
    pub(crate) loopback: bool,
    /// Whether the server is reached by TLS, in which it can choose a protocol.
    pub(crate) tls: bool,
    /// None for an API without a key.
    pub(crate) credentials: Credentials,
    pub(crate) configure: Option<&'a Configure>,
    pub(crate) connections: ConnectionPolicy,
}

/// A request, complete except for the credential.
#[derive(Clone)]
pub(crate) struct HttpRequest {
    pub(crate) method: Method,
    pub(crate) url: Url,
    /// The accepted media types of the response.
    pub(crate) accept: &'static str,
    /// Whether the key goes with it.
    pub(crate) with_key: bool,
    /// The headers from the inputs, with the media type of the body.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) timeout: Duration,
}

/// A response with any status.
pub(crate) struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body, or what was received of it.
    pub(crate) body: Bytes,
    pub(crate) body_error: Option<BodyError>,
}

/// Why a body was not received completely.
pub(crate) enum BodyError {
    TooLarge,
    Failed(Failure),
}

/// Why there is no response, or not all of it.
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    pub(crate) source: Source,
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum FailureKind {
    /// The request could not be built.
    Unsendable,
    /// The connection failed: nothing was sent.
    Connect,
    Timeout,
    Lost,
    /// The server has said that it has not processed the request.
    NotProcessed,
}

impl Transport {
    pub(crate) fn new(settings: Settings<'_>) -> Result<Self, Source> {
        let build =
            |http: reqwest::ClientBuilder| http.build().map_err(reqwest::Error::without_url);
        let policy = &settings.connections;
        #[cfg(feature = "_rustls")]
        if settings.configure.is_some() {
            crate::base::tls::choose();
        }
        let tls = SharedTls::new(&settings)?;
        let http1 = || Self::http(&settings, tls.over(&["http/1.1"]), KEPT).http1_only();
        let pooled = build(http1())?;
        let fresh = http1();
        let fresh = build(fresh.pool_max_idle_per_host(0).connector_layer(Unused))?;
        let http2 = cfg!(feature = "http2") && settings.tls && policy.http2;
        let http2 = http2.then(|| {
            let http = Self::http(&settings, tls.over(&["h2", "http/1.1"]), http2::IDLE);
            let http = http.connector_layer(Unused);
            build(http2::check_alive(http, policy.ping_interval))
        });
        let http2 = http2.transpose()?;
        Ok(Self {
            pooled,
            fresh,
            choice: Choice::new(http2.is_some()),
            http2,
            spares: Arc::new(Spares::new(settings.connections)),
            user_agent: settings.user_agent,
            credentials: settings.credentials,
            max_response_bytes: settings.max_response_bytes,
        })
    }

    /// The settings that all HTTP clients share.
    fn http(
        settings: &Settings<'_>,
        http: reqwest::ClientBuilder,
        idle: Duration,
    ) -> reqwest::ClientBuilder {
        let mut http = http.pool_idle_timeout(idle);
        if let Some(configure) = settings.configure {
            http = configure(http);
        }
        // Set after the caller's own settings, because this crate's guarantees depend on it.
        let mut http = http
            .user_agent(settings.user_agent.clone())
            .connect_timeout(settings.connect_timeout)
            // A redirect would send `X-API-Key` to whatever host it names: reqwest removes only `Authorization` and
            // cookies from a request to another host. It would also repeat the body of a paid call on 307 and 308.
            .redirect(redirect::Policy::none())
            // reqwest retries a request on its own when HTTP/2 refuses a stream. Whether a paid call is retried is for
            // the retry policy to decide, and each attempt must be recorded. (Below reqwest, hyper-util moves a request
            // to another connection when a pooled one turns out closed before anything of it was written. That cannot
            // be turned off, and cannot send anything twice.)
            .retry(retry::never())
            // This would log whole requests, with the key in them.
            .connection_verbose(false);
        if settings.loopback {
            // To a loopback host the key may be sent unencrypted, but not through a proxy.
            http = http.no_proxy();
        }
        http
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        self.credentials.redactor()
    }

    /// The headers of a request, except for the one with the key.
    pub(crate) fn headers(&self, http_request: &HttpRequest) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(accept) = HeaderValue::try_from(http_request.accept) {
            headers.insert(header::ACCEPT, accept);
        }
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        for (name, value) in &http_request.headers {
            headers.insert(name.clone(), value.clone());
        }
        headers
    }

    /// Sends a request, each part of which asks the state before a connection gets it.
    pub(crate) async fn send(
        &self,
        mut request: HttpRequest,
        route: Route,
        send_state: &SendState,
    ) -> Result<HttpResponse, Failure> {
        let span = tracing::Span::current();
        let left = Handover::default();
        let kind = self.choice.kind(route);
        if let (ConnectionKind::Http2, Some(http2)) = (kind, &self.http2) {
            let start = Instant::now();
            match self.send_http2(http2, request.clone(), send_state, &left).await {
                // The request without an HTTP/2 connection was not sent, and the connection it opened is as good as a
                // new one.
                Err(Failure { kind: FailureKind::Connect, .. }) if left.is_some() => {
                    self.choice.avoid_http2();
                }
                result => {
                    span.record("connection", "h2");
                    return result;
                }
            }
            request.timeout = request.timeout.saturating_sub(start.elapsed());
        }
        let url = request.url.clone();
        let request = self.request(request, |body| RequestBody::new(body, Arc::clone(send_state)));
        let response = match kind {
            ConnectionKind::Pooled => {
                span.record("connection", "kept");
                self.pooled.execute(request).await
            }
            ConnectionKind::Http2 | ConnectionKind::Unused => {
                self.open_spare(url);
                let spare = Arc::new(AtomicBool::new(false));
                let purpose = Purpose::Use(left, Arc::clone(&self.spares), Arc::clone(&spare));
                let response = purpose.of(self.fresh.execute(request)).await;
                if let Ok(response) = &response {
                    self.spares.announce(keep_alive::idle_timeout(response.headers()));
                }
                let spare = spare.load(Ordering::Relaxed);
                span.record("connection", if spare { "spare" } else { "fresh" });
                response
            }
        };
        Ok(self.read(response.map_err(failure)?).await)
    }

    /// Sends a request over HTTP/2, or leaves its connection ([`Handover`]) if the server chose HTTP/1.1.
    async fn send_http2(
        &self,
        http2: &reqwest::Client,
        request: HttpRequest,
        send_state: &SendState,
        left: &Handover,
    ) -> Result<HttpResponse, Failure> {
        let delivery = Arc::new(Delivery::default());
        let body =
            |body| RequestBody::of_stream(body, Arc::clone(send_state), Arc::clone(&delivery));
        let request = http2.execute(self.request(request, body));
        let request = Purpose::Http2(left.clone()).of(delivery.watch(request));
        let error = match request.await {
            Ok(response) => return Ok(self.read(response).await),
            Err(error) => error,
        };
        let mut failure = failure(error);
        if failure.kind == FailureKind::Lost {
            match http2::classify(&*failure.source, delivery.is_by_stream()) {
                Evidence::NotProcessed => failure.kind = FailureKind::NotProcessed,
                Evidence::Unknown => {}
                Evidence::Broken => self.choice.avoid_http2(),
            }
        }
        Err(failure)
    }

    /// Opens a spare connection, if one is wanted. The library opens it for a request that fails as soon as it is
    /// connected: nothing is sent.
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

    /// Uploads an object to a store whose URL is its credential: without the API key, which must not leave its host.
    /// Uses a fresh connection, because some bodies can be read only once. There is no timeout, since a large object
    /// may take hours. Calls `answered` when the head of the response is there.
    #[cfg(feature = "upload")]
    pub(crate) async fn put<B>(
        &self,
        url: Url,
        content_type: HeaderValue,
        body: B,
        answered: impl FnOnce(),
    ) -> Result<HttpResponse, Failure>
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

    fn request(
        &self,
        http_request: HttpRequest,
        body: impl FnOnce(Bytes) -> RequestBody,
    ) -> reqwest::Request {
        let mut headers = self.headers(&http_request);
        let mut url = http_request.url;
        self.credentials.add(http_request.with_key, &mut url, &mut headers);
        let mut request = reqwest::Request::new(method(http_request.method), url);
        *request.timeout_mut() = Some(http_request.timeout);
        *request.headers_mut() = headers;
        let body = body(http_request.body.unwrap_or_default());
        *request.body_mut() = Some(reqwest::Body::wrap(body));
        request
    }

    async fn read(&self, mut response: reqwest::Response) -> HttpResponse {
        let status = response.status();
        let mut body = Vec::new();
        let body_error = loop {
            // Chunks come decompressed, so a small response that decompresses to a large one is caught as well.
            match response.chunk().await {
                Ok(None) => break None,
                Ok(Some(chunk)) => {
                    let room = self.max_response_bytes.saturating_sub(body.len());
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    if chunk.len() > room {
                        break Some(BodyError::TooLarge);
                    }
                }
                Err(error) => break Some(BodyError::Failed(failure(error))),
            }
        };
        HttpResponse {
            status,
            headers: std::mem::take(response.headers_mut()),
            body: body.into(),
            body_error,
        }
    }
}

/// The settings of TLS that all clients of the library have in common: reading the platform's certificates takes most of
/// the time of building one. Where the caller changes the library's settings, each client has its own, because these would
/// silently be stronger than the caller's.
struct SharedTls {
    #[cfg(all(feature = "_rustls", not(feature = "native-tls")))]
    config: Option<rustls::ClientConfig>,
}

#[cfg(all(feature = "_rustls", not(feature = "native-tls")))]
impl SharedTls {
    fn new(settings: &Settings<'_>) -> Result<Self, Source> {
        let config = settings.configure.is_none().then(crate::base::tls::platform_config);
        Ok(Self { config: config.transpose()? })
    }

    /// A client over TLS that offers these protocols.
    fn over(&self, protocols: &[&str]) -> reqwest::ClientBuilder {
        let http = reqwest::Client::builder();
        let Some(mut config) = self.config.clone() else { return http };
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        http.tls_backend_preconfigured(config)
    }
}

#[cfg(not(all(feature = "_rustls", not(feature = "native-tls"))))]
impl SharedTls {
    #[expect(clippy::unnecessary_wraps, reason = "it can fail with rustls")]
    fn new(_: &Settings<'_>) -> Result<Self, Source> {
        Ok(Self {})
    }

    #[expect(clippy::unused_self, reason = "the library's own settings are used")]
    fn over(&self, _: &[&str]) -> reqwest::ClientBuilder {
        reqwest::Client::builder()
    }
}

/// Classifies an error. Its URL, which may contain what a caller searches for, is removed.
fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    // A connect timeout is a connect failure and a timeout; only the former says that nothing was sent.
    let kind = if error.is_connect() {
        FailureKind::Connect
    } else if error.is_builder() {
        FailureKind::Unsendable
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else {
        FailureKind::Lost
    };
    Failure { kind, source: error.into() }
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
