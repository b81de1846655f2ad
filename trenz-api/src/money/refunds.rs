//! Which budget paid for a task, so that a refund returns its cost, once.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::budget::SharedBudget;
use crate::base::lock::lock;

/// How many tasks are remembered; a few megabytes at most. The oldest is forgotten first, and its refund is then not
/// recorded: the budget then has fewer coins left than it could, never more.
const REMEMBERED: usize = 65_536;

/// The tasks that a client and its clones have paid for, by id.
#[derive(Default)]
pub(crate) struct Payments(Mutex<State>);

#[derive(Default)]
struct State {
    by_task: HashMap<Arc<str>, Payment>,
    /// Oldest first.
    order: VecDeque<Arc<str>>,
}

/// What the response to a submission reported as its cost, until it is refunded.
pub(crate) struct Payment {
    pub(crate) operation: &'static str,
    pub(crate) coins: u64,
    pub(crate) budget: Option<Arc<SharedBudget>>,
}

impl Payments {
    /// Remembers what a task has cost.
    pub(crate) fn add(&self, task: &str, payment: Payment) {
        let mut state = lock(&self.0);
        // If two submissions name the same task, a refund may be for one or both.
        if state.by_task.contains_key(task) {
            return;
        }
        if state.order.len() >= REMEMBERED
            && let Some(oldest) = state.order.pop_front()
        {
            state.by_task.remove(&oldest);
        }
        let task: Arc<str> = task.into();
        state.order.push_back(Arc::clone(&task));
        state.by_task.insert(task, payment);
    }

    /// Returns what a task has cost, the first time only.
    pub(crate) fn take(&self, task: &str) -> Option<Payment> {
        let mut state = lock(&self.0);
        let payment = state.by_task.get_mut(task)?;
        let coins = std::mem::take(&mut payment.coins);
        (coins > 0).then(|| Payment { coins, budget: payment.budget.take(), ..*payment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_payment_is_forgotten_first() {
        let payments = Payments::default();
        for number in 0..=REMEMBERED {
            let payment = Payment { operation: "clone", coins: 7, budget: None };
            payments.add(&number.to_string(), payment);
        }
        assert!(payments.take("0").is_none());
        for number in [1, REMEMBERED] {
            assert_eq!(payments.take(&number.to_string()).unwrap().coins, 7);
            assert!(payments.take(&number.to_string()).is_none(), "once");
        }
        assert_eq!(payments.0.lock().unwrap().by_task.len(), REMEMBERED);
    }
}
