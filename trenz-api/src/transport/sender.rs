//! One attempt: sends a request and classifies its response.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use std::time::{Duration, SystemTime};
use url::Url;

use crate::base::offload;
use crate::base::redact::{Cause, Redactor, ServerBody, ServerText};
use crate::base::send_state::{SendState, Sent};
use crate::error::{ApiFailure, Error, Kind, Partial};
use crate::generated::ErrorCode;
use crate::operation::info::OperationInfo;
use crate::transport::base_url;
use crate::transport::connections::Route;
use crate::transport::http::{BodyError, FailureKind, HttpRequest, HttpResponse, Transport};
use crate::transport::retry_after;
use crate::wire::content::Content;
use crate::wire::envelope::{self, Envelope, ErrorObject};
use crate::wire::inputs::EncodedInputs;
use crate::wire::response::{RequestId, Response};

/// The sender for one host and one key.
pub(crate) struct Sender {
    pub(crate) transport: Transport,
    /// Without its query.
    pub(crate) base_url: Url,
    /// What every request has in its query, encoded.
    pub(crate) base_query: String,
    pub(crate) timeout: Duration,
}

/// An accepted response whose data is not decoded yet.
pub(crate) struct AcceptedResponse {
    pub(crate) response: Response<Option<Bytes>>,
    /// The whole body.
    pub(crate) body: Bytes,
}

impl Sender {
    pub(crate) fn http_request(
        &self,
        operation: &OperationInfo,
        written: EncodedInputs,
        timeout: Option<Duration>,
    ) -> Result<HttpRequest, Error> {
        let EncodedInputs { path, query, headers, body } = written;
        let base = self.base_url.as_str().trim_end_matches('/');
        let (path, of_path) = path.split_once('?').unwrap_or((&path, ""));
        let query = base_url::merged(&base_url::merged(&self.base_query, of_path), &query);
        let separator = if query.is_empty() { "" } else { "?" };
        let url = Url::parse(&format!("{base}{path}{separator}{query}"))
            .map_err(|error| Error::of(operation.id, Kind::Unsendable, self.cause(&error)))?;
        // The key goes only to the configured host, whatever the path of an operation looks like.
        if url.origin() != self.base_url.origin() {
            let cause = Cause::words("the path changes the host");
            return Err(Error::of(operation.id, Kind::Unsendable, cause));
        }
        Ok(HttpRequest {
            method: operation.method,
            url,
            accept: operation.accept,
            with_key: operation.sends_key,
            headers,
            body,
            timeout: timeout.unwrap_or(self.timeout),
        })
    }

    pub(crate) async fn attempt(
        &self,
        operation: &OperationInfo,
        http_request: HttpRequest,
        route: Route,
        send_state: &SendState,
    ) -> Result<AcceptedResponse, Error> {
        let (url, id) = (http_request.url.clone(), operation.id);
        let result = self.transport.send(http_request, route, send_state).await;
        // Decided once, before the failure is classified. The rest of a request that has its response already is not
        // sent any more.
        let sent = send_state.cancel();
        debug_assert!(result.is_err() || sent == Sent::Something, "a response without a request");
        match result {
            Ok(http_response) if http_response.status.is_success() => {
                self.accepted(operation, http_response).await
            }
            Ok(http_response) => Err(self.refused(operation, http_response, &url).await),
            Err(failure) => {
                let kind = match failure.kind {
                    // If a part of the request was taken, there was a connection.
                    FailureKind::Connect if sent == Sent::Something => Kind::Interrupted,
                    kind => error_kind(kind),
                };
                let error = Error::of(id, kind, self.cause(&*failure.source));
                let is_unsent = sent == Sent::Nothing || failure.kind == FailureKind::NotProcessed;
                Err(if is_unsent { error.unsent() } else { error })
            }
        }
    }

