//! Every fault of the sandbox against every kind of call, compared with a table that was written by hand from the
//! rules, and that the documentation shows.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use trenz_api::{Charged, Client, Error, Operation};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::{KEY, Protocol, generate, logs, remark, sandbox, search, status};

const TABLE: &str = include_str!("failures.tsv");

/// The kinds of calls, in the order of the columns of `docs/failures.md`.
const CALLS: [&str; 4] = ["free-read", "paid-read", "write", "task"];

/// The result of a call when the same fault happens to each of its attempts.
#[derive(Clone, Debug, PartialEq)]
struct Cell {
    attempts: u64,
    result: String,
    /// The coins that the server has charged and not refunded.
    took: u64,
    /// `-`, `unreported`, or [`Charged`] in lower case.
    charge: String,
    /// The coins that no response accounts for.
    open: u64,
}

impl Cell {
    fn new(client: &Client, sandbox: &Sandbox, result: &str, charge: &str, open: u64) -> Self {
        let (ours, theirs) = (client.ledger().total(), sandbox.ledger());
        let took = theirs.charged() - theirs.refunded();
        assert!(ours.settled <= took);
        assert!(took <= ours.settled + ours.at_risk + ours.unreported_at_most);
        let budget = client.budget().unwrap();
        assert_eq!(budget.spent, ours.settled + ours.unreported_at_most);
        assert_eq!((budget.at_risk, budget.reserved), (ours.at_risk, 0));
        let (result, charge) = (result.to_owned(), charge.to_owned());
        Self { attempts: ours.attempts, result, took, charge, open }
    }

    /// The cell as `docs/failures.md` shows it.
    fn text(&self) -> String {
        let Self { attempts, result, took, charge, open } = self;
        let charge = match (charge.as_str(), open) {
            ("-", _) => String::new(),
            ("unknown", _) => format!(", unknown ({open} at risk)"),
            ("yes", 1..) => format!(", yes ({open} unreported)"),
            (charge, _) => format!(", {charge}"),
        };
        format!("{attempts}× {}: took {took}{charge}", result.replace('-', " "))
    }
}

/// The rows of the table: the name of a fault, and the result of each kind of call.
fn rows() -> Vec<(&'static str, Vec<Cell>)> {
    let lines = TABLE.lines().filter(|line| !line.starts_with('#')).skip(1);
    let lines: Vec<Vec<&str>> = lines.map(|line| line.split('\t').collect()).collect();
    lines
        .chunks(CALLS.len())
        .map(|rows| {
            let cells = rows.iter().zip(CALLS).map(|(row, call)| {
                let [fault, kind, attempts, result, took, charge, open] = row[..] else {
                    panic!("{row:?}: expected seven columns")
                };
                assert_eq!((fault, kind), (rows[0][0], call));
                let [attempts, took, open] = [attempts, took, open].map(|n| n.parse().unwrap());
                Cell { attempts, result: result.into(), took, charge: charge.into(), open }
            });
            (rows[0][0], cells.collect())
        })
        .collect()
}

/// One of each fault, small enough to be quick and slow enough to be sure.
fn faults() -> Vec<FaultKind> {
    FaultKind::all()
        .into_iter()
        .map(|fault| match fault {
            FaultKind::Drip(_) => FaultKind::Drip(Duration::from_millis(50)),
            FaultKind::Enormous(_) => FaultKind::Enormous(4 << 20),
            FaultKind::GzipBomb(_) => FaultKind::GzipBomb(4 << 20),
            other => other,
        })
        .collect()
}

async fn cell<O: Operation>(protocol: Protocol, fault: FaultKind, request: O) -> (Cell, String) {
    // Only what is meant to run out of time may do so, however busy the machine is.
    let timeout = match fault {
        FaultKind::StallHeaders(_) | FaultKind::StallBody(_) | FaultKind::Drip(_) => 3,
        _ => 60,
    };
    let sandbox = sandbox().fault(Fault::new(fault)).start().await.unwrap();
    let client = protocol
        .client(&sandbox)
        .await
        .timeout(Duration::from_secs(timeout))
        .max_response_bytes(1 << 20)
        .coin_budget(100_000)
        .build()
        .unwrap();
    let result = client.execute(&request).await;
    let mut seen = format!("{client:#?} {:?} {}", client.ledger(), client.ledger());
    let cell = match &result {
        Ok(response) => {
            let _ = write!(seen, "{:?} {:?}", response.headers(), response.warnings);
            let open = client.ledger().total().unreported_at_most;
            Cell::new(&client, &sandbox, "ok", if open > 0 { "unreported" } else { "-" }, open)
        }
        Err(error) => {
            assert_eq!(client.ledger().total().failures, 1);
            let open = error.coins_at_risk();
            let charge = match (error.charged(), open) {
                (Charged::No, 0) => "-",
                (Charged::Unknown, _) => "unknown",
                // Without open coins, the response says how much.
                (Charged::Yes, _) => "yes",
                (charged, risk) => panic!("{charged:?} and {risk} at risk"),
            };
            assert_eq!(error.attempts().len() as u64, client.ledger().total().attempts);
            assert!(charge == "-" || error.retry_advice().is_some());
            seen += &everything(error);
            Cell::new(&client, &sandbox, kind(error), charge, open)
        }
    };
    (cell, seen)
}

