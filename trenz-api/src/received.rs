//! An accepted answer on its way to the caller's type.

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tracing::Span;

use crate::decode;
use crate::envelope;
use crate::error::{Attempt, Partial};
use crate::exchange::Answer;
use crate::key::ApiKey;
use crate::ledger::CallNote;
use crate::{Content, Error, Response};

/// An accepted answer, decoded but for its data. This is where the generic shell takes over.
pub(crate) struct Received {
    pub(crate) operation: &'static str,
    pub(crate) content: Content,
    pub(crate) answer: Answer,
    pub(crate) key: ApiKey,
    pub(crate) span: Span,
    pub(crate) note: CallNote,
    /// The attempts that were made; the last is the one that was answered.
    pub(crate) attempts: Vec<Attempt>,
}

impl Received {
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match decode::data(self.data(), envelope::path_to_data(self.content)) {
            Ok(data) => {
                self.note.succeed();
                Ok(self.answer.response.map(|_| data))
            }
            Err(mismatch) => Err(self.undecodable(mismatch)),
        }
    }

    fn data(&self) -> Option<&str> {
        // The envelope was read from it, so it is text.
        std::str::from_utf8(self.answer.response.data.as_deref()?).ok()
    }

    fn undecodable(self, mismatch: decode::Mismatch) -> Error {
        let Answer { response, body } = self.answer;
        let answer = Partial {
            status: Some(response.status),
            request_id: response.request_id,
            usage: response.usage,
            body: Some(self.key.redact_bytes(&body).map_or(body, Bytes::from)),
        };
        // The reason quotes what it found, so it is cleaned like the body.
        let (path, reason) = (self.key.redact(mismatch.path), mismatch.error.to_string());
        let clean = self.key.redact(reason.clone());
        let source = if clean == reason { mismatch.error.into() } else { clean.into() };
        let error = Error::undecodable(self.operation, path, source, answer);
        let mut attempts = self.attempts;
        if let Some(last) = attempts.last_mut() {
            last.what = error.to_string();
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
