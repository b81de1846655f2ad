//! The client: a thin generic shell over a core that knows no operation.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use std::{fmt, sync::Arc, time::Duration, time::SystemTime};
use tracing::{Instrument, Span, field};
use url::Url;

use crate::call::CallOptions;
use crate::decode;
use crate::envelope::{Envelope, ErrorObject};
use crate::error::{ApiFailure, Partial};
use crate::generated::ErrorCode;
use crate::inputs::Written;
use crate::key::ApiKey;
use crate::retry_after;
use crate::transport::{Cut, Failure, Incoming, Outgoing, Transport};
use crate::{
    Call, ClientBuilder, Content, Error, Inputs, Operation, OperationInfo, RequestId, Response,
    Violation,
};

/// Sends requests with one key. Cheap to clone; clones share connections.
///
/// Every operation is reached through its group and area, as in `client.data().products().search()`; requests that
/// were built before are sent with [`execute`](Self::execute).
///
/// Each call is a [`tracing`](https://docs.rs/tracing) span named `trenz.call`, with the operation's id, method and
/// path template, and, once known, status, request id, coins, and how it failed. Neither the key nor a body is ever
/// in it.
#[derive(Clone)]
pub struct Client(Arc<Core>);

impl Client {
    /// A client with this key and the defaults of [`ClientBuilder`].
    pub fn new(api_key: impl Into<String>) -> Result<Self, Error> {
        Self::builder().api_key(api_key).build()
    }

    /// A client with the key from `TRENZ_API_KEY` and, if it is set, the base URL from `TRENZ_BASE_URL`.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Configures a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Sends a request that was built before, and waits for its answer.
    pub fn execute<'c, O: Operation>(
        &'c self,
        request: &O,
    ) -> impl Future<Output = Result<Response<O::Answer>, Error>> + Send + use<'c, O> {
        self.send(request, CallOptions::default())
    }

    /// A call of a request that was built before, for setting options of this one call.
    pub fn call<O: Operation>(&self, request: O) -> Call<'_, O> {
        Call::new(self, request)
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    pub(crate) fn assemble(
        transport: Transport,
        key: ApiKey,
        base_url: Url,
        timeout: Duration,
        check_bounds: bool,
    ) -> Self {
        Self(Arc::new(Core { transport, key, base_url, timeout, check_bounds }))
    }

    pub(crate) fn send<'c, O: Operation>(
        &'c self,
        request: &O,
        options: CallOptions,
    ) -> impl Future<Output = Result<Response<O::Answer>, Error>> + Send + use<'c, O> {
        // The inputs are written here and not in the future, which so needs neither the request nor its type.
        let mut inputs = Inputs::new(self.0.check_bounds);
        request.write(&mut inputs);
        let written = inputs.finish(O::PATH);
        async move { self.0.call(OperationInfo::of::<O>(), written, options).await?.decode() }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.0.base_url.as_str())
            .finish_non_exhaustive()
    }
}

struct Core {
    transport: Transport,
    key: ApiKey,
    base_url: Url,
    timeout: Duration,
    check_bounds: bool,
}

impl Core {
    /// One call, from its written inputs to an answer whose data is yet to be decoded.
    async fn call(
        &self,
        operation: OperationInfo,
        written: Result<Written, Vec<Violation>>,
        options: CallOptions,
    ) -> Result<Received, Error> {
        let span = tracing::info_span!(
            "trenz.call",
            operation = operation.id,
            method = operation.method.as_str(),
            path = operation.path,
            status = field::Empty,
            request_id = field::Empty,
            coins = field::Empty,
            outcome = field::Empty,
        );
        let attempt = async {
            let written = written
                .map_err(|violations| Error::invalid_input(Some(operation.id), violations))?;
            let outgoing = self.outgoing(&operation, written, &options)?;
            self.attempt(&operation, outgoing).await
        };
        let result = attempt.instrument(span.clone()).await;
        match result {
            Ok(mut received) => {
                received.record(&span);
                received.span = span;
                Ok(received)
            }
            Err(error) => {
                record_error(&span, &error);
                Err(error)
            }
        }
    }

