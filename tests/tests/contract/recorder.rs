//! A proxy that passes requests on and remembers them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, Response};
use trenz_sandbox::ReceivedRequest;

/// Stands between a client and a server.
pub(crate) struct Recorder {
    address: std::net::SocketAddr,
    passing: Arc<Passing>,
}

struct Passing {
    target: String,
    client: reqwest::Client,
    seen: Mutex<Vec<(ReceivedRequest, u16)>>,
}

impl Recorder {
    pub(crate) async fn start(target: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let target = target.trim_end_matches('/').to_owned();
        let passing = Arc::new(Passing { target, client, seen: Mutex::default() });
        let app = Router::new().fallback(pass).with_state(Arc::clone(&passing));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, passing }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What came since the last time, and the status of each response.
    pub(crate) fn take(&self) -> Vec<(ReceivedRequest, u16)> {
        std::mem::take(&mut self.passing.seen.lock().unwrap())
    }
}

async fn pass(State(passing): State<Arc<Passing>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let url = format!("{}{target}", passing.target);
    let method = parts.method.as_str().parse().unwrap();
    let sent = passing.client.request(method, url).headers(passed_on(&parts.headers));
    let answer = sent.body(body.clone()).send().await.unwrap();
    let status = answer.status().as_u16();
    passing.seen.lock().unwrap().push((seen(&parts, body), status));
    let mut response = Response::builder().status(status);
    for name in ["content-type", "retry-after", "x-request-id"] {
        if let Some(value) = answer.headers().get(name) {
            response = response.header(name, value);
        }
    }
    response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
}

/// What is about the message, not about the connection it came over.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in ["host", "content-length", "connection", "accept-encoding", "transfer-encoding"] {
        headers.remove(name);
    }
    headers
}

fn seen(parts: &Parts, body: Bytes) -> ReceivedRequest {
    let text = |value: &axum::http::HeaderValue| value.to_str().unwrap().to_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value)));
    ReceivedRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body,
        ..ReceivedRequest::default()
    }
}
