//! Asynchronous work: a submission starts a task, and the task is polled.

mod end;
#[cfg(feature = "_ledger")]
mod recorded;
mod reference;
mod task_poller;
mod updates;
mod wait_all;

pub use end::{Done, TaskError};
pub use reference::{ParseTaskRefError, TaskRef};
pub use task_poller::Update;
pub use updates::Updates;
pub use wait_all::{WaitAll, wait_all};

use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::base::redact::ServerText;
use crate::base::setters::setters;
use crate::client::call::Call;
use crate::client::handle::Client;
use crate::client::undecoded::{DecodedResponse, Unusable};
use crate::error::Result;
use crate::generated::workflows::tasks::{Status, StatusData};
use crate::operation::request::Operation;
use crate::wire::response::Response;
use crate::workflow::awaited::awaited;
use crate::workflow::polling::Polling;
use task_poller::TaskPoller;

/// An operation that starts a task.
///
/// Generated where the document bills a call `async_on_complete` and its response names a task.
pub trait Submits: Operation {
    /// The task's id, whose field has different names in different responses.
    fn task_id(output: &Self::Output) -> Option<&str>;
}

/// A submitted, and charged, task.
///
/// Awaiting it waits for its end:
///
/// ```no_run
/// # async fn program(client: trenz_api::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let task = client.content().ai_video().sora2_generate().prompt("a lighthouse").submit().await?;
/// println!("{}", task.reference()); // Keep this, and another process can resume from here.
/// let done = task.await?;
/// println!("{:?}", done.result);
/// # Ok(())
/// # }
/// ```
///
/// Nothing done to this value, and no failing poll, affects the work itself: dropping the task, its
/// [`wait`](Self::wait) or its [`updates`](Self::updates) does not cancel it (the API cannot cancel tasks), a failed
/// poll does not submit it again, and [`Client::task`] resumes it from its [`TaskRef`].
#[derive(Clone)]
#[must_use = "the work continues without it, but only polling returns its result"]
pub struct Task {
    client: Client,
    reference: TaskRef,
    polling: Polling,
    /// When it was submitted, if by this value: an immediate poll would be useless.
    submitted: Option<Instant>,
    on_update: Option<Arc<OnUpdate>>,
    /// The span of the task's calls: the submission, if made here, and the polls.
    span: Span,
    stream: StreamState,
}

/// The state of a task that is used as a stream; a clone of the task starts anew. In a mutex, which is never contended,
/// so that tasks can be shared.
#[derive(Default)]
struct StreamState(Mutex<Option<Updates>>);

impl StreamState {
    fn get(&mut self) -> &mut Option<Updates> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for StreamState {
    fn clone(&self) -> Self {
        Self::default()
    }
}

type OnUpdate = dyn Fn(&Update) + Send + Sync;

impl<'c, O: Submits> Call<'c, O> {
    /// Sends the request and returns the task that it starts.
    ///
    /// An accepted response that names no task, or cannot be decoded, is an error that keeps the whole response as its
    /// [`body`](crate::Error::body): resume an id that you find there with [`TaskRef::of`] and [`Client::task`].
    ///
    /// Dropping the future after the request was sent loses the task's id, and what it cost. Spawn it on your runtime
    /// if its caller may be cancelled.
    pub fn submit(self) -> impl Future<Output = Result<Task>> + Send + use<'c, O> {
        let client = self.client().clone();
        let quoted = self.operation().quote().coins();
        let sending = self.send_for(|answer| {
            let id = O::task_id(answer).filter(|id| !id.is_empty());
            id.map(str::to_owned).ok_or(Unusable::Lacks(""))
        });
        async move {
            let span = tracing::info_span!("trenz.task", task = field::Empty, operation = O::ID);
            let DecodedResponse { response, needed: id, .. } =
                sending.instrument(span.clone()).await?;
            let reference = TaskRef::submitted::<O>(&id, &response, quoted);
            span.record("task", reference.shown_id().as_str());
            client.record_payment(&id, O::ID, response.usage.coin_cost);
            Ok(Task { submitted: Some(Instant::now()), ..Task::new(client, reference, span) })
        }
    }
}

impl Client {
    /// Resumes a task that was submitted before, by this process or another one with the same key.
    ///
    /// Nothing is sent until the task is polled. The API keeps results, so a task that ended long ago returns its
    /// result again.
    pub fn task(&self, reference: impl Into<TaskRef>) -> Task {
        let reference = reference.into().shown_by(self.redactor());
        let (task, operation) = (reference.shown_id(), reference.shown_operation());
        let (task, operation) = (task.as_str(), operation.as_ref().map(ServerText::as_str));
        let span = tracing::info_span!("trenz.task", task, operation);
        Task::new(self.clone(), reference, span)
    }
}