    fn outgoing(
        &self,
        operation: &OperationInfo,
        written: Written,
        options: &CallOptions,
    ) -> Result<Outgoing, Error> {
        let Written { path, query, body } = written;
        let base = self.base_url.as_str().trim_end_matches('/');
        let separator = if query.is_empty() { "" } else { "?" };
        let url = Url::parse(&format!("{base}{path}{separator}{query}"))
            .map_err(|error| Error::unsendable(operation.id, error.into()))?;
        // The key goes to the host it was configured for, whatever the path of an operation looks like.
        if url.origin() != self.base_url.origin() {
            return Err(Error::unsendable(operation.id, "the path leads to another host".into()));
        }
        Ok(Outgoing {
            method: operation.method,
            url,
            body: body.map(Bytes::from),
            timeout: options.timeout.unwrap_or(self.timeout),
        })
    }

    async fn attempt(
        &self,
        operation: &OperationInfo,
        outgoing: Outgoing,
    ) -> Result<Received, Error> {
        let url = outgoing.url.clone();
        let incoming = self.transport.send(outgoing).await.map_err(|failure| match failure {
            Failure::Unsendable(source) => Error::unsendable(operation.id, source),
            Failure::Connect(source) => Error::connect(operation.id, source),
            Failure::Timeout(source) => Error::timeout(operation.id, source, Partial::default()),
            Failure::Lost(source) => Error::interrupted(operation.id, source, Partial::default()),
        })?;
        if incoming.status.is_success() {
            self.accepted(operation, incoming)
        } else {
            Err(self.refused(operation, incoming, &url))
        }
    }

    fn accepted(&self, operation: &OperationInfo, incoming: Incoming) -> Result<Received, Error> {
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
        let envelope = match Envelope::read(&body) {
            Ok(envelope) => envelope,
            Err(_) if operation.content == Content::None => Envelope::default(),
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
            data: envelope
                .data
                .filter(|_| operation.content != Content::None)
                .map(|data| body.slice_ref(data.as_bytes())),
            request_id: self.request_id(envelope.request_id, &headers),
            usage: envelope.usage,
            page: envelope.page,
            page_size: envelope.page_size,
            total: envelope.total,
            warnings: envelope.warnings,
            status,
            headers,
        };
        Ok(Received { operation: id, response, body, key: self.key.clone(), span: Span::none() })
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

/// An accepted answer, decoded but for its data. This is where the generic shell takes over.
struct Received {
    operation: &'static str,
    response: Response<Option<Bytes>>,
    body: Bytes,
    key: ApiKey,
    span: Span,
}

impl Received {
    fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        match decode::data(self.data()) {
            Ok(data) => Ok(self.response.map(|_| data)),
            Err(mismatch) => Err(self.undecodable(mismatch)),
        }
    }

    fn data(&self) -> Option<&str> {
        // The envelope was read from it, so it is text.
        std::str::from_utf8(self.response.data.as_deref()?).ok()
    }

    fn undecodable(self, mismatch: decode::Mismatch) -> Error {
        let answer = Partial {
            status: Some(self.response.status),
            request_id: self.response.request_id,
            usage: self.response.usage,
            body: Some(self.key.redact_bytes(&self.body).map_or(self.body, Bytes::from)),
        };
        // The reason quotes what it found, so it is cleaned like the body.
        let (path, reason) = (self.key.redact(mismatch.path), mismatch.error.to_string());
        let clean = self.key.redact(reason.clone());
        let source = if clean == reason { mismatch.error.into() } else { clean.into() };
        let error = Error::undecodable(self.operation, path, source, answer);
        record_error(&self.span, &error);
        error
    }

    fn record(&self, span: &Span) {
        span.record("status", self.response.status.as_u16());
        span.record("request_id", self.response.request_id.as_str());
        span.record("coins", self.response.usage.coin_cost);
    }
}

fn record_error(span: &Span, error: &Error) {
    span.record("status", error.status().map(|status| status.as_u16()));
    span.record("request_id", error.request_id());
    span.record("outcome", error.outcome().as_str());
}
