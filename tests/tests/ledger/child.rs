//! A process of its own: this test binary, told by its environment what to open and by its standard input what to call.

use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime};

use trenz_api::{Budget, Client, Polling, RetryPolicy, SpendLedger};

use crate::{KEY, generate, remark, search, without_certificates};

const VARIABLE: &str = "TRENZ_LEDGER_CHILD";

/// How a child opens its ledger.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) url: String,
    pub(crate) base_url: String,
    pub(crate) name: String,
    pub(crate) lease: Duration,
    /// How far its clock is ahead, in milliseconds.
    pub(crate) shift: i64,
}

pub(crate) struct Child {
    process: std::process::Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl Child {
    pub(crate) fn spawn(settings: &Settings) -> Self {
        Self::by(Command::new(std::env::current_exe().unwrap()), settings)
    }

    /// By a command that ends in this binary's path.
    pub(crate) fn by(mut command: Command, settings: &Settings) -> Self {
        let Settings { url, base_url, name, lease, shift } = settings;
        let told = format!("{url}\n{base_url}\n{name}\n{}\n{shift}", lease.as_millis());
        let mut process = command
            .args(["child::child_process", "--exact", "--nocapture", "--quiet"])
            .env(VARIABLE, told)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some(said) = line.strip_prefix("> ")
                    && tell.send(said.to_owned()).is_err()
                {
                    return;
                }
            }
        });
        Self { process, input, lines }
    }

    /// Says a line; nothing if the process is gone.
    pub(crate) fn tell(&mut self, line: &str) {
        drop(writeln!(self.input, "{line}"));
        drop(self.input.flush());
    }

    /// The next line that the process says; none if it is gone.
    pub(crate) fn said(&self) -> Option<String> {
        self.lines.recv().ok()
    }

    /// Waits for this line.
    pub(crate) fn wait_for(&self, line: &str) -> bool {
        std::iter::from_fn(|| self.said()).any(|said| said == line)
    }

    pub(crate) fn kill(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }

    pub(crate) fn is_dead(&mut self) -> bool {
        self.process.try_wait().unwrap().is_some()
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a child does. Without being told to be one, nothing.
///
/// `budget NAME COINS` makes the client of what follows, `call KIND MARK RETRIES ONCE DROP` begins a call, `end` says
/// `ended` when all calls are over. `resume` polls the oldest of the tasks that are open, whoever has submitted them.
#[test]
fn child_process() {
    let Ok(told) = std::env::var(VARIABLE) else { return };
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(obey(&told));
}

async fn obey(told: &str) {
    let told: Vec<&str> = told.split('\n').collect();
    let [url, base_url, name, lease, shift] = told[..] else { panic!("{told:?}") };
    let shift: i64 = shift.parse().unwrap();
    let distance = Duration::from_millis(shift.unsigned_abs());
    let clock = move || {
        let now = SystemTime::now();
        if shift < 0 { now - distance } else { now + distance }
    };
    let ledger = SpendLedger::builder(url)
        .process(name)
        .lease(Duration::from_millis(lease.parse().unwrap()))
        .clock(clock)
        .open()
        .await
        .unwrap();
    say("ready");
    let builder = || {
        Client::builder()
            .api_key(KEY)
            .base_url(base_url)
            .timeout(Duration::from_secs(20))
            .requests_per_minute(10_000)
            .configure_http(without_certificates)
            .spend_ledger(ledger.clone())
    };
    let mut client = builder().build().unwrap();
    let mut calls = Vec::new();
    let (tell, mut lines) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            drop(tell.send(line));
        }
        // Nobody is left to obey.
        std::process::exit(0);
    });
    while let Some(line) = lines.recv().await {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words[..] {
            ["budget", name, coins] => {
                let budget = Budget::named(name).coins(coins.parse().unwrap());
                client = builder().budget(budget).build().unwrap();
            }
            ["call", kind, mark, retries, once, drop_after] => {
                let call = call(
                    client.clone(),
                    kind.into(),
                    mark.into(),
                    retries.parse().unwrap(),
                    once.into(),
                );
                let drop_after: u64 = drop_after.parse().unwrap();
                calls.push(tokio::spawn(async move {
                    if drop_after == 0 {
                        call.await;
                    } else {
                        let after = Duration::from_micros(drop_after);
                        drop(tokio::time::timeout(after, call).await);
                    }
                }));
            }
            ["resume"] => {
                let (client, ledger) = (client.clone(), ledger.clone());
                calls.push(tokio::spawn(async move {
                    for reference in
                        ledger.open_tasks().await.unwrap_or_default().into_iter().take(4)
                    {
                        drop(client.task(reference).polling(hasty()).wait().await);
                    }
                }));
            }
            ["end"] => {
                for call in calls.drain(..) {
                    call.await.unwrap();
                }
                drop(ledger.flush().await);
                say("ended");
            }
            _ => panic!("{line}"),
        }
    }
}

/// Polls that take no longer than a test has to.
fn hasty() -> Polling {
    let moment = Duration::from_millis(1);
    Polling::new().interval(moment..=moment).max_interval(moment).deadline(moment * 20)
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "> {line}"));
    drop(out.flush());
}

async fn call(client: Client, kind: String, mark: String, retries: u32, once: String) {
    let moment = Duration::from_millis(1);
    let policy = RetryPolicy::default()
        .max_attempts(1 + retries)
        .initial_backoff(moment)
        .max_backoff(moment);
    macro_rules! call {
        ($request:expr) => {{
            let call = client.call($request).retry_policy(policy);
            if once == "-" { call } else { call.once(once) }
        }};
    }
    let said = match kind.as_str() {
        "search" => call!(search(&mark)).send().await.map(drop),
        "remark" => call!(remark(&mark)).send().await.map(drop),
        "generate" => call!(generate(&mark)).send().await.map(drop),
        "task" => match call!(generate(&mark)).submit().await {
            Ok(task) => {
                drop(task.polling(hasty()).wait().await);
                Ok(())
            }
            Err(error) => Err(error),
        },
        other => panic!("{other}"),
    };
    match said {
        Ok(()) => say(&format!("ok {mark}")),
        Err(error) if error.is_over_budget() => say(&format!("over {mark}")),
        Err(error) if error.is_ledger() => say(&format!("unrecorded {mark} {error}")),
        Err(error) => say(&format!("error {mark} {error}")),
    }
}
