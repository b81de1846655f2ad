//! Random sequences of calls by several processes, which are killed, stopped, wrong about the time and cut off from their
//! database, whose server crashes and is started again; and afterwards the ledger against the sandbox's own bill.
//!
//! Each sequence has a budget of its own and each call a mark, by which the sandbox tells what it was charged. A few
//! processes serve many sequences, since starting one takes longer than a sequence; one that was killed is replaced.
//!
//! `TRENZ_LEDGER_SEQUENCES` sets how many sequences are run on SQLite, and a quarter of that on PostgreSQL;
//! `TRENZ_LEDGER_SEED` where they begin.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use trenz_api::{AttemptState, BudgetUse, SpendLedger};
use trenz_sandbox::{EntryKind, Fault, FaultKind, RetryAfter, Sandbox};

use crate::basics::always;
use crate::child::{Child, Settings};
use crate::{Database, postgres, sandbox};

/// `cargo xtask test --full` asks for 2,000.
const SEQUENCES: u64 = 300;
/// How many sequences share a database, a sandbox and processes.
const CHUNK: u64 = 50;
const AT_ONCE: usize = 6;
const PROCESSES: usize = 3;
const LEASE: Duration = Duration::from_millis(900);

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

#[test]
fn sequences_on_sqlite_agree_with_the_bill() {
    run(variable("TRENZ_LEDGER_SEQUENCES", SEQUENCES), || Some(Database::sqlite()), false);
}

#[test]
fn sequences_on_postgresql_agree_with_the_bill() {
    let server = postgres::restarting_server();
    let restarts = server.is_some_and(postgres::Server::is_own);
    let database = || server.map(Database::on);
    run(variable("TRENZ_LEDGER_SEQUENCES", SEQUENCES) / 4, database, restarts);
}

/// Several chunks at once: most of the time, each waits.
fn run(sequences: u64, database: impl Fn() -> Option<Database> + Sync, restarts: bool) {
    let first = variable("TRENZ_LEDGER_SEED", 1);
    let (start, next, told) = (Instant::now(), AtomicU64::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(CHUNK, Ordering::Relaxed);
                    let to = (from + CHUNK).min(sequences);
                    if from >= to {
                        return;
                    }
                    let Some(database) = database() else { return };
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    let chunk = runtime.block_on(chunk(&database, first + from..first + to));
                    for (what, times) in chunk {
                        *told.lock().unwrap().entry(what).or_insert(0_u64) += times;
                    }
                }
            });
        }
    });
    let told = told.into_inner().unwrap();
    eprintln!("{sequences} sequences in {:?}: {told:?}", start.elapsed());
    // Each of the things that this is about has happened.
    if sequences >= 500 && !told.is_empty() {
        for what in ["ok", "over", "error", "killed", "stopped", "cut off", "at risk", "unreported"]
        {
            assert!(told.get(what).is_some_and(|times| *times > 0), "{what}: {told:?}");
        }
        assert_eq!(told.contains_key("restarted"), restarts, "{told:?}");
    }
}

fn fault(rng: &mut Rng) -> Fault {
    let kinds = [
        FaultKind::CloseBeforeReading,
        FaultKind::CloseWhileReading,
        FaultKind::CloseAfterCharging,
        FaultKind::CloseInBody,
        FaultKind::StallHeaders(Some(Duration::from_millis(rng.u64(1..15)))),
        FaultKind::StallBody(Some(Duration::from_millis(rng.u64(1..15)))),
        FaultKind::InvalidJson,
        FaultKind::EmptyResponse,
        FaultKind::Gateway(502),
        FaultKind::ServerError(500),
        FaultKind::RateLimited(RetryAfter::Seconds(0)),
        FaultKind::QuotaExceeded,
        FaultKind::CostInError(None),
        FaultKind::NoUsage,
        FaultKind::TaskFails,
        FaultKind::RefundTwice,
    ];
    Fault::new(kinds[rng.usize(..kinds.len())].clone()).times(rng.u32(1..4)).after(rng.u32(0..3))
}

