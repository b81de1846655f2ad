//! Object stores that acknowledge what they have not read, and URLs that lead elsewhere than to a store.

use crate::texts::assert_text;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use trenz_api::{UploadError, UploadSource, Uploaded};

use crate::server::{Reply, Server};
use crate::{builder, client};

/// More than the buffers of a connection hold, and what fits into them.
const LARGE: usize = 16 << 20;
const SMALL: usize = 10;

/// What a store does with the first object that is put; it takes all others as it should.
#[derive(Clone, Copy, Debug)]
struct Early {
    /// Answers after so many bytes of the body,
    after: usize,
    status: u16,
    then: Then,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Then {
    Close,
    Keep,
    Drain,
}

/// A store that speaks HTTP by hand.
struct Store {
    url: String,
    puts: Arc<AtomicUsize>,
    whole: Arc<AtomicUsize>,
}

impl Store {
    async fn start(early: Early) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/film.mp4?signature=s", listener.local_addr().unwrap());
        let (puts, whole) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
        let (count, all) = (Arc::clone(&puts), Arc::clone(&whole));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let first = count.fetch_add(1, Ordering::SeqCst) == 0;
                let all = Arc::clone(&all);
                tokio::spawn(take(stream, first.then_some(early), all));
            }
        });
        Self { url, puts, whole }
    }

    /// How many objects were put, and how many of them have come whole.
    fn counts(&self) -> (usize, usize) {
        (self.puts.load(Ordering::SeqCst), self.whole.load(Ordering::SeqCst))
    }
}

async fn take(mut stream: TcpStream, early: Option<Early>, whole: Arc<AtomicUsize>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut left: usize = length.parse().unwrap();
    let mut answered = false;
    loop {
        let unread = early
            .filter(|early| !answered && length.parse::<usize>().unwrap() - left >= early.after);
        if let Some(Early { status, then, .. }) = unread {
            answer(&mut stream, status).await?;
            answered = true;
            match then {
                Then::Close => return None,
                // Until the test is over.
                Then::Keep => std::future::pending().await,
                Then::Drain => {}
            }
        }
        if left == 0 {
            break;
        }
        let mut piece = vec![0; left.min(64 << 10)];
        let read = stream.read(&mut piece).await.ok().filter(|read| *read > 0)?;
        left -= read;
    }
    whole.fetch_add(1, Ordering::SeqCst);
    if !answered {
        answer(&mut stream, 200).await?;
    }
    Some(())
}

async fn answer(stream: &mut TcpStream, status: u16) -> Option<()> {
    let answer = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: 0\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.ok()
}

/// The API, which leads whoever asks to this URL.
async fn leading_to(url: &str) -> Server {
    let ticket = format!(
        r#"{{"data":{{"presigned_url":"{url}","s3_bucket":"b","object_key":"k"}},
            "request_id":"r","usage":{{"coin_cost":1,"remaining_balance":9}}}}"#
    );
    Server::always(Reply::json(200, ticket)).await
}

/// So many bytes in pieces of 64 KiB, whatever was said of them.
struct Pieces(usize);

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let piece = self.0.min(64 << 10);
        self.0 -= piece;
        Poll::Ready((piece > 0).then(|| Ok(vec![7; piece].into())))
    }
}

async fn upload(store: &Store, source: UploadSource) -> Result<Uploaded, UploadError> {
    let api = leading_to(&store.url).await;
    let uploaded = client(&api).upload(source).await;
    assert_eq!(api.seen().len(), 1, "the URL is paid for once: {uploaded:?}");
    uploaded
}

