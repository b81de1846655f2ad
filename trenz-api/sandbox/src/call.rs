//! One call over HTTP: reads the request, serves it under the lock, and sends the response, with a fault where one is armed.

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
use crate::script::Sent;
use crate::wire::Wire;
use crate::world::{Arrived, World};

/// The size limit of a request body in bytes.
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

    /// Whether a fault closes the connection instead of reading a request.
    pub(crate) fn drops(&self, method: &str, path: &str) -> bool {
        let mut world = self.world();
        if !world.plan.expects(Stage::Connection) {
            return false;
        }
        let name = operation_name(&self.document, method, path);
        name.is_some_and(|name| world.plan.fire(Stage::Connection, name).is_some())
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

/// Responds to whatever is neither the control endpoint nor the object store.
pub(crate) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let wire = parts.extensions.get::<Arc<Wire>>().cloned();
    let document = Arc::clone(&shared.document);
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let operation = if has_dots(path) { None } else { document.route(method, path) };
    let Some(operation) = operation else {
        let body = read(body).await;
        return no_route(&shared, &parts, &body.unwrap_or_default());
    };
    let struck = shared.world().plan.fire(Stage::Reading, &operation.id);
    match (struck, &wire) {
        (Some(FaultKind::EarlyResponse(status)), Some(wire)) => {
            return early(&shared, operation, &parts, body, status, wire).await;
        }
        (Some(_), Some(wire)) => {
            wire.hang_up();
            std::future::pending::<()>().await;
        }
        _ => {}
    }
    // Without a body the client has disconnected, or it sends without end: no response would arrive.
    let Ok(body) = read(body).await else { return Reply::empty(400).into_response() };
    let sent = serve(&shared, operation, &parts, &body);
    let latency = shared.world().settings.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    send(sent, wire).await
}

/// Sends a response, or what a fault makes of it.
pub(crate) async fn send(sent: Sent, wire: Option<Arc<Wire>>) -> Response {
    match (sent, wire) {
        (Sent::Reply(reply), _) | (Sent::Twice(reply, _), None) => reply.into_response(),
        (Sent::Twice(reply, pause), Some(wire)) => {
            let framing = format!("content-length: {}", reply.body.len());
            let mut bytes = reply.head(&framing).into_bytes();
            bytes.extend_from_slice(&reply.body);
            // A client that is gone needs no response.
            let _ = wire.write(&bytes).await;
            tokio::time::sleep(pause).await;
            reply.into_response()
        }
        (Sent::Script(script), Some(wire)) => match wire.play(script).await {},
        (Sent::Script(_), None) => Response::default(),
    }
}

fn serve(shared: &Shared, operation: &Operation, parts: &Parts, body: &Bytes) -> Sent {
    arrived(operation, parts, body, |request| shared.world().serve(operation, request))
}

/// Passes a request of an operation on as received.
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

/// Whether a path has segments that a proxy would resolve to another endpoint.
fn has_dots(path: &str) -> bool {
    path.split('/').any(|segment| {
        let segment = percent_decode_str(segment).decode_utf8_lossy();
        segment == "." || segment == ".."
    })
}
