//! Files on their way to the object store.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use trenz_api::{UploadSource, Uploaded};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::expected::golden;
use crate::fast_clock::with_fast_clock;
use crate::server::Server;

const PRESIGN: &str = "trenz-social-upload-presigned-url";
const STORE: &str = "upload";

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// So many chunks of a KiB.
struct Chunks(u64);

impl Stream for Chunks {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= 1;
        Poll::Ready(Some(Ok(Bytes::from_static(&[7; 1024]))))
    }
}

/// What the sandbox holds, as the caller was told.
fn stored(server: &Server, uploaded: &Uploaded) -> Vec<u8> {
    let uploads = server.sandbox.uploads();
    let found = uploads.iter().find(|upload| upload.key == uploaded.object_key).unwrap();
    assert_eq!(found.bucket, uploaded.bucket_name);
    assert_eq!(found.size, uploaded.size);
    assert_eq!(found.content_type.as_deref(), Some(uploaded.content_type.as_str()));
    std::fs::read(&found.path).unwrap()
}

#[tokio::test]
async fn paths_bytes_and_streams_are_uploaded() {
    let server = Server::quick().await;
    let bytes: Vec<u8> = (0..300_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let (_folder, path) = file("my film.MP4", &bytes);

    let uploaded = server.upload(path.as_path()).await.unwrap();
    assert_eq!(stored(&server, &uploaded), bytes);
    assert_eq!((uploaded.content_type.as_str(), uploaded.size), ("video/mp4", 300_000));
    assert_eq!(uploaded.coins_spent, Some(1));
    assert!(uploaded.cdn_url.as_deref().unwrap().contains("film"));

    let uploaded = server.upload(("cover.png", "a picture")).region("aws").await.unwrap();
    assert_eq!(stored(&server, &uploaded), b"a picture");
    assert_eq!(uploaded.content_type, "image/png");
    assert!(uploaded.bucket_name.ends_with("aws"));

    let source = UploadSource::stream("a.bin", 5 * 1024, || Chunks(5));
    let uploaded = server.upload(source).content_type("video/webm").await.unwrap();
    assert_eq!(stored(&server, &uploaded), [7; 5 * 1024]);
    assert_eq!(uploaded.content_type, "video/webm");

    let uploaded = server.upload(UploadSource::once("a.mov", 1024, Chunks(1))).await.unwrap();
    assert_eq!(stored(&server, &uploaded).len(), 1024);
    assert_eq!(server.spent(), 4);
    let kept = serde_json::to_string(&uploaded).unwrap();
    assert_eq!(serde_json::from_str::<Uploaded>(&kept).unwrap(), uploaded);
}

#[tokio::test]
async fn uploads_are_inputs_of_other_operations() {
    let server = Server::quick().await;
    let film = server.upload(("film.mp4", "film")).await.unwrap();
    let management = server.social().video_management();
    let checked = management.check_info().uploaded(&film).send().await.unwrap();
    assert!(checked.data.validation_results.is_some());
    assert!(server.execute(&film.check_info()).await.is_ok());
    assert_eq!(film.media_url().unwrap().url, film.cdn_url);
    assert_eq!(film.media_item(3).bucket_key, film.object_key);
}

#[tokio::test]
async fn uploads_that_cannot_be_sent_cost_nothing() {
    let server = Server::quick().await;
    let (folder, empty) = file("empty.mp4", b"");
    let missing = server.upload(folder.path().join("none.mp4")).await.unwrap_err();
    assert!(missing.is_missing() && missing.is_source());
    golden("work/upload_missing_file", &format!("{missing}\n"));
    let error = server.upload(&empty).await.unwrap_err();
    assert!(error.is_empty() && error.is_source() && !error.is_missing());
    assert!(server.upload(folder.path()).await.unwrap_err().is_source(), "a folder");
    assert!(server.upload(("", "x")).await.unwrap_err().is_source(), "no name");
    assert!(server.upload(("a.mp4", "")).await.unwrap_err().is_empty());
    let error = server.upload(("a.mp4", "x")).content_type("a\nb").await.unwrap_err();
    assert_eq!(error.coins_spent(), Some(0));
    assert!(server.sandbox.requests().is_empty() && server.spent() == 0);
}

#[cfg(unix)]
#[tokio::test]
async fn an_unreadable_file_costs_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::quick().await;
    let (_folder, path) = file("secret.mp4", b"x");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        return; // Whoever runs the tests may read anything.
    }
    let error = server.upload(&path).await.unwrap_err();
    assert!(error.is_source() && !error.is_missing());
    assert!(server.sandbox.requests().is_empty());
}

