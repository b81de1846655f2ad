//! The updates of a task, as a stream.

use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::end::{Done, TaskError};
use super::task_poller::{Step, TaskPoller, Update};
use crate::error::Result;

/// A stream with an [`Update`] for each poll of a task.
///
/// A completed task gives a last update, and [`done`](Self::done) has its result; any other end is an error. Dropping
/// the stream only stops polling.
#[must_use = "nothing is sent until it is polled"]
pub struct Updates {
    state: State,
    done: Option<Done>,
}

enum State {
    Idle(Box<TaskPoller>),
    Asking(Pin<Box<dyn Future<Output = (Box<TaskPoller>, Step)> + Send>>),
    Over,
}

impl Updates {
    pub(super) fn new(task_poller: TaskPoller) -> Self {
        Self { state: State::Idle(Box::new(task_poller)), done: None }
    }

    /// Returns the next update, or `None` after the end. Dropping this future loses nothing: the poll under way is
    /// kept.
    pub fn next_update(
        &mut self,
    ) -> impl Future<Output = Option<Result<Update, TaskError>>> + Send + '_ {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context))
    }

    /// The task's result, after the last update.
    #[must_use]
    pub fn done(&self) -> Option<&Done> {
        self.done.as_ref()
    }

    /// Takes the task's result, after the last update.
    #[must_use]
    pub fn into_done(self) -> Option<Done> {
        self.done
    }
}

impl Stream for Updates {
    type Item = Result<Update, TaskError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            match std::mem::replace(&mut this.state, State::Over) {
                State::Over => return Poll::Ready(None),
                State::Idle(mut task_poller) => {
                    this.state = State::Asking(Box::pin(async move {
                        let step = task_poller.step().await;
                        (task_poller, step)
                    }));
                }
                State::Asking(mut asking) => {
                    let Poll::Ready((task_poller, step)) = asking.as_mut().poll(context) else {
                        this.state = State::Asking(asking);
                        return Poll::Pending;
                    };
                    return Poll::Ready(Some(match step {
                        Step::Again(update) => {
                            this.state = State::Idle(task_poller);
                            Ok(update)
                        }
                        Step::End(Ok((update, done))) => {
                            this.done = Some(done);
                            Ok(update)
                        }
                        Step::End(Err(error)) => Err(error),
                    }));
                }
            }
        }
    }
}

impl fmt::Debug for Updates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Updates").field("done", &self.done).finish_non_exhaustive()
    }
}