fn kind(error: &Error) -> &'static str {
    let kinds = [
        (error.is_connect(), "no-connection"),
        (error.is_timeout(), "timeout"),
        (error.is_interrupted(), "interrupted"),
        (error.is_decode(), "decode"),
        (error.is_too_large(), "too-large"),
        (error.is_rate_limited(), "rate-limited"),
        (error.is_quota_exceeded(), "quota-exceeded"),
        (error.is_server_error(), "server-error"),
    ];
    kinds.iter().find(|(is, _)| *is).map_or("refused", |(_, kind)| kind)
}

/// All that an error says to anybody.
fn everything(error: &Error) -> String {
    let mut said = format!("{error} {error:?} {:#?} {:?}", error.attempts(), error.request_id());
    said += &String::from_utf8_lossy(error.body().unwrap_or_default());
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        let _ = write!(said, " {error} {error:?}");
        source = error.source();
    }
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_for_every_kind_of_call() {
    logs::listen();
    let running = [Protocol::Http1, Protocol::Http2]
        .map(|protocol| (protocol, tokio::spawn(every_fault(protocol))));
    for (protocol, wrong) in running {
        let wrong = wrong.await.unwrap();
        assert!(wrong.is_empty(), "{protocol:?}: failures.tsv says otherwise:\n{wrong}");
    }
    let heard = logs::heard();
    assert!(heard.contains("trenz.call") && heard.contains("trenz.again"));
    assert!(!heard.contains(KEY), "the key is in the log");
}

/// The rows that differ from the table.
async fn every_fault(protocol: Protocol) -> String {
    let mut expected: BTreeMap<_, _> = rows().into_iter().collect();
    let mut wrong = String::new();
    for pair in faults().chunks(3) {
        let mut running = Vec::new();
        for fault in pair {
            let one = fault.clone();
            let row = tokio::spawn(async move {
                tokio::join!(
                    cell(protocol, one.clone(), status("task")),
                    cell(protocol, one.clone(), search("lipstick")),
                    cell(protocol, one.clone(), remark("mine")),
                    cell(protocol, one, generate("a lipstick")),
                )
            });
            running.push((fault.name(), row));
        }
        for (name, row) in running {
            let (free, paid, cheap, expensive) = row.await.unwrap();
            let cells = [free, paid, cheap, expensive];
            for (_, said) in &cells {
                assert!(!said.contains(KEY), "{name}: {said}");
            }
            let cells = cells.map(|(cell, _)| cell);
            if expected.remove(name).is_none_or(|row| row != cells) {
                let _ = writeln!(wrong, "{name}: {cells:#?}");
            }
        }
    }
    assert!(expected.is_empty(), "there are no such faults: {:?}", expected.keys());
    wrong
}

/// The documentation shows the table; `UPDATE_GOLDEN=1` rewrites it there.
#[test]
fn docs_show_the_table_of_failures() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../trenz-api/docs/failures.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let is_row = |line: &&str| line.starts_with("| `");
    let mut expected = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next_if(|line| !is_row(line)) {
        let _ = writeln!(expected, "{line}");
    }
    for (fault, cells) in rows() {
        let cells: Vec<String> = cells.iter().map(Cell::text).collect();
        let _ = writeln!(expected, "| `{fault}` | {} |", cells.join(" | "));
    }
    for line in lines.skip_while(is_row) {
        let _ = writeln!(expected, "{line}");
    }
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &expected).unwrap();
    } else {
        assert_eq!(text, expected, "UPDATE_GOLDEN=1 cargo test -p trenz-tests --test money docs");
    }
}
