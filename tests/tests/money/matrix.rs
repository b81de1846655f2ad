//! Every fault of the sandbox against every kind of call, compared with a table that was written by hand from the
//! rules and stands in the documentation.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use trenz_api::{Charged, Client, Error, Operation};
use trenz_sandbox::{Fault, FaultKind, Sandbox};

use crate::{KEY, Protocol, generate, logs, remark, sandbox, search, status};

const TABLE: &str = include_str!("../../../trenz-api/docs/failures.md");

/// The rows of the table: the name of a fault, and what each kind of call comes to.
fn rows() -> BTreeMap<&'static str, Vec<&'static str>> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim);
    let rows = TABLE.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let mut cells = cells(line);
        (cells.next().unwrap().trim_matches('`'), cells.collect())
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

async fn cell<O: Operation>(protocol: Protocol, fault: FaultKind, request: O) -> (String, String) {
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
            told(&client, &sandbox, "ok", "")
        }
        Err(error) => {
            assert_eq!(client.ledger().total().failures, 1);
            let risk = match (error.charged(), error.coins_at_risk()) {
                (Charged::No, 0) => String::new(),
                (Charged::Unknown, risk) => format!(", unknown ({risk} at risk)"),
                // The response says how much.
                (Charged::Yes, 0) => ", yes".to_owned(),
                (Charged::Yes, risk) => format!(", yes ({risk} unaccounted for)"),
                (charged, risk) => panic!("{charged:?} and {risk} at risk"),
            };
            assert_eq!(error.attempts().len() as u64, client.ledger().total().attempts);
            assert!(risk.is_empty() || error.retry_advice().is_some());
            seen += &everything(error);
            told(&client, &sandbox, word(error), &risk)
        }
    };
    (cell, seen)
}

/// The cell, once both books agree: what the client is not sure of is all that may lie between them.
fn told(client: &Client, sandbox: &Sandbox, word: &str, risk: &str) -> String {
    let (ours, theirs) = (client.ledger().total(), sandbox.ledger());
    let took = theirs.charged() - theirs.refunded();
    assert!(ours.settled <= took && took <= ours.settled + ours.at_risk + ours.unreported_at_most);
    let budget = client.budget().unwrap();
    assert_eq!(budget.spent, ours.settled + ours.unreported_at_most);
    assert_eq!((budget.at_risk, budget.reserved), (ours.at_risk, 0));
    let unreported = match (word, ours.unreported_at_most) {
        ("ok", 1..) => ", unreported",
        _ => "",
    };
    format!("{}× {word}: took {took}{unreported}{risk}", ours.attempts)
}

fn word(error: &Error) -> &'static str {
    let words = [
        (error.is_connect(), "no connection"),
        (error.is_timeout(), "timeout"),
        (error.is_interrupted(), "interrupted"),
        (error.is_decode(), "decode"),
        (error.is_too_large(), "too large"),
        (error.is_rate_limited(), "rate limited"),
        (error.is_quota_exceeded(), "quota exceeded"),
        (error.is_server_error(), "server error"),
    ];
    words.iter().find(|(is, _)| *is).map_or("refused", |(_, word)| word)
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
        assert!(wrong.is_empty(), "{protocol:?}: docs/failures.md says otherwise:\n{wrong}");
    }
    let heard = logs::heard();
    assert!(heard.contains("trenz.call") && heard.contains("trenz.again"));
    assert!(!heard.contains(KEY), "the key is in the log");
}

/// The rows that differ from the table.
async fn every_fault(protocol: Protocol) -> String {
    let mut expected = rows();
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
            let line = format!("| `{name}` | {} |\n", cells.join(" | "));
            if expected.remove(name).is_none_or(|row| row != cells) {
                wrong += &line;
            }
        }
    }
    assert!(expected.is_empty(), "there are no such faults: {:?}", expected.keys());
    wrong
}
