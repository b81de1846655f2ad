//! When a spare connection is used, on paused time and with connections that are none.

use super::*;
use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::time::sleep;

/// A connection that lives until it is closed. The waker counts, as for any other.
#[derive(Clone, Default)]
struct Fake(Arc<(AtomicBool, Mutex<Option<Waker>>)>);

impl Fake {
    fn close(&self) {
        self.0.0.store(true, Ordering::SeqCst);
        if let Some(waker) = self.0.1.lock().unwrap().take() {
            waker.wake();
        }
    }
}

impl Idle for Fake {
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<()> {
        *self.0.1.lock().unwrap() = Some(context.waker().clone());
        if self.0.0.load(Ordering::SeqCst) { Poll::Ready(()) } else { Poll::Pending }
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

fn spares(policy: ConnectionPolicy) -> Arc<Spares> {
    Arc::new(Spares::new(policy))
}

/// Opens one, if one is wanted.
fn open(spares: &Arc<Spares>) -> Option<Fake> {
    let opening = spares.begin_opening()?;
    let fake = Fake::default();
    opening.spares().keep(Box::new(fake.clone()));
    Some(fake)
}

async fn seconds(seconds: f64) {
    sleep(Duration::from_secs_f64(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn spare_connection_is_used_up_to_half_the_proven_age() {
    let spares = spares(ConnectionPolicy::default());
    open(&spares).unwrap();
    assert!(spares.take().is_none(), "nothing is known yet");
    seconds(1.0).await;
    assert!(spares.take().is_none(), "only of itself");
    open(&spares).unwrap();
    seconds(1.0).await;
    assert!(spares.take().is_some(), "it is half as old as the first one");
    assert!(spares.take().is_none());
    open(&spares).unwrap();
    seconds(5.0).await;
    assert!(spares.take().is_none(), "5 of 7 seconds are too much");
    for _ in 0..3 {
        open(&spares).unwrap();
    }
    assert!(
        open(&spares).is_none(),
        "one to be taken, two more, and one that shows how long they are kept"
    );
    assert!([(); 3].iter().all(|()| spares.take().is_some()) && spares.take().is_none());
    // Once enough is known, there are no more than two, and none that is too old.
    seconds(40.0).await;
    for _ in 0..3 {
        open(&spares).unwrap();
    }
    assert!(open(&spares).is_none());
    seconds(20.0).await;
    assert!(spares.take().is_some(), "20 seconds are the most");
    seconds(0.1).await;
    assert!(spares.take().is_none());
}

#[tokio::test(start_paused = true)]
async fn early_closes_lower_the_age_of_spare_connections() {
    let spares = spares(ConnectionPolicy::default());
    let first = open(&spares).unwrap();
    seconds(4.0).await;
    first.close();
    seconds(1.0).await;
    open(&spares).unwrap();
    seconds(2.0).await;
    assert!(spares.take().is_some(), "half of the 4 seconds at which the first one was closed");
    open(&spares).unwrap();
    seconds(2.1).await;
    assert!(spares.take().is_none());
    let hasty = open(&spares).unwrap();
    seconds(0.002).await;
    hasty.close();
    seconds(1.0).await;
    assert!(open(&spares).is_none(), "they would hardly ever be used");
    seconds(299.0).await;
    open(&spares).unwrap();
    assert!(spares.take().is_none(), "what was known is forgotten, good and bad");
}

#[tokio::test(start_paused = true)]
async fn closed_spare_connections_are_not_used() {
    let spares = spares(ConnectionPolicy::default());
    open(&spares).unwrap();
    seconds(10.0).await;
    let second = open(&spares).unwrap();
    second.0.0.store(true, Ordering::SeqCst);
    assert!(spares.take().is_none(), "nobody has been woken, and it is seen all the same");
    let none = Arc::new(Spares::new(ConnectionPolicy::default().spares(0)));
    assert!(open(&none).is_none());
}

#[test]
fn a_connection_of_another_runtime_is_not_used() {
    let spares = spares(ConnectionPolicy::default());
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (first, other) = (runtime(), runtime());
    first.block_on(async {
        open(&spares).unwrap();
        sleep(Duration::from_millis(100)).await;
        open(&spares).unwrap();
    });
    other.block_on(async { assert!(spares.take().is_none()) });
    first.block_on(async { assert!(spares.take().is_some()) });
}

#[tokio::test(start_paused = true)]
async fn an_announced_idle_timeout_only_lowers_the_age() {
    for (announced, used_at, wasted_at) in [(4, 1.9, 2.1), (3600, 4.9, 5.1)] {
        let usable = async |age: f64| {
            let spares = spares(ConnectionPolicy::default());
            spares.announce(Some(Duration::from_secs(announced)));
            spares.announce(None);
            open(&spares).unwrap();
            seconds(10.0 - age).await;
            open(&spares).unwrap();
            seconds(age).await;
            spares.take().is_some()
        };
        assert!(usable(used_at).await, "{announced}");
        assert!(!usable(wasted_at).await, "{announced}");
    }
}

#[tokio::test(start_paused = true)]
async fn announced_zero_timeout_disables_spare_connections() {
    let spares = spares(ConnectionPolicy::default());
    spares.announce(Some(Duration::ZERO));
    assert!(open(&spares).is_none());
}
