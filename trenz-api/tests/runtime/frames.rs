//! A server of HTTP/2 that writes every frame as a test tells it to.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::server::certified;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;

/// Of `DATA` and `HEADERS`.
const END_STREAM: u8 = 1;
/// Of `SETTINGS` and `PING`.
const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// What the server does once it has a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Answers with 200 and a body.
    Answer,
    /// Begins to answer with 200.
    Head,
    /// Resets the stream with an error code.
    Reset(u32),
    /// Says that the last stream that it may have processed is this one, less so many, and why it goes.
    GoAway(u32, u32),
    /// Says that it goes, and not yet after which stream.
    Leaving,
    /// A frame that breaks the protocol.
    Nonsense,
    Wait(Duration),
    Close,
    /// Reads on, and does not answer any PING.
    Deaf,
}

pub(crate) struct Frames {
    address: SocketAddr,
    certificate: Vec<u8>,
    seen: Arc<Mutex<Vec<Arrived>>>,
}

/// A whole request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Arrived {
    pub(crate) connection: usize,
    pub(crate) stream: u32,
}

impl Frames {
    /// A server that does this with the request that is the n-th it has seen, counted from 0.
    pub(crate) async fn start(
        answer: impl Fn(usize) -> &'static [Step] + Send + Sync + 'static,
        body: &'static str,
    ) -> Self {
        let (certificate, mut config) = certified();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let tls = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (Arc::clone(&seen), Arc::new(answer));
        tokio::spawn(async move {
            let mut number = 0;
            while let Ok((stream, _)) = listener.accept().await {
                let (tls, log, answer) = (tls.clone(), Arc::clone(&log), Arc::clone(&answer));
                tokio::spawn(async move {
                    stream.set_nodelay(true).ok()?;
                    let stream = BufStream::new(tls.accept(stream).await.ok()?);
                    let mut connection = Connection { stream, number, deaf: false };
                    connection.serve(&log, &*answer, body).await
                });
                number += 1;
            }
        });
        Self { address, certificate, seen }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub(crate) fn seen(&self) -> Vec<Arrived> {
        self.seen.lock().unwrap().clone()
    }
}

struct Connection {
    stream: BufStream<TlsStream<TcpStream>>,
    number: usize,
    deaf: bool,
}

impl Connection {
    async fn serve(
        &mut self,
        log: &Mutex<Vec<Arrived>>,
        answer: &(dyn Fn(usize) -> &'static [Step] + Send + Sync),
        body: &str,
    ) -> Option<()> {
        let mut preface = [0; 24];
        self.stream.read_exact(&mut preface).await.ok()?;
        assert_eq!(&preface, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // SETTINGS_MAX_CONCURRENT_STREAMS: 1.
        self.write(SETTINGS, 0, 0, &[0, 3, 0, 0, 0, 1]).await?;
        loop {
            let (kind, flags, stream, payload) = self.read().await?;
            match kind {
                SETTINGS if flags & ACK == 0 => self.write(SETTINGS, ACK, 0, &[]).await?,
                PING if flags & ACK == 0 && !self.deaf => {
                    self.write(PING, ACK, 0, &payload).await?;
                }
                DATA | HEADERS if flags & END_STREAM != 0 => {
                    let number = {
                        let mut log = log.lock().unwrap();
                        log.push(Arrived { connection: self.number, stream });
                        log.len() - 1
                    };
                    for step in answer(number) {
                        self.act(*step, stream, body).await?;
                    }
                }
                _ => {}
            }
        }
    }

    async fn act(&mut self, step: Step, stream: u32, body: &str) -> Option<()> {
        // The first entry of HPACK's static table that is a status: 200.
        const STATUS_200: &[u8] = &[0x88];
        let goaway = |last: u32, reason: u32| [last.to_be_bytes(), reason.to_be_bytes()].concat();
        match step {
            Step::Answer => {
                self.write(HEADERS, END_HEADERS, stream, STATUS_200).await?;
                self.write(DATA, END_STREAM, stream, body.as_bytes()).await
            }
            Step::Head => self.write(HEADERS, END_HEADERS, stream, STATUS_200).await,
            Step::Reset(code) => self.write(RST_STREAM, 0, stream, &code.to_be_bytes()).await,
            Step::GoAway(less, reason) => {
                self.write(GOAWAY, 0, 0, &goaway(stream - less, reason)).await
            }
            Step::Leaving => self.write(GOAWAY, 0, 0, &goaway(u32::MAX >> 1, 0)).await,
            Step::Nonsense => self.write(DATA, 0, 0, b"no stream").await,
            Step::Wait(time) => {
                tokio::time::sleep(time).await;
                Some(())
            }
            Step::Close => {
                let _ = self.stream.shutdown().await;
                None
            }
            Step::Deaf => {
                self.deaf = true;
                Some(())
            }
        }
    }

    async fn read(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).await.ok()?;
        let [a, b, c, kind, flags, rest @ ..] = head;
        let mut payload = vec![0; usize::try_from(u32::from_be_bytes([0, a, b, c])).unwrap()];
        self.stream.read_exact(&mut payload).await.ok()?;
        Some((kind, flags, u32::from_be_bytes(rest) & (u32::MAX >> 1), payload))
    }

    async fn write(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Option<()> {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let mut frame = length[1..].to_vec();
        frame.extend([kind, flags]);
        frame.extend(stream.to_be_bytes());
        frame.extend(payload);
        self.stream.write_all(&frame).await.ok()?;
        self.stream.flush().await.ok()
    }
}
