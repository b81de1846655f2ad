//! The accept loop: each connection is hyper's, on a wire that can be taken from it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::{any, put};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::call::{Shared, handle};
use crate::control::{CONTROL, control};
use crate::object_store;
use crate::storage::STORAGE;
use crate::wire::{DropRule, Wire, WireIo};

/// Serves until told to stop. Connections that are still open then are cut.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    idle: Option<Duration>,
    mut stop: oneshot::Receiver<()>,
) {
    let router = router(&shared);
    let mut connections = JoinSet::new();
    loop {
        let accepted: io::Result<TcpStream> = tokio::select! {
            accepted = listener.accept() => accepted.map(|(stream, _)| stream),
            _ = &mut stop => return,
        };
        match accepted {
            Ok(stream) => {
                // Without it, a response in two writes waits for the client's delayed
                // acknowledgement of the first.
                let _ = stream.set_nodelay(true);
                connections.spawn(connection(stream, router.clone(), Arc::clone(&shared), idle));
            }
            // Out of file descriptors, say: others may become free.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route(CONTROL, any(control))
        .route(&format!("{CONTROL}/{{*rest}}"), any(control))
        .route(
            &format!("{STORAGE}/{{bucket}}/{{*key}}"),
            put(object_store::put).get(object_store::get),
        )
        .fallback(handle)
        .with_state(Arc::clone(shared))
}

async fn connection(
    stream: TcpStream,
    router: Router,
    shared: Arc<Shared>,
    idle: Option<Duration>,
) {
    let drop_rule: DropRule = Arc::new(move |method, path| shared.drops(method, path));
    let wire = Wire::new(stream, drop_rule);
    let inner = TowerToHyperService::new(router);
    let service = service_fn(|request: Request<Incoming>| {
        wire.begin();
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Arc::clone(&wire));
        let (send, wire) = (inner.call(request), Arc::clone(&wire));
        async move {
            let send = send.await;
            wire.end();
            send
        }
    });
    let io = TokioIo::new(WireIo(Arc::clone(&wire)));
    // Connections are kept for as long as the client likes, unless `idle` says otherwise.
    let serving = http1::Builder::new().header_read_timeout(None).serve_connection(io, service);
    let idling = async {
        match idle {
            Some(limit) => wire.idle(limit).await,
            None => std::future::pending().await,
        }
    };
    // Whichever ends first ends the connection: hyper is done with it, a fault has it closed,
    // or it was idle for too long.
    tokio::select! {
        biased;
        () = wire.hung_up() => {}
        _ = serving => {}
        () = idling => {}
    }
}
