//! Objects, uploaded through presigned URLs.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::server::Server;
use crate::wire::{End, Line};

const PRESIGN: &str = "trenz-social-upload-presigned-url";

async fn presign(server: &Server, body: Value) -> Value {
    server.ask(PRESIGN, body).await
}

fn url(ticket: &Value) -> String {
    ticket["presigned_url"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_object_is_stored_as_sent() {
    let server = Server::unlimited().await;
    let body = json!({ "file_name": "../мой видео.mp4", "content_type": "video/mp4" });
    let ticket = presign(&server, body).await;
    assert!(url(&ticket).starts_with(&server.sandbox.base_url()));
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let sent = server.client.put(url(&ticket)).header("content-type", "video/mp4");
    assert_eq!(sent.body(bytes.clone()).send().await.unwrap().status(), 200);
    let uploads = server.sandbox.uploads();
    assert_eq!(uploads.len(), 1);
    assert_eq!(json!(uploads[0].bucket), ticket["s3_bucket"]);
    assert_eq!(json!(uploads[0].key), ticket["object_key"]);
    assert_eq!(uploads[0].content_type.as_deref(), Some("video/mp4"));
    assert_eq!(uploads[0].size, 3_000_000);
    assert_eq!(std::fs::read(&uploads[0].path).unwrap(), bytes);
    let fetched = server.client.get(ticket["cdn_url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(fetched.bytes().await.unwrap(), bytes);
    // The upload itself is nobody's call: not charged, and not in the log.
    assert_eq!((server.sandbox.requests().len(), server.sandbox.ledger().charged()), (1, 1));
}

#[tokio::test]
async fn unsigned_uploads_are_refused() {
    let server = Server::start(Sandbox::builder().manual_clock()).await;
    let body = json!({ "file_name": "a.mp4", "content_type": "video/mp4", "expires_in": 60 });
    let ticket = presign(&server, body).await;
    let put = async |url: String, headers: &[(&str, &str)]| {
        let mut sent = server.client.put(url).body("x");
        for (name, value) in headers {
            sent = sent.header(*name, *value);
        }
        let answer = sent.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let kind = ("content-type", "video/mp4");
    let key = server.sandbox.key().to_owned();
    let bearer = format!("Bearer {key}");
    for (headers, status, code) in [
        (vec![kind, ("x-api-key", key.as_str())], 400, "InvalidArgument"),
        (vec![kind, ("authorization", bearer.as_str())], 400, "InvalidArgument"),
        (vec![("content-type", "image/png")], 403, "SignatureDoesNotMatch"),
        (vec![], 403, "SignatureDoesNotMatch"),
    ] {
        let (said, xml) = put(url(&ticket), &headers).await;
        assert_eq!(said, status, "{headers:?}");
        assert!(xml.contains(&format!("<Code>{code}</Code>")), "{xml}");
    }
    let forged = url(&ticket).replace("X-Signature=", "X-Signature=0");
    assert_eq!(put(forged, &[kind]).await.0, 403);
    assert!(server.sandbox.advance(Duration::from_secs(59)));
    assert_eq!(put(url(&ticket), &[kind]).await.0, 200);
    assert!(server.sandbox.advance(Duration::from_secs(1)));
    let (status, xml) = put(url(&ticket), &[kind]).await;
    assert!(status == 403 && xml.contains("Request has expired"));
    assert_eq!(server.sandbox.uploads().len(), 1);
    assert_eq!(server.refused(PRESIGN, json!({ "file_name": "" })).await, "INVALID_PARAM");
}

#[tokio::test]
async fn an_upload_needs_a_length_and_all_its_bytes() {
    let server = Server::unlimited().await;
    let ticket = presign(&server, json!({ "file_name": "a.mp4" })).await;
    let target = url(&ticket).replace(&server.sandbox.base_url(), "");
    let mut line = Line::open(&server.sandbox).await;
    let head = format!("PUT {target} HTTP/1.1\r\nhost: s\r\ntransfer-encoding: chunked\r\n\r\n");
    line.write(format!("{head}1\r\nx\r\n0\r\n\r\n").as_bytes()).await;
    assert!(line.answer().await.0.starts_with("http/1.1 411"));
    // Cut in the middle: nothing is stored.
    let mut line = Line::open(&server.sandbox).await;
    let head = format!("PUT {target} HTTP/1.1\r\nhost: s\r\ncontent-length: 100\r\n\r\n");
    line.write(format!("{head}only this").as_bytes()).await;
    line.0.shutdown().await.unwrap();
    line.rest().await;
    assert!(server.sandbox.uploads().is_empty());
}

#[tokio::test]
async fn uploads_fail_by_fault() {
    let server = Server::unlimited().await;
    let ticket = presign(&server, json!({ "file_name": "a.mp4" })).await;
    let target = url(&ticket).replace(&server.sandbox.base_url(), "");
    let put = format!("PUT {target} HTTP/1.1\r\nhost: s\r\ncontent-length: 20\r\n\r\n");
    for kind in [FaultKind::CloseBeforeReading, FaultKind::CloseWhileReading] {
        server.sandbox.add_fault(Fault::new(kind).on("upload").times(1));
        let mut line = Line::open(&server.sandbox).await;
        line.write(format!("{put}ten bytes.").as_bytes()).await;
        assert!(line.rest().await.0.is_empty());
    }
    assert!(server.sandbox.uploads().is_empty());
    server.sandbox.add_fault(Fault::new(FaultKind::Gateway(503)).on("upload").times(1));
    let sent = server.client.put(url(&ticket)).body("x").send().await.unwrap();
    assert_eq!(sent.status(), 503);
    server.sandbox.add_fault(Fault::new(FaultKind::CloseAfterCharging).on("upload").times(1));
    let mut line = Line::open(&server.sandbox).await;
    line.write(format!("{put}exactly twenty bytes").as_bytes()).await;
    assert_eq!(line.rest().await, (Vec::new(), End::Closed));
    assert_eq!(server.sandbox.uploads()[0].size, 20, "stored, but nobody was told");
}