    /// Takes a success response apart.
    pub(crate) async fn accepted(
        &self,
        operation: &OperationInfo,
        http_response: HttpResponse,
    ) -> Result<AcceptedResponse, Error> {
        let HttpResponse { status, headers, body, body_error } = http_response;
        let partial = |body| Partial {
            status: Some(status),
            request_id: self.request_id(None, &headers),
            body: Some(self.body(body)),
            ..Partial::default()
        };
        let id = operation.id;
        match body_error {
            None => {}
            // A response without content has no data to miss.
            Some(_) if operation.content == Content::None => {}
            Some(BodyError::TooLarge) => {
                let kind = Kind::TooLarge { limit: self.transport.max_response_bytes };
                return Err(Error::of(id, kind, None).with_response(partial(body)));
            }
            Some(BodyError::Failed(failure)) => {
                let error = Error::of(id, error_kind(failure.kind), self.cause(&*failure.source));
                return Err(error.with_response(partial(body)));
            }
        }
        let content = operation.content.of(&body);
        let (read, redactor) = (body.clone(), self.redactor().clone());
        let read = move || Envelope::of(content, &read, &redactor);
        let envelope = match offload::read(body.len(), read).await {
            Some(Ok(envelope)) => envelope,
            Some(Err(error)) => {
                let path = ServerText::default();
                return Err(Error::undecodable(id, path, self.cause(&error), partial(body)));
            }
            None => {
                let cause = Cause::words(offload::SHUT_DOWN);
                return Err(Error::of(id, Kind::Interrupted, cause).with_response(partial(body)));
            }
        };
        if content == Content::Json && envelope.data.is_none() {
            let said = ErrorObject::read(&body);
            let answer = Partial {
                request_id: self.request_id(envelope.request_id, &headers),
                usage: envelope.usage,
                ..partial(body)
            };
            let path = self.line(envelope::path_to_data(content));
            let said = Some(Box::new(self.failure(said, &headers)));
            let cause = Cause::words("expected data, which the document requires; found none");
            return Err(Error::of(id, Kind::Decode { path, said }, cause).with_response(answer));
        }
        let response = Response {
            data: envelope.data,
            unreadable: Vec::new(),
            request_id: self.request_id(envelope.request_id, &headers),
            usage: envelope.usage,
            page: envelope.page,
            page_size: envelope.page_size,
            total: envelope.total,
            warnings: envelope.warnings.iter().map(|said| self.passage(said).into()).collect(),
            extra: envelope.extra,
            status,
            headers,
            redactor: self.redactor().clone(),
        };
        Ok(AcceptedResponse { response, body })
    }

    async fn refused(
        &self,
        operation: &OperationInfo,
        http_response: HttpResponse,
        url: &Url,
    ) -> Error {
        let HttpResponse { status, headers, body, body_error } = http_response;
        let read = body.clone();
        let said = offload::read(body.len(), move || ErrorObject::read(&read)).await;
        let said = said.unwrap_or_default();
        let (request_id, usage) = (said.request_id.clone(), said.usage);
        let failure = ApiFailure {
            redirect_host: self.redirect_host(status, &headers, url),
            ..self.failure(said, &headers)
        };
        let answer = Partial {
            status: Some(status),
            request_id: self.request_id(request_id, &headers),
            usage,
            body: Some(self.body(body)),
        };
        let source = match body_error {
            None => None,
            Some(BodyError::TooLarge) => {
                Some(Cause::words("the body is larger than `max_response_bytes`"))
            }
            Some(BodyError::Failed(failure)) => Some(self.cause(&*failure.source)),
        };
        Error::of(operation.id, Kind::Api(Box::new(failure)), source).with_response(answer)
    }

    fn failure(&self, said: ErrorObject, headers: &HeaderMap) -> ApiFailure {
        let code = said.code.map(|code| self.line(&code));
        ApiFailure {
            code: code.map(|code| ErrorCode::from(code.as_str())),
            is_documented: said.is_documented,
            message: said.message.map(|message| self.passage(&message)),
            docs_url: said.docs_url.map(|url| self.line(&url)),
            retry_after: retry_after::read(headers, SystemTime::now()),
            redirect_host: None,
        }
    }

    /// The host that a redirect names. Only the host: the rest of a URL may contain anything.
    fn redirect_host(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        url: &Url,
    ) -> Option<ServerText> {
        let location = headers.get(header::LOCATION).filter(|_| status.is_redirection())?;
        let location = url.join(location.to_str().ok()?).ok()?;
        Some(self.line(location.host_str()?))
    }

    fn request_id(&self, in_body: Option<String>, headers: &HeaderMap) -> RequestId {
        let id = in_body.filter(|id| !id.is_empty()).or_else(|| {
            // A gateway sets the header even where no body comes.
            Some(headers.get("x-request-id")?.to_str().ok()?.to_owned())
        });
        RequestId::new(id.map(|id| self.line(&id)))
    }

    pub(crate) fn redactor(&self) -> &Redactor {
        self.transport.redactor()
    }

    fn line(&self, said: &str) -> ServerText {
        ServerText::line(self.redactor(), said)
    }

    fn passage(&self, said: &str) -> ServerText {
        ServerText::passage(self.redactor(), said)
    }

    fn cause(&self, source: &(dyn std::error::Error + 'static)) -> Cause {
        Cause::new(self.redactor(), source)
    }

    fn body(&self, body: Bytes) -> ServerBody {
        ServerBody::new(self.redactor(), body)
    }
}

fn error_kind(failure: FailureKind) -> Kind {
    match failure {
        FailureKind::Unsendable => Kind::Unsendable,
        FailureKind::Connect => Kind::Connect,
        FailureKind::Timeout => Kind::Timeout,
        FailureKind::Lost | FailureKind::NotProcessed => Kind::Interrupted,
    }
}
