//! A gateway that speaks TLS with clients, by HTTP/2 if they like, and HTTP/1.1 with the server behind it, as most do.

use std::error::Error;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::header::{HOST, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, Uri, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use trenz_api::{ClientBuilder, reqwest};

/// What the gateway does with a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mood {
    Pass,
    /// Refuses its stream, and passes nothing on.
    Refuse,
    /// Passes it on, and says so long after it has come that it is going. Streams that it has taken up end as they would.
    Leave(Duration),
    /// Passes it on, and closes the connection so long after it has come, with all that is on it.
    Break(Duration),
}

/// When the gateway closes a connection that is idle between two requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Idle {
    pub(crate) after: Duration,
    /// Whether it says so over HTTP/2, as servers do. HTTP/1.1 has no word for it.
    pub(crate) announced: bool,
}

type Choose = Arc<Mutex<dyn FnMut() -> Mood + Send>>;

/// A body that is passed on as it comes. (Of `http_body_util::channel`, whose errors come by another channel than its frames,
/// a frame is lost if it is sent, and its sender dropped, between looking at the one and at the other.)
struct Relayed(mpsc::Receiver<Result<Frame<Bytes>, hyper::Error>>);

impl Body for Relayed {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.0.poll_recv(context)
    }
}

pub(crate) struct Gateway {
    address: SocketAddr,
    certificate: Vec<u8>,
    pem: String,
    by_http2: Arc<AtomicUsize>,
}

impl Gateway {
    /// One that passes everything on. It ends with the runtime.
    pub(crate) async fn start(server: SocketAddr) -> Self {
        Self::with(server, None, || Mood::Pass).await
    }

    pub(crate) async fn with(
        server: SocketAddr,
        idle: Option<Idle>,
        mood: impl FnMut() -> Mood + Send + 'static,
    ) -> Self {
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
        let mut config = config.with_single_cert(vec![certificate.clone()], key.into()).unwrap();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let choose: Choose = Arc::new(Mutex::new(mood));
        let by_http2 = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&by_http2);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let (choose, count) = (Arc::clone(&choose), Arc::clone(&count));
                tokio::spawn(serve(tls.clone(), stream, server, idle, choose, count));
            }
        });
        Self { address, certificate: certificate.to_vec(), pem: made.cert.pem(), by_http2 }
    }

    /// Its certificate as a file has it.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// How many requests have come by HTTP/2.
    pub(crate) fn by_http2(&self) -> usize {
        self.by_http2.load(Ordering::SeqCst)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A client of it, or of what is at this address before it.
    pub(crate) fn trusted(&self, client: ClientBuilder, address: SocketAddr) -> ClientBuilder {
        let certificate = self.certificate();
        let client = client.base_url(format!("https://{address}"));
        client.configure_http(move |http| http.tls_certs_only([certificate.clone()]))
    }

    pub(crate) fn certificate(&self) -> reqwest::Certificate {
        reqwest::Certificate::from_der(&self.certificate).unwrap()
    }
}

/// When the gateway ends a connection.
#[derive(Default)]
struct End {
    leave: Notify,
    close: Notify,
    busy: AtomicUsize,
    /// How many requests have come.
    count: AtomicUsize,
}

impl End {
    /// Ends a connection on which nothing is going on.
    async fn when_idle(&self, idle: Idle) {
        let mut before = (0, 0);
        loop {
            tokio::time::sleep(idle.after).await;
            let now = (self.count.load(Ordering::SeqCst), self.busy.load(Ordering::SeqCst));
            if now == before && now.0 > 0 && now.1 == 0 {
                if idle.announced { &self.leave } else { &self.close }.notify_one();
                return;
            }
            before = now;
        }
    }
}

async fn serve(
    tls: TlsAcceptor,
    stream: TcpStream,
    server: SocketAddr,
    idle: Option<Idle>,
    choose: Choose,
    by_http2: Arc<AtomicUsize>,
) {
    let Ok(stream) = tls.accept(stream).await else { return };
    let end = Arc::new(End::default());
    if let Some(idle) = idle {
        let end = Arc::clone(&end);
        tokio::spawn(async move { end.when_idle(idle).await });
    }
    let service = service_fn(|request: Request<Incoming>| {
        if request.version() == Version::HTTP_2 {
            by_http2.fetch_add(1, Ordering::SeqCst);
        }
        let mood = choose.lock().unwrap()();
        let end = Arc::clone(&end);
        end.count.fetch_add(1, Ordering::SeqCst);
        end.busy.fetch_add(1, Ordering::SeqCst);
        let done = Done(Arc::clone(&end));
        async move {
            match mood {
                Mood::Pass => {}
                Mood::Refuse => return Err(h2::Reason::REFUSED_STREAM.into()),
                Mood::Leave(after) | Mood::Break(after) => {
                    tokio::spawn(async move {
                        tokio::time::sleep(after).await;
                        let is_break = matches!(mood, Mood::Break(_));
                        if is_break { &end.close } else { &end.leave }.notify_one();
                    });
                }
            }
            // Whoever sees its stream reset so learns nothing of what the server has done.
            let response = pass(request, server, done).await;
            response.map_err(|_| h2::Error::from(h2::Reason::INTERNAL_ERROR))
        }
    });
    let serving = auto::Builder::new(TokioExecutor::new());
    let mut serving = pin!(serving.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = serving.as_mut() => return,
        () = end.leave.notified() => serving.as_mut().graceful_shutdown(),
        () = end.close.notified() => return,
    }
    tokio::select! {
        _ = serving => {}
        () = end.close.notified() => {}
    }
}

/// Notes the end of a request.
struct Done(Arc<End>);

impl Drop for Done {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Passes a request on, over a connection of its own. Without a response, its stream is reset.
async fn pass(
    mut request: Request<Incoming>,
    server: SocketAddr,
    done: Done,
) -> Result<Response<Relayed>, Box<dyn Error + Send + Sync>> {
    let stream = TcpStream::connect(server).await?;
    let _ = stream.set_nodelay(true);
    let (mut send, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let host = HeaderValue::from_str(&server.to_string())?;
    request.headers_mut().insert(HOST, host);
    *request.version_mut() = Version::HTTP_11;
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    *request.uri_mut() = target.parse::<Uri>()?;
    let mut response = send.send_request(request).await?;
    *response.version_mut() = Version::HTTP_2;
    Ok(response.map(|body| relayed(body, done)))
}

/// The same body, passed on as it comes.
fn relayed(mut body: Incoming, done: Done) -> Relayed {
    let (sender, relayed) = mpsc::channel(1);
    tokio::spawn(async move {
        let _done = done;
        while let Some(frame) = body.frame().await {
            if frame.is_err() {
                // hyper drops what it has not written of a stream that it resets, the head of the response included.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            if sender.send(frame).await.is_err() {
                // The client has gone.
                return;
            }
        }
    });
    Relayed(relayed)
}
