//! Random calls, faults, concurrency and giving up, and afterwards two books that must agree.
//!
//! Each call carries a mark, by which the sandbox's own ledger tells what that call was charged, and has a budget of
//! its own within the budget of its sequence, by which the client's books tell what they know of it. Among the calls are
//! tasks that are waited for, and bodies that take a while to be written; among the faults are answers that come early,
//! too often, about another task or at a cost, and refunds that come twice.
//!
//! `TRENZ_MONEY_SEQUENCES` sets how many sequences are run, `TRENZ_MONEY_SEED` where they begin: a failure prints the
//! seed of its sequence, which alone makes it again with `TRENZ_MONEY_SEQUENCES=1`.

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fastrand::Rng;
use trenz_api::{
    Budget, Charged, Client, ClientBuilder, Error, Ledger, Operation, Outcome, Polling, RetryPolicy,
};
use trenz_sandbox::{EntryKind, Fault, FaultKind, Pace, RetryAfter, Sandbox};

use crate::gateway::{Gateway, Mood};
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
    /// Like the last, waited for to its end.
    Task,
}

/// What the caller has agreed to, for one call.
#[derive(Clone, Copy, Debug, Default)]
struct Consent {
    duplicate_charge: Option<u64>,
    duplicate_write: Option<u64>,
    after_server_errors: bool,
    max_cost: Option<u64>,
    given_up_after: Option<Duration>,
}

#[derive(Debug)]
struct Plan {
    mark: String,
    kind: Kind,
    consent: Consent,
    /// What makes the body of a call so long that giving up comes in the middle of it.
    padding: usize,
    /// The coins of the whole sequence.
    limit: u64,
}

/// What the client's side knows of a call once it is over.
#[derive(Debug)]
struct Call {
    plan: Plan,
    seed: u64,
    max_duplicate_cost: u64,
    /// `None` if it was given up.
    result: Option<Result<(), Told>>,
    known: Budget,
    /// The coins that the task gave back, as it was told.
    returned: u64,
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
            Self::Generate | Self::Task => 650,
        }
    }

    fn is_write(self) -> bool {
        matches!(self, Self::Remark | Self::Generate | Self::Task)
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

fn plan(rng: &mut Rng, mark: String, limit: u64) -> Plan {
    let kinds = [
        Kind::Status,
        Kind::Search,
        Kind::Search,
        Kind::Remark,
        Kind::Generate,
        Kind::Generate,
        Kind::Task,
    ];
    let kind = kinds[rng.usize(..kinds.len())];
    let long = kind == Kind::Generate && rng.u8(..32) == 0;
    let padding = if long { rng.usize(70_000..400_000) } else { 0 };
    let maybe = |rng: &mut Rng, coins: u64| (rng.u8(..8) == 0).then_some(coins);
    let consent = Consent {
        duplicate_charge: maybe(rng, 10),
        duplicate_write: maybe(rng, 700),
        after_server_errors: rng.u8(..8) == 0,
        max_cost: maybe(rng, 12),
        given_up_after: (rng.u8(..5) == 0).then(|| Duration::from_micros(rng.u64(0..4000))),
    };
    Plan { mark, kind, consent, padding, limit }
}

fn fault(rng: &mut Rng) -> Fault {
    let kinds = kinds(rng);
    let fault = Fault::new(kinds[rng.usize(..kinds.len())].clone());
    let fault = fault.times(rng.u32(1..4)).after(rng.u32(0..3));
    if rng.bool() { fault } else { fault.on("trenz-ai-*") }
}

fn fault_names() -> impl Iterator<Item = &'static str> {
    kinds(&mut Rng::with_seed(0)).into_iter().map(|kind| kind.name())
}

