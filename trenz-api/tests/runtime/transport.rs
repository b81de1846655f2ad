//! What the transport must never do, and what its failures say.

use crate::server::{Reply, Server};
use crate::texts::assert_text;
use crate::{KEY, builder, client, search};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use trenz_api::async_tasks::Status;
use trenz_api::{Client, ConnectionPolicy, Error, Outcome, RetryPolicy, reqwest};

const OK: &str = r#"{"data":{},"request_id":"r"}"#;

#[tokio::test]
async fn redirects_are_not_followed() {
    let other = Server::always(Reply::json(200, OK)).await;
    // By another name, so that it is another host to the client.
    let target = format!("http://localhost:{}/open?token=hidden", other.port());
    for (status, outcome) in [
        (301, Outcome::Refused),
        (302, Outcome::Refused),
        (303, Outcome::Unknown),
        (307, Outcome::Refused),
        (308, Outcome::Refused),
    ] {
        let server = Server::always(Reply::new(status, &[("location", &target)], "")).await;
        let stubborn = builder(&server)
            .configure_http(|http| http.redirect(reqwest::redirect::Policy::limited(10)))
            .build()
            .unwrap();
        for client in [client(&server), stubborn] {
            let read = client.execute(&search()).await.unwrap_err();
            let write = client
                .social()
                .account_management()
                .platform_account_disconnect()
                .account_id(7)
                .send()
                .await
                .unwrap_err();
            for (error, id) in [
                (read, "trenz-products-search"),
                (write, "trenz-social-platform-account-disconnect"),
            ] {
                assert!(error.is_api(), "{status}");
                assert_eq!(error.outcome(), outcome, "{status}");
                assert_text(&format!("transport/redirect of {id}, {status}"), &error);
            }
        }
        assert_eq!(server.seen().len(), 4, "{status}: one each");
    }
    assert_eq!(other.seen(), [], "nobody was led to the other host");

    let server = Server::always(Reply::new(302, &[("location", "/elsewhere")], "")).await;
    let error = client(&server).execute(&search()).await.unwrap_err();
    assert_text("transport/redirect to the same host", &error);
    let server = Server::always(Reply::new(302, &[("location", "http://[")], "")).await;
    let error = client(&server).execute(&search()).await.unwrap_err();
    assert_text("transport/redirect to no URL", &error);
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    for reply in [Reply::raw(""), Reply::raw("HTTP/1.1 2"), Reply::raw("garbage\r\n\r\n")] {
        let server = Server::always(reply).await;
        let error = client(&server).execute(&search()).await.unwrap_err();
        server.only();
        assert!(error.is_interrupted(), "{error}");
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(error.status(), None);
        assert_eq!(
            error.to_string(),
            "trenz-products-search may have been processed and charged: \
             the connection was lost before a response came"
        );
        assert!(std::error::Error::source(&error).is_some());
    }
    // Not even when the caller's own settings ask the HTTP library to.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the type has no public name")]
    let again =
        || reqwest::retry::for_host("127.0.0.1").classify_fn(|answered| answered.retryable());
    let server = Server::always(Reply::json(503, "{}")).await;
    let eager = builder(&server).configure_http(move |http| http.retry(again())).build().unwrap();
    assert!(eager.execute(&search()).await.unwrap_err().is_server_error());
    server.only();
}

#[tokio::test]
async fn one_request_per_connection_even_where_http2_is_built_in() {
    let server = Server::always(Reply::json(200, OK)).await;
    let client = builder(&server)
        .configure_http(reqwest::ClientBuilder::http2_prior_knowledge)
        .build()
        .unwrap();
    client.execute(&search()).await.unwrap();
    assert!(server.only().line.ends_with("HTTP/1.1"));
}

async fn failed(base_url: String, connect_timeout: Duration) -> Error {
    let client = Client::builder().api_key(KEY).base_url(base_url).connect_timeout(connect_timeout);
    let client = client.retry_policy(RetryPolicy::never()).build();
    client.unwrap().execute(&search()).await.unwrap_err()
}

#[tokio::test]
async fn failed_connection_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = listener.local_addr().unwrap();
    drop(listener);
    // Takes connections and says nothing, so that the handshake of TLS does not end.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain_address = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        }
    });
    let soon = Duration::from_millis(200);
    let errors = [
        ("refused", failed(format!("http://{refused}"), soon).await),
        ("no TLS", failed(format!("https://{plain_address}"), Duration::from_secs(60)).await),
        (
            "connect timeout",
            failed(format!("https://{}", silent.local_addr().unwrap()), soon).await,
        ),
        ("no such name", {
            let client =
                Client::builder().api_key(KEY).configure_http(|http| http.dns_resolver(NoNames));
            client
                .retry_policy(RetryPolicy::never())
                .build()
                .unwrap()
                .execute(&search())
                .await
                .unwrap_err()
        }),
    ];
    for (name, error) in errors {
        assert!(error.is_connect(), "{name}: {error:?}");
        assert!(!error.is_timeout(), "{name}");
        assert_eq!(error.outcome(), Outcome::NotSent, "{name}");
        assert_text("transport/no connection", &error);
        let source = std::error::Error::source(&error).unwrap();
        assert!(
            !format!("{source} {source:?}").contains("products"),
            "{name}: the URL stays out of it"
        );
    }
}

