//! An accepted answer on its way to the caller's type.

use serde::de::DeserializeOwned;
use tracing::Span;

use crate::decode;
use crate::envelope;
use crate::error::{Attempt, Partial};
use crate::exchange::Answer;
use crate::ledger::CallNote;
use crate::redact::{Cause, ServerBody, ServerText};
use crate::{Content, Error, Response};

/// An accepted answer, decoded but for its data. This is where the generic shell takes over.
pub(crate) struct Received {
    pub(crate) operation: &'static str,
    pub(crate) content: Content,
    pub(crate) answer: Answer,
    pub(crate) span: Span,
    pub(crate) note: CallNote,
    /// The attempts that were made; the last is the one that was answered.
    pub(crate) attempts: Vec<Attempt>,
}

/// An answer that has what a work of several calls needs of it.
pub(crate) struct Taken<T, N> {
    pub(crate) response: Response<T>,
    pub(crate) needed: N,
    /// What all attempts together have cost, if that is known.
    pub(crate) coins: Option<u64>,
}

/// Why a work of several calls cannot go on with an answer that was decoded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unfit {
    /// It lacks this member, or, if that is empty, all of its data.
    Lacks(&'static str),
    /// By this member, it is about something else than what was asked about.
    Foreign(&'static str),
}

impl Unfit {
    /// Whether an answer that names this is about what was asked. One that names nothing is refused where the document
    /// says that it names it, by the type of its data; elsewhere there is nothing to compare.
    pub(crate) fn unless_about(
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
            Self::Lacks(_) => "the answer does not have what is needed to go on",
            Self::Foreign(_) => "the answer is about something else than what was asked about",
        }
    }
}

impl Received {
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.take(|_| Ok(())).map(|taken| taken.response)
    }

    /// Decodes the data and takes what is needed of it. Data that lacks it, or is about something else, is as good as
    /// data of another shape: the error names the member, and keeps the answer as it came, with whatever it has instead.
    pub(crate) fn take<T: DeserializeOwned, N>(
        self,
        take: impl FnOnce(&T) -> Result<N, Unfit>,
    ) -> Result<Taken<T, N>, Error> {
        let content = self.content.of(&self.answer.body);
        let root = envelope::path_to_data(content);
        let redactor = self.answer.response.redactor.clone();
        let decoded = redactor.during(|| match (content, &self.answer.response.data) {
            (Content::Text, Some(data)) => decode::text(data),
            (Content::Bytes, Some(data)) => decode::bytes(data),
            _ => decode::data(self.data(), root),
        });
        let data = match decoded {
            Ok(data) => data,
            Err(mismatch) => {
                let cause = Cause::new(&redactor, &mismatch.error);
                return Err(self.undecodable(&mismatch.path, cause));
            }
        };
        match take(&data) {
            Ok(needed) => {
                let coins = self.coins();
                self.note.succeed();
                Ok(Taken { response: self.answer.response.map(|_| data), needed, coins })
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
        // The envelope was read from it, so it is text.
        std::str::from_utf8(self.answer.response.data.as_deref()?).ok()
    }

    fn undecodable(self, path: &str, cause: Cause) -> Error {
        let Answer { response, body } = self.answer;
        let path = ServerText::line(&response.redactor, path);
        let answer = Partial {
            status: Some(response.status),
            request_id: response.request_id,
            usage: response.usage,
            body: Some(ServerBody::new(&response.redactor, body)),
        };
        let error = Error::undecodable(self.operation, path, cause, answer);
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
