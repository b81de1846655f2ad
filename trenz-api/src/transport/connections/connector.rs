//! A layer around the HTTP library's connector that keeps connections for later requests.

use hyper::rt::{Read, ReadBuf};
use hyper_util::client::legacy::connect::Connection;
use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use tower_layer::Layer;
use tower_service::Service;

use super::spares::{Idle, Spares};
use crate::base::lock::lock;
use crate::error::Source;

tokio::task_local! {
    /// The purpose of the connection. The library connects in the task of the request.
    static PURPOSE: Purpose;
}

/// The purpose of a connection. Without one, the layer does nothing.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// To be kept. The request that triggered it then fails with nothing sent.
    Keep(Arc<Spares>),
    /// For a request that needs an unused connection: the one that was left to it, or a spare one, or a new one. Stores
    /// whether it was a spare one.
    Use(Handover, Arc<Spares>, Arc<AtomicBool>),
    /// For a request over HTTP/2. A connection on which the server chose HTTP/1.1 is left for another request, and this
    /// one fails with nothing sent.
    Http2(Handover),
}

/// An unused connection on which the server chose HTTP/1.1.
#[derive(Clone, Default)]
pub(crate) struct Handover(Arc<Mutex<Option<Box<dyn Idle>>>>);

impl Handover {
    fn put(&self, connection: Box<dyn Idle>) {
        *lock(&self.0) = Some(connection);
    }

    fn take(&self) -> Option<Box<dyn Idle>> {
        lock(&self.0).take()
    }

    /// Whether there is one.
    pub(crate) fn is_some(&self) -> bool {
        lock(&self.0).is_some()
    }
}

impl Purpose {
    /// Makes the request's connections for this purpose.
    pub(crate) fn of<F: Future>(self, request: F) -> impl Future<Output = F::Output> {
        PURPOSE.scope(self, request)
    }
}

impl<C: Read + Send + Unpin + 'static> Idle for C {
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        Pin::new(self).poll_read(context, byte.unfilled()).map(drop)
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// Makes connections for a [`Purpose`].
#[derive(Clone, Copy)]
pub(crate) struct Unused;

impl<S> Layer<S> for Unused {
    type Service = Connector<S>;

    fn layer(&self, inner: S) -> Connector<S> {
        Connector { inner }
    }
}

#[derive(Clone)]
pub(crate) struct Connector<S> {
    inner: S,
}

impl<S, R> Service<R> for Connector<S>
where
    S: Service<R, Error = Source> + Clone + Send + 'static,
    S::Response: Connection + Read + Send + Unpin + 'static,
    S::Future: Send + 'static,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = Source;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Source>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Source>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, target: R) -> Self::Future {
        // `call` must be made on the service that was polled ready.
        let clone = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, clone);
        match PURPOSE.try_with(Clone::clone) {
            Err(_) => Box::pin(inner.call(target)),
            Ok(Purpose::Keep(spares)) => Box::pin(async move {
                spares.keep(Box::new(inner.call(target).await?));
                Err("the connection is kept for a later request".into())
            }),
            Ok(Purpose::Use(left, spares, spare)) => Box::pin(async move {
                if let Some(left) = left.take().and_then(|left| left.into_any().downcast().ok()) {
                    return Ok(*left);
                }
                // The runtime polls the system for input on the connections.
                tokio::task::yield_now().await;
                let kept = spares.take().and_then(|kept| kept.into_any().downcast().ok());
                match kept {
                    Some(connection) => {
                        spare.store(true, Ordering::Relaxed);
                        Ok(*connection)
                    }
                    None => inner.call(target).await,
                }
            }),
            Ok(Purpose::Http2(left)) => Box::pin(async move {
                let connection = inner.call(target).await?;
                if connection.connected().is_negotiated_h2() {
                    return Ok(connection);
                }
                left.put(Box::new(connection));
                Err("the server chose HTTP/1.1".into())
            }),
        }
    }
}
