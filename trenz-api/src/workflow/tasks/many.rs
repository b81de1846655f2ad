//! Many tasks being waited for by one poller.

use futures_core::Stream;
use std::collections::BTreeSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep_until};

use super::course::{Course, Step};
use super::watch::ask;
use super::{Done, Task, TaskError, TaskRef};
use crate::base::time;
use crate::error::Result;
use crate::generated::workflows::tasks::StatusData;
use crate::wire::response::Response;
use crate::workflow::polling::Polling;

/// Waits for many tasks at once, and gives each as it ends.
///
/// One poller asks after all of them, so that a thousand tasks stay within what the API allows in a minute; see
/// [`WaitAll`].
///
/// ```no_run
/// # async fn program(tasks: Vec<trenz_api::Task>) {
/// let mut all = trenz_api::wait_all(tasks);
/// while let Some(end) = all.next_end().await {
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
        poller: None,
    }
}

/// The ends of many tasks, in the order in which they come. See [`wait_all`].
///
/// By default at most 150 polls a minute are made, a part of the 200 requests that the API allows a key, and at most
/// 8 at once. They are spread evenly, the task that has waited longest for its poll comes first, and a 429 slows all
/// of them down. Each task has its own deadline, which begins with the first poll.
///
/// Dropping it stops asking, and nothing else; [`waiting`](Self::waiting) says which tasks have not ended.
#[must_use = "nothing is asked until it is polled"]
pub struct WaitAll {
    tasks: Vec<Task>,
    polling: Option<Polling>,
    per_minute: u32,
    in_flight: usize,
    poller: Option<Poller>,
}

impl WaitAll {
    /// How often and how long each task is asked, instead of what each brings along.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = Some(polling);
        self
    }

    /// How many polls are made in a minute; at least one.
    pub fn polls_per_minute(mut self, polls: u32) -> Self {
        self.per_minute = polls.max(1);
        self
    }

    /// How many polls are on their way at once; at least one.
    pub fn in_flight(mut self, polls: usize) -> Self {
        self.in_flight = polls.max(1);
        self
    }

    /// The end of the next task to end, or `None` when all have. Dropping this future loses nothing.
    pub fn next_end(
        &mut self,
    ) -> impl Future<Output = Option<Result<Done, TaskError>>> + Send + '_ {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// All ends, in the order in which they came.
    pub async fn all(mut self) -> Vec<Result<Done, TaskError>> {
        let mut ends = Vec::with_capacity(self.tasks.len());
        while let Some(end) = self.next_end().await {
            ends.push(end);
        }
        ends
    }

    /// The tasks that have not ended yet, to go on with later.
    pub fn waiting(&self) -> impl Iterator<Item = &TaskRef> {
        let polled = self.poller.iter().flat_map(|poller| poller.courses.iter().flatten());
        let polled = polled.map(|course| course.task().reference());
        self.tasks.iter().map(Task::reference).chain(polled)
    }
}

impl Stream for WaitAll {
    type Item = Result<Done, TaskError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let poller = this.poller.get_or_insert_with(|| {
            let tasks = std::mem::take(&mut this.tasks).into_iter();
            let tasks = tasks.map(|task| match &this.polling {
                Some(polling) => task.polling(polling.clone()),
                None => task,
            });
            Poller::new(tasks, this.per_minute, this.in_flight)
        });
        poller.poll(context)
    }
}

type Asking = Pin<Box<dyn Future<Output = Result<Response<StatusData>>> + Send>>;

struct Poller {
    /// The tasks by number; `None` where one has ended.
    courses: Vec<Option<Course>>,
    /// When which task is due, and when its deadline is. Tasks that are being asked are in neither.
    due: BTreeSet<(Instant, usize)>,
    deadlines: BTreeSet<(Instant, usize)>,
    asking: Vec<(usize, Asking)>,
    in_flight: usize,
    gap: Duration,
    /// Before this no poll begins.
    not_before: Instant,
    timer: Pin<Box<Sleep>>,
}