/// Runs the sequences of a range and holds each against the bill. Says how often what has happened.
async fn chunk(database: &Database, seeds: std::ops::Range<u64>) -> BTreeMap<&'static str, u64> {
    let sandbox = sandbox().balance(i64::MAX / 2).start().await.unwrap();
    let mut rng = Rng::with_seed(seeds.start);
    let mut told = BTreeMap::new();
    let mut number = 0;
    let mut spawn = |rng: &mut Rng| {
        number += 1;
        let shifts = [0, 0, -90_000_000, 90_000_000, 3_600_000, -1_000];
        Child::spawn(&Settings {
            url: database.url.clone(),
            base_url: sandbox.base_url(),
            name: format!("p{number}"),
            lease: LEASE,
            shift: shifts[rng.usize(..shifts.len())],
        })
    };
    let mut children: Vec<Child> = (0..PROCESSES).map(|_| spawn(&mut rng)).collect();
    let mut plans = BTreeMap::new();
    for seed in seeds {
        let mut rng = Rng::with_seed(seed);
        let happened = sequence(database, &sandbox, &mut children, seed, &mut rng, &mut plans);
        for (what, times) in happened {
            *told.entry(what).or_insert(0) += times;
        }
        for child in &mut children {
            if child.is_dead() {
                *child = spawn(&mut rng);
            }
        }
    }
    drop(children);
    for (what, times) in agree(database, &sandbox, &plans).await {
        *told.entry(what).or_insert(0) += times;
    }
    told
}

/// What a sequence is held against.
struct Plan {
    /// The coins of its budget.
    limit: u64,
    /// The names of its calls, by their numbers; `-` for none.
    names: BTreeMap<usize, String>,
}

fn sequence(
    database: &Database,
    sandbox: &Sandbox,
    children: &mut [Child],
    seed: u64,
    rng: &mut Rng,
    plans: &mut BTreeMap<u64, Plan>,
) -> BTreeMap<&'static str, u64> {
    let mut happened = BTreeMap::new();
    let mut note = |what| *happened.entry(what).or_insert(0) += 1;
    sandbox.clear_faults();
    for _ in 0..rng.usize(0..3) {
        sandbox.add_fault(fault(rng));
    }
    let limit = [7, 20, 700, 1400, 5000][rng.usize(..5)];
    let mut plan = Plan { limit, names: BTreeMap::new() };
    let mut asked = BTreeSet::new();
    for number in 0..rng.usize(1..7) {
        let kind = ["search", "search", "remark", "generate", "generate", "task"][rng.usize(..6)];
        let child = rng.usize(..children.len());
        if asked.insert(child) {
            children[child].tell(&format!("budget b{seed} {limit}"));
        }
        let once =
            if rng.u8(..4) == 0 { format!("n{seed}.{}", rng.u8(..2)) } else { "-".to_owned() };
        plan.names.insert(number, once.clone());
        let drop_after = if rng.u8(..6) == 0 { rng.u32(1..4000) } else { 0 };
        let retries = rng.u8(..3);
        children[child]
            .tell(&format!("call {kind} m{seed}x{number}z {retries} {once} {drop_after}"));
    }
    plans.insert(seed, plan);
    for child in &asked {
        if rng.u8(..4) == 0 {
            children[*child].tell("resume");
        }
        children[*child].tell("end");
    }
    let victim = *asked.iter().nth(rng.usize(..asked.len())).unwrap();
    let mut stopped = None;
    match rng.u8(..12) {
        0..3 => {
            std::thread::sleep(Duration::from_micros(rng.u64(..6000)));
            children[victim].kill();
            note("killed");
        }
        3 => {
            children[victim].signal("-STOP");
            // Now and then until its lease has ended, and others count what it has under way as at risk.
            let long = rng.u8(..8) == 0;
            std::thread::sleep(if long {
                LEASE + LEASE / 3
            } else {
                Duration::from_micros(rng.u64(..3000))
            });
            stopped = Some(victim);
            note("stopped");
        }
        4 => {
            cut_off(database, rng);
            note("cut off");
        }
        // A crash of the server, for all sequences that are under way on it.
        5 if rng.u8(..4) == 0 && database.server.is_some_and(postgres::Server::restart) => {
            note("restarted");
        }
        _ => {}
    }
    if let Some(victim) = stopped {
        children[victim].signal("-CONT");
    }
    for child in asked {
        // The end of its output is that of a process that was killed.
        while let Some(said) = children[child].said() {
            match said.split(' ').next() {
                Some("ended") => break,
                Some("ok") => note("ok"),
                Some("over") => note("over"),
                Some("error") => note("error"),
                Some("unrecorded") => note("unrecorded"),
                _ => {}
            }
        }
    }
    happened
}

