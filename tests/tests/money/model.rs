//! Random calls, faults, concurrency and giving up, and afterwards two books that must agree.
//!
//! Each call carries a mark, by which the sandbox's own ledger tells what that call was charged, and has a budget of
//! its own within the budget of its sequence, by which the client's books tell what they know of it.
//!
//! `TRENZ_MONEY_SEQUENCES` sets how many sequences are run, `TRENZ_MONEY_SEED` where they begin: a failure prints the
//! seed of its sequence, which alone makes it again with `TRENZ_MONEY_SEQUENCES=1`.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;
use trenz_api::{Budget, Charged, Client, Error, Ledger, Operation, Outcome, RetryPolicy};
use trenz_tests::{EntryKind, Fault, FaultKind, RetryAfter, Sandbox};

use crate::{KEY, client, generate, hasty, remark, sandbox, search, status};

/// How many sequences share a sandbox, whose books are read once for all of them.
const CHUNK: u64 = 250;
const SEQUENCES: u64 = 10_000;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Status,
    Search,
    Remark,
    Generate,
}

/// What the caller has agreed to, for one call.
#[derive(Clone, Copy, Debug, Default)]
struct Consent {
    paying_twice: Option<u64>,
    doing_it_twice: Option<u64>,
    after_server_errors: bool,
    max_cost: Option<u64>,
    given_up_after: Option<Duration>,
}

#[derive(Debug)]
struct Plan {
    mark: String,
    kind: Kind,
    consent: Consent,
}

/// What the client's side knows of a call once it is over.
#[derive(Debug)]
struct Call {
    plan: Plan,
    seed: u64,
    replay_up_to: u64,
    /// `None` if it was given up.
    result: Option<Result<(), Told>>,
    known: Budget,
}

/// What an error says of the money.
#[derive(Debug)]
struct Told {
    text: String,
    charged: Charged,
    at_risk: u64,
    outcome: Outcome,
    sent: usize,
}

impl Kind {
    fn coins(self) -> u64 {
        match self {
            Self::Status => 0,
            Self::Search => 5,
            Self::Remark => 2,
            Self::Generate => 650,
        }
    }

    fn is_write(self) -> bool {
        matches!(self, Self::Remark | Self::Generate)
    }
}

impl From<Error> for Told {
    fn from(error: Error) -> Self {
        let text = format!("{error} {error:?}");
        assert!(!text.contains(KEY), "{text}");
        Self {
            text,
            charged: error.charged(),
            at_risk: error.coins_at_risk(),
            outcome: error.outcome(),
            sent: error.attempts().len(),
        }
    }
}

fn plan(rng: &mut Rng, mark: String) -> Plan {
    let kind = [Kind::Status, Kind::Search, Kind::Search, Kind::Remark, Kind::Generate];
    let maybe = |rng: &mut Rng, coins: u64| (rng.u8(..8) == 0).then_some(coins);
    let consent = Consent {
        paying_twice: maybe(rng, 10),
        doing_it_twice: maybe(rng, 700),
        after_server_errors: rng.u8(..8) == 0,
        max_cost: maybe(rng, 12),
        given_up_after: (rng.u8(..5) == 0).then(|| Duration::from_micros(rng.u64(0..4000))),
    };
    Plan { mark, kind: kind[rng.usize(..kind.len())], consent }
}

fn fault(rng: &mut Rng) -> Fault {
    let kinds = [
        FaultKind::CloseBeforeReading,
        FaultKind::CloseWhileReading,
        FaultKind::CloseAfterCharging,
        FaultKind::CloseInBody,
        FaultKind::StallHeaders(None),
        FaultKind::StallBody(None),
        FaultKind::LengthTooLong,
        FaultKind::InvalidJson,
        FaultKind::EmptyAnswer,
        FaultKind::BrokenGzip,
        FaultKind::Gateway(502),
        FaultKind::ServerError(500),
        FaultKind::ServerError(503),
        FaultKind::Redirect(None),
        FaultKind::RateLimited(RetryAfter::Seconds(0)),
        FaultKind::RateLimited(RetryAfter::Nonsense),
        FaultKind::QuotaExceeded,
        FaultKind::NumbersAsStrings,
        FaultKind::RenamedUsage,
        FaultKind::NoUsage,
        FaultKind::Nulls,
    ];
    let fault = Fault::new(kinds[rng.usize(..kinds.len())].clone());
    let fault = fault.times(rng.u32(1..4)).after(rng.u32(0..3));
    if rng.bool() { fault } else { fault.on("trenz-ai-*") }
}

