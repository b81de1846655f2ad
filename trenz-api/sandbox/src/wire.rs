//! A connection whose other end is HTTP for as long as nothing goes wrong.
//!
//! hyper reads requests and writes responses through [`WireIo`]. A call that is to go wrong below
//! HTTP writes on the connection itself and then has it dropped, with whatever hyper was doing.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::clock::millis;
use crate::script::{Script, Step};

/// How much of a request is looked at without reading it.
const PEEK: usize = 2048;

/// Decides by method and path whether a request is not to be read at all.
pub(crate) type DropRule = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// One connection, shared by hyper and by the calls that come over it.
pub(crate) struct Wire {
    stream: TcpStream,
    hang_up: Notify,
    /// Whether the connection is to be closed: nothing is read or written any more.
    hung: AtomicBool,
    /// Whether a call is being served.
    busy: AtomicBool,
    /// Whether the next bytes begin a request.
    fresh: AtomicBool,
    /// Whether a call was served at all: a connection before its first call is not idle.
    answered: AtomicBool,
    /// When bytes last moved, in milliseconds since `opened`.
    moved: AtomicU64,
    opened: Instant,
    drop_rule: DropRule,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, drop_rule: DropRule) -> Arc<Self> {
        Arc::new(Self {
            stream,
            hang_up: Notify::new(),
            hung: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            fresh: AtomicBool::new(true),
            answered: AtomicBool::new(false),
            moved: AtomicU64::new(0),
            opened: Instant::now(),
            drop_rule,
        })
    }

    /// Notes that a call begins.
    pub(crate) fn begin(&self) {
        self.busy.store(true, Ordering::SeqCst);
    }

    /// Records that a call was served; what follows is another request.
    pub(crate) fn end(&self) {
        self.answered.store(true, Ordering::SeqCst);
        self.fresh.store(true, Ordering::SeqCst);
        self.touch();
        self.busy.store(false, Ordering::SeqCst);
    }

    /// Waits until the connection is to be closed.
    pub(crate) async fn hung_up(&self) {
        self.hang_up.notified().await;
    }

    /// Has the connection closed. What is unread by then makes the kernel reset it.
    pub(crate) fn hang_up(&self) {
        self.hung.store(true, Ordering::SeqCst);
        self.hang_up.notify_one();
    }

    /// Waits until nothing has moved between two calls for so long.
    pub(crate) async fn idle(&self, limit: Duration) {
        loop {
            let still = self.age().saturating_sub(self.moved.load(Ordering::SeqCst));
            let idle = !self.busy.load(Ordering::SeqCst) && self.answered.load(Ordering::SeqCst);
            if idle && still >= millis(limit) {
                return;
            }
            let rest = millis(limit).saturating_sub(if idle { still } else { 0 }).max(1);
            tokio::time::sleep(Duration::from_millis(rest)).await;
        }
    }

    /// Plays a script instead of a response, and never returns: the connection is gone then, or
    /// held open until the client leaves.
    pub(crate) async fn play(&self, script: Script) -> Infallible {
        let played = self.play_steps(script.steps).await;
        if !(script.hold && played.is_ok()) {
            self.hang_up();
        }
        std::future::pending().await
    }

    async fn play_steps(&self, steps: Vec<Step>) -> io::Result<()> {
        for step in steps {
            match step {
                Step::Write(bytes) => self.write(&bytes).await?,
                Step::Drip(bytes, gap) => {
                    for byte in bytes {
                        self.write(&[byte]).await?;
                        // Timers count whole milliseconds, however short the pause.
                        match gap {
                            Duration::ZERO => tokio::task::yield_now().await,
                            gap => tokio::time::sleep(gap).await,
                        }
                    }
                }
                Step::Repeat(bytes, times) => {
                    for _ in 0..times {
                        self.write(&bytes).await?;
                    }
                }
                Step::Wait(time) => tokio::time::sleep(time).await,
                // hyper notices when the client leaves, and drops this future.
                Step::WaitForever => std::future::pending().await,
            }
        }
        Ok(())
    }

    pub(crate) async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.writable().await?;
            match self.stream.try_write(bytes) {
                Ok(written) => bytes = &bytes[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        self.touch();
        Ok(())
    }

    /// Ends what is written; what the client sends can still be read.
    pub(crate) fn finish(&self) {
        // If it is closed already, there is nothing to end.
        let _ = SockRef::from(&self.stream).shutdown(std::net::Shutdown::Write);
    }

    fn touch(&self) {
        self.moved.store(self.age(), Ordering::SeqCst);
    }

    fn age(&self) -> u64 {
        millis(self.opened.elapsed())
    }

    /// Looks at a request line without reading it.
    fn poll_dropped(&self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
        let mut room = [0; PEEK];
        let mut seen = ReadBuf::new(&mut room);
        ready!(self.stream.poll_peek(cx, &mut seen))?;
        let line = seen.filled().split(|byte| *byte == b'\r').next().unwrap_or_default();
        let mut words = std::str::from_utf8(line).unwrap_or_default().split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Poll::Ready(Ok(false));
        };
        let path = target.split('?').next().unwrap_or_default();
        Poll::Ready(Ok((self.drop_rule)(method, path)))
    }
}

/// The connection as hyper sees it.
pub(crate) struct WireIo(pub(crate) Arc<Wire>);

impl AsyncRead for WireIo {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = &self.0;
        if wire.hung.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        if wire.fresh.load(Ordering::SeqCst) {
            if ready!(wire.poll_dropped(cx))? {
                wire.hang_up();
                return Poll::Pending;
            }
            wire.fresh.store(false, Ordering::SeqCst);
        }
        loop {
            ready!(wire.stream.poll_read_ready(cx))?;
            match wire.stream.try_read(buf.initialize_unfilled()) {
                Ok(read) => {
                    buf.advance(read);
                    wire.touch();
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for WireIo {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = &self.0;
        if wire.hung.load(Ordering::SeqCst) {
            return Poll::Pending;
        }
        loop {
            ready!(wire.stream.poll_write_ready(cx))?;
            match wire.stream.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => {
                    wire.touch();
                    return Poll::Ready(written);
                }
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = SockRef::from(&self.0.stream).shutdown(std::net::Shutdown::Write);
        match closed {
            Err(error) if error.kind() != io::ErrorKind::NotConnected => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(())),
        }
    }
}
