//! Bytes on a connection, for what HTTP clients do not show.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use trenz_sandbox::Sandbox;

/// How long an end is waited for before a test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection to a sandbox.
pub(crate) struct Line(pub(crate) TcpStream);

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Closed,
    Reset,
}

impl Line {
    pub(crate) async fn open(sandbox: &Sandbox) -> Self {
        Self(TcpStream::connect(("127.0.0.1", sandbox.port())).await.unwrap())
    }

    /// Sends a search; what it is answered with is up to the sandbox.
    pub(crate) async fn search(&mut self, sandbox: &Sandbox) {
        let request = format!(
            "GET /open/v1/products/search?country=us&page_size=3 HTTP/1.1\r\n\
             host: sandbox\r\nx-api-key: {}\r\n\r\n",
            sandbox.key()
        );
        self.write(request.as_bytes()).await;
    }

    /// Sends the text to embed, or only the first bytes of it.
    pub(crate) async fn embed(&mut self, sandbox: &Sandbox, part: usize) {
        let body = r#"{"type":"text","text":"lipstick"}"#;
        let head = format!(
            "POST /open/v1/ai/embedding HTTP/1.1\r\nhost: sandbox\r\nx-api-key: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n",
            sandbox.key(),
            body.len()
        );
        // In one piece: a second write would find out about a reset before a read does.
        let sent = &body[..part.min(body.len())];
        self.write(format!("{head}{sent}").as_bytes()).await;
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        // The other end may be gone by now, which is what some tests are about.
        let _ = self.0.write_all(bytes).await;
    }

    /// Reads to the end, whichever it is.
    pub(crate) async fn rest(&mut self) -> (Vec<u8>, End) {
        let mut bytes = Vec::new();
        let ended = tokio::time::timeout(PATIENCE, self.0.read_to_end(&mut bytes)).await;
        match ended.expect("the connection should have ended") {
            Ok(_) => (bytes, End::Closed),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::ConnectionReset);
                (bytes, End::Reset)
            }
        }
    }

    /// Reads exactly one answer with a `Content-Length`: its head and its body.
    pub(crate) async fn answer(&mut self) -> (String, Vec<u8>) {
        let head = self.head().await;
        let mut body = vec![0; length(&head)];
        self.0.read_exact(&mut body).await.unwrap();
        (head, body)
    }

    /// Reads a head.
    pub(crate) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.unwrap());
        }
        String::from_utf8(head).unwrap().to_lowercase()
    }

    /// What has come within a moment.
    pub(crate) async fn moment(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let moment = Duration::from_millis(100);
        let _ = tokio::time::timeout(moment, self.0.read_to_end(&mut bytes)).await;
        bytes
    }
}

/// The `Content-Length` of a head.
pub(crate) fn length(head: &str) -> usize {
    let line = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    line.unwrap().parse().unwrap()
}

/// Splits what was read into head and body.
pub(crate) fn parts(bytes: &[u8]) -> (String, Vec<u8>) {
    let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
    (String::from_utf8(bytes[..at].to_vec()).unwrap().to_lowercase(), bytes[at..].to_vec())
}
