//! Databases that cannot be written to: an error of its own, nothing sent, nothing lost.

use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;
use trenz_api::{AttemptState, SpendLedger, SpendLedgerErrorKind};

use crate::basics::always;
use crate::child::{Child, Settings};
use crate::expected::golden;
use crate::{Database, client, postgres, sandbox, search};

fn file(database: &Database) -> String {
    database.url.strip_prefix("sqlite://").unwrap().to_owned()
}

#[tokio::test]
async fn a_damaged_or_foreign_file_is_refused() {
    let database = Database::sqlite();
    std::fs::write(file(&database), "no database ".repeat(1000)).unwrap();
    let error = SpendLedger::open(&database.url).await.unwrap_err();
    assert_eq!(error.kind(), SpendLedgerErrorKind::Corrupt, "{error}");

    let database = Database::sqlite();
    let sandbox = sandbox().start().await.unwrap();
    drop(database.open().await);
    Connection::open(file(&database))
        .unwrap()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let bytes = std::fs::read(file(&database)).unwrap();
    let half = bytes.len() / 2;
    let damaged: Vec<u8> = bytes
        .iter()
        .enumerate()
        .map(|(at, byte)| if at > 4096 && at < half + 8192 { 0x5a } else { *byte })
        .collect();
    std::fs::write(file(&database), damaged).unwrap();
    let refused = match SpendLedger::open(&database.url).await {
        Err(error) => error.kind(),
        Ok(ledger) => {
            let refused =
                client(&sandbox, &ledger).build().unwrap().execute(&search("a")).await.unwrap_err();
            refused.ledger_error().unwrap().kind()
        }
    };
    assert_eq!(refused, SpendLedgerErrorKind::Corrupt);
    assert_eq!(sandbox.requests().len(), 0);
}