#[tokio::test]
async fn an_interrupted_upload_is_retried_from_the_start() {
    let bytes = vec![5; 400_000];
    for fault in [
        FaultKind::CloseBeforeReading,
        FaultKind::CloseWhileReading,
        FaultKind::CloseAfterCharging,
        FaultKind::Gateway(503),
        FaultKind::ServerError(500),
        FaultKind::StallHeaders(None),
    ] {
        let server = Server::quick().await;
        let what = format!("{fault:?}");
        server.sandbox.add_fault(Fault::new(fault.clone()).on(STORE).times(2));
        let upload = server.upload(("film.mp4", bytes.clone()));
        let upload = upload.stall_timeout(Duration::from_millis(400)).await;
        let uploaded = upload.unwrap_or_else(|error| panic!("{what}: {error:?}"));
        assert_eq!(stored(&server, &uploaded), bytes, "{what}");
        assert_eq!((server.calls(PRESIGN), server.spent()), (1, 1), "{what}");

        // What cannot be rewound is not retried.
        server.sandbox.add_fault(Fault::new(fault).on(STORE).times(1));
        let source = UploadSource::once("film.mp4", 400 * 1024, Chunks(400));
        let upload = server.upload(source).stall_timeout(Duration::from_millis(400));
        let error = upload.await.unwrap_err();
        assert!(error.is_network() || error.is_refused(), "{what}: {error:?}");
        assert_eq!(error.coins_spent(), Some(1));
    }
}

#[tokio::test]
async fn uploads_have_a_limit_of_attempts() {
    let server = Server::quick().await;
    server.sandbox.add_fault(Fault::new(FaultKind::Gateway(503)).on(STORE));
    let error = server.upload(("film.mp4", "film")).max_attempts(2).await.unwrap_err();
    assert!(error.is_refused() && error.status().unwrap() == 503);
    assert_eq!(server.sandbox.fired().len(), 2);
    server.sandbox.clear_faults();

    server.sandbox.add_fault(Fault::new(FaultKind::Redirect(None)).on(STORE));
    let error = server.upload(("film.mp4", "film")).await.unwrap_err();
    assert!(error.is_refused() && error.status().unwrap().is_redirection(), "not followed");

    server.sandbox.set_balance(0);
    let error = server.upload(("film.mp4", "film")).await.unwrap_err();
    assert!(error.is_presign() && error.api_error().unwrap().is_insufficient_balance());
    assert_eq!(error.coins_spent(), Some(0));
}

#[tokio::test(start_paused = true)]
async fn an_expired_upload_url_is_renewed() {
    let server = Server::start(Sandbox::builder().manual_clock()).await;
    // The store fails until the URL is over; the source says when.
    let source = UploadSource::stream("a.mp4", 1024, || Chunks(1));
    server.sandbox.add_fault(Fault::new(FaultKind::StallHeaders(None)).on(STORE).times(2));
    let upload = server.upload(source).url_lifetime(Duration::from_secs(100));
    let uploaded = with_fast_clock(&server.sandbox, upload.into_future()).await.unwrap();
    assert_eq!(stored(&server, &uploaded), [7; 1024]);
    assert_eq!(uploaded.coins_spent, Some(server.calls(PRESIGN) as u64));
    assert!(server.calls(PRESIGN) > 1);
}

/// The store's clock is ahead of ours, so that only its refusal tells.
#[tokio::test]
async fn an_upload_url_expired_for_the_store_is_renewed() {
    let server = Server::start(Sandbox::builder().manual_clock()).await;
    let server = Arc::new(server);
    let ahead = Arc::clone(&server);
    let mut opened = 0;
    let source = UploadSource::stream("a.mp4", 1024, move || {
        opened += 1;
        if opened == 1 {
            assert!(ahead.sandbox.advance(Duration::from_secs(3601)));
        }
        Chunks(1)
    });
    let uploaded = server.upload(source).await.unwrap();
    assert_eq!(stored(&server, &uploaded), [7; 1024]);
    assert_eq!((uploaded.coins_spent, server.spent()), (Some(2), 2));
}

