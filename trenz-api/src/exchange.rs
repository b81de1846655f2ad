//! One attempt: a request goes out, and what comes back is judged.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::time::{Duration, SystemTime};
use url::Url;

use crate::departure::{Departure, Sent};
use crate::envelope::{Envelope, ErrorObject};
use crate::error::{ApiFailure, Partial};
use crate::generated::ErrorCode;
use crate::inputs::Written;
use crate::key::ApiKey;
use crate::retry_after;
use crate::transport::{Cut, Failure, Incoming, Outgoing, Route, Transport};
use crate::{Content, Error, OperationInfo, RequestId, Response};

/// Sends to one host with one key.
pub(crate) struct Exchange {
    pub(crate) transport: Transport,
    pub(crate) key: ApiKey,
    pub(crate) base_url: Url,
    pub(crate) timeout: Duration,
}

/// An accepted answer whose data is yet to be decoded.
pub(crate) struct Answer {
    pub(crate) response: Response<Option<Bytes>>,
    /// The whole body.
    pub(crate) body: Bytes,
}

impl Exchange {
    pub(crate) fn outgoing(
        &self,
        operation: &OperationInfo,
        written: Written,
        timeout: Option<Duration>,
    ) -> Result<Outgoing, Error> {
        let Written { path, query, headers, body } = written;
        let base = self.base_url.as_str().trim_end_matches('/');
        let separator = match (query.is_empty(), path.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let url = Url::parse(&format!("{base}{path}{separator}{query}"))
            .map_err(|error| Error::unsendable(operation.id, error.into()))?;
        // The key goes to the host it was configured for, whatever the path of an operation looks like.
        if url.origin() != self.base_url.origin() {
            return Err(Error::unsendable(operation.id, "the path leads to another host".into()));
        }
        Ok(Outgoing {
            method: operation.method,
            url,
            accept: operation.accept,
            headers,
            body,
            timeout: timeout.unwrap_or(self.timeout),
        })
    }

    pub(crate) async fn attempt(
        &self,
        operation: &OperationInfo,
        outgoing: Outgoing,
        route: Route,
        departure: &Departure,
    ) -> Result<Answer, Error> {
        let (url, id) = (outgoing.url.clone(), operation.id);
        let result = self.transport.send(outgoing, route, departure).await;
        // Decided before the failure is judged, and once. What is still left of the request of an answered attempt
        // serves nobody, and would only be written to a server that has made up its mind.
        let sent = departure.cancel();
        debug_assert!(result.is_err() || sent == Sent::Something, "an answer to nothing");
        match result {
            Ok(incoming) if incoming.status.is_success() => self.accepted(operation, incoming),
            Ok(incoming) => Err(self.refused(operation, incoming, &url)),
            Err(failure) => {
                let error = match failure {
                    // Whoever has taken a part of the request was connected.
                    Failure::Connect(source) if sent == Sent::Something => {
                        Error::interrupted(id, source, Partial::default())
                    }
                    Failure::Unsendable(source) => Error::unsendable(id, source),
                    Failure::Connect(source) => Error::connect(id, source),
                    Failure::Timeout(source) => Error::timeout(id, source, Partial::default()),
                    Failure::Lost(source) => Error::interrupted(id, source, Partial::default()),
                };
                Err(match sent {
                    Sent::Nothing => error.unsent(),
                    Sent::Something => error,
                })
            }
        }
    }

    fn accepted(&self, operation: &OperationInfo, incoming: Incoming) -> Result<Answer, Error> {
        let Incoming { status, headers, body, cut } = incoming;
        let partial = |body| Partial {
            status: Some(status),
            request_id: self.request_id(None, &headers),
            body: Some(self.clean(body)),
            ..Partial::default()
        };
        let id = operation.id;
        match cut {
            None => {}
            // Nothing is missing from an answer that has nothing in it.
            Some(_) if operation.content == Content::None => {}
            Some(Cut::TooLarge) => {
                return Err(Error::too_large(id, self.transport.max_answer_bytes(), partial(body)));
            }
            Some(Cut::Timeout(source)) => return Err(Error::timeout(id, source, partial(body))),
            Some(Cut::Lost(source)) => return Err(Error::interrupted(id, source, partial(body))),
        }
        let content = operation.content.of(&body);
        let envelope = match content {
            Content::Json | Content::None | Content::Optional(_) => Envelope::read(&body),
            Content::Bare => Envelope::bare(&body),
            Content::Text | Content::Bytes => Ok(Envelope::default()),
        };
        let envelope = match envelope {
            Ok(envelope) => envelope,
            Err(_) if content == Content::None => Envelope::default(),
            Err(error) => {
                return Err(Error::undecodable(
                    id,
                    String::new(),
                    error.into(),
                    partial(body.clone()),
                ));
            }
        };
        let response = Response {
            data: match content {
                Content::None => None,
                Content::Text | Content::Bytes => Some(body.clone()),
                _ => envelope.data.map(|data| body.slice_ref(data.as_bytes())),
            },
            request_id: self.request_id(envelope.request_id, &headers),
            usage: envelope.usage,
            page: envelope.page,
            page_size: envelope.page_size,
            total: envelope.total,
            warnings: envelope.warnings,
            extra: envelope.extra,
            status,
            headers,
        };
        Ok(Answer { response, body })
    }

    fn refused(&self, operation: &OperationInfo, incoming: Incoming, url: &Url) -> Error {
        let Incoming { status, headers, body, cut } = incoming;
        let body = self.clean(body);
        let said = ErrorObject::read(&body);
        let failure = ApiFailure {
            code: said.code.filter(|code| !code.is_empty()).map(ErrorCode::from),
            message: said.message,
            docs_url: said.docs_url,
            retry_after: retry_after::read(&headers, SystemTime::now()),
            redirect_host: self.redirect_host(status, &headers, url),
        };
        let answer = Partial {
            status: Some(status),
            request_id: self.request_id(said.request_id, &headers),
            body: Some(body),
            ..Partial::default()
        };
        let source = match cut {
            None | Some(Cut::TooLarge) => None,
            Some(Cut::Timeout(source) | Cut::Lost(source)) => Some(source),
        };
        Error::api_failure(operation.id, failure, source, answer)
    }

    /// The host that a redirect points to. Only the host: the rest of a URL may hold anything.
    fn redirect_host(&self, status: StatusCode, headers: &HeaderMap, url: &Url) -> Option<String> {
        let location = headers.get(header::LOCATION).filter(|_| status.is_redirection())?;
        // Not even the host, if the key is in it: as a host it would be spelled in another way.
        let location = location.to_str().ok().filter(|location| !self.key.is_in(location))?;
        url.join(location).ok()?.host_str().map(str::to_owned)
    }

    fn request_id(&self, in_body: Option<String>, headers: &HeaderMap) -> RequestId {
        let id = in_body.filter(|id| !id.is_empty()).or_else(|| {
            // A gateway sets the header even where no body comes.
            Some(headers.get("x-request-id")?.to_str().ok()?.to_owned())
        });
        RequestId::new(id.map(|id| self.key.redact(id)))
    }

    fn clean(&self, body: Bytes) -> Bytes {
        self.key.redact_bytes(&body).map_or(body, Bytes::from)
    }
}
