//! A response: its data and its envelope.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

use crate::base::redact::{Cause, Redactor, ServerText};
use crate::wire::json::Json;
use crate::wire::json_path::Path;
use crate::wire::lenient::{self, SkippedItem};

/// A response: its data, and what the API reports about the call.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The data.
    pub data: T,
    /// The id to name when you contact the vendor about this call.
    pub request_id: RequestId,
    /// What the call has cost.
    pub usage: Usage,
    /// The number of this page, if reported.
    pub page: Option<u64>,
    /// How many items a page has, if reported.
    pub page_size: Option<u64>,
    /// How many items there are in total, if reported.
    pub total: Option<u64>,
    /// Warnings of the API: at most 1,024, each on one line of at most 16,384 characters.
    pub warnings: Vec<String>,
    /// Other members of the envelope, as received: those without a field in this version, at most 1,024.
    pub extra: BTreeMap<String, Json>,
    /// The items that could not be decoded and are not in the data: elements of a list of objects. A response with a list
    /// of which no item could be decoded [is an error](crate::Error::is_decode), unless it is one of
    /// [`pages`](crate::Call::pages).
    pub unreadable: Vec<UnreadableItem>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) redactor: Redactor,
}

impl<T> Response<T> {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The HTTP headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The same response with other data.
    #[must_use]
    pub fn map<U>(self, convert: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            data: convert(self.data),
            request_id: self.request_id,
            usage: self.usage,
            page: self.page,
            page_size: self.page_size,
            total: self.total,
            warnings: self.warnings,
            extra: self.extra,
            unreadable: self.unreadable,
            status: self.status,
            headers: self.headers,
            redactor: self.redactor,
        }
    }
}

/// Prints at most 64 KiB, without the API key. The [`data`](Response::data) on its own prints as received.
impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.redactor.debug(f, |f| {
            f.debug_struct("Response")
                .field("status", &self.status.as_u16())
                .field("data", &self.data)
                .field("request_id", &self.request_id)
                .field("usage", &self.usage)
                .field("page", &self.page)
                .field("page_size", &self.page_size)
                .field("total", &self.total)
                .field("warnings", &self.warnings)
                .field("extra", &self.extra)
                .field("unreadable", &self.unreadable)
                .finish_non_exhaustive()
        })
    }
}

/// An item of a list that could not be decoded.
#[derive(Clone, Debug)]
pub struct UnreadableItem {
    /// The path to its list, from the data.
    pub(crate) list: Path,
    pub(crate) index: usize,
    pub(crate) path: ServerText,
    pub(crate) cause: Cause,
    pub(crate) json: Json,
}

impl UnreadableItem {
    /// `root` is the name of the data.
    pub(crate) fn new(redactor: &Redactor, item: &SkippedItem, root: &str) -> Self {
        let path = ServerText::line(redactor, &item.path.clone().below(root).to_string());
        let json = Json::raw(&item.raw, redactor);
        let (list, cause) = (item.list.clone(), Cause::new(redactor, &item.error));
        Self { list, index: item.index, path, cause, json }
    }

    /// Whether it is one of the list of this name.
    pub(crate) fn is_of(&self, list: &str) -> bool {
        lenient::is_member(&self.list.0, list)
    }

    /// Its index in the list as received, from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The path to what does not have the expected shape, such as `data.items[3].price`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The item as received.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }
}

/// Prints the path, and what is wrong there.
impl fmt::Display for UnreadableItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.cause)
    }
}

/// The cost of a call, as far as its response reports it. What it does not report is unknown, never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// The coins charged for the call.
    pub coin_cost: Option<u64>,
    /// The coins left on the account.
    pub remaining_balance: Option<i64>,
}

/// The id that the API gave a request: one line of at most 400 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequestId(Option<ServerText>);

impl RequestId {
    pub(crate) fn new(id: Option<ServerText>) -> Self {
        Self(id)
    }

    /// The id, if the response reported one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_ref().map(ServerText::as_str)
    }
}

/// The id, or `unknown`.
impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str().unwrap_or("unknown"))
    }
}
