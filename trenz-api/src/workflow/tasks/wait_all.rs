//! Waits for many tasks with one poller.

use futures_core::Stream;
use futures_util::stream::FuturesUnordered;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::task_poller::TaskPoller;
use super::{Done, Task, TaskError, TaskRef};
use crate::base::setters::setters;
use crate::error::Result;
use crate::workflow::poll_limiter::PollLimiter;
use crate::workflow::polling::Polling;

/// Waits for many tasks at once, and returns each as it ends.
///
/// One poller polls all of them, so that a thousand tasks stay within the API's rate limit; see [`WaitAll`].
///
/// ```no_run
/// # async fn program(tasks: Vec<trenz_api::Task>) {
/// let mut all = trenz_api::wait_all(tasks);
/// while let Some(end) = all.next_finished().await {
///     match end {
///         Ok(done) => println!("{} made {:?}", done.reference.id(), done.result),
///         Err(error) => println!("{error}"), // The others go on.
///     }
/// }
/// # }
/// ```
pub fn wait_all(tasks: impl IntoIterator<Item = Task>) -> WaitAll {
    WaitAll {
        tasks: tasks.into_iter().collect(),
        polling: None,
        per_minute: 150,
        in_flight: 8,
        waiting: Vec::new(),
        ends: None,
    }
}

/// The results of many tasks, in the order in which the tasks end. See [`wait_all`].
///
/// By default, at most 150 polls a minute, of the 200 requests that the API allows a key, and at most 8 at once. They
/// are spread evenly, the task that is overdue the longest comes first, and a 429 slows all of them down. Each task has
/// its own deadline, which starts with the first poll.
///
/// Dropping it only stops polling; [`waiting`](Self::waiting) lists the tasks that have not ended.
#[must_use = "nothing is sent until it is polled"]
pub struct WaitAll {
    tasks: Vec<Task>,
    polling: Option<Polling>,
    per_minute: u32,
    in_flight: usize,
    /// The tasks that are waited for, by number; `None` where one has ended.
    waiting: Vec<Option<TaskRef>>,
    ends: Option<FuturesUnordered<Ending>>,
}

/// The future of a task's end, with its number.
type Ending = Pin<Box<dyn Future<Output = (usize, Result<Done, TaskError>)> + Send>>;

impl WaitAll {
    setters! {
        /// Sets the polling of each task, instead of its own.
        pub fn polling(self, polling: Polling) => self.polling = Some(polling);

        /// Sets the maximum number of polls in a minute; at least one.
        pub fn polls_per_minute(self, polls: u32) => self.per_minute = polls.max(1);

        /// Sets the maximum number of concurrent polls; at least one.
        pub fn in_flight(self, polls: usize) => self.in_flight = polls.max(1);
    }

    /// Returns the result of the next task to end, or `None` when all have. Dropping this future loses nothing.
    pub fn next_finished(
        &mut self,
    ) -> impl Future<Output = Option<Result<Done, TaskError>>> + Send + '_ {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// Returns all results, in the order in which the tasks ended.
    pub async fn all(mut self) -> Vec<Result<Done, TaskError>> {
        let mut ends = Vec::with_capacity(self.tasks.len());
        while let Some(end) = self.next_finished().await {
            ends.push(end);
        }
        ends
    }

    /// The tasks that have not ended yet, for resuming later.
    pub fn waiting(&self) -> impl Iterator<Item = &TaskRef> {
        self.tasks.iter().map(Task::reference).chain(self.waiting.iter().flatten())
    }

    /// Starts waiting for all tasks.
    fn begin(&mut self) -> FuturesUnordered<Ending> {
        let limiter = Arc::new(PollLimiter::new(self.per_minute, self.in_flight));
        let tasks = std::mem::take(&mut self.tasks).into_iter().enumerate();
        let endings = tasks.map(|(number, task)| {
            let task = match &self.polling {
                Some(polling) => task.polling(polling.clone()),
                None => task,
            };
            self.waiting.push(Some(task.reference().clone()));
            let end = TaskPoller::new(task, Some(Arc::clone(&limiter))).end();
            Box::pin(async move { (number, end.await) }) as Ending
        });
        endings.collect()
    }
}

impl Stream for WaitAll {
    type Item = Result<Done, TaskError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let mut ends = this.ends.take().unwrap_or_else(|| this.begin());
        let end = Pin::new(&mut ends).poll_next(context);
        this.ends = Some(ends);
        end.map(|end| {
            let (number, end) = end?;
            if let Some(ended) = this.waiting.get_mut(number) {
                *ended = None;
            }
            Some(end)
        })
    }
}

impl fmt::Debug for WaitAll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitAll")
            .field("waiting", &self.waiting().count())
            .field("per_minute", &self.per_minute)
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}
