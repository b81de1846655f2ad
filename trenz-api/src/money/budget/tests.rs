//! A budget holds, whatever is sent at the same time.

use super::*;
use crate::money::ledger::SharedLedger;
use crate::money::outcome::Outcome;
use crate::money::reservation::Reservation;
use crate::wire::response::Usage;

fn reserve(budget: &Arc<SharedBudget>, coins: u64) -> Reservation {
    Reservation::try_new(&Arc::new(SharedLedger::default()), Some(budget), "search", coins).unwrap()
}

fn left(budget: &SharedBudget) -> u64 {
    budget.snapshot().left()
}

#[test]
fn budget_reserves_from_its_parent_too() {
    let outer = Arc::new(SharedBudget::new(100, None));
    let inner = Arc::new(SharedBudget::new(80, Some(Arc::clone(&outer))));
    let first = reserve(&inner, 30);
    assert_eq!((left(&inner), left(&outer)), (50, 70));
    let other = reserve(&outer, 60);
    let refused = inner.reserve(20).unwrap_err();
    assert_eq!((refused.needed, refused.left, refused.spent), (20, 10, 0));
    assert_eq!(inner.would_reserve(20), Err(refused));
    assert_eq!(refused.to_string(), "20 coins needed, 10 left, 90 reserved or at risk");
    assert_eq!((left(&inner), left(&outer)), (50, 10), "a refusal leaves nothing behind");

    let cheaper = Usage { coin_cost: Some(25), ..Usage::default() };
    assert_eq!(first.close(Outcome::Accepted, cheaper).at_risk, 0);
    assert_eq!((inner.snapshot().spent, left(&inner), left(&outer)), (25, 55, 15));
    drop(other);
    assert_eq!(left(&outer), 75, "what never left is free again");
    inner.refund("generate", 1000);
    assert_eq!((left(&inner), left(&outer)), (55, 75), "nor for what was spent on something else");
    inner.refund("search", 1000);
    assert_eq!((left(&inner), left(&outer)), (80, 100), "no more comes back than was spent");
}

#[test]
fn dropped_reservation_of_a_sent_request_is_at_risk() {
    let budget = Arc::new(SharedBudget::new(100, None));
    let given_up = reserve(&budget, 10);
    given_up.send_state.take().unwrap();
    drop(given_up);
    assert_eq!((budget.snapshot().at_risk, budget.snapshot().reserved, left(&budget)), (10, 0, 90));
    let unknown = reserve(&budget, 20).close(Outcome::Unknown, Usage::default());
    assert_eq!((unknown.at_risk, budget.snapshot().at_risk), (20, 30));
    for harmless in [Outcome::NotSent, Outcome::Refused, Outcome::Failed] {
        assert_eq!(reserve(&budget, 20).close(harmless, Usage::default()).at_risk, 0);
    }
    assert_eq!(left(&budget), 70);
}

#[test]
fn response_without_cost_is_unreported_at_its_quote() {
    let (budget, ledger) =
        (Arc::new(SharedBudget::new(100, None)), Arc::new(SharedLedger::default()));
    for coins in [20, 0] {
        let reservation = Reservation::try_new(&ledger, Some(&budget), "search", coins).unwrap();
        assert_eq!(reservation.close(Outcome::Accepted, Usage::default()).at_risk, coins);
    }
    assert_eq!((budget.snapshot().spent, budget.snapshot().at_risk), (20, 0));
    let total = ledger.snapshot().total();
    assert_eq!((total.settled, total.unreported, total.unreported_at_most), (0, 1, 20));
}

#[test]
fn cost_above_the_quote_is_settled_as_reported() {
    let budget = Arc::new(SharedBudget::new(10, None));
    let dearer = Usage { coin_cost: Some(25), ..Usage::default() };
    reserve(&budget, 10).close(Outcome::Accepted, dearer);
    assert_eq!((budget.snapshot().spent, left(&budget)), (25, 0));
    assert!(budget.reserve(1).is_err());
    budget.reserve(0).unwrap();
}

#[test]
fn concurrent_reservations_stay_within_the_budget() {
    let outer = Arc::new(SharedBudget::new(1000, None));
    let inners: Vec<_> =
        [700, 700].map(|limit| Arc::new(SharedBudget::new(limit, Some(Arc::clone(&outer))))).into();
    let got: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let inner = &inners[number % 2];
                scope.spawn(move || (0..1000).filter(|_| inner.reserve(3).is_ok()).count() as u64)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(got, 333);
    assert_eq!((outer.snapshot().reserved, left(&outer)), (999, 1));
}