impl Poller {
    fn new(tasks: impl Iterator<Item = Task>, per_minute: u32, in_flight: usize) -> Self {
        let now = Instant::now();
        let mut poller = Self {
            courses: tasks.map(|task| Some(Course::new(task, now))).collect(),
            due: BTreeSet::new(),
            deadlines: BTreeSet::new(),
            asking: Vec::new(),
            in_flight,
            gap: Duration::from_secs(60).checked_div(per_minute).unwrap_or_default(),
            not_before: now,
            timer: Box::pin(sleep_until(now)),
        };
        for number in 0..poller.courses.len() {
            poller.queue(number);
        }
        poller
    }

    fn queue(&mut self, number: usize) {
        if let Some(Some(course)) = self.courses.get(number) {
            self.due.insert((course.due(), number));
            self.deadlines.extend(course.deadline().map(|end| (end, number)));
        }
    }

    fn unqueue(&mut self, number: usize) {
        if let Some(Some(course)) = self.courses.get(number) {
            self.due.remove(&(course.due(), number));
            if let Some(end) = course.deadline() {
                self.deadlines.remove(&(end, number));
            }
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Done, TaskError>>> {
        loop {
            if let Some(end) = self.collect(context).or_else(|| self.expire()) {
                return Poll::Ready(Some(end));
            }
            if self.begin() {
                continue;
            }
            if self.asking.is_empty() && self.due.is_empty() {
                return Poll::Ready(None);
            }
            let Some(wake) = self.wake() else { return Poll::Pending };
            self.timer.as_mut().reset(wake);
            if self.timer.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Takes the answers that have come, up to the first that ends a task.
    fn collect(&mut self, context: &mut Context<'_>) -> Option<Result<Done, TaskError>> {
        let mut place = 0;
        while let Some((number, asking)) = self.asking.get_mut(place) {
            let (number, Poll::Ready(told)) = (*number, asking.as_mut().poll(context)) else {
                place = place.saturating_add(1);
                continue;
            };
            drop(self.asking.swap_remove(place));
            let now = Instant::now();
            if let Err(error) = &told
                && error.is_rate_limited()
            {
                // It is the key that has asked too often, not the task.
                let pause = error.retry_after().unwrap_or(self.gap.saturating_mul(10));
                self.not_before = self.not_before.max(time::after(now, pause));
            }
            let course = self.courses.get_mut(number)?.as_mut()?;
            let step = course.take(told, now);
            if let Some(update) = step.update() {
                course.task().tell(update);
            }
            match step {
                Step::Again(_) => self.queue(number),
                Step::End(end) => {
                    self.courses[number] = None;
                    return Some(end.map(|(_, done)| done));
                }
            }
        }
        None
    }

    /// Gives up on a task whose deadline has passed.
    fn expire(&mut self) -> Option<Result<Done, TaskError>> {
        let now = Instant::now();
        let (_, number) = *self.deadlines.first().filter(|(end, _)| *end <= now)?;
        self.unqueue(number);
        let course = self.courses.get_mut(number)?.take()?;
        Some(Err(course.expired(now)))
    }

    /// Begins the next poll, if one may begin now.
    fn begin(&mut self) -> bool {
        let now = Instant::now();
        let Some((due, number)) = self.due.first().copied() else { return false };
        if self.asking.len() >= self.in_flight || due > now || self.not_before > now {
            return false;
        }
        self.unqueue(number);
        if let Some(Some(course)) = self.courses.get(number) {
            self.asking.push((number, Box::pin(ask(course))));
        }
        self.not_before = time::after(now, self.gap);
        true
    }

    /// When there is something to do that no answer will wake us for.
    fn wake(&self) -> Option<Instant> {
        let room = self.asking.len() < self.in_flight;
        let next = self.due.first().filter(|_| room).map(|(due, _)| (*due).max(self.not_before));
        let end = self.deadlines.first().map(|(end, _)| *end);
        next.into_iter().chain(end).min()
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
