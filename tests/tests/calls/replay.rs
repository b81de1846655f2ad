//! Responses of the sandbox as bytes, and a server that gives the same bytes again.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use bytes::Bytes;
use trenz_api::{Client, ClientBuilder};
use trenz_sandbox::{ReceivedRequest, Sandbox};

use crate::Answer;

/// What the sandbox responds to a request that it has seen before.
pub(crate) async fn answer(sandbox: &Sandbox, seen: &ReceivedRequest) -> Bytes {
    let query = if seen.query.is_empty() { String::new() } else { format!("?{}", seen.query) };
    let url = format!("{}{}{query}", sandbox.base_url(), seen.path);
    let request = reqwest::Client::new()
        .request(seen.method.parse().unwrap(), url)
        .header("x-api-key", sandbox.key())
        .header(CONTENT_TYPE, seen.header("content-type").unwrap_or("application/json"))
        .body(seen.body.clone());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200, "{seen:?}");
    response.bytes().await.unwrap()
}

/// Makes a call to a server that responds to every request with these bytes.
pub(crate) async fn serve(
    body: Bytes,
    send: fn(&Client) -> Answer<'_>,
) -> trenz_api::Result<serde_json::Value> {
    serve_to(body, send, |client| client).await
}

/// The same by a client that is not as it comes.
pub(crate) async fn serve_to(
    body: Bytes,
    send: fn(&Client) -> Answer<'_>,
    configure: impl FnOnce(ClientBuilder) -> ClientBuilder,
) -> trenz_api::Result<serde_json::Value> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = Router::new().fallback(move || {
        let body = body.clone();
        async move { ([(CONTENT_TYPE, "application/json")], body) }
    });
    let server = tokio::spawn(async move { axum::serve(listener, app).await });
    let client = Client::builder().api_key("sk_live_replay").base_url(format!("http://{address}"));
    let client = configure(client).build().unwrap();
    let answer = send(&client).await;
    server.abort();
    answer
}