/// Takes the database away from the processes for a moment.
fn cut_off(database: &Database, rng: &mut Rng) {
    if let Some(file) = database.url.strip_prefix("sqlite://") {
        let other = rusqlite::Connection::open(file).unwrap();
        other.busy_timeout(Duration::from_secs(10)).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        std::thread::sleep(Duration::from_micros(rng.u64(..5000)));
        return;
    }
    let name = database.url.rsplit_once('/').unwrap().1;
    let sql = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' \
         AND application_name = 'trenz-api' ORDER BY random() LIMIT 2"
    );
    database.server.unwrap().sql(&sql);
}

/// What the sandbox's books say of one sequence.
#[derive(Clone, Copy, Debug, Default)]
struct Truth {
    arrived: u64,
    /// What was charged, and did not come back with the response.
    charged: u64,
    /// What came back for tasks.
    returned: u64,
}

async fn agree(
    database: &Database,
    sandbox: &Sandbox,
    plans: &BTreeMap<u64, Plan>,
) -> BTreeMap<&'static str, u64> {
    // What was killed or dropped may still be on its way.
    let mut before = usize::MAX;
    while before != sandbox.requests().len() {
        before = sandbox.requests().len();
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut truths: BTreeMap<u64, Truth> = BTreeMap::new();
    let mut requests = BTreeMap::new();
    let (mut arrived, mut polls) = (0_u64, 0_u64);
    for request in sandbox.requests() {
        arrived += 1;
        let body = String::from_utf8_lossy(&request.body);
        let said = format!("{}?{} {body}", request.path, request.query);
        let mut marks = said.split(['/', '=', '"', '&', '?', ' ']);
        let mark = marks.find_map(|word| {
            let (seed, number) = word.strip_prefix('m')?.strip_suffix('z')?.split_once('x')?;
            Some((seed.parse::<u64>().ok()?, number.parse::<usize>().ok()?))
        });
        let Some((seed, number)) = mark else {
            polls += 1;
            assert_eq!(request.operation.as_deref(), Some("task-status"), "no mark in {said}");
            continue;
        };
        truths.entry(seed).or_default().arrived += 1;
        let failed = request.status.is_some_and(|status| status >= 500);
        requests.insert(request.request_id, (seed, plans[&seed].names[&number].as_str(), failed));
    }
    let mut back = BTreeSet::new();
    let mut bought: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in sandbox.ledger().entries() {
        let (seed, name, failed) = requests[&entry.request_id];
        let truth = truths.get_mut(&seed).unwrap();
        let times = bought.entry(name).or_default();
        match entry.kind {
            EntryKind::Charge => {
                truth.charged += entry.coins;
                *times += 1;
            }
            EntryKind::Refund if failed => {
                truth.charged -= entry.coins;
                *times -= 1;
            }
            EntryKind::Refund if back.insert(entry.request_id.clone()) => {
                truth.returned += entry.coins;
                *times -= 1;
            }
            // A second refund of the same is the sandbox's loss, and nobody's gain.
            EntryKind::Refund => {}
        }
    }
    // Nothing of a name is paid for twice.
    bought.remove("-");
    bought.retain(|_, times| *times > 1);
    assert!(bought.is_empty(), "the number of a name is its seed: {bought:?}");
    // A lease after the last of them died, whatever its clock said: by a clock that is far ahead.
    let later = || std::time::SystemTime::now() + Duration::from_secs(30 * 24 * 3600);
    let ledger = if database.url.starts_with("sqlite") {
        database.builder().clock(later).open().await.unwrap()
    } else {
        tokio::time::sleep(LEASE).await;
        database.open().await
    };
    let at_risk = ledger.at_risk().await.unwrap();
    let budgets: BTreeMap<String, BudgetUse> = ledger
        .budgets()
        .await
        .unwrap()
        .into_iter()
        .map(|budget| (budget.name.clone(), budget))
        .collect();
    let rows = rows(&ledger).await;
    // No attempt is on the wire without its row: that of each sequence, and those of polls.
    assert!(
        arrived <= rows.sent,
        "{arrived} requests, {polls} of them polls, and {} rows",
        rows.sent
    );
    for (seed, Plan { limit, .. }) in plans {
        let truth = truths.get(seed).copied().unwrap_or_default();
        let row = rows.by_budget.get(seed).copied().unwrap_or_default();
        let because = || format!("TRENZ_LEDGER_SEED={seed}: {truth:?} {row:?} of {limit}");
        let Some(budget) = budgets.get(&format!("b{seed}")) else {
            assert_eq!(truth.arrived, 0, "{}", because());
            continue;
        };
        assert!(row.refunded <= truth.returned, "{}", because());
        assert_eq!(budget.reserved, 0, "{}", because());
        assert_eq!(budget.at_risk, row.at_risk, "{}", because());
        assert_eq!(budget.spent, row.settled + row.unreported - row.refunded, "{}", because());
        assert!(truth.arrived <= row.sent, "{}", because());
        assert!(row.settled <= truth.charged, "{}", because());
        assert!(truth.charged <= row.settled + row.at_risk + row.unreported, "{}", because());
        // Refunds make room for more; without them, no coin is beyond the limit.
        assert!(budget.spent + budget.at_risk <= *limit, "{}", because());
        assert!(truth.charged <= *limit + row.refunded, "{}", because());
    }
    let risk = at_risk.len() as u64;
    [("at risk", risk), ("unreported", rows.unreported), ("requests", arrived)].into()
}

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    sent: u64,
    settled: u64,
    unreported: u64,
    at_risk: u64,
    refunded: u64,
}

#[derive(Default)]
struct Rows {
    by_budget: BTreeMap<u64, Sum>,
    sent: u64,
    unreported: u64,
}

/// The rows of a ledger, added up by the sequence that their budgets name.
async fn rows(ledger: &SpendLedger) -> Rows {
    let always = always().start..always().end + Duration::from_secs(60 * 24 * 3600);
    let mut rows = Rows::default();
    for attempt in ledger.history(always).await.unwrap().attempts {
        let sent = u64::from(attempt.outcome.as_deref() != Some("not sent"));
        rows.sent += sent;
        rows.unreported += u64::from(attempt.state == AttemptState::Unreported);
        let Some(budget) = attempt.budgets.first() else { continue };
        let sum =
            rows.by_budget.entry(budget.trim_start_matches('b').parse().unwrap()).or_default();
        sum.sent += sent;
        sum.refunded += attempt.refunded;
        match attempt.state {
            AttemptState::Settled => sum.settled += attempt.coins,
            AttemptState::Unreported => sum.unreported += attempt.coins,
            AttemptState::AtRisk => sum.at_risk += attempt.coins,
            _ => {}
        }
    }
    rows
}