#[derive(Clone)]
struct NoNames;

impl reqwest::dns::Resolve for NoNames {
    fn resolve(&self, _: reqwest::dns::Name) -> reqwest::dns::Resolving {
        Box::pin(async { Err("no such name".into()) })
    }
}

#[tokio::test]
async fn timeout_outcome_depends_on_what_was_received() {
    let soon = Duration::from_millis(150);
    let reply = Reply::json(200, OK);
    for (written, accepted) in [(0, false), (20, false), (reply.len() - 5, true)] {
        let server = Server::always(reply.clone().hang_after(written)).await;
        let client = client(&server);
        let started = Instant::now();
        let error = client.call(search()).timeout(soon).send().await.unwrap_err();
        assert!(started.elapsed() < Duration::from_secs(5));
        assert!(error.is_timeout() && !error.is_connect(), "{error:?}");
        server.only();
        if accepted {
            assert_eq!(error.outcome(), Outcome::Accepted);
            assert_eq!(error.body().unwrap(), &OK.as_bytes()[..OK.len() - 5]);
            assert_text("transport/timeout in the response", &error);
            let free = Status::builder().task_id("t").build();
            let error = client.call(free).timeout(soon).send().await.unwrap_err();
            assert_text("transport/timeout in the response to a free call", &error);
        } else {
            assert_eq!(error.outcome(), Outcome::Unknown);
            assert_text("transport/timeout before the response", &error);
        }
    }
    let server = Server::always(reply.hang_after(0)).await;
    let error =
        builder(&server).timeout(soon).build().unwrap().execute(&search()).await.unwrap_err();
    assert!(error.is_timeout(), "the client's own timeout counts where the call has none");
    // Nor can the HTTP library's settings shorten it.
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_millis(300));
        Reply::json(200, OK)
    })
    .await;
    let client = builder(&server).configure_http(move |http| http.timeout(soon)).build().unwrap();
    client.execute(&search()).await.unwrap();
}

#[tokio::test]
async fn truncated_response_is_accepted() {
    let reply = Reply::json(200, OK);
    let server = Server::always(reply.clone().cut(reply.len() - 5)).await;
    let error = client(&server).execute(&search()).await.unwrap_err();
    assert!(error.is_interrupted());
    assert_eq!(error.outcome(), Outcome::Accepted);
    assert_eq!(error.status().unwrap(), 200);
    assert_eq!(error.body().unwrap(), &OK.as_bytes()[..OK.len() - 5]);
    let reply = Reply::new(200, &[("content-encoding", "gzip")], "not gzip");
    let error = client(&Server::always(reply).await).execute(&search()).await.unwrap_err();
    assert_eq!(error.outcome(), Outcome::Accepted);
}

#[tokio::test]
async fn connections_are_shared_by_clones() {
    let server =
        Server::always(Reply::json(200, r#"{"data":{"task_id":"t","status":"done"}}"#)).await;
    let reads = builder(&server).connection_policy(ConnectionPolicy::default().spares(0));
    let reads = reads.build().unwrap();
    let status = Status::builder().task_id("t").build();
    for _ in 0..3 {
        reads.clone().execute(&status).await.unwrap();
    }
    assert_eq!((server.seen().len(), server.connections()), (3, 1));
    // A paid call that may not be retried goes over a connection that nobody has used and nobody can be closing.
    for connections in 2..5 {
        reads.clone().execute(&search()).await.unwrap();
        assert_eq!(server.connections(), connections);
    }
    // Nor does one that may be retried: a response to another call would say what this one has cost.
    for _ in 0..3 {
        reads.call(search()).allow_duplicate_charge(5).send().await.unwrap();
    }
    assert_eq!((server.seen().len(), server.connections()), (9, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_informational_responses_end_with_the_timeout() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
                let hint = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";
                while std::io::Write::write_all(&mut stream, hint).is_ok() {
                    std::thread::sleep(Duration::from_micros(100));
                }
            });
        }
    });
    let client = Client::builder().api_key(KEY).base_url(url).build().unwrap();
    let start = Instant::now();
    let call = client.call(search()).timeout(Duration::from_secs(1));
    let error = call.send().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.attempts().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

/// Such as those that programs are tested against.
#[tokio::test]
async fn a_server_of_one_connection_at_a_time_is_called_on_loopback() {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            assert!(stream.read(&mut request).unwrap() > 0, "a connection without a request");
            let body = r#"{"data":{"items":[]},"request_id":"r","usage":{"coin_cost":5}}"#;
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .unwrap();
        }
    });
    let client = Client::builder().api_key("sk_live_0123456789").base_url(url).build().unwrap();
    for _ in 0..3 {
        client.execute(&search()).await.unwrap();
    }
    server.join().unwrap();
}
