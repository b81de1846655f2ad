//! Requests as they arrived.

use bytes::Bytes;

/// A request that a sandbox read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeenRequest {
    /// The HTTP method.
    pub method: String,
    /// The path, as sent.
    pub path: String,
    /// The query, as sent, without the question mark.
    pub query: String,
    /// The headers in order, their names in lower case. A name can come more than once.
    pub headers: Vec<(String, String)>,
    /// The body, as sent.
    pub body: Bytes,
    /// The operation it led to, if any.
    pub operation: Option<String>,
    /// The id its response carried.
    pub request_id: String,
    /// The status of the response; `None` if a fault put something else than HTTP on the wire.
    pub status: Option<u16>,
}

impl SeenRequest {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every header of this name.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if it is none.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
