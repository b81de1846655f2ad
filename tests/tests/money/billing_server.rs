//! A server that bills for each request of which it has all, and remembers for whom.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// When a request is answered, and so billed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Responses {
    /// Once all of it has been read.
    Whole,
    /// Once so many bytes of its body have been read. The rest is never read, and the connection is closed.
    Early { after: usize, status: u16, close: Close },
}

/// How a server closes a connection on which it has not read everything.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Close {
    /// It says that it will write no more, and reads and discards what still comes.
    Lingering,
    /// It goes at once. What it has not read makes the system answer with a reset.
    Reset,
}

pub(crate) struct BillingServer {
    address: SocketAddr,
    state: Arc<State>,
    /// Ends the server's thread when it is dropped.
    _stop: tokio::sync::oneshot::Sender<()>,
}

struct State {
    price: u64,
    answers: Responses,
    /// How often each mark was billed.
    billed: Mutex<HashMap<String, u64>>,
    open: AtomicUsize,
}

impl BillingServer {
    pub(crate) fn start(price: u64, answers: Responses) -> Self {
        let state = State { price, answers, billed: Mutex::default(), open: AtomicUsize::new(0) };
        let state = Arc::new(state);
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = { runtime }.worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).unwrap();
                let serve = async {
                    while let Ok((stream, _)) = listener.accept().await {
                        shared.open.fetch_add(1, Ordering::SeqCst);
                        let shared = Arc::clone(&shared);
                        tokio::spawn(async move {
                            connection(stream, &shared).await;
                            shared.open.fetch_sub(1, Ordering::SeqCst);
                        });
                    }
                };
                tokio::select! {
                    () = serve => {}
                    _ = stopped => {}
                }
            });
        });
        Self { address, state, _stop: stop }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until every connection has ended, so that nothing is on its way any more.
    pub(crate) fn settle(&self) {
        // What has been accepted by the system, but not by the server, is not counted yet.
        let mut quiet = 0;
        while quiet < 3 {
            let open = self.state.open.load(Ordering::SeqCst);
            quiet = if open == 0 { quiet + 1 } else { 0 };
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// How often each request was billed whose mark begins so.
    pub(crate) fn billed(&self, prefix: &str) -> Vec<u64> {
        let billed = self.state.billed.lock().unwrap();
        let ours = billed.iter().filter(|(mark, _)| mark.starts_with(prefix));
        ours.map(|(_, times)| *times).collect()
    }
}

async fn connection(mut stream: TcpStream, state: &State) {
    let _ = stream.set_nodelay(true);
    let mut buffer = Vec::with_capacity(1 << 16);
    while let Some((mark, whole)) = request(&mut stream, &mut buffer, state.answers).await {
        *state.billed.lock().unwrap().entry(mark).or_default() += 1;
        let status = match state.answers {
            Responses::Whole => 200,
            Responses::Early { status, .. } => status,
        };
        if stream.write_all(&answer(status, state.price)).await.is_err() || !whole {
            break;
        }
    }
    if let Responses::Early { close: Close::Lingering, .. } = state.answers {
        let _ = stream.shutdown().await;
        let mut sink = vec![0; 1 << 16];
        while matches!(stream.read(&mut sink).await, Ok(1..)) {}
    }
}

fn answer(status: u16, price: u64) -> Vec<u8> {
    let usage = format!(r#""usage":{{"coin_cost":{price},"remaining_balance":1000000}}"#);
    let body = if status == 200 {
        format!(r#"{{"data":{{"task_id":"t","status":"pending"}},"request_id":"r",{usage}}}"#)
    } else {
        r#"{"code":"INTERNAL_ERROR","message":"m","request_id":"r"}"#.to_owned()
    };
    let length = body.len();
    format!("HTTP/1.1 {status} Whatever\r\ncontent-length: {length}\r\n\r\n{body}").into_bytes()
}

/// Reads as much of a request as it is answered after: its mark, and whether that was all of it.
async fn request(
    stream: &mut TcpStream,
    buffer: &mut Vec<u8>,
    answers: Responses,
) -> Option<(String, bool)> {
    let head = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&buffer[..head]).to_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    let enough = match answers {
        Responses::Whole => length,
        Responses::Early { after, .. } => after.min(length),
    };
    while buffer.len() < head + enough {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let shown = String::from_utf8_lossy(&buffer[..buffer.len().min(head + 512)]).into_owned();
    let mark = shown.split_once('~').and_then(|(_, rest)| rest.split_once('~'));
    let mark = mark.map_or_else(String::new, |(mark, _)| mark.to_owned());
    let whole = buffer.len() >= head + length;
    buffer.drain(..(head + length).min(buffer.len()));
    Some((mark, whole))
}
