//! A response and what stands around its data, whatever the document calls it.

use http::{HeaderMap, StatusCode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

use crate::base::redact::{Cause, Redactor, ServerText};
use crate::wire::json::Json;
use crate::wire::lenient::LeftOut;

/// A response: its data, and what the API says about the call.
#[derive(Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// The data itself.
    pub data: T,
    /// The id to name when you ask the vendor about this call.
    pub request_id: RequestId,
    /// What the call has cost.
    pub usage: Usage,
    /// The page this is, where the API says so.
    pub page: Option<u64>,
    /// How many items a page holds, where the API says so.
    pub page_size: Option<u64>,
    /// How many items there are in all, where the API says so.
    pub total: Option<u64>,
    /// What the API wants known about this call: at most 1,024 texts, each on one line of at most 16,384 characters.
    pub warnings: Vec<String>,
    /// What else stood around the data, as it came: members that the API has but this version has no field for, at most
    /// 1,024.
    pub extra: BTreeMap<String, Json>,
    /// The items of a page that could not be decoded, and are not among its data. Only [`pages`](crate::Call::pages)
    /// leave items out; elsewhere such a response [is an error](crate::Error::is_decode).
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

    /// The same answer with other data.
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

/// Without the API key, should the server have echoed it in some spelling, and no more than 64 KiB of it. The
/// [`data`](Response::data) by itself prints as it came.
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

/// An item of a page that could not be decoded.
#[derive(Clone, Debug)]
pub struct UnreadableItem {
    pub(crate) index: usize,
    pub(crate) path: ServerText,
    pub(crate) cause: Cause,
    pub(crate) json: Json,
}

impl UnreadableItem {
    pub(crate) fn new(redactor: &Redactor, item: &LeftOut) -> Self {
        let path = ServerText::line(redactor, &item.path);
        let json = Json::raw(&item.raw, redactor);
        Self { index: item.index, path, cause: Cause::new(redactor, &item.error), json }
    }

    /// Its place among the items of the page, counted from 0.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// The place in the response that does not have the expected shape, such as `data.items[3].price`.
    #[must_use]
    pub fn path(&self) -> &str {
        self.path.as_str()
    }

    /// The item as it came.
    #[must_use]
    pub fn json(&self) -> &Json {
        &self.json
    }
}

/// The place, and what is wrong there.
impl fmt::Display for UnreadableItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.cause)
    }
}

/// What a call has cost, as far as its response says. What it does not say is unknown, never zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Usage {
    /// The coins taken for the call.
    pub coin_cost: Option<u64>,
    /// The coins left on the account.
    pub remaining_balance: Option<i64>,
}

/// The id that the API gave a request: one line of no more than 400 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequestId(Option<ServerText>);

impl RequestId {
    pub(crate) fn new(id: Option<ServerText>) -> Self {
        Self(id)
    }

    /// The id, unless the response did not tell it.
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
