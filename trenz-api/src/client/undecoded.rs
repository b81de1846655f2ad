//! An accepted response on its way to the caller's type.

use serde::de::DeserializeOwned;
use std::pin::Pin;
use tracing::Span;

use crate::base::offload;
use crate::base::redact::{Cause, Redactor, ServerBody, ServerText};
use crate::error::{Attempt, Error, Kind, Partial};
use crate::money::ledger::CallRecord;
use crate::transport::sender::AcceptedResponse;
use crate::wire::content::Content;
use crate::wire::decode;
use crate::wire::envelope;
use crate::wire::lenient::SkipPolicy;
use crate::wire::response::{Response, UnreadableItem};

/// An accepted response, decoded except for its data.
pub(crate) struct UndecodedResponse {
    pub(crate) operation: &'static str,
    pub(crate) content: Content,
    /// How many values the data may have, if it is JSON.
    pub(crate) max_values: usize,
    /// Which items of its data may be left out if they cannot be decoded.
    pub(crate) items: SkipPolicy,
    pub(crate) answer: AcceptedResponse,
    pub(crate) span: Span,
    pub(crate) note: CallRecord,
    /// The attempts; the last is the one that this responds to.
    pub(crate) attempts: Vec<Attempt>,
}

/// A response, with what a workflow needs of it.
pub(crate) struct DecodedResponse<T, N> {
    pub(crate) response: Response<T>,
    pub(crate) needed: N,
    /// What all attempts together have cost, if known.
    pub(crate) coins: Option<u64>,
}

/// A decoded response, or, if it is large, one that is being decoded on another thread.
#[expect(clippy::large_enum_variant, reason = "it is taken apart where it is made")]
pub(crate) enum Decoding<T, N> {
    Ready(Decoded<T, N>),
    Pending(Pin<Box<dyn Future<Output = Decoded<T, N>> + Send>>),
}

type Decoded<T, N> = Result<DecodedResponse<T, N>, Error>;

/// Why a workflow cannot continue with a decoded response.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unusable {
    /// It lacks this member, or all of its data if the name is empty.
    Lacks(&'static str),
    /// By this member, it is about another task or session than the request.
    Foreign(&'static str),
}

impl Unusable {
    /// Whether a response that names this id is about what the request named. A response without an id is rejected
    /// where the document requires it, by the type of its data; elsewhere there is nothing to compare.
    pub(crate) fn check_id(
        member: &'static str,
        named: Option<&str>,
        asked: &str,
    ) -> Result<(), Self> {
        if named.is_none_or(|named| named == asked) { Ok(()) } else { Err(Self::Foreign(member)) }
    }

    fn member(self) -> &'static str {
        match self {
            Self::Lacks(member) | Self::Foreign(member) => member,
        }
    }

    fn why(self) -> &'static str {
        match self {
            Self::Lacks(_) => "the response lacks a member that the workflow needs",
            Self::Foreign(_) => "the response names another task or session than the request",
        }
    }
}

impl UndecodedResponse {
    /// Decodes the data and takes what is needed of it. Data without it, or about something else, is an error as data
    /// of another shape is: the error names the member, and keeps the whole response.
    pub(crate) fn decode<T, N>(
        self,
        take: impl FnOnce(&T) -> Result<N, Unusable> + Send + 'static,
    ) -> Decoding<T, N>
    where
        T: DeserializeOwned + Send + 'static,
        N: Send + 'static,
    {
        let (operation, bytes) = (self.operation, self.answer.body.len());
        if !offload::is_large(bytes) {
            return Decoding::Ready(self.decode_now(take));
        }
        Decoding::Pending(Box::pin(async move {
            let Response { status, request_id, usage, .. } = &self.answer.response;
            let (status, request_id, usage) = (Some(*status), request_id.clone(), *usage);
            let taken = offload::read(bytes, move || self.decode_now(take)).await;
            taken.unwrap_or_else(|| {
                let answer = Partial { status, request_id, usage, body: None };
                let cause = Cause::words(offload::SHUT_DOWN);
                Err(Error::of(operation, Kind::Interrupted, cause).with_response(answer))
            })
        }))
    }