async fn one(client: Client, plan: Plan, seed: u64, (attempts, replay_up_to): (u32, u64)) -> Call {
    async fn send<O: Operation>(
        client: &Client,
        request: O,
        policy: RetryPolicy,
        consent: Consent,
    ) -> Result<(), Told> {
        let mut call = client.call(request).retry_policy(policy);
        if let Some(coins) = consent.paying_twice {
            call = call.risk_paying_twice_up_to(coins);
        }
        if let Some(coins) = consent.doing_it_twice {
            call = call.risk_doing_it_twice_up_to(coins);
        }
        if consent.after_server_errors {
            call = call.repeat_writes_after_server_errors();
        }
        if let Some(coins) = consent.max_cost {
            call = call.max_cost(coins);
        }
        call.send().await.map(drop).map_err(Told::from)
    }
    let client = client.with_budget(1_000_000);
    let (mark, consent) = (plan.mark.as_str(), plan.consent);
    let policy = hasty().attempts(attempts).replay_up_to(replay_up_to);
    let sending = async {
        match plan.kind {
            Kind::Status => send(&client, status(mark), policy, consent).await,
            Kind::Search => send(&client, search(mark), policy, consent).await,
            Kind::Remark => send(&client, remark(mark), policy, consent).await,
            Kind::Generate => send(&client, generate(mark), policy, consent).await,
        }
    };
    let result = match consent.given_up_after {
        Some(after) => tokio::time::timeout(after, sending).await.ok(),
        None => Some(sending.await),
    };
    let known = client.budget().unwrap();
    Call { plan, seed, replay_up_to, result, known }
}

/// One sequence: some faults, a budget, some calls, one after the other or at once.
async fn sequence(sandbox: &Sandbox, client: &Client, seed: u64) -> Vec<Call> {
    let mut rng = Rng::with_seed(seed);
    sandbox.clear_faults();
    for _ in 0..rng.usize(0..4) {
        sandbox.add_fault(fault(&mut rng));
    }
    let replay_up_to = [0, 0, 5, 10][rng.usize(..4)];
    let limit = [20, 700, 1400, 100_000][rng.usize(..4)];
    let policy = (rng.u32(1..5), replay_up_to);
    let before = client.ledger();
    let client = client.with_budget(limit);
    let at_once = rng.bool();
    let plans: Vec<_> =
        (0..rng.usize(1..6)).map(|n| plan(&mut rng, format!("m{seed}x{n}z"))).collect();
    let mut calls = Vec::new();
    let mut running = Vec::new();
    for plan in plans {
        let call = one(client.clone(), plan, seed, policy);
        if at_once {
            running.push(tokio::spawn(call));
        } else {
            calls.push(call.await);
        }
    }
    for call in running {
        calls.push(call.await.unwrap());
    }
    agree_with_themselves(&client, &before, &calls, seed);
    calls
}

/// The ledger, the budget and what each call knows are three views of the same.
fn agree_with_themselves(client: &Client, before: &Ledger, calls: &[Call], seed: u64) {
    let (total, budget) = (client.ledger().since(before).total(), client.budget().unwrap());
    let sum = |of: fn(&Budget) -> u64| calls.iter().map(|call| of(&call.known)).sum::<u64>();
    assert_eq!(budget.reserved, 0, "seed {seed}");
    assert_eq!((budget.spent, budget.at_risk), (sum(|one| one.spent), sum(|one| one.at_risk)));
    assert!(budget.spent + budget.at_risk <= budget.limit, "seed {seed}: {budget:?}");
    assert_eq!(total.settled + total.unreported_at_most, budget.spent, "seed {seed}");
    assert_eq!(total.at_risk, budget.at_risk, "seed {seed}");
    let failed = calls.iter().filter(|call| !matches!(call.result, Some(Ok(())))).count() as u64;
    assert!(total.failures <= failed && total.calls <= calls.len() as u64, "seed {seed}");
}

/// What the sandbox's books say of one mark.
#[derive(Clone, Copy, Debug, Default)]
struct Truth {
    arrived: u64,
    charged: u64,
    refunded: u64,
    charges: u64,
}

async fn books(sandbox: &Sandbox) -> HashMap<String, Truth> {
    // What was given up may still be on its way.
    let mut seen = sandbox.requests().len();
    loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let now = sandbox.requests().len();
        if now == seen {
            break;
        }
        seen = now;
    }
    let mut marks = HashMap::new();
    let mut truths: HashMap<String, Truth> = HashMap::new();
    for seen in sandbox.requests() {
        let said = format!("{}?{} {}", seen.path, seen.query, String::from_utf8_lossy(&seen.body));
        let mark = said.split(['/', '=', '"', '&', '?', ' ']).find(|word| is_mark(word));
        let mark = mark.unwrap_or_else(|| panic!("no mark in {said}")).to_owned();
        truths.entry(mark.clone()).or_default().arrived += 1;
        marks.insert(seen.request_id, mark);
    }
    for entry in sandbox.ledger().entries() {
        let truth = truths.get_mut(&marks[&entry.request_id]).unwrap();
        match entry.kind {
            EntryKind::Charge => {
                truth.charged += entry.coins;
                truth.charges += 1;
            }
            EntryKind::Refund => truth.refunded += entry.coins,
        }
    }
    truths
}