fn kinds(rng: &mut Rng) -> Vec<FaultKind> {
    vec![
        FaultKind::CloseBeforeReading,
        FaultKind::CloseWhileReading,
        FaultKind::EarlyResponse([200, 500][rng.usize(..2)]),
        FaultKind::CloseAfterCharging,
        FaultKind::CloseInBody,
        FaultKind::StallHeaders(None),
        FaultKind::StallBody(None),
        FaultKind::LengthTooLong,
        FaultKind::ExtraResponse(Duration::from_millis(rng.u64(..3))),
        FaultKind::ResponseToAnother,
        FaultKind::InvalidJson,
        FaultKind::EmptyResponse,
        FaultKind::BrokenGzip,
        FaultKind::Gateway(502),
        FaultKind::ServerError(500),
        FaultKind::ServerError(503),
        FaultKind::Redirect(None),
        FaultKind::RateLimited(RetryAfter::Seconds(0)),
        FaultKind::RateLimited(RetryAfter::Invalid),
        FaultKind::QuotaExceeded,
        FaultKind::CostInError(None),
        FaultKind::NumbersAsStrings,
        FaultKind::RenamedUsage,
        FaultKind::NoUsage,
        FaultKind::Nulls,
        FaultKind::TaskFails,
        FaultKind::RefundTwice,
    ]
}

async fn one(
    client: Client,
    plan: Plan,
    seed: u64,
    (attempts, max_duplicate_cost): (u32, u64),
) -> Call {
    fn call<O: Operation>(
        client: &Client,
        request: O,
        policy: RetryPolicy,
        consent: Consent,
    ) -> trenz_api::Call<'_, O> {
        let mut call = client.call(request).retry_policy(policy);
        if let Some(coins) = consent.duplicate_charge {
            call = call.allow_duplicate_charge(coins);
        }
        if let Some(coins) = consent.duplicate_write {
            call = call.allow_duplicate_write(coins);
        }
        if consent.after_server_errors {
            call = call.retry_writes_on_server_error();
        }
        if let Some(coins) = consent.max_cost {
            call = call.max_cost(coins);
        }
        call
    }
    async fn send(call: trenz_api::Call<'_, impl Operation>) -> Result<(), Told> {
        call.send().await.map(drop).map_err(Told::from)
    }
    let client = client.with_budget(1_000_000);
    let returned = AtomicU64::new(0);
    let (mark, consent) = (plan.mark.as_str(), plan.consent);
    let policy = hasty().max_attempts(attempts).max_duplicate_cost(max_duplicate_cost);
    let sending = async {
        match plan.kind {
            Kind::Status => send(call(&client, status(mark), policy, consent)).await,
            Kind::Search => send(call(&client, search(mark), policy, consent)).await,
            Kind::Remark => send(call(&client, remark(mark), policy, consent)).await,
            Kind::Generate => {
                let prompt = format!("{mark} {}", "x".repeat(plan.padding));
                send(call(&client, generate(&prompt), policy, consent)).await
            }
            Kind::Task => match call(&client, generate(mark), policy, consent).submit().await {
                Ok(task) => {
                    let task = task.polling(polling());
                    // Whoever waits once more is told the same, and the coins do not come back again.
                    for _ in 0..2 {
                        let failed = task.wait().await.err();
                        let coins = failed.and_then(|error| error.coins_refunded());
                        returned.fetch_max(coins.unwrap_or(0), Ordering::Relaxed);
                    }
                    Ok(())
                }
                Err(error) => Err(error.into()),
            },
        }
    };
    let result = match consent.given_up_after {
        Some(after) => tokio::time::timeout(after, sending).await.ok(),
        None => Some(sending.await),
    };
    let known = client.budget().unwrap();
    Call { plan, seed, max_duplicate_cost, result, known, returned: returned.into_inner() }
}

/// Asks without waiting, and not for long.
fn polling() -> Polling {
    let moment = Duration::from_millis(1);
    Polling::new()
        .interval(moment..=moment)
        .max_interval(moment)
        .deadline(Duration::from_millis(100))
}

