//! One call over HTTP: the request is read, served under the lock, and answered or spoilt.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use percent_encoding::percent_decode_str;
use tempfile::TempDir;

use crate::document::Document;
use crate::early::early;
use crate::fault::{FaultKind, Stage};
use crate::operation::Operation;
use crate::reply::Reply;
use crate::script::Spoiled;
use crate::wire::Wire;
use crate::world::{Arrived, World};

/// The most bytes of a request body that are read.
const BODY: usize = 32 << 20;

/// What all connections of a sandbox share with its owner.
pub(crate) struct Shared {
    pub(crate) document: Arc<Document>,
    world: Mutex<World>,
    /// Where uploads go. It is removed with the last owner.
    _folder: TempDir,
}

impl Shared {
    pub(crate) fn new(world: World, folder: TempDir) -> Self {
        Self { document: Arc::clone(&world.document), world: Mutex::new(world), _folder: folder }
    }

    /// The state. A test that panicked while it held the lock has left it whole: every change
    /// is made by methods that finish.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request is to be met by a closed connection instead of being read.
    pub(crate) fn spurns(&self, method: &str, path: &str) -> bool {
        let mut world = self.world();
        if !world.plan.expects(Stage::Connection) {
            return false;
        }
        let name = operation_name(&self.document, method, path);
        name.is_some_and(|name| world.plan.strike(Stage::Connection, name).is_some())
    }
}

/// The name by which faults know an upload.
pub(crate) const UPLOAD: &str = "upload";

fn operation_name<'a>(document: &'a Document, method: &str, path: &str) -> Option<&'a str> {
    if path.starts_with(crate::storage::STORAGE) {
        return Some(UPLOAD);
    }
    document.route(method, path).map(|operation| operation.id.as_str())
}

/// Answers whatever is neither the control endpoint nor the object store.
pub(crate) async fn exchange(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let wire = parts.extensions.get::<Arc<Wire>>().cloned();
    let document = Arc::clone(&shared.document);
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let operation = if has_dots(path) { None } else { document.route(method, path) };
    let Some(operation) = operation else {
        let body = read(body).await;
        return no_route(&shared, &parts, &body.unwrap_or_default());
    };
    let struck = shared.world().plan.strike(Stage::Reading, &operation.id);
    match (struck, &wire) {
        (Some(FaultKind::AnswerEarly(status)), Some(wire)) => {
            return early(&shared, operation, &parts, body, status, wire).await;
        }
        (Some(_), Some(wire)) => {
            wire.hang_up();
            std::future::pending::<()>().await;
        }
        _ => {}
    }
    // Without a body the client went away, or it sends without end; there is nobody to tell.
    let Ok(body) = read(body).await else { return Reply::empty(400).into_response() };
    let spoiled = serve(&shared, operation, &parts, &body);
    let latency = shared.world().settings.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    answer(spoiled, wire).await
}

/// Puts a response on the wire, or whatever a fault made of it.
pub(crate) async fn answer(spoiled: Spoiled, wire: Option<Arc<Wire>>) -> Response {
    match (spoiled, wire) {
        (Spoiled::Reply(reply), _) | (Spoiled::Twice(reply, _), None) => reply.into_response(),
        (Spoiled::Twice(reply, pause), Some(wire)) => {
            let framing = format!("content-length: {}", reply.body.len());
            let mut bytes = reply.head(&framing).into_bytes();
            bytes.extend_from_slice(&reply.body);
            // A client that is gone needs no response.
            let _ = wire.write(&bytes).await;
            tokio::time::sleep(pause).await;
            reply.into_response()
        }
        (Spoiled::Script(script), Some(wire)) => match wire.play(script).await {},
        (Spoiled::Script(_), None) => Response::default(),
    }
}

fn serve(shared: &Shared, operation: &Operation, parts: &Parts, body: &Bytes) -> Spoiled {
    arrived(operation, parts, body, |request| shared.world().serve(operation, request))
}

/// Hands on a request of an operation as it came.
pub(crate) fn arrived<T>(
    operation: &Operation,
    parts: &Parts,
    body: &Bytes,
    serve: impl FnOnce(&Arrived<'_>) -> T,
) -> T {
    let path = parts.uri.path();
    let headers = headers(parts);
    let values = path_values(&operation.path, path);
    let request = Arrived {
        path,
        query: parts.uri.query().unwrap_or_default(),
        path_values: &values,
        headers: &headers,
        body,
    };
    serve(&request)
}

fn no_route(shared: &Shared, parts: &Parts, body: &Bytes) -> Response {
    let headers = headers(parts);
    let request = Arrived {
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or_default(),
        path_values: &[],
        headers: &headers,
        body,
    };
    shared.world().no_route(parts.method.as_str(), &request).into_response()
}

async fn read(body: Body) -> Result<Bytes, ()> {
    let collected = Limited::new(body, BODY).collect().await;
    collected.map(http_body_util::Collected::to_bytes).map_err(|_| ())
}

pub(crate) fn headers(parts: &Parts) -> Vec<(String, String)> {
    let text =
        |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    parts.headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

fn path_values(template: &str, path: &str) -> Vec<(String, String)> {
    let pairs = template.split('/').zip(path.split('/'));
    pairs
        .filter_map(|(segment, value)| {
            let name = segment.strip_prefix('{')?.strip_suffix('}')?;
            let value = percent_decode_str(value).decode_utf8_lossy();
            Some((name.to_owned(), value.into_owned()))
        })
        .collect()
}

/// Whether a path has segments that a proxy on the way would resolve to another endpoint.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let segment = percent_decode_str(segment).decode_utf8_lossy();
        segment == "." || segment == ".."
    })
}