/// Runs all at once, since most of what each does is to wait before it sends again.
async fn all(cells: impl IntoIterator<Item = impl Future<Output = ()> + Send + 'static>) {
    for done in cells.into_iter().map(tokio::spawn).collect::<Vec<_>>() {
        done.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upload_succeeds_only_after_the_whole_body_was_sent() {
    let kinds = [(0, 200), (1, 204), (3 << 20, 200), (0, 503)];
    let cells = kinds.into_iter().flat_map(|(after, status)| {
        [Then::Close, Then::Keep, Then::Drain].map(|then| Early { after, status, then })
    });
    all(cells.map(async |early| {
        let store = Store::start(early).await;
        let uploaded = upload(&store, UploadSource::bytes("film.mp4", vec![7; LARGE])).await;
        let uploaded = uploaded.unwrap_or_else(|error| panic!("{early:?}: {error:?}"));
        assert_eq!((uploaded.size, uploaded.coins_spent), (LARGE as u64, Some(1)));
        let (puts, whole) = store.counts();
        if early.then == Then::Drain {
            // Nobody can tell when in its reading a store that reads to the end has responded.
            assert!(puts <= 2 && whole >= 1, "{early:?}");
        } else {
            assert_eq!((puts, whole), (2, 1), "{early:?}: sent again, and then stored");
        }
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn source_read_once_is_not_retried() {
    for then in [Then::Close, Then::Keep] {
        for after in [0, 1 << 20] {
            let store = Store::start(Early { after, status: 200, then }).await;
            let source = UploadSource::once("film.mp4", LARGE as u64, Pieces(LARGE));
            let error = upload(&store, source).await.unwrap_err();
            assert!(error.is_network() && !error.is_refused(), "{error:?}");
            assert_eq!((error.coins_spent(), error.status()), (Some(1), None));
            assert_eq!(store.counts(), (1, 0));
        }
    }
}

/// A store that has responded before a stream has ended does not hide that the stream has another length.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_of_undeclared_length_are_not_uploaded() {
    let lengths = [LARGE - 1, LARGE + 1, LARGE / 2, SMALL]
        .into_iter()
        .flat_map(|came| [(came, LARGE), (came, SMALL + 1)]);
    let cells = lengths
        .flat_map(|lengths| [Then::Close, Then::Keep, Then::Drain].map(|then| (lengths, then)));
    all(cells.map(async |((came, said), then)| {
        let store = Store::start(Early { after: 0, status: 200, then }).await;
        let source = UploadSource::once("film.mp4", said as u64, Pieces(came));
        let error = upload(&store, source).await.unwrap_err();
        assert!(error.is_changed() || error.is_network(), "{came} of {said}: {error:?}");
        let store = Store::start(Early { after: 0, status: 200, then }).await;
        let source = UploadSource::stream("film.mp4", said as u64, move || Pieces(came));
        let error = upload(&store, source).await.unwrap_err();
        assert!(error.is_changed(), "{came} of {said}: {error:?}");
        assert_eq!(store.counts().1, 0, "{came} of {said}: no store has it whole");
    }))
    .await;
}

/// What the buffers of a connection hold is taken before the store reads it. A store that acknowledges it unread
/// cannot be told from one that has read it: the documentation says so.
#[tokio::test]
async fn small_file_is_accepted_after_an_early_response() {
    let store = Store::start(Early { after: 0, status: 200, then: Then::Keep }).await;
    let uploaded = upload(&store, UploadSource::bytes("film.mp4", vec![7; SMALL])).await;
    assert_eq!(uploaded.unwrap().size, SMALL as u64);
    assert_eq!(store.counts(), (1, 0));
}

/// The API is on 127.0.0.1. Nobody is even connected to elsewhere, and nothing of the URL is repeated.
#[tokio::test]
async fn presigned_urls_to_disallowed_hosts_are_refused() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = elsewhere.local_addr().unwrap().port();
    for (case, host) in [
        ("http", format!("http://localhost:{port}")),
        ("http in capitals", format!("http://LOCALHOST:{port}")),
        ("http to loopback", format!("http://127.0.0.2:{port}")),
        ("localhost", format!("https://localhost:{port}")),
        ("loopback", format!("https://127.0.0.2:{port}")),
        ("mapped address", format!("https://[::ffff:127.0.0.1]:{port}")),
        ("user and password", format!("http://user:hidden@127.0.0.1:{port}")),
        ("link-local address", "https://169.254.169.254".to_owned()),
    ] {
        let api = leading_to(&format!("{host}/film.mp4?signature=hidden")).await;
        let error = client(&api).upload(("film.mp4", "film")).await.unwrap_err();
        assert_text(&format!("stores/presigned URL, {case}"), &error);
        assert!(error.is_presign() && error.api_error().is_none() && !error.is_network());
        assert_eq!(error.coins_spent(), Some(1), "the URL was paid for");
        assert!(!format!("{error:?}").contains("hidden"));
        assert_eq!(api.seen().len(), 1);
    }
    let connected = tokio::time::timeout(std::time::Duration::ZERO, elsewhere.accept()).await;
    assert!(connected.is_err(), "nobody was there");

    // What is allowed is connected to, though whoever is there has no certificate.
    let api = leading_to(&format!("https://localhost:{port}/film.mp4")).await;
    let allowed = builder(&api).allow_upload_host("LOCALHOST").build().unwrap();
    let drop_all = async {
        loop {
            drop(elsewhere.accept().await);
        }
    };
    let uploading = allowed.upload(("film.mp4", "film")).max_attempts(1);
    tokio::select! {
        uploaded = uploading.into_future() => assert!(uploaded.unwrap_err().is_network()),
        () = drop_all => {}
    }
}

/// Stores say that a URL has run out in words, with one of several statuses.
#[tokio::test]
async fn expired_presigned_url_is_renewed() {
    let s3 = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";
    let tos = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    for (status, said, renewed) in [
        (400, s3, true),
        (401, s3, true),
        (403, tos, true),
        (400, "<Error><Code>InvalidArgument</Code></Error>", false),
        (409, tos, false),
    ] {
        let store = Server::start(move |number, _| match number {
            0 => Reply::new(status, &[], said),
            _ => Reply::new(200, &[], ""),
        })
        .await;
        let api = leading_to(&format!("{}/film.mp4?signature=s", store.url())).await;
        let uploaded = client(&api).upload(("film.mp4", "film")).await;
        assert_eq!(uploaded.is_ok(), renewed, "{status} {said}");
        assert_eq!(api.seen().len(), if renewed { 2 } else { 1 }, "{status} {said}");
    }
}

/// A store that sends whoever puts something elsewhere, with this status.
async fn redirecting(status: u16, location: String) -> Server {
    Server::always(Reply::new(status, &[("Location", &location)], "elsewhere")).await
}

/// Stores send a PUT to the region that has the bucket.
#[tokio::test]
async fn a_redirect_of_the_store_is_followed_once_and_without_the_key() {
    for (status, followed) in [(301, true), (302, true), (303, false), (307, true), (308, true)] {
        let region = Server::always(Reply::new(200, &[], "")).await;
        let location = format!("{}/film.mp4?signature=s2", region.url());
        let store = redirecting(status, location).await;
        let api = leading_to(&format!("{}/film.mp4?signature=s", store.url())).await;
        let uploaded = client(&api).upload(("film.mp4", "film")).await;
        assert_eq!((api.seen().len(), store.seen().len()), (1, 1), "{status}");
        if !followed {
            let error = uploaded.unwrap_err();
            assert!(error.is_refused() && region.seen().is_empty(), "{status}: {error:?}");
            assert_eq!(error.status().unwrap().as_u16(), status);
            continue;
        }
        assert_eq!(uploaded.unwrap().coins_spent, Some(1), "{status}");
        let put = region.only();
        assert_eq!(put.line, "PUT /film.mp4?signature=s2 HTTP/1.1", "{status}");
        assert_eq!((put.body.as_str(), put.all("content-type")), ("film", vec!["video/mp4"]));
        assert!(!format!("{put:?}{:?}", store.seen()).contains(crate::KEY), "{status}");
        assert!(put.all("authorization").is_empty() && put.all("cookie").is_empty());
        assert!(put.all("referer").is_empty(), "the first URL has a signature in it");
    }
}

#[tokio::test]
async fn store_redirects_to_disallowed_hosts_are_not_followed() {
    let region = Server::always(Reply::new(200, &[], "")).await;
    let port = region.port();
    for (case, location) in [
        ("http", format!("http://localhost:{port}/film.mp4?hidden")),
        ("address", format!("https://127.0.0.2:{port}/film.mp4?hidden")),
        ("another domain", "https://store.example.com/hidden".to_owned()),
        ("user and password", format!("http://hidden:x@127.0.0.1:{port}/film.mp4")),
        ("not a URL", "http://[".to_owned()),
        ("empty", String::new()),
    ] {
        let store = redirecting(307, location.clone()).await;
        let api = leading_to(&format!("{}/film.mp4?signature=s", store.url())).await;
        let error = client(&api).upload(("film.mp4", "film")).await.unwrap_err();
        assert_text(&format!("stores/redirect, {case}"), &error);
        assert!(error.is_refused() && !format!("{error:?}").contains("hidden"), "{location}");
        assert_eq!((store.seen().len(), error.coins_spent()), (1, Some(1)), "{location}");
    }
    // A second redirect is not followed,
    let last = redirecting(307, format!("{}/film.mp4", region.url())).await;
    let store = redirecting(307, format!("{}/film.mp4", last.url())).await;
    let api = leading_to(&format!("{}/film.mp4", store.url())).await;
    assert!(client(&api).upload(("film.mp4", "film")).await.unwrap_err().is_refused());
    assert_eq!((store.seen().len(), last.seen().len()), (1, 1));
    // nor is any where the source cannot be read again,
    let source = UploadSource::once("film.mp4", SMALL as u64, Pieces(SMALL));
    assert!(client(&api).upload(source).await.unwrap_err().is_refused());
    assert_eq!((store.seen().len(), last.seen().len()), (2, 1));
    assert!(region.seen().is_empty());
}

/// What a store says after its redirect is dealt with as ever, and so is a redirect after a renewal.
#[tokio::test]
async fn redirects_and_expired_urls_are_handled_in_any_order() {
    for (status, said, renewed) in [(403, "Request has expired", 1), (503, "SlowDown", 0)] {
        let region = Server::start(move |number, _| match number {
            0 => Reply::new(status, &[], said),
            _ => Reply::new(200, &[], ""),
        })
        .await;
        let location = format!("{}/film.mp4", region.url());
        let store = Server::start(move |number, _| match number {
            0 => Reply::new(403, &[], "Request has expired"),
            _ => Reply::new(307, &[("Location", &location)], ""),
        })
        .await;
        let api = leading_to(&format!("{}/film.mp4?signature=s", store.url())).await;
        let uploaded = client(&api).upload(("film.mp4", "film")).await.unwrap();
        assert_eq!(uploaded.coins_spent, Some(2 + renewed));
        assert_eq!((store.seen().len(), region.seen().len()), (3, 2));
    }
    // A path is as good as a whole URL.
    let store = Server::start(|number, _| match number {
        1 => Reply::new(200, &[], ""),
        _ => Reply::new(307, &[("Location", "/region/film.mp4?s")], ""),
    })
    .await;
    let api = leading_to(&format!("{}/film.mp4", store.url())).await;
    assert!(client(&api).upload(("film.mp4", "film")).await.is_ok());
    assert_eq!(store.seen()[1].line, "PUT /region/film.mp4?s HTTP/1.1");
}

#[test]
fn upload_source_converts_from_paths_and_bytes() {
    let path = String::from("film.mp4");
    for source in [
        UploadSource::from(&path),
        UploadSource::from(std::ffi::OsString::from("film.mp4")),
        UploadSource::from(std::path::Path::new("film.mp4")),
        UploadSource::from(path),
    ] {
        assert!(format!("{source:?}").contains("\"film.mp4\""), "{source:?}");
    }
}
