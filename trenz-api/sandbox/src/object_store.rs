//! The object store over HTTP: PUT to a presigned URL, GET from the delivery URL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path as Segments, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;

use crate::call::{Shared, UPLOAD, headers, send};
use crate::early::say;
use crate::fault::{FaultKind, Stage};
use crate::parameter::pairs;
use crate::reply::Reply;
use crate::script::{Sent, faulty, gateway, redirect};
use crate::storage::{StorageError, Upload};
use crate::wire::Wire;

/// For how long a store that has responded early keeps the connection.
const UNREAD: Duration = Duration::from_secs(1);

/// Receives an object. It is written to disk as it comes, and exists once it is complete.
pub(crate) async fn put(
    State(shared): State<Arc<Shared>>,
    Segments((bucket, key)): Segments<(String, String)>,
    request: Request,
) -> Response {
    let (parts, mut body) = request.into_parts();
    let wire = parts.extensions.get::<Arc<Wire>>().cloned();
    if let Some(reply) = shared.before_upload(&parts) {
        return reply.into_response();
    }
    let struck = shared.world().plan.fire(Stage::Reading, UPLOAD);
    if let (Some(FaultKind::EarlyStoreResponse | FaultKind::EarlyResponse(_)), Some(wire)) =
        (&struck, &wire)
    {
        let reply = match struck {
            Some(FaultKind::EarlyResponse(status)) if status >= 500 => gateway(status),
            _ => Reply::empty(200).with("etag", "\"sandbox\""),
        };
        say(wire, &reply).await;
        // What still comes is neither read nor stored, until the client has had time to notice.
        tokio::time::sleep(UNREAD).await;
    }
    if let (Some(_), Some(wire)) = (&struck, &wire) {
        // The first bytes are taken, so that the client is in the middle of sending.
        let _ = body.frame().await;
        wire.hang_up();
        std::future::pending::<()>().await;
    }
    let stored = match shared.admit(&parts, &bucket, &key) {
        Ok((path, length)) => receive(&path, length, body).await.map(|()| (path, length)),
        Err(error) => Err(error),
    };
    let reply = match stored {
        Ok((path, size)) => {
            let content_type = header(&parts, "content-type");
            shared.world().storage.store(Upload { bucket, key, content_type, size, path });
            let fault = shared.world().plan.fire(Stage::Response, UPLOAD);
            let reply = Reply::empty(200).with("etag", "\"sandbox\"");
            match fault {
                Some(fault) => return send(faulty(&fault, reply), wire).await,
                None => reply,
            }
        }
        Err(error) => Reply::of(error.0, "application/xml", error.xml()),
    };
    send(Sent::Reply(reply), wire).await
}

/// Hands out an object that was uploaded.
pub(crate) async fn get(
    State(shared): State<Arc<Shared>>,
    Segments((bucket, key)): Segments<(String, String)>,
) -> Response {
    let upload = shared.world().storage.get(&bucket, &key).cloned();
    let Some(upload) = upload else {
        let error = StorageError(404, "NoSuchKey", "The specified key does not exist.");
        return Reply::of(404, "application/xml", error.xml()).into_response();
    };
    match tokio::fs::read(&upload.path).await {
        Ok(bytes) => {
            let kind = upload.content_type.as_deref().unwrap_or("application/octet-stream");
            Reply::of(200, kind, bytes).into_response()
        }
        Err(_) => Reply::empty(500).into_response(),
    }
}

impl Shared {
    /// What a fault says instead of taking the upload.
    fn before_upload(&self, parts: &Parts) -> Option<Reply> {
        let mut world = self.world();
        let gate = world.plan.fire(Stage::Gate, UPLOAD);
        match gate.or_else(|| world.plan.fire(Stage::Backend, UPLOAD))? {
            FaultKind::Redirect(to) => {
                let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
                Some(redirect(to.as_deref(), target))
            }
            FaultKind::Gateway(status) | FaultKind::ServerError(status) => Some(gateway(status)),
            _ => {
                let error = StorageError(503, "SlowDown", "Please reduce your request rate.");
                Some(Reply::of(503, "application/xml", error.xml()))
            }
        }
    }

    /// Whether an upload may begin, where it goes and how long it is.
    fn admit(
        &self,
        parts: &Parts,
        bucket: &str,
        key: &str,
    ) -> Result<(std::path::PathBuf, u64), StorageError> {
        // The signature in the URL is the credential here. An API key beside it has left the
        // API's own host, which is a leak.
        let names = headers(parts);
        let leaked = |name: &str| {
            name == "authorization" || name.eq_ignore_ascii_case(self.document.key_header())
        };
        if names.iter().any(|(name, _)| leaked(name)) {
            let message = "Only one auth mechanism allowed; do not send the API key here.";
            return Err(StorageError(400, "InvalidArgument", message));
        }
        let query = pairs(parts.uri.query().unwrap_or_default()).unwrap_or_default();
        let signature = query.iter().find(|(name, _)| name == "X-Signature");
        let signature = signature.map_or("", |(_, value)| value.as_str());
        let content_type = header(parts, "content-type");
        let world = self.world();
        let now = world.settings.clock.now();
        let path = world.storage.admit(bucket, key, signature, content_type.as_deref(), now)?;
        let chunked = parts.headers.contains_key("transfer-encoding");
        let length = match header(parts, "content-length") {
            Some(length) => length.parse().ok(),
            // Without either header there is no body.
            None => (!chunked).then_some(0),
        };
        let message = "You must provide the Content-Length HTTP header.";
        let length = length.ok_or(StorageError(411, "MissingContentLength", message))?;
        Ok((path, length))
    }
}

/// Writes a body to disk, in constant memory.
async fn receive(path: &Path, length: u64, mut body: Body) -> Result<(), StorageError> {
    let broken = |_| StorageError(500, "InternalError", "The object could not be written.");
    let partial = path.with_extension("part");
    let mut file = tokio::fs::File::create(&partial).await.map_err(broken)?;
    let mut received = 0_u64;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { break };
        if let Some(bytes) = frame.data_ref() {
            received += bytes.len() as u64;
            file.write_all(bytes).await.map_err(broken)?;
        }
    }
    file.flush().await.map_err(broken)?;
    if received != length {
        let message = "You did not provide the number of bytes specified by Content-Length.";
        return Err(StorageError(400, "IncompleteBody", message));
    }
    tokio::fs::rename(&partial, path).await.map_err(broken)
}

fn header(parts: &Parts, name: &str) -> Option<String> {
    let value = parts.headers.get(name)?;
    value.to_str().ok().map(str::to_owned)
}