/// One sequence: some faults, a budget, some calls, one after the other or at once.
async fn sequence(sandbox: &Sandbox, client: &Client, seed: u64) -> Vec<Call> {
    let mut rng = Rng::with_seed(seed);
    sandbox.clear_faults();
    for _ in 0..rng.usize(0..4) {
        sandbox.add_fault(fault(&mut rng));
    }
    let max_duplicate_cost = [0, 0, 5, 10][rng.usize(..4)];
    let limit = [20, 700, 1400, 100_000][rng.usize(..4)];
    let policy = (rng.u32(1..5), max_duplicate_cost);
    let before = client.ledger();
    let client = client.with_budget(limit);
    let at_once = rng.bool();
    let plans: Vec<_> =
        (0..rng.usize(1..6)).map(|n| plan(&mut rng, format!("m{seed}x{n}z"), limit)).collect();
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
    let known = total.settled + total.unreported_at_most - total.refunded;
    assert_eq!(known, budget.spent, "seed {seed}");
    let returned: u64 = calls.iter().map(|call| call.returned).sum();
    assert_eq!(total.refunded, returned, "seed {seed}");
    assert_eq!(total.at_risk, budget.at_risk, "seed {seed}");
    let failed = calls.iter().filter(|call| !matches!(call.result, Some(Ok(())))).count() as u64;
    // Each poll of a task is a call of its own.
    let polled = calls.iter().any(|call| call.plan.kind == Kind::Task);
    let counted = total.failures <= failed && total.calls <= calls.len() as u64;
    assert!(counted || polled, "seed {seed}");
}

