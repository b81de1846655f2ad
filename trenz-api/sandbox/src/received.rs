//! Requests as received.

use bytes::Bytes;

/// A request that a sandbox has read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReceivedRequest {
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
    /// The operation, if one has its method and path.
    pub operation: Option<String>,
    /// The id of its response.
    pub request_id: String,
    /// The status of the response; `None` if a fault sent something other than HTTP.
    pub status: Option<u16>,
}

impl ReceivedRequest {
    /// Returns the first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Returns every header of this name.
    pub fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let same = move |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
        self.headers.iter().filter(same).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON, or null if it is not JSON.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