#[tokio::test]
async fn a_changed_source_is_an_error() {
    let server = Server::quick().await;
    // Shorter and longer than was said, by whole chunks and within one.
    let mut messages = String::new();
    for (chunks, said) in [(3, 4096), (5, 4096), (4, 4095), (1, 1025), (0, 1)] {
        let source = UploadSource::stream("a.mp4", said, move || Chunks(chunks));
        let error = server.upload(source).await.unwrap_err();
        let _ = writeln!(messages, "{error}");
        assert!(error.is_changed() && error.coins_spent() == Some(1));
        let error = server.upload(UploadSource::once("a.mp4", said, Chunks(chunks)));
        assert!(error.await.unwrap_err().is_changed());
    }
    golden("work/upload_changed_source", &messages);
    assert!(server.sandbox.uploads().is_empty());
    // A file that is written to while it is read.
    let (_folder, path) = file("a.mp4", &vec![1; 200_000]);
    let again = path.clone();
    let upload = server.upload(&path).on_progress(move |progress| {
        if progress.sent == progress.total {
            std::fs::write(&again, vec![2; 200_001]).unwrap();
        }
    });
    assert!(upload.await.unwrap_err().is_changed());
    // And one that is cut.
    let (_folder, path) = file("a.mp4", &vec![1; 8_000_000]);
    let again = path.clone();
    let upload = server.upload(&path).on_progress(move |progress| {
        if progress.sent < 100_000 {
            std::fs::write(&again, b"").unwrap();
        }
    });
    assert!(upload.await.unwrap_err().is_changed());
    assert_eq!(server.sandbox.uploads().len(), 1, "the one that was written to at its end");
}

/// Dropped while the URL is asked for, and while the file is sent: the coin is spent or at risk, the store has nothing,
/// and the same file can be uploaded again.
#[tokio::test]
async fn dropped_at_each_step() {
    for (operation, fault, settled, at_risk) in [
        (PRESIGN, FaultKind::StallHeaders(None), 0, 1),
        (STORE, FaultKind::CloseWhileReading, 1, 0),
    ] {
        let server = Server::quick().await;
        server.sandbox.add_fault(Fault::new(fault).on(operation));
        let (_folder, path) = file("film.mp4", &vec![1; 400_000]);
        let upload = server.upload(&path).max_attempts(99).send();
        assert!(tokio::time::timeout(Duration::from_millis(400), upload).await.is_err());
        let tally = server.ledger().operations[PRESIGN];
        assert_eq!((tally.settled, tally.at_risk), (settled, at_risk), "{operation}");
        assert!(server.sandbox.uploads().is_empty(), "{operation}");
        server.sandbox.clear_faults();
        let uploaded = server.upload(&path).await.unwrap();
        assert_eq!(stored(&server, &uploaded).len(), 400_000);
        assert_eq!(server.spent(), 2, "{operation}");
    }
}

#[tokio::test]
async fn uploads_report_progress_and_send_no_key() {
    let server = Server::quick().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&heard);
    let upload = server.upload(UploadSource::stream("a.mp4", 256 * 1024, || Chunks(256)));
    let upload = upload.on_progress(move |progress| {
        assert_eq!(progress.total, 256 * 1024);
        told.lock().unwrap().push(progress.sent);
    });
    // The store refuses whoever sends a key along.
    upload.await.unwrap();
    let heard = heard.lock().unwrap();
    assert!(heard.len() == 256 && heard.is_sorted() && heard.last() == Some(&(256 * 1024)));
}

/// As much as [`Chunks`] gives, but no faster than the store takes it.
#[tokio::test]
async fn a_refused_upload_stops_reading_its_source() {
    let server = Server::quick().await;
    let read = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&read);
    server.sandbox.add_fault(Fault::new(FaultKind::CloseWhileReading).on(STORE));
    let source = UploadSource::stream("a.mp4", 1 << 30, move || {
        count.store(0, Ordering::SeqCst);
        Chunks(1 << 20)
    });
    let counted = Arc::clone(&read);
    let upload = server.upload(source).max_attempts(1).on_progress(move |progress| {
        counted.store(progress.sent, Ordering::SeqCst);
    });
    assert!(upload.await.unwrap_err().is_network());
    let read = read.load(Ordering::SeqCst);
    assert!(read < 32 << 20, "{read} of a GiB were read for a store that took a few KiB");
}

/// The most memory that this process has had, in bytes.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// A GiB from a file, through the client and the sandbox's store onto another file, both in this process:
/// `cargo test --release -p trenz-tests --test work -- --ignored --nocapture a_gibibyte`
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "writes two GiB: cargo test --release -p trenz-tests --test work -- --ignored --nocapture a_gibibyte"]
async fn a_gibibyte_is_uploaded_in_constant_memory() {
    const SIZE: u64 = 1 << 30;
    let server = Server::quick().await;
    let (_folder, path) = file("film.mp4", b"x");
    std::fs::File::options().write(true).open(&path).unwrap().set_len(SIZE).unwrap();
    server.upload(("small.mp4", "x")).await.unwrap();
    let before = peak();
    let began = std::time::Instant::now();
    let uploaded = server.upload(&path).await.unwrap();
    let (grown, seconds) = (peak() - before, began.elapsed().as_secs_f64());
    println!("{SIZE} bytes in {seconds:.1} s, peak memory {} KiB more than before", grown / 1024);
    assert_eq!(uploaded.size, SIZE);
    assert!(grown < 32 << 20, "{grown}");
}
