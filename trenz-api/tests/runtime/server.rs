//! A server that does exactly what a test tells it to, byte by byte, and remembers what it was sent.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

pub(crate) struct Server {
    address: SocketAddr,
    /// In DER, where it speaks TLS.
    certificate: Option<Vec<u8>>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<AtomicUsize>,
}

/// A request as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
    /// Over which connection, counted from 0.
    pub(crate) connection: usize,
}

impl Seen {
    /// All values of a header, so that one sent twice shows.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let matching = self.headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name));
        matching.map(|(_, value)| value.as_str()).collect()
    }
}

/// What the server writes, and what it does then.
#[derive(Clone)]
pub(crate) struct Reply {
    bytes: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy, PartialEq)]
enum Then {
    Continue,
    Close,
    Hang,
}

impl Reply {
    pub(crate) fn new(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {}\r\n", body.len());
        for (name, value) in headers {
            bytes.push_str(&format!("{name}: {value}\r\n"));
        }
        bytes.push_str("\r\n");
        let mut bytes = bytes.into_bytes();
        bytes.extend_from_slice(body);
        Self { bytes, then: Then::Continue }
    }

    pub(crate) fn json(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, &[("content-type", "application/json")], body)
    }

    /// Any bytes, and then the connection is closed.
    pub(crate) fn raw(bytes: impl AsRef<[u8]>) -> Self {
        Self { bytes: bytes.as_ref().to_vec(), then: Then::Close }
    }

    /// This, and another one that nobody has asked for right behind it.
    pub(crate) fn and(mut self, extra: Self) -> Self {
        self.bytes.extend(extra.bytes);
        self
    }

    /// Writes only the first `length` bytes, and then closes the connection.
    pub(crate) fn cut(mut self, length: usize) -> Self {
        self.bytes.truncate(length);
        Self { then: Then::Close, ..self }
    }

    /// Like [`cut`](Self::cut), but leaves the connection open.
    pub(crate) fn hang_after(self, length: usize) -> Self {
        Self { then: Then::Hang, ..self.cut(length) }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

impl Server {
    /// A server that gives everybody the same response.
    pub(crate) async fn always(reply: Reply) -> Self {
        Self::start(move |_, _| reply.clone()).await
    }

    /// A server that responds the request that is the n-th it has seen, counted from 0.
    pub(crate) async fn start(
        answer: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start_with(None, answer).await
    }

    /// A server that speaks TLS, and gives everybody the same response.
    pub(crate) async fn secure(reply: Reply) -> Self {
        let (certificate, config) = certified();
        let server = Self::start_with(Some(config), move |_, _| reply.clone()).await;
        Self { certificate: Some(certificate), ..server }
    }

    async fn start_with(
        tls: Option<ServerConfig>,
        answer: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let tls = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = count.fetch_add(1, Ordering::Relaxed);
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                match &tls {
                    None => drop(tokio::spawn(serve(stream, number, log, answer))),
                    Some(tls) => {
                        let stream = tls.accept(stream);
                        tokio::spawn(async move {
                            if let Ok(stream) = stream.await {
                                serve(stream, number, log, answer).await;
                            }
                        });
                    }
                }
            }
        });
        Self { address, certificate: None, seen, connections }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The certificate of a server that speaks TLS.
    pub(crate) fn certificate(&self) -> &[u8] {
        self.certificate.as_deref().unwrap()
    }

    /// How many connections were made to it.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// How many of them a request came over.
    pub(crate) fn connections_used(&self) -> usize {
        let seen = self.seen();
        seen.iter().map(|seen| seen.connection).collect::<BTreeSet<_>>().len()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The one request that was sent.
    pub(crate) fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "one request was expected: {seen:#?}");
        seen[0].clone()
    }
}

/// A certificate in DER, and what a server with it needs.
pub(crate) fn certified() -> (Vec<u8>, ServerConfig) {
    let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let certificate = made.cert.der().clone();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = config.with_single_cert(vec![certificate.clone()], key.into()).unwrap();
    (certificate.to_vec(), config)
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    connection: usize,
    log: Arc<Mutex<Vec<Seen>>>,
    answer: Arc<impl Fn(usize, &Seen) -> Reply>,
) {
    let mut pending = Vec::new();
    while let Some(seen) = read(&mut stream, &mut pending).await {
        let seen = Seen { connection, ..seen };
        let number = {
            let mut log = log.lock().unwrap();
            log.push(seen.clone());
            log.len() - 1
        };
        let reply = answer(number, &seen);
        if stream.write_all(&reply.bytes).await.is_err() || reply.then == Then::Close {
            return;
        }
        if reply.then == Then::Hang {
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin), pending: &mut Vec<u8>) -> Option<Seen> {
    let head_end = loop {
        if let Some(at) = pending.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        more(stream, pending).await?;
    };
    let head = String::from_utf8(pending[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n").map(str::to_owned);
    let line = lines.next()?;
    let headers: Vec<(String, String)> = lines
        .map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let length = headers
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(0, |(_, length)| length.parse().unwrap());
    while pending.len() < head_end + 4 + length {
        more(stream, pending).await?;
    }
    let rest = pending.split_off(head_end + 4 + length);
    let body = String::from_utf8(pending.split_off(head_end + 4)).unwrap();
    *pending = rest;
    Some(Seen { line, headers, body, connection: 0 })
}

async fn more(stream: &mut (impl AsyncRead + Unpin), pending: &mut Vec<u8>) -> Option<()> {
    let mut chunk = [0; 4096];
    let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
    pending.extend_from_slice(&chunk[..read]);
    Some(())
}