    fn decode_now<T: DeserializeOwned, N>(
        self,
        take: impl FnOnce(&T) -> Result<N, Unusable>,
    ) -> Result<DecodedResponse<T, N>, Error> {
        let content = self.content.of(&self.answer.body);
        let root = envelope::path_to_data(content);
        let is_json = !matches!(content, Content::Text | Content::Bytes);
        if is_json && self.data().is_some_and(|data| decode::holds_more(data, self.max_values)) {
            let limit = self.max_values;
            let kind = Kind::TooManyValues { limit };
            return Err(self.unusable(|_| (kind, None)));
        }
        let redactor = self.answer.response.redactor.clone();
        let decoded = redactor.during(|| match (content, &self.answer.response.data) {
            (Content::Text, Some(data)) => decode::text(data).map(|data| (data, Vec::new())),
            (Content::Bytes, Some(data)) => decode::bytes(data).map(|data| (data, Vec::new())),
            _ => decode::data(self.data(), self.items),
        });
        let (data, skipped) = match decoded {
            Ok(decoded) => decoded,
            Err(mismatch) => {
                let cause = Cause::new(&redactor, &mismatch.error);
                let path = mismatch.path.below(root).to_string();
                return Err(self.undecodable(&path, cause));
            }
        };
        match take(&data) {
            Ok(needed) => {
                let coins = self.coins();
                let span = &self.span;
                self.note.succeed();
                let mut response = self.answer.response.map(|_| data);
                let unreadable = skipped.iter();
                response.unreadable =
                    unreadable.map(|item| UnreadableItem::new(&redactor, item, root)).collect();
                if let Some(first) = response.unreadable.first() {
                    let items = response.unreadable.len();
                    tracing::warn!(parent: span, items, first = first.path(), "trenz.unreadable");
                }
                Ok(DecodedResponse { response, needed, coins })
            }
            Err(unfit) => {
                let path = [root, unfit.member()].into_iter().filter(|part| !part.is_empty());
                let path = path.collect::<Vec<_>>().join(".");
                Err(self.undecodable(&path, Cause::words(unfit.why())))
            }
        }
    }

    fn coins(&self) -> Option<u64> {
        let (_, before) = self.attempts.split_last()?;
        let known = before.iter().all(|attempt| attempt.coins_at_risk == 0);
        self.answer.response.usage.coin_cost.filter(|_| known)
    }

    fn data(&self) -> Option<&str> {
        // The envelope was decoded from it, so it is text.
        std::str::from_utf8(self.answer.response.data.as_deref()?).ok()
    }

    fn undecodable(self, path: &str, cause: Cause) -> Error {
        self.unusable(|redactor| {
            (Kind::Decode { path: ServerText::line(redactor, path), said: None }, Some(cause))
        })
    }

    /// The error of a charged response that cannot be used.
    fn unusable(self, why: impl FnOnce(&Redactor) -> (Kind, Option<Cause>)) -> Error {
        let AcceptedResponse { response, body } = self.answer;
        let redactor = response.redactor;
        let answer = Partial {
            status: Some(response.status),
            request_id: response.request_id,
            usage: response.usage,
            body: Some(ServerBody::new(&redactor, body)),
        };
        let (kind, cause) = why(&redactor);
        let error = Error::of(self.operation, kind, cause).with_response(answer);
        let mut attempts = self.attempts;
        if let Some(last) = attempts.last_mut() {
            last.what = error.last_failure(last.charged).to_string();
        }
        let error = error.with_attempts(attempts);
        record_error(&self.span, &error);
        error
    }

    pub(crate) fn record(&self) {
        let Response { status, request_id, usage, .. } = &self.answer.response;
        self.span.record("status", status.as_u16());
        self.span.record("request_id", request_id.as_str());
        self.span.record("coins", usage.coin_cost);
    }
}

pub(crate) fn record_error(span: &Span, error: &Error) {
    span.record("status", error.status().map(|status| status.as_u16()));
    span.record("request_id", error.request_id());
    span.record("outcome", error.outcome().as_str());
}