fn is_mark(word: &str) -> bool {
    word.strip_prefix('m').and_then(|word| word.strip_suffix('z')).is_some_and(|word| {
        word.split('x')
            .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The client's books against the sandbox's.
fn agree(call: &Call, truth: Truth) {
    let Call { plan, known, result, .. } = call;
    let coins = plan.kind.coins();
    let took = truth.charged - truth.refunded;
    let because = || format!("{call:#?} {truth:?}");
    // Equal, or different by no more than what is marked: by whole attempts of which nothing is known.
    assert!(known.spent <= took && took <= known.spent + known.at_risk, "{}", because());
    assert!(coins == 0 || (took - known.spent).is_multiple_of(coins), "{}", because());
    // No write is done twice without consent, nor does it even arrive twice once it was charged.
    let consent = plan.consent;
    if plan.kind.is_write() {
        let again = consent.doing_it_twice.unwrap_or(0) / coins;
        assert!(took <= coins * (1 + again), "{}", because());
        if consent.doing_it_twice.is_none() && !consent.after_server_errors {
            assert!(truth.charges <= 1, "{}", because());
        }
    } else {
        let lost = consent.paying_twice.unwrap_or(call.replay_up_to);
        assert!(took <= coins + lost, "{}", because());
    }
    if let Some(most) = consent.max_cost {
        assert!(took <= most, "{}", because());
    }
    match result {
        None => {}
        Some(Ok(())) => assert!(truth.arrived >= 1 && took >= coins, "{}", because()),
        Some(Err(told)) => {
            let charged = match told.charged {
                Charged::No => took == 0 && told.at_risk == 0,
                Charged::Yes => took > 0,
                _ => told.at_risk > 0 && took <= known.spent + told.at_risk,
            };
            assert!(charged, "{}", because());
            assert!(told.sent > 0 || truth.arrived == 0, "{}", because());
            assert!(told.outcome != Outcome::NotSent || took == 0, "{} {}", told.text, because());
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |number| number.parse().unwrap())
}

async fn chunk(seeds: std::ops::Range<u64>) -> [u64; 3] {
    // What a search finds matters to nobody here, and would be most of the work.
    let sandbox = sandbox().balance(1_000_000_000).items(2).start().await.unwrap();
    // Making a client costs more than a sequence does, so the sequences of a chunk share one.
    let client = client(&sandbox).timeout(Duration::from_millis(40)).max_in_flight(3);
    let client = client.build().unwrap();
    let mut calls = Vec::new();
    for seed in seeds {
        let sequence = sequence(&sandbox, &client, seed);
        calls.extend(sequence.await);
    }
    sandbox.clear_faults();
    let truths = books(&sandbox).await;
    let mut risky = 0;
    for call in &calls {
        let truth = truths.get(&call.plan.mark).copied().unwrap_or_default();
        let agreed = std::panic::catch_unwind(|| agree(call, truth)).is_ok();
        assert!(agreed, "seed {}: the books do not agree, see above", call.seed);
        risky += u64::from(call.known.at_risk > 0);
    }
    [calls.len() as u64, risky, sandbox.fired().len() as u64]
}

#[test]
fn the_books_of_both_sides_agree() {
    let first = number("TRENZ_MONEY_SEED", fastrand::u64(..1 << 40));
    let sequences = number("TRENZ_MONEY_SEQUENCES", SEQUENCES);
    println!("{sequences} sequences from TRENZ_MONEY_SEED={first} on");
    let chunks: Vec<_> = (first..first + sequences)
        .step_by(usize::try_from(CHUNK).unwrap())
        .map(|seed| seed..(seed + CHUNK).min(first + sequences))
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let totals = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut runtime = tokio::runtime::Builder::new_current_thread();
                    let runtime = runtime.enable_all().build().unwrap();
                    let mut totals = [0; 3];
                    loop {
                        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(seeds) = chunks.get(number) else { return totals };
                        let counted = runtime.block_on(chunk(seeds.clone()));
                        for (total, count) in totals.iter_mut().zip(counted) {
                            *total += count;
                        }
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold([0; 3], |mut sum, one| {
            sum.iter_mut().zip(one).for_each(|(sum, one)| *sum += one);
            sum
        })
    });
    let [calls, risky, faults] = totals;
    println!("{calls} calls, {risky} of them at risk, {faults} faults");
    assert!(sequences < 1000 || (risky > calls / 100 && faults > sequences / 4), "too tame");
}
