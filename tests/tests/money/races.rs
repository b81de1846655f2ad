//! Calls that are ended at any moment, among them while their body is being written, against a server that bills for
//! each request of which it has all.
//!
//! `TRENZ_MONEY_RACES` sets how many calls are made at least, `TRENZ_MONEY_SEED` where chance begins.

use std::collections::HashMap;
use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use fastrand::Rng;
use tokio::runtime::{Builder, Runtime};
use trenz_api::Client;
use trenz_api::content::ai_video::SdProGenerate;

use crate::billing_server::{BillingServer, Responses};
use crate::{KEY, hasty};

const PRICE: u64 = 650;
/// How many calls the budget of a round pays for.
const AFFORDABLE: u64 = 25;
const CALLS: u64 = 150;

/// How a call ends that is not answered in time.
#[derive(Clone, Copy, Debug)]
enum End {
    Timeout(Duration),
    Drop(Duration),
    Abort(Duration),
    Shutdown(Duration),
}

#[derive(Default, Debug)]
struct Tally {
    calls: u64,
    answered: u64,
    whole: u64,
    settled: u64,
    at_risk: u64,
    bill: u64,
    broken: Vec<String>,
}

#[test]
fn dropped_calls_arrive_only_if_their_coins_are_at_risk() {
    let calls = std::env::var("TRENZ_MONEY_RACES").map_or(CALLS, |calls| calls.parse().unwrap());
    let seed = std::env::var("TRENZ_MONEY_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut rng = Rng::with_seed(seed);
    let server = BillingServer::start(PRICE, Responses::Whole);
    let mut tally = Tally::default();
    let mut round = 0;
    let mut aims = HashMap::new();
    while tally.calls < calls {
        round += 1;
        one_round(&server, &mut rng, round, &mut aims, &mut tally);
    }
    println!(
        "{} calls, {} answered, {} whole requests; settled {}, at risk {}, bill {}",
        tally.calls, tally.answered, tally.whole, tally.settled, tally.at_risk, tally.bill
    );
    assert!(tally.broken.is_empty(), "{} rounds: {:#?}", tally.broken.len(), tally.broken);
    assert!(tally.answered > 0 && tally.at_risk > 0, "nothing was swept: {tally:?}");
}

/// Calls of one client until its budget is used up.
fn one_round(
    server: &BillingServer,
    rng: &mut Rng,
    round: u64,
    aims: &mut HashMap<(u8, usize), Duration>,
    tally: &mut Tally,
) {
    let threads = [1, 2, 4, 8][rng.usize(..4)];
    let runtime = || {
        let builder =
            if threads == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
        { builder }.worker_threads(threads).enable_all().build().unwrap()
    };
    let budget = AFFORDABLE * PRICE;
    let client = Client::builder().api_key(KEY).base_url(server.url()).check_bounds(false);
    let client = client.retry_policy(hasty()).coin_budget(budget).build().unwrap();
    let prefix = format!("{round}.");
    // Most of the time goes into making large bodies, so a round shares a few.
    let sizes = [0, 10_000, 1 << 20, 2 << 20, 1 << rng.usize(..24)];
    let bodies: Vec<_> = sizes.iter().map(|size| "x".repeat(*size)).collect();
    let mut running = Some(runtime());
    // A hundred or so would do, but for calls that never leave.
    for number in 0..AFFORDABLE * 4 {
        let body = &bodies[[0, 1, 2, 2, 3, 3, 4][rng.usize(..7)]];
        let request = SdProGenerate::builder().prompt(format!("~{prefix}{number}~ {body}")).build();
        let kind = [0, 1, 1, 2, 2, 2, 3, 3, 3][rng.usize(..9)];
        let first = Duration::from_micros(200 + body.len() as u64 / 100);
        let aim = aims.entry((kind, body.len())).or_insert(first);
        let after = aim.mul_f64(0.7 + 0.6 * rng.f64());
        let end = match kind {
            0 => End::Shutdown(after),
            1 => End::Abort(after),
            2 => End::Drop(after),
            _ => End::Timeout(after),
        };
        let runtime = running.get_or_insert_with(runtime);
        let result = one(runtime, &client, request, end);
        tally.calls += 1;
        // Most calls are to end while their body is being written, wherever on this machine that may be.
        match result {
            Some(Ok(())) => {
                tally.answered += 1;
                *aim = aim.mul_f64(0.9);
            }
            Some(Err(true)) => break,
            _ => *aim = aim.mul_f64(1.1),
        }
        if matches!(end, End::Shutdown(_)) {
            running = None;
        }
    }
    let (ledger, left) = (client.ledger(), client.budget().unwrap());
    drop((client, running));
    server.settle();
    let billed = server.billed(&prefix);
    let bill = billed.iter().sum::<u64>() * PRICE;
    let total = ledger.total();
    let most = total.settled + total.at_risk + total.unreported_at_most;
    if !(total.settled <= bill && bill <= most) {
        tally.broken.push(format!("round {round}: {} <= {bill} <= {most}", total.settled));
    }
    if bill > budget || left.reserved > 0 {
        tally
            .broken
            .push(format!("round {round}: a budget of {budget} for a bill of {bill}, {left:?}"));
    }
    if billed.iter().any(|times| *times > 1) {
        tally.broken.push(format!("round {round}: written twice: {billed:?}"));
    }
    tally.whole += billed.iter().sum::<u64>();
    tally.settled += total.settled;
    tally.at_risk += total.at_risk;
    tally.bill += bill;
}

/// The end of a call: a response, an error, which may be the budget's, or nothing because the call was dropped.
fn one(
    runtime: &Runtime,
    client: &Client,
    request: SdProGenerate,
    end: End,
) -> Option<Result<(), bool>> {
    let client = client.clone();
    let call = async move {
        let call = client.call(request);
        let call = match end {
            End::Timeout(after) => call.timeout(after),
            _ => call,
        };
        call.send().await.map(drop).map_err(|error| error.is_over_budget())
    };
    match end {
        End::Timeout(_) => Some(runtime.block_on(call)),
        End::Drop(after) => runtime.block_on(async {
            // Tokio's clock goes by milliseconds, which is too coarse here.
            let until = Instant::now() + after;
            let time = poll_fn(|context| {
                context.waker().wake_by_ref();
                if Instant::now() < until { Poll::Pending } else { Poll::Ready(()) }
            });
            tokio::select! {
                result = call => Some(result),
                () = time => None,
            }
        }),
        End::Abort(after) => {
            let task = runtime.spawn(call);
            runtime.block_on(async {
                tokio::task::spawn_blocking(move || spin(after)).await.unwrap();
                task.abort();
                task.await.ok()
            })
        }
        End::Shutdown(after) => {
            let task = runtime.spawn(call);
            runtime.block_on(async {
                tokio::task::spawn_blocking(move || spin(after)).await.unwrap();
            });
            drop(task);
            None
        }
    }
}

fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}