/// What the sandbox's books say of one mark.
#[derive(Clone, Copy, Debug, Default)]
struct Truth {
    arrived: u64,
    charged: u64,
    /// What came back at once, by a response of 500 or more.
    refunded: u64,
    /// What came back for a task that failed, once.
    returned: u64,
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
    let mut requests = HashMap::new();
    let mut truths: HashMap<String, Truth> = HashMap::new();
    for seen in sandbox.requests() {
        let said = format!("{}?{} {}", seen.path, seen.query, String::from_utf8_lossy(&seen.body));
        let mark = said.split(['/', '=', '"', '&', '?', ' ']).find(|word| is_mark(word));
        let Some(mark) = mark else {
            // A task is asked for by its own id, and for nothing.
            assert_eq!(seen.operation.as_deref(), Some("task-status"), "no mark in {said}");
            continue;
        };
        truths.entry(mark.to_owned()).or_default().arrived += 1;
        let failed = seen.status.is_some_and(|status| status >= 500);
        requests.insert(seen.request_id, (mark.to_owned(), failed));
    }
    for entry in sandbox.ledger().entries() {
        let (mark, failed) = &requests[&entry.request_id];
        let truth = truths.get_mut(mark).unwrap();
        match entry.kind {
            EntryKind::Charge => {
                truth.charged += entry.coins;
                truth.charges += 1;
            }
            EntryKind::Refund if *failed => truth.refunded += entry.coins,
            // A second refund of the same is the sandbox's loss, and nobody's gain.
            EntryKind::Refund => truth.returned = entry.coins,
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

/// The client's books against the sandbox's; `surplus` if it has sent more responses than requests.
fn agree(call: &Call, truth: Truth, surplus: bool) {
    let Call { plan, known, result, returned, .. } = call;
    let coins = plan.kind.coins();
    let took = truth.charged - truth.refunded;
    let because = || format!("{call:#?} {truth:?}");
    // A task's coins come back when it fails, which is recorded when it is told: never before, and nothing else.
    assert!(*returned == 0 || *returned == truth.returned, "{}", because());
    let known_to_be_taken = known.spent + returned;
    // Equal, or different by no more than what is marked: by whole attempts of which nothing is known.
    assert!(known_to_be_taken <= took, "{}", because());
    assert!(took <= known_to_be_taken + known.at_risk, "{}", because());
    assert!(coins == 0 || (took - known_to_be_taken).is_multiple_of(coins), "{}", because());
    // No write is done twice without consent, nor does it even arrive twice once it was charged.
    let consent = plan.consent;
    if plan.kind.is_write() {
        let again = consent.duplicate_write.unwrap_or(0) / coins;
        assert!(took <= coins * (1 + again), "{}", because());
        if consent.duplicate_write.is_none() && !consent.after_server_errors {
            assert!(truth.charges <= 1, "{}", because());
        }
    } else {
        let lost = consent.duplicate_charge.unwrap_or(call.max_duplicate_cost);
        assert!(took <= coins + lost, "{}", because());
    }
    if let Some(most) = consent.max_cost {
        assert!(took <= most, "{}", because());
    }
    match result {
        None => {}
        // A free read shares its connection, where a surplus response may be taken for its own (docs/unknown.md).
        Some(Ok(())) if coins == 0 && surplus => {}
        Some(Ok(())) => assert!(truth.arrived >= 1 && took >= coins, "{}", because()),
        Some(Err(told)) => {
            let charged = match told.charged {
                Charged::No => took == 0 && told.at_risk == 0,
                Charged::Yes => took > 0,
                _ => told.at_risk > 0 && took <= known_to_be_taken + told.at_risk,
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

/// How the client of a chunk reaches the sandbox.
#[derive(Clone, Copy, Debug)]
enum By {
    Http1,
    /// By a gateway that refuses streams and goes away, but always says so.
    Http2,
    /// By one that breaks connections as well, so that the client changes to HTTP/1.1.
    Both,
}

impl By {
    fn mood(self, rng: &mut Rng) -> Mood {
        let soon = Duration::from_micros(rng.u64(..3000));
        match rng.u8(..24) {
            0 | 1 => Mood::Refuse,
            2 => Mood::Leave(soon),
            3 if matches!(self, Self::Both) => Mood::Break(soon),
            _ => Mood::Pass,
        }
    }

    async fn client(self, sandbox: &Sandbox, seed: u64) -> ClientBuilder {
        let client = client(sandbox);
        if let Self::Http1 = self {
            return client;
        }
        let server = ([127, 0, 0, 1], sandbox.port()).into();
        let mut rng = Rng::with_seed(seed);
        let gateway = Gateway::with(server, None, move || self.mood(&mut rng)).await;
        gateway.trusted(client, gateway.address())
    }
}

async fn chunk(
    by: By,
    seeds: std::ops::Range<u64>,
    shown: &Mutex<BTreeSet<&'static str>>,
) -> [u64; 3] {
    // What a search finds matters to nobody here, and would be most of the work.
    let sandbox = sandbox().balance(1_000_000_000).items(2).pace(Pace::Polls(1));
    let sandbox = sandbox.start().await.unwrap();
    // Making a client costs more than a sequence does, so the sequences of a chunk share one.
    let client = by.client(&sandbox, seeds.start).await;
    let client = client.timeout(Duration::from_millis(40)).max_in_flight(3);
    let client = client.build().unwrap();
    let mut calls = Vec::new();
    for seed in seeds {
        let sequence = sequence(&sandbox, &client, seed);
        calls.extend(sequence.await);
    }
    sandbox.clear_faults();
    let truths = books(&sandbox).await;
    let fired = sandbox.fired();
    let surplus = fired.iter().any(|one| matches!(one.kind, FaultKind::ExtraResponse(_)));
    let mut risky = 0;
    let mut bills = HashMap::<u64, u64>::new();
    for call in &calls {
        let truth = truths.get(&call.plan.mark).copied().unwrap_or_default();
        let agreed = std::panic::catch_unwind(|| agree(call, truth, surplus)).is_ok();
        assert!(agreed, "seed {}: the books do not agree, see above", call.seed);
        risky += u64::from(call.known.at_risk > 0);
        let bill = bills.entry(call.seed).or_default();
        *bill += truth.charged - truth.refunded - call.returned;
        assert!(*bill <= call.plan.limit, "seed {}: {bill} of {}", call.seed, call.plan.limit);
    }
    shown.lock().unwrap().extend(fired.iter().map(|one| one.kind.name()));
    [calls.len() as u64, risky, fired.len() as u64]
}

#[test]
fn client_and_server_ledgers_agree_on_random_calls() {
    let first = number("TRENZ_MONEY_SEED", fastrand::u64(..1 << 40));
    let sequences = number("TRENZ_MONEY_SEQUENCES", SEQUENCES);
    println!("{sequences} sequences from TRENZ_MONEY_SEED={first} on");
    let chunks: Vec<_> = (first..first + sequences)
        .step_by(usize::try_from(CHUNK).unwrap())
        .map(|seed| seed..(seed + CHUNK).min(first + sequences))
        .collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let shown = Mutex::default();
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
                        let by = [By::Http1, By::Http2, By::Http1, By::Both][number % 4];
                        let counted = runtime.block_on(chunk(by, seeds.clone(), &shown));
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
    let shown = shown.into_inner().unwrap();
    let missing = fault_names().find(|name| !shown.contains(name));
    assert!(sequences < 1000 || missing.is_none(), "{missing:?} has never shown");
    assert!(sequences < 1000 || (risky > calls / 100 && faults > sequences / 4), "too tame");
}
