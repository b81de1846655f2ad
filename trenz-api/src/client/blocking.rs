//! The same client for programs that do not wait asynchronously. Only with the feature `blocking`.
//!
//! There is no second client: whatever can be awaited can be [`block`](Block::block)ed on, and whatever is a stream
//! can be [iterated](BlockEach::block_each).
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
//! The first use starts one thread, which then serves the connections of the whole program. The futures themselves run
//! on the thread that blocks.

use futures_core::Stream;
use std::fmt;
use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Handle, Runtime};

/// Waits for what would be awaited: a call, a task, an upload.
pub trait Block: IntoFuture {
    /// Blocks this thread until it is there.
    ///
    /// In asynchronous code, where one awaits instead, it works too, but blocks that thread of its runtime.
    fn block(self) -> Self::Output;
}

impl<F: IntoFuture<IntoFuture: Send, Output: Send>> Block for F {
    fn block(self) -> F::Output {
        run(self.into_future())
    }
}

/// Iterates over what would be a stream: items, pages, updates, the ends of many tasks.
pub trait BlockEach: Stream + Sized {
    /// Blocks this thread for each, when it is asked for.
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
    /// The stream, with what it knows of how far it has come.
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
    // A runtime refuses to be blocked on by a thread of another one, so another thread does it.
    let blocked = std::thread::scope(|scope| scope.spawn(|| runtime().block_on(future)).join());
    blocked.unwrap_or_else(|panic| resume_unwind(panic))
}

/// One for the program. Its worker looks after connections while nobody blocks, so that a connection that the server
/// closes in between is known to be closed.
fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let mut builder = Builder::new_multi_thread();
        let builder = builder.worker_threads(1).thread_name("trenz-api").enable_all();
        #[expect(clippy::expect_used, reason = "a program that gets no thread cannot go on here")]
        let runtime = builder.build().expect("a thread can be started");
        runtime
    })
}
