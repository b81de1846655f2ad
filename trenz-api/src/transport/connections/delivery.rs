//! Which task has told a request over HTTP/2 how it ended.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Wake, Waker};
use tokio::task;

/// Tells the error of a stream of HTTP/2 from the error of its connection.
///
/// hyper's connection has a task of its own (`poll` of `ClientTask` in `proto/h2/client.rs`), which asks the body of a
/// request for its end, has `h2` send the head, and looks whether the connection has failed in the meantime. If so, it
/// gives the request the connection's error, which may be a GOAWAY that allows for the request to have been processed.
/// Otherwise it begins a task for the stream, which gives the request the response or the error of the stream. Both
/// errors read the same. Only who has woken the request tells them apart.
#[derive(Default)]
pub(crate) struct Delivery {
    /// The task that asked the body for its end.
    connection: OnceLock<task::Id>,
    /// Whether another task has woken the request since then.
    by_stream: AtomicBool,
    /// Of the task in which the request is polled.
    waker: Mutex<Option<Waker>>,
}

impl Delivery {
    /// The connection's task is about to begin the stream of the request.
    pub(crate) fn begin(&self) {
        if let Some(task) = task::try_id() {
            let _ = self.connection.set(task);
        }
    }

    /// Whether the request has been told by the task of its stream.
    pub(crate) fn is_by_stream(&self) -> bool {
        self.by_stream.load(Ordering::Acquire)
    }

    /// Watches who wakes a request.
    pub(crate) async fn watch<F: Future>(self: &Arc<Self>, request: F) -> F::Output {
        let mut request = pin!(request);
        let waker = Waker::from(Arc::clone(self));
        poll_fn(|context| {
            let mut outer = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *outer {
                Some(outer) => outer.clone_from(context.waker()),
                None => *outer = Some(context.waker().clone()),
            }
            drop(outer);
            request.as_mut().poll(&mut Context::from_waker(&waker))
        })
        .await
    }
}

impl Wake for Delivery {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // Timers wake from no task. Whoever else waits with the request wakes the task around it, and not this.
        let by = task::try_id();
        if by.is_some() && self.connection.get().is_some_and(|connection| by != Some(*connection)) {
            self.by_stream.store(true, Ordering::Release);
        }
        let outer = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(outer) = outer {
            outer.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Has the request woken once by each of these tasks, the first of which is the connection's.
    async fn woken(by: &[usize]) -> bool {
        let delivery = Arc::new(Delivery::default());
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let tasks: Vec<_> = (0..2)
            .map(|task| {
                let (delivery, tell) = (Arc::clone(&delivery), tell.clone());
                let (go, mut gone) = tokio::sync::mpsc::unbounded_channel::<()>();
                tokio::spawn(async move {
                    if task == 0 {
                        delivery.begin();
                    }
                    while gone.recv().await.is_some() {
                        tell.send(()).unwrap();
                    }
                });
                go
            })
            .collect();
        tokio::task::yield_now().await;
        delivery
            .watch(async {
                for task in by {
                    match tasks.get(*task) {
                        Some(task) => task.send(()).unwrap(),
                        // A timer, which wakes from no task.
                        None => tokio::time::sleep(std::time::Duration::from_millis(1)).await,
                    }
                    if *task < 2 {
                        told.recv().await.unwrap();
                    }
                }
            })
            .await;
        delivery.is_by_stream()
    }

    #[tokio::test]
    async fn only_another_task_than_the_connections_tells_of_the_stream() {
        for (by, expected) in [
            (&[][..], false),
            (&[0], false),
            (&[2], false),
            (&[0, 2], false),
            (&[1], true),
            (&[2, 1], true),
        ] {
            assert_eq!(woken(by).await, expected, "{by:?}");
        }
    }
}