impl Task {
    fn new(client: Client, reference: TaskRef, span: Span) -> Self {
        Self {
            client,
            reference,
            polling: Polling::default(),
            submitted: None,
            on_update: None,
            span,
            stream: StreamState::default(),
        }
    }

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.reference.id()
    }

    /// The reference to store, for resuming later, in another process too.
    #[must_use]
    pub fn reference(&self) -> &TaskRef {
        &self.reference
    }

    /// Converts the task into its reference.
    #[must_use]
    pub fn into_reference(self) -> TaskRef {
        self.reference
    }

    setters! {
        /// Sets the polling, instead of the defaults of [`Polling`].
        pub fn polling(self, polling: Polling) => self.polling = polling;

        /// Sets how long to wait for the end, instead of [`Polling`]'s half an hour. The work continues after it, and
        /// the error has the reference for resuming.
        pub fn deadline(self, deadline: Duration) => self.polling = self.polling.deadline(deadline);

        /// Sets a callback for each poll, by any waiter.
        pub fn on_update(self, callback: impl Fn(&Update) + Send + Sync + 'static) => self.on_update = Some(Arc::new(callback));
    }

    /// Polls the status once. Free.
    ///
    /// A response about another task is an error, at the [`path`](crate::Error::path) `data.task_id`.
    pub async fn status(&self) -> Result<Response<StatusData>> {
        self.poll(self.client.call(self.status_request())).instrument(self.span.clone()).await
    }

    /// Polls until the task has ended.
    ///
    /// If the API reports that the task was refunded, the cost that the response to its submission reported is refunded
    /// in the ledger, and in the budget that paid for it: once, however often it is reported, and by whichever clone of
    /// the client that submitted it. Another client has not paid for it. If that response did not report the cost,
    /// nothing is recorded, because the amount is unknown.
    ///
    /// After a transient failure (no connection, a timeout, 5xx, 429, an invalid response, a 404 [soon
    /// after](Polling::not_found_grace) the submission) polling continues. Dropping the future only stops polling.
    pub fn wait(&self) -> impl Future<Output = Result<Done, TaskError>> + Send + use<> {
        let task_poller = TaskPoller::new(self.clone(), None);
        async move { task_poller.end().await }
    }

    /// Returns a stream with an update for each poll, which ends with the task.
    ///
    /// Nothing is sent unless the stream is polled.
    pub fn updates(&self) -> Updates {
        Updates::new(TaskPoller::new(self.clone(), None))
    }

    /// The time since its submission, by this process or by the clock of the one that submitted it.
    fn age(&self) -> Option<Duration> {
        self.submitted.map_or_else(|| self.reference.age(), |at| Some(at.elapsed()))
    }

    fn status_request(&self) -> Status {
        Status::builder().task_id(self.id()).build()
    }

    /// Polls the task, and takes the response if it is about this task: it may report a refund.
    fn poll<'c>(
        &self,
        call: Call<'c, Status>,
    ) -> impl Future<Output = Result<Response<StatusData>>> + Send + use<'c> {
        let id = self.id().to_owned();
        let answer = call
            .over_unused_connection()
            .send_for(move |data| Unusable::check_id("task_id", Some(data.task_id.as_str()), &id));
        async move { answer.await.map(|taken| taken.response) }
    }

    fn notify(&self, update: &Update) {
        if let Some(callback) = &self.on_update {
            callback(update);
        }
    }
}

awaited! {
    /// Awaits [`wait`](Task::wait).
    Task, wait() -> Result<Done, TaskError>
}

awaited! {
    /// Awaits [`wait`](Task::wait).
    &Task, wait() -> Result<Done, TaskError>
}

/// A task is the stream of its [`updates`](Task::updates), which starts when it is first polled. Awaiting it after the
/// last update returns its result.
impl Stream for Task {
    type Item = Result<Update, TaskError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let begun = this.stream.get().take();
        let mut updates = begun.unwrap_or_else(|| this.updates());
        let update = Pin::new(&mut updates).poll_next(context);
        *this.stream.get() = Some(updates);
        update
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("reference", &self.reference)
            .field("polling", &self.polling)
            .finish_non_exhaustive()
    }
}
