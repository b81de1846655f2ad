//! A source as a request body: read when the connection has room, with its progress.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Instant;

use super::error::Reason;
use super::source::SourceReader;
use crate::base::lock::lock;

/// How much of a file is read at once, and so all of it that is in memory.
const CHUNK: usize = 64 * 1024;

/// The progress of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadProgress {
    /// The bytes handed to the connection in this attempt.
    pub sent: u64,
    /// The bytes of the whole file.
    pub total: u64,
}

pub(super) type OnProgress = dyn Fn(UploadProgress) + Send + Sync;

/// The state of an attempt, shared with its body.
#[derive(Clone)]
pub(super) struct SharedProgress(Arc<Mutex<ProgressState>>);

struct ProgressState {
    progress: UploadProgress,
    last_progress: Instant,
    /// How much had been sent when the store responded.
    responded: Option<u64>,
    fault: Option<Reason>,
    on_progress: Option<Arc<OnProgress>>,
}

impl SharedProgress {
    pub(super) fn new(total: u64, on_progress: Option<Arc<OnProgress>>) -> Self {
        let progress = UploadProgress { sent: 0, total };
        let (last_progress, responded, fault) = (Instant::now(), None, None);
        let state = ProgressState { progress, last_progress, responded, fault, on_progress };
        Self(Arc::new(Mutex::new(state)))
    }

    /// When there was progress last.
    pub(super) fn last_progress(&self) -> Instant {
        lock(&self.0).last_progress
    }

    /// Records that the store has responded.
    pub(super) fn answer(&self) {
        let mut state = lock(&self.0);
        state.responded = Some(state.progress.sent);
    }

    /// How much had been sent when the store responded, if it cannot have received all.
    pub(super) fn premature_response(&self) -> Option<UploadProgress> {
        let state = lock(&self.0);
        let sent = state.responded.unwrap_or_default();
        let total = state.progress.total;
        (sent < total).then_some(UploadProgress { sent, total })
    }

    /// The error of the source, if it was not the network.
    pub(super) fn fault(&self) -> Option<Reason> {
        lock(&self.0).fault.take()
    }

    fn advance(&self, bytes: usize) {
        let (progress, on_progress) = {
            let mut state = lock(&self.0);
            state.progress.sent = state.progress.sent.saturating_add(bytes as u64);
            state.last_progress = Instant::now();
            (state.progress, state.on_progress.clone())
        };
        // Without the lock: the callback is the caller's, and may be slow.
        if let Some(on_progress) = on_progress {
            on_progress(progress);
        }
    }

    fn fail(&self, reason: Reason) -> io::Error {
        lock(&self.0).fault = Some(reason);
        io::Error::other("the source of the upload failed")
    }
}

/// The body of a request, of exactly the declared length.
pub(super) struct UploadBody {
    /// A mutex that is never contended: the body's type has to be `Sync`, and a stream need not be.
    reader: Mutex<SourceReader>,
    left: u64,
    /// The last bytes of a stream, which are sent only after it has ended: if it is longer than declared, the store has
    /// no complete object.
    last: Option<Bytes>,
    sent: SharedProgress,
}

impl UploadBody {
    pub(super) fn new(reader: SourceReader, length: u64, sent: SharedProgress) -> Self {
        Self { reader: Mutex::new(reader), left: length, last: None, sent }
    }

    fn read(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        let most = usize::try_from(self.left).map_or(CHUNK, |left| left.min(CHUNK));
        match self.reader.get_mut().unwrap_or_else(PoisonError::into_inner) {
            SourceReader::Bytes(bytes) => {
                let next = bytes.split_to(most.min(bytes.len()));
                Poll::Ready((!next.is_empty()).then_some(Ok(next)))
            }
            SourceReader::File(file) => {
                let mut buffer = vec![0; most];
                let mut space = ReadBuf::new(&mut buffer);
                let read = ready!(Pin::new(&mut **file).poll_read(context, &mut space));
                let filled = space.filled().len();
                buffer.truncate(filled);
                Poll::Ready(match read {
                    Err(error) => Some(Err(error)),
                    Ok(()) => (filled > 0).then(|| Ok(buffer.into())),
                })
            }
            SourceReader::Stream(stream) => stream.as_mut().poll_next(context),
        }
    }

    /// The next bytes, at most the declared number of them, or an error.
    fn next(&mut self, context: &mut Context<'_>) -> Poll<Result<Bytes, Reason>> {
        let is_stream = matches!(self.reader.get_mut(), Ok(SourceReader::Stream(_)));
        let said = lock(&self.sent.0).progress.total;
        loop {
            let read = ready!(self.read(context)).transpose().map_err(Reason::Unreadable)?;
            match (read, self.last.take()) {
                (None, Some(last)) => return Poll::Ready(Ok(last)),
                (None, None) if is_stream => {
                    let came = said.saturating_sub(self.left);
                    return Poll::Ready(Err(Reason::Short { said, came }));
                }
                (None, None) => return Poll::Ready(Err(Reason::Changed)),
                (Some(bytes), last @ Some(_)) if bytes.is_empty() => self.last = last,
                (Some(_), Some(_)) => return Poll::Ready(Err(Reason::Long { said })),
                (Some(bytes), None) if bytes.len() as u64 > self.left => {
                    return Poll::Ready(Err(Reason::Long { said }));
                }
                (Some(bytes), None) if is_stream && bytes.len() as u64 == self.left => {
                    self.last = Some(bytes);
                }
                (Some(bytes), None) => return Poll::Ready(Ok(bytes)),
            }
        }
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = self.get_mut();
        if this.left == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(match ready!(this.next(context)) {
            Err(reason) => Err(this.sent.fail(reason)),
            Ok(bytes) => {
                this.left = this.left.saturating_sub(bytes.len() as u64);
                this.sent.advance(bytes.len());
                Ok(Frame::data(bytes))
            }
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
