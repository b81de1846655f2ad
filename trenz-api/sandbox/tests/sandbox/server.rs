//! A sandbox and a plain HTTP client for it, which judges every response by the document.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Client, Response};
use serde_json::Value;
use trenz_sandbox::{Sandbox, SandboxBuilder};

use crate::generate::Request;
use crate::spec::{Operation, operation, operations};

/// A running sandbox and who talks to it.
pub(crate) struct Server {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
}

/// A complete response.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) async fn start(builder: SandboxBuilder) -> Self {
        let client = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .unwrap();
        Self { sandbox: builder.start().await.unwrap(), client }
    }

    /// With no limit per minute, which most tests are not about.
    pub(crate) async fn unlimited() -> Self {
        Self::start(Sandbox::builder().rate_limit(None)).await
    }

    /// A request as it stands, without a credential.
    pub(crate) fn bare(&self, request: &Request) -> reqwest::RequestBuilder {
        let mut url = format!("{}{}", self.sandbox.base_url(), request.path);
        for (number, (name, value)) in request.query.iter().enumerate() {
            let value = utf8_percent_encode(value, NON_ALPHANUMERIC).to_string();
            let joint = if number == 0 { "?" } else { "&" };
            url.extend([joint, name, "=", &value]);
        }
        let method = request.method.parse().unwrap();
        let builder = self.client.request(method, url);
        match &request.body {
            None => builder,
            Some(body) => builder.header("content-type", "application/json").body(body.to_string()),
        }
    }

    /// Sends a request with the key; fails as the connection does.
    pub(crate) async fn attempt(&self, request: &Request) -> reqwest::Result<Answer> {
        let sent = self.bare(request).header("x-api-key", self.sandbox.key()).send().await?;
        Answer::read(sent).await
    }

    /// Sends a request with the key, and has the response judged.
    pub(crate) async fn send(&self, operation: &Operation, request: &Request) -> Answer {
        let answer = self.attempt(request).await.unwrap();
        operation.judge(answer.status, &answer.body);
        answer
    }

    /// Posts a body to an operation, and has the response judged.
    pub(crate) async fn post(&self, id: &str, body: Value) -> Answer {
        let operation = operation(id);
        let path = operation.path.clone();
        let (method, query) = ("POST".to_owned(), Vec::new());
        self.send(operation, &Request { method, path, query, body: Some(body) }).await
    }

    /// Posts what must succeed, and gives its `data`.
    pub(crate) async fn ask(&self, id: &str, body: Value) -> Value {
        let answer = self.post(id, body).await;
        assert_eq!(answer.status, 200, "{id}: {:?}", answer.json());
        if answer.body.is_empty() { Value::Null } else { answer.json()["data"].clone() }
    }

    /// Posts what must be refused, and gives the code.
    pub(crate) async fn refused(&self, id: &str, body: Value) -> String {
        let answer = self.post(id, body).await;
        assert_ne!(answer.status, 200, "{id}: {:?}", answer.json());
        answer.code()
    }

    /// Gets a path, and has the response judged by the operation that the path belongs to.
    pub(crate) async fn get(&self, id: &str, path: &str) -> Answer {
        let request = Request {
            method: "GET".to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            body: None,
        };
        self.send(operation(id), &request).await
    }
}

impl Answer {
    pub(crate) async fn read(response: Response) -> reqwest::Result<Self> {
        let headers = response.headers().iter();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        Ok(Self {
            status: response.status().as_u16(),
            headers: headers.map(|(name, value)| (name.to_string(), text(value))).collect(),
            body: response.bytes().await?.to_vec(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The coins that the response says are left.
    pub(crate) fn balance(&self) -> i64 {
        self.json()["usage"]["remaining_balance"].as_i64().unwrap()
    }
}

/// Every operation that costs the same each time.
pub(crate) fn fixed_prices() -> impl Iterator<Item = &'static Operation> {
    operations().iter().filter(|operation| operation.raw.get("x-pricing").is_none())
}
