//! Work that goes on after the response: a submission names a task, and the task is asked how it is doing.

mod end;
mod many;
#[cfg(feature = "_ledger")]
mod recorded;
mod reference;
mod updates;
mod watch;

pub use end::{Done, TaskError};
pub use many::{WaitAll, wait_all};
pub use reference::{ParseTaskRefError, TaskRef};
pub use updates::Updates;
pub use watch::Update;

use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::base::redact::ServerText;
use crate::client::call::Call;
use crate::client::handle::Client;
use crate::client::received::{Taken, Unfit};
use crate::error::Result;
use crate::generated::workflows::tasks::{Status, StatusData};
use crate::operation::request::Operation;
use crate::wire::response::Response;
use crate::workflow::polling::Polling;
use watch::Watch;

/// An operation that starts a task.
///
/// Generated where the document bills a call `async_on_complete` and its response names a task.
pub trait Submits: Operation {
    /// The task's id, which some responses call otherwise than others.
    fn task_id(answer: &Self::Output) -> Option<&str>;
}

/// A task that was submitted, and paid for.
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
/// Nothing that is done to this value, and nothing that goes wrong with asking, touches the work itself: dropping the
/// task, its [`wait`](Self::wait) or its [`updates`](Self::updates) does not cancel it (the API has no way to), a poll
/// that fails does not submit it again, and [`Client::task`] takes it up again from its [`TaskRef`].
#[derive(Clone)]
#[must_use = "the work goes on without it, but its result is had by asking"]
pub struct Task {
    client: Client,
    reference: TaskRef,
    polling: Polling,
    /// When it was submitted, if that was done here: asking at once would be asking for nothing.
    submitted: Option<Instant>,
    on_update: Option<Arc<OnUpdate>>,
    /// Ties the calls of the task together: the submission, if it was made here, and the polls.
    span: Span,
    watching: Watching,
}

/// What a task that is used as a stream is doing; a clone of it begins anew. Behind a mutex that nobody ever waits for,
/// so that tasks can be shared.
#[derive(Default)]
struct Watching(Mutex<Option<Updates>>);

impl Watching {
    fn get(&mut self) -> &mut Option<Updates> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Watching {
    fn clone(&self) -> Self {
        Self::default()
    }
}

type OnUpdate = dyn Fn(&Update) + Send + Sync;

impl<'c, O: Submits> Call<'c, O> {
    /// Sends the request and gives the task that it starts.
    ///
    /// An accepted response that names no task, or cannot be read, is an error, which keeps the whole response as its
    /// [`body`](crate::Error::body): an id that you find there is taken up with [`TaskRef::of`] and [`Client::task`].
    ///
    /// Dropping the future once the request has left loses the task's id, and what was paid for it: give it a task of
    /// your runtime where the caller may give up on it.
    pub fn submit(self) -> impl Future<Output = Result<Task>> + Send + use<'c, O> {
        let client = self.client().clone();
        let quoted = self.operation().quote().coins();
        let sending = self.send_for(|answer| {
            let id = O::task_id(answer).filter(|id| !id.is_empty());
            id.map(str::to_owned).ok_or(Unfit::Lacks(""))
        });
        async move {
            let span = tracing::info_span!("trenz.task", task = field::Empty, operation = O::ID);
            let Taken { response, needed: id, .. } = sending.instrument(span.clone()).await?;
            let reference = TaskRef::submitted::<O>(&id, &response, quoted);
            span.record("task", reference.shown_id().as_str());
            client.note_payment(&id, O::ID, response.usage.coin_cost);
            Ok(Task { submitted: Some(Instant::now()), ..Task::new(client, reference, span) })
        }
    }
}

impl Client {
    /// Takes up a task that was submitted before, by this process or another one with the same key.
    ///
    /// Nothing is sent until the task is asked. Results are kept by the API, so a task that ended long ago gives its
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
            watching: Watching::default(),
        }
    }

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.reference.id()
    }

    /// What to keep in order to go on later, in another process too.
    #[must_use]
    pub fn reference(&self) -> &TaskRef {
        &self.reference
    }

    /// What to keep, when the task itself is needed no longer.
    #[must_use]
    pub fn into_reference(self) -> TaskRef {
        self.reference
    }

    /// How often and how long it is asked, instead of the defaults of [`Polling`].
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// How long to wait for the end, instead of [`Polling`]'s half an hour. The work goes on after it, and the error
    /// has the reference to wait again.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.polling = self.polling.deadline(deadline);
        self
    }

    /// Calls this each time the task was asked, whoever waits for it.
    pub fn on_update(mut self, callback: impl Fn(&Update) + Send + Sync + 'static) -> Self {
        self.on_update = Some(Arc::new(callback));
        self
    }

    /// Asks once how the task is doing. Free.
    ///
    /// A response about another task is an error, at the [`path`](crate::Error::path) `data.task_id`.
    pub async fn status(&self) -> Result<Response<StatusData>> {
        self.poll(self.client.call(self.question())).instrument(self.span.clone()).await
    }

    /// Asks until the task is at its end.
    ///
    /// If the API says that the task was refunded, what the response to its submission said that it has cost goes back
    /// into the ledger, and into the budget that has paid for it: once, however often it is heard, and by whichever
    /// clone of the client that has submitted it. Another client has not paid for it. If the response did not say what
    /// it has cost, nothing goes back, since nobody knows how much that would be.
    ///
    /// A poll that fails in passing (no connection, time out, 5xx, 429, a response that makes no sense, a 404
    /// [right after](Polling::not_found_grace) the submission) is followed by the next one. Dropping the future stops
    /// asking, and nothing else.
    pub fn wait(&self) -> impl Future<Output = Result<Done, TaskError>> + Send + use<> {
        let watch = Watch::new(self.clone(), None);
        async move { watch.end().await }
    }

    /// What each poll tells, as a stream that ends with the task.
    ///
    /// Nothing is asked unless the stream is polled.
    pub fn updates(&self) -> Updates {
        Updates::new(Watch::new(self.clone(), None))
    }

    /// How long ago it was submitted, by this process or by the clock of the one that did.
    fn age(&self) -> Option<Duration> {
        self.submitted.map_or_else(|| self.reference.age(), |at| Some(at.elapsed()))
    }

    fn question(&self) -> Status {
        Status::builder().task_id(self.id()).build()
    }

    /// Sends a poll, and takes its response if it is about this task: it may say that coins came back.
    fn poll<'c>(
        &self,
        call: Call<'c, Status>,
    ) -> impl Future<Output = Result<Response<StatusData>>> + Send + use<'c> {
        let id = self.id().to_owned();
        let answer = call
            .over_unused_connection()
            .send_for(move |data| Unfit::unless_about("task_id", Some(data.task_id.as_str()), &id));
        async move { answer.await.map(|taken| taken.response) }
    }

    fn tell(&self, update: &Update) {
        if let Some(callback) = &self.on_update {
            callback(update);
        }
    }
}

/// Awaiting a task is [`wait`](Task::wait).
impl IntoFuture for Task {
    type Output = Result<Done, TaskError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

/// Awaiting a borrowed task is [`wait`](Task::wait).
impl IntoFuture for &Task {
    type Output = Result<Done, TaskError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

/// A task is the stream of its [`updates`](Task::updates), which begins when it is first polled. Awaiting it after the
/// last update gives its result.
impl Stream for Task {
    type Item = Result<Update, TaskError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let begun = this.watching.get().take();
        let mut updates = begun.unwrap_or_else(|| this.updates());
        let update = Pin::new(&mut updates).poll_next(context);
        *this.watching.get() = Some(updates);
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
