//! Which task delivered the result of an HTTP/2 request.

use crate::base::lock::lock;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Wake, Waker};
use tokio::task;

/// Distinguishes the error of an HTTP/2 stream from the error of its connection.
///
/// hyper's connection has a task of its own (`poll` of `ClientTask` in `proto/h2/client.rs`), which asks the request's
/// body whether it has ended, has `h2` send the head, and checks whether the connection has failed meanwhile. If so, it
/// gives the request the connection's error, which may be a GOAWAY that leaves open whether the request was processed.
/// Otherwise it spawns a task for the stream, which gives the request the response or the error of the stream. Both
/// errors look the same; only the task that woke the request distinguishes them.
#[derive(Default)]
pub(crate) struct Delivery {
    /// The task that asked the body whether it has ended.
    connection: OnceLock<task::Id>,
    /// Whether another task has woken the request since then.
    by_stream: AtomicBool,
    /// The waker of the task that polls the request.
    waker: Mutex<Option<Waker>>,
}

impl Delivery {
    /// Records that the connection's task is about to start the request's stream.
    pub(crate) fn begin(&self) {
        if let Some(task) = task::try_id() {
            let _ = self.connection.set(task);
        }
    }

    /// Whether the task of the stream has delivered the result.
    pub(crate) fn is_by_stream(&self) -> bool {
        self.by_stream.load(Ordering::Acquire)
    }

    /// Records which task wakes a request.
    pub(crate) async fn watch<F: Future>(self: &Arc<Self>, request: F) -> F::Output {
        let mut request = pin!(request);
        let waker = Waker::from(Arc::clone(self));
        poll_fn(|context| {
            let mut outer = lock(&self.waker);
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
        // Timers wake from no task. Other futures polled with the request wake the task around it, not this waker.
        let by = task::try_id();
        if by.is_some() && self.connection.get().is_some_and(|connection| by != Some(*connection)) {
            self.by_stream.store(true, Ordering::Release);
        }
        let outer = lock(&self.waker).clone();
        if let Some(outer) = outer {
            outer.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wakes the request once from each of these tasks, the first of which is the connection's.
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
    async fn only_a_wake_by_the_stream_task_is_by_stream() {
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