#[tokio::test]
async fn calls_are_refused_while_the_file_is_locked() {
    let database = Database::sqlite();
    let sandbox = sandbox().start().await.unwrap();
    let ledger = database.builder().wait(Duration::from_millis(100)).open().await.unwrap();
    let locking = client(&sandbox, &ledger).build().unwrap();
    let other = Connection::open(file(&database)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = locking.execute(&search("a")).await.unwrap_err();
    assert_eq!(refused.ledger_error().unwrap().kind(), SpendLedgerErrorKind::Locked, "{refused}");
    assert!(refused.outcome() == trenz_api::Outcome::NotSent && refused.attempts().is_empty());
    assert_eq!(sandbox.requests().len(), 0);
    // Whoever asks for it sends all the same, and is not written down.
    let open = client(&sandbox, &ledger).fail_open_and_spend_unrecorded(true).build().unwrap();
    open.execute(&search("b")).await.unwrap();
    assert!(open.call(search("c")).once("c").send().await.unwrap_err().is_ledger());
    assert_eq!(sandbox.requests().len(), 1);
    other.execute_batch("ROLLBACK").unwrap();
    locking.execute(&search("d")).await.unwrap();
    let history = ledger.history(always()).await.unwrap();
    assert_eq!(
        history.attempts.iter().filter(|attempt| attempt.state == AttemptState::Settled).count(),
        1
    );
}

#[tokio::test]
async fn a_newer_schema_is_refused_even_while_open() {
    for database in Database::all() {
        let sandbox = sandbox().start().await.unwrap();
        let ledger = database.open().await;
        let client = client(&sandbox, &ledger).build().unwrap();
        client.execute(&search("a")).await.unwrap();
        database.sql("UPDATE trenz_ledger SET schema_version = 99");
        let error = SpendLedger::open(&database.url).await.unwrap_err();
        assert_eq!(error.kind(), SpendLedgerErrorKind::NewerSchema, "{error}");
        assert!(error.to_string().contains("99"), "{error}");
        let refused = client.execute(&search("b")).await.unwrap_err();
        assert_eq!(refused.ledger_error().unwrap().kind(), SpendLedgerErrorKind::NewerSchema);
        assert_eq!(sandbox.requests().len(), 1);
        database.sql("UPDATE trenz_ledger SET schema_version = 1");
        client.execute(&search("c")).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_read_only_is_refused() {
    if let Some(database) = Database::postgres() {
        let sandbox = sandbox().start().await.unwrap();
        drop(database.open().await);
        let name = database.url.rsplit_once('/').unwrap().1;
        database.sql(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
        let error = SpendLedger::open(&database.url).await.unwrap_err();
        assert_eq!(error.kind(), SpendLedgerErrorKind::ReadOnly, "{error}");
        assert_eq!(sandbox.requests().len(), 0);
    }
    let database = Database::sqlite();
    drop(database.open().await);
    // Root may write whatever the permissions say; SQLite does not write to a file whose log may not be made.
    let other = Connection::open(file(&database)).unwrap();
    other.busy_timeout(Duration::from_secs(5)).unwrap();
    // The thread of the ledger that was dropped may still be ending.
    while other.execute_batch("PRAGMA journal_mode = DELETE").is_err() {
        std::thread::sleep(crate::MOMENT);
    }
    drop(other);
    let permissions = std::fs::metadata(file(&database)).unwrap().permissions();
    let mut read_only = permissions.clone();
    read_only.set_readonly(true);
    std::fs::set_permissions(file(&database), read_only).unwrap();
    match SpendLedger::open(&database.url).await {
        Err(error) => assert_eq!(error.kind(), SpendLedgerErrorKind::ReadOnly, "{error}"),
        Ok(_) => eprintln!("a read-only file: left out, root may write to it"),
    }
}

#[tokio::test]
async fn calls_are_refused_on_a_full_disk_and_sent_calls_stay_recorded() {
    let database = Database::sqlite();
    let sandbox = sandbox().start().await.unwrap();
    drop(database.open().await);
    // A limit on the size of files is what a disk without room looks like; its signal is ignored, so that writing fails.
    let mut command = Command::new("sh");
    let binary = std::env::current_exe().unwrap();
    command.args(["-c", "trap '' XFSZ; ulimit -f 400; exec \"$0\" \"$@\""]).arg(binary);
    let settings = Settings {
        url: database.url.clone(),
        base_url: sandbox.base_url(),
        name: "full".to_owned(),
        lease: Duration::from_secs(30),
        shift: 0,
    };
    let mut child = Child::by(command, &settings);
    assert!(child.wait_for("ready"));
    let mut refused = None;
    for number in 0..400 {
        child.tell(&format!("call search m{number} 0 - 0"));
        let said = child.said().unwrap();
        if said.starts_with("unrecorded") {
            refused = Some(said);
            break;
        }
        assert_eq!(said, format!("ok m{number}"));
    }
    let refused = refused.unwrap();
    let [_, _, message] = refused.splitn(3, ' ').collect::<Vec<_>>()[..] else {
        panic!("{refused}")
    };
    golden("ledger/disk_full", &format!("{message}\n"));
    let sent = sandbox.requests().len();
    child.tell("call search again 0 - 0");
    assert!(child.said().unwrap().starts_with("unrecorded again"));
    assert_eq!(sandbox.requests().len(), sent);
    child.kill();
    let ledger = database.open().await;
    let history = ledger.history(always()).await.unwrap();
    let settled =
        history.attempts.iter().filter(|attempt| attempt.state == AttemptState::Settled).count();
    assert!(settled == sent || settled + 1 == sent, "{settled} of {sent}");
    assert!(history.attempts.len() >= sent);
}

#[tokio::test]
async fn a_server_restart_loses_no_record() {
    // A server of its own: the others' tests go on.
    let Some(server) = postgres::own_server() else { return };
    server.create("restarted");
    let url = server.url("restarted");
    let sandbox = sandbox().start().await.unwrap();
    let ledger = SpendLedger::open(&url).await.unwrap();
    let client = client(&sandbox, &ledger).build().unwrap();
    let calls = tokio::spawn(async move {
        let mut refused = 0;
        for number in 0..150 {
            match client.execute(&search(&format!("m{number}"))).await {
                Ok(_) => {}
                Err(error) => {
                    assert!(error.is_ledger(), "{error:?}");
                    refused += 1;
                }
            }
        }
        refused
    });
    let _server = tokio::task::spawn_blocking(move || {
        for _ in 0..2 {
            std::thread::sleep(Duration::from_millis(100));
            server.restart();
        }
        server
    })
    .await
    .unwrap();
    let refused = calls.await.unwrap();
    ledger.flush().await.unwrap();
    let history = ledger.history(always()).await.unwrap();
    let settled =
        history.attempts.iter().filter(|attempt| attempt.state == AttemptState::Settled).count();
    assert_eq!((settled, sandbox.requests().len()), (150 - refused, 150 - refused));
    assert!(history.attempts.iter().all(|attempt| attempt.state != AttemptState::Reserved));
}
