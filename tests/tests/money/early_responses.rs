//! Servers that respond, and bill, before they have read the request, and close: the response is used.
//!
//! `TRENZ_MONEY_EARLY` sets how many calls are made to each of them. From 20 on, and with nothing else running, it counts
//! as well how many responses a reset may discard.

use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::{Client, Outcome};

use crate::billing_server::{BillingServer, Close, Responses};
use crate::{KEY, hasty};

const PRICE: u64 = 650;

#[derive(Default, Debug)]
struct Seen {
    calls: u64,
    answered: u64,
}

async fn calls(answers: Responses, size: usize, calls: u64) -> Seen {
    let server = BillingServer::start(PRICE, answers);
    let client = Client::builder().api_key(KEY).base_url(server.url()).check_bounds(false);
    let client = client.retry_policy(hasty()).coin_budget(u64::MAX).build().unwrap();
    let body = "x".repeat(size);
    let mut seen = Seen { calls, answered: 0 };
    for number in 0..calls {
        let request = SdProGenerate::builder().prompt(format!("~{number}~ {body}")).build();
        let result = client.execute(&request).await;
        match &result {
            Ok(_) => seen.answered += 1,
            Err(error) if error.outcome() == Outcome::Failed => seen.answered += 1,
            Err(error) => assert_eq!(error.outcome(), Outcome::Unknown, "{error:?}"),
        }
    }
    let total = client.ledger().total();
    drop(client);
    server.settle();
    let billed = server.billed("");
    assert!(billed.len() as u64 == calls && billed.iter().all(|times| *times == 1), "{billed:?}");
    // An error by the API gives back what it has taken.
    let bill = if let Responses::Early { status: 500, .. } = answers { 0 } else { calls * PRICE };
    assert!(total.settled <= bill && bill <= total.settled + total.at_risk, "{total:?}");
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_response_before_the_end_of_the_request_is_used() {
    let many = std::env::var("TRENZ_MONEY_EARLY").map_or(3, |calls| calls.parse().unwrap());
    let mut all = Seen::default();
    for status in [200, 500] {
        for close in [Close::Lingering, Close::Reset] {
            for (after, size) in [(0, 10), (1, 300_000), (0, 1 << 20), (200_000, 1 << 20)] {
                let seen = calls(Responses::Early { after, status, close }, size, many).await;
                println!("{status} {close:?} after {after} of {size}: {seen:?}");
                // A reset may discard what was sent before it, so that one call or the other is not answered.
                let whole = matches!(close, Close::Lingering) || size == 10;
                assert!(
                    seen.answered == seen.calls || !whole,
                    "{status} {close:?} {size}: {seen:?}"
                );
                all =
                    Seen { calls: all.calls + seen.calls, answered: all.answered + seen.answered };
            }
        }
    }
    // How often a reset wins depends on what else the machine does.
    assert!(many < 20 || all.answered * 10 >= all.calls * 9, "{all:?}");
}
