//! Spare connections lose no call, whenever a server closes them.
//!
//! `TRENZ_MONEY_WARM` multiplies the number of calls.

use std::time::Duration;

use fastrand::Rng;
use trenz_api::content::ai_video::SdProGenerate;
use trenz_api::{Client, ConnectionPolicy, Outcome};

use crate::billing_server::{BillingServer, Responses};
use crate::proxy::{self, Fate};
use crate::{KEY, hasty};

const PRICE: u64 = 650;

fn paid(mark: &str) -> SdProGenerate {
    SdProGenerate::builder().prompt(format!("~{mark}~")).build()
}

fn client(url: &str) -> Client {
    let client = Client::builder().api_key(KEY).base_url(url).retry_policy(hasty());
    let client = client.connection_policy(ConnectionPolicy::default());
    client.coin_budget(u64::MAX).build().unwrap()
}

/// Every server closes unused connections after some time, and a client cannot know after how long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_is_lost_to_a_server_that_closes_unused_connections() {
    let times: u64 = std::env::var("TRENZ_MONEY_WARM").map_or(1, |times| times.parse().unwrap());
    let mut running = Vec::new();
    // Long enough that no fresh connection is closed before its request has come, however busy the machine is.
    for (limit, calls) in [(150, 40 * times), (1200, 8 * times)] {
        let limit = Duration::from_millis(limit);
        running.push(tokio::spawn(async move {
            let server = BillingServer::start(PRICE, Responses::Whole);
            let proxy = proxy::start(server.address(), move |_| Fate::Unused(limit)).await;
            let client = client(&format!("http://{proxy}"));
            let mut rng = Rng::with_seed(1);
            for number in 0..calls {
                let result = client.execute(&paid(&number.to_string())).await;
                assert!(result.is_ok(), "{limit:?}, {number}: {result:?}");
                tokio::time::sleep(limit.mul_f64(1.5 * rng.f64())).await;
            }
            let total = client.ledger().total();
            assert_eq!((total.settled, total.at_risk), (calls * PRICE, 0), "{limit:?}");
            assert_eq!(server.billed("").iter().sum::<u64>(), calls, "{limit:?}");
        }));
    }
    for one in running {
        one.await.unwrap();
    }
}

/// Closes before the head, inside of it, inside of the body, after the request, and half.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ledger_is_right_whenever_a_connection_closes() {
    let calls =
        std::env::var("TRENZ_MONEY_WARM").map_or(300, |times| 300 * times.parse::<u64>().unwrap());
    let server = BillingServer::start(PRICE, Responses::Whole);
    let fate = |rng: &mut Rng| match rng.u8(..8) {
        0 => Fate::After(0),
        1 => Fate::After(rng.usize(..400)),
        2 => Fate::HalfClosed(0),
        3 => Fate::HalfClosed(rng.usize(..400)),
        _ => Fate::Unused(Duration::from_millis(rng.u64(..200))),
    };
    let client = client(&format!("http://{}", proxy::start(server.address(), fate).await));
    let mut running = Vec::new();
    for worker in 0..4 {
        let client = client.clone();
        running.push(tokio::spawn(async move {
            let mut rng = Rng::with_seed(worker);
            let mut unknown = 0;
            for number in 0..calls / 4 {
                let result = client.execute(&paid(&format!("{worker}.{number}"))).await;
                unknown += u64::from(result.is_err_and(|e| e.outcome() == Outcome::Unknown));
                tokio::time::sleep(Duration::from_millis(rng.u64(..10))).await;
            }
            unknown
        }));
    }
    let mut unknown = 0;
    for one in running {
        unknown += one.await.unwrap();
    }
    let total = client.ledger().total();
    drop(client);
    tokio::task::spawn_blocking(move || {
        server.settle();
        let billed = server.billed("");
        let bill = billed.iter().sum::<u64>() * PRICE;
        println!("{unknown} of {calls} unknown; {total:?}, bill {bill}");
        assert!(billed.iter().all(|times| *times == 1), "{billed:?}");
        let most = total.settled + total.at_risk + total.unreported_at_most;
        assert!(total.settled <= bill && bill <= most, "{total:?}, bill {bill}");
        assert!(total.settled > 0 && unknown > 0, "{total:?}");
    })
    .await
    .unwrap();
}
