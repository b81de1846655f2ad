//! Blocking use of the client, for programs without `async`. Requires the feature `blocking`.
//!
//! There is no second client: every future can be [`block`](Block::block)ed on, and every stream can be
//! [iterated](BlockEach::block_each).
//!
//! ```no_run
//! use trenz_api::blocking::{Block, BlockEach};
//! use trenz_api::{Client, Country};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = Client::from_env()?;
//!     let search = client.data().products().search().country(Country::Us);
//!     println!("{:?}", search.clone().send().block()?.data.total_count);
//!     for item in search.items().max_items(50).block_each() {
//!         println!("{}", item?);
//!     }
//!     let video = client.content().ai_video().sora2_generate().prompt("a lighthouse");
//!     let done = video.submit().block()?.block()?;
//!     println!("{:?}", done.result);
//!     Ok(())
//! }
//! ```
//!
//! The first use starts one thread, which serves the connections of the whole program. The futures themselves run on
//! the thread that blocks.

use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// Blocks on a future: a call, a task, an upload.
pub trait Block: IntoFuture {
    /// Blocks this thread until the future is ready.
    ///
    /// It works in asynchronous code too, but blocks that thread of its runtime: use `.await` there.
    fn block(self) -> Self::Output;
}

impl<F: IntoFuture<IntoFuture: Send, Output: Send>> Block for F {
    fn block(self) -> F::Output {
        run(self.into_future())
    }
}

/// Iterates over a stream: items, pages, updates, finished tasks.
pub trait BlockEach: Stream + Sized {
    /// Returns an iterator that blocks this thread for each element.
    fn block_each(self) -> Each<Self>;
}

impl<S: Stream<Item: Send> + Unpin + Send> BlockEach for S {
    fn block_each(self) -> Each<S> {
        Each(self)
    }
}

/// A stream as an iterator. See [`BlockEach`].
#[derive(Clone)]
#[must_use = "nothing happens until it is iterated over"]
pub struct Each<S>(S);

impl<S> Each<S> {
    /// The stream, with its position.
    pub fn stream(&self) -> &S {
        &self.0
    }
}

impl<S: Stream<Item: Send> + Unpin + Send> Iterator for Each<S> {
    type Item = S::Item;

    fn next(&mut self) -> Option<S::Item> {
        run(poll_fn(|context| Pin::new(&mut self.0).poll_next(context)))
    }
}

impl<S: fmt::Debug> fmt::Debug for Each<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn run<F: Future<Output: Send> + Send>(future: F) -> F::Output {
    if Handle::try_current().is_err() {
        return runtime().block_on(future);
    }
    // A runtime's own threads cannot block on another runtime, so another thread does it.
    let blocked = std::thread::scope(|scope| scope.spawn(|| runtime().block_on(future)).join());
    blocked.unwrap_or_else(|panic| resume_unwind(panic))
}

/// The program's runtime. Its worker thread drives connections while no thread blocks, so that connections that the
/// server closes are noticed.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("trenz-api").enable_all();
        #[expect(clippy::expect_used, reason = "without a thread there is no way to continue")]
        let runtime = builder.build().expect("a thread can be started");
        runtime
    })
}
