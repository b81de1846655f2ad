//! Every fault of the sandbox at every call of every kind of work.
//!
//! What has to come of it follows from what the fault is by nature and from what the call is good for, by the rules in
//! [`Nature`] and [`expected`]. What must hold in each case, whatever comes of it:
//!
//! - nothing that may have been charged is sent twice, and nothing is charged twice;
//! - what the work says it has cost is what the sandbox has taken, or it says that it does not know, and then only
//!   where no response has told;
//! - a result that was paid for is had, at once or by going on from what the error keeps.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use tokio::task::JoinSet;
use trenz_api::data::products::Search;
use trenz_api::{
    Charged, Country, Error, Items, PageEnd, Polling, PublishStep, Publishing, Replay, RetryPolicy,
    Task, UploadError, Uploaded, operations, wait_all,
};
use trenz_sandbox::{EntryKind, Fault, FaultKind, RetryAfter, Sandbox};

use crate::server::{Server, hasty};

const SUBMIT: &str = "trenz-video-transcription";
const STATUS: &str = "task-status";
const SEARCH: &str = "trenz-products-search";
const PRESIGN: &str = "trenz-social-upload-presigned-url";
/// The PUT to the object store.
const STORE: &str = "upload";
const CHECK: &str = "trenz-social-video-check-info";
const PUBLISH: &str = "trenz-social-publish-upload";
const SESSION: &str = "trenz-social-publish-session";
const SHOW: &str = "trenz-social-tiktok-qrcode";
const SCAN: &str = "trenz-social-tiktok-qrcode-check";

/// Three pages of the usual size.
const ITEMS: usize = 43;
const SIZE: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Work {
    Task,
    ManyTasks,
    Pages,
    Upload,
    Publish,
    Login,
}

impl Work {
    const ALL: [Self; 6] =
        [Self::Task, Self::ManyTasks, Self::Pages, Self::Upload, Self::Publish, Self::Login];

    /// The calls it consists of.
    fn calls(self) -> &'static [&'static str] {
        match self {
            Self::Task | Self::ManyTasks => &[SUBMIT, STATUS],
            Self::Pages => &[SEARCH],
            Self::Upload => &[PRESIGN, STORE],
            Self::Publish => &[PRESIGN, STORE, CHECK, PUBLISH, SESSION],
            Self::Login => &[SHOW, SCAN],
        }
    }
}

/// What a call is good for, and so what its failure comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Role {
    /// Asks how something is doing, again and again.
    Poll,
    /// Puts a file, which is the same file when it is put twice.
    Store,
    /// Is made once, costs, and changes nothing.
    Read,
    /// Is made once, costs, and starts something.
    Write,
}

fn role(call: &str) -> Role {
    if [STATUS, SESSION, SCAN].contains(&call) {
        return Role::Poll;
    }
    let Some(operation) = operations().iter().find(|operation| operation.id == call) else {
        return Role::Store;
    };
    if operation.replay == Replay::Write { Role::Write } else { Role::Read }
}

/// What a fault is by nature.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Nature {
    /// Nobody knows what became of the call.
    Unknown,
    /// It was done, and its response cannot be used.
    Unusable,
    /// It was not done, and can be retried at once.
    Postponed,
    /// The API has failed and has given the coins back.
    Failed,
    /// It was not done, by something on the way, which may say something else the next time.
    Misled,
    /// It was not done, and will not be.
    Refused,
    /// It was not done, and was charged all the same, which the document does not provide for.
    Charged,
    /// The response is another version's: more, less, or in other words.
    Otherwise,
    /// The response is fine, and says that something went wrong, if the call is one of those that can say so.
    Course,
}

fn nature(fault: &FaultKind) -> Nature {
    match fault {
        FaultKind::CloseBeforeReading
        | FaultKind::CloseWhileReading
        | FaultKind::CloseAfterCharging
        | FaultKind::StallHeaders(_)
        | FaultKind::Drip(_)
        | FaultKind::Gateway(_)
        | FaultKind::EarlyStoreResponse => Nature::Unknown,
        FaultKind::CloseInBody
        | FaultKind::StallBody(_)
        | FaultKind::LengthTooLong
        | FaultKind::LengthTooShort
        | FaultKind::InvalidJson
        | FaultKind::EmptyResponse
        | FaultKind::BrokenGzip
        | FaultKind::Enormous(_)
        | FaultKind::GzipBomb(_) => Nature::Unusable,
        FaultKind::RateLimited(_) => Nature::Postponed,
        FaultKind::ServerError(_) => Nature::Failed,
        FaultKind::Redirect(_) => Nature::Misled,
        FaultKind::QuotaExceeded => Nature::Refused,
        FaultKind::CostInError(_) => Nature::Charged,
        // A small request is there with its head, so that its response is right. What is about another is told by its id,
        // and asked again; a response too many is left behind.
        FaultKind::EarlyResponse(_)
        | FaultKind::ExtraResponse(_)
        | FaultKind::ResponseToAnother
        | FaultKind::UnknownFields
        | FaultKind::UnknownEnums
        | FaultKind::Nulls
        | FaultKind::NumbersAsStrings
        | FaultKind::RenamedUsage
        | FaultKind::NoUsage => Nature::Otherwise,
        FaultKind::TaskFails
        | FaultKind::RefundTwice
        | FaultKind::NoTaskId
        | FaultKind::PublicationFails
        | FaultKind::QrExpires
        | FaultKind::RepeatPage => Nature::Course,
        other => unreachable!("what is {other:?} by nature?"),
    }
}

/// Whether a fault of the course of things can show at a call. All others can at each.
fn shows(fault: &FaultKind, call: &str) -> bool {
    match fault {
        FaultKind::TaskFails | FaultKind::RefundTwice => call == SUBMIT,
        // The store's has a name of its own.
        FaultKind::EarlyResponse(_) => call != STORE,
        FaultKind::EarlyStoreResponse => call == STORE,
        FaultKind::PublicationFails => call == PUBLISH,
        FaultKind::QrExpires => call == SHOW,
        FaultKind::RepeatPage => call == SEARCH,
        _ => true,
    }
}

/// Whether the work has its result at once, in spite of a fault that shows once at one of its calls.
fn expected(fault: &FaultKind, call: &str) -> bool {
    let role = role(call);
    match nature(fault) {
        // A poll is followed by the next one, and a file is put again; nothing else is retried. The store's response
        // is its status, so that there is nothing in it to be unusable.
        Nature::Unknown | Nature::Unusable => matches!(role, Role::Poll | Role::Store),
        Nature::Postponed => true,
        Nature::Failed => role != Role::Write,
        Nature::Misled => role == Role::Poll,
        // The sandbox's store knows no quota, and asks for less instead.
        Nature::Refused => role == Role::Store,
        // What is free cannot be charged, so that it is one 429 of many.
        Nature::Charged => role == Role::Store || call == STATUS,
        Nature::Otherwise => match (fault, call) {
            // What is needed to go on is not there.
            (FaultKind::Nulls, SUBMIT | PRESIGN | PUBLISH | SHOW) => false,
            _ => true,
        },
        Nature::Course => match fault {
            FaultKind::NoTaskId => call != SUBMIT,
            FaultKind::TaskFails | FaultKind::RefundTwice | FaultKind::QrExpires => false,
            _ => true,
        },
    }
}

/// What a piece of work says that it has cost.
enum Told {
    Coins(u64),
    Unknown,
    Nothing,
}

impl From<Option<u64>> for Told {
    fn from(coins: Option<u64>) -> Self {
        coins.map_or(Self::Unknown, Self::Coins)
    }
}

/// What a piece of work came to.
struct Ended<'s> {
    result: bool,
    /// Of the call that ended it, if one did: whether it was charged, and whether its response is kept.
    error: Option<(Charged, bool)>,
    coins: Told,
    /// Goes on from what the error has kept, to see that nothing is lost.
    rest: Option<Pin<Box<dyn Future<Output = ()> + Send + 's>>>,
}

impl<'s> Ended<'s> {
    fn done(coins: impl Into<Told>) -> Self {
        Self { result: true, error: None, coins: coins.into(), rest: None }
    }

    fn failed(error: Option<&Error>, coins: impl Into<Told>) -> Self {
        let error = error.map(|error| (error.charged(), error.body().is_some()));
        Self { result: false, error, coins: coins.into(), rest: None }
    }

    fn and_then(self, rest: impl Future<Output = ()> + Send + 's) -> Self {
        Self { rest: Some(Box::pin(rest)), ..self }
    }
}

async fn run<'s>(work: Work, server: &'s Server, time: Duration, fault: &FaultKind) -> Ended<'s> {
    match work {
        Work::Task => task(server, hasty().timeout(time), false).await,
        Work::ManyTasks => task(server, hasty().timeout(time), true).await,
        Work::Pages => pages(server, fault).await,
        Work::Upload => match upload(server, time, fault).await {
            Ok(uploaded) => Ended::done(uploaded.coins_spent),
            Err(error) => Ended::failed(error.api_error(), error.coins_spent()),
        },
        Work::Publish => publish(server, time, fault).await,
        Work::Login => login(server, hasty().timeout(time)).await,
    }
}

async fn task(server: &Server, polling: Polling, many: bool) -> Ended<'_> {
    let wait = async move |task: Task| {
        if many { wait_all([task]).next_finished().await.unwrap() } else { task.wait().await }
    };
    let call = server.content().tools().video_transcription().video_id("1");
    let task = match call.submit().await {
        Ok(task) => task.polling(polling),
        Err(error) => return Ended::failed(Some(&error), Told::Nothing),
    };
    let reference = task.reference().clone();
    let coins = reference.coins_charged();
    match wait(task).await {
        Ok(done) => {
            assert!(done.result.is_some() && done.reference == reference);
            Ended::done(coins)
        }
        Err(error) if error.is_failed() => {
            // The ledger of whoever has paid for it has the coins back.
            let total = error.ledger().unwrap().total();
            assert_eq!(total.settled - total.refunded, server.spent());
            Ended::failed(None, Told::Nothing)
        }
        Err(error) => Ended::failed(error.poll_error(), coins).and_then(async move {
            let again = wait(server.another().task(error.into_reference())).await;
            assert!(again.unwrap().result.is_some());
        }),
    }
}

async fn count(items: &mut Items<'_, Search>) -> (usize, Option<Error>) {
    let mut count = 0;
    while let Some(item) = items.next_item().await {
        match item {
            Ok(_) => count += 1,
            Err(error) => return (count, Some(error)),
        }
    }
    (count, None)
}

async fn pages<'s>(server: &'s Server, fault: &FaultKind) -> Ended<'s> {
    let mut items = server.data().products().search().country(Country::Us).items();
    let (before, error) = count(&mut items).await;
    let Some(error) = error else {
        let expected = match fault {
            // The page that comes again is not given again, and an empty one is the end.
            FaultKind::RepeatPage => (SIZE, Some(PageEnd::Repeated)),
            FaultKind::Nulls => (SIZE, Some(PageEnd::Complete)),
            _ => (ITEMS, Some(PageEnd::Complete)),
        };
        assert_eq!((before, items.end()), expected);
        return Ended::done(Told::Nothing);
    };
    assert_eq!((before, items.end()), (SIZE, Some(PageEnd::Error)), "what came before is given");
    let request = items.resume().unwrap().clone();
    Ended::failed(Some(&error), Told::Nothing).and_then(async move {
        assert_eq!(before + count(&mut server.call(request).items()).await.0, ITEMS);
    })
}

async fn upload(
    server: &Server,
    time: Duration,
    fault: &FaultKind,
) -> Result<Uploaded, UploadError> {
    // What a connection's buffers do not hold, where the store is not to be believed.
    let size = if *fault == FaultKind::EarlyStoreResponse { 16 << 20 } else { 100_000 };
    let uploaded = server.upload(("film.mp4", vec![1; size])).stall_timeout(time).await?;
    let stored = server.sandbox.uploads();
    assert!(stored.len() == 1 && stored[0].key == uploaded.object_key);
    Ok(uploaded)
}

async fn publish<'s>(server: &'s Server, time: Duration, fault: &FaultKind) -> Ended<'s> {
    // Uploaded first, since the patience with a store that stalls is the upload's to set.
    let uploaded = match upload(server, time, fault).await {
        Ok(uploaded) => uploaded,
        Err(error) => return Ended::failed(error.api_error(), error.coins_spent()),
    };
    let before = uploaded.coins_spent;
    let coins = move |after: Option<u64>| after.zip(before).map(|(a, b)| a + b);
    let publishing = || server.publish("x").to(4687).to(5678);
    let all = async move |publishing: Publishing| {
        publishing.start().await?.polling(hasty().timeout(time)).await
    };
    match all(publishing().uploaded(uploaded)).await {
        Ok(published) => {
            let failed = usize::from(*fault == FaultKind::PublicationFails);
            assert_eq!((published.publications.len(), published.failed().count()), (2, failed));
            Ended::done(coins(published.progress.coins_spent))
        }
        Err(error) => {
            let ended = Ended::failed(error.api_error(), coins(error.progress().coins_spent));
            ended.and_then(async move {
                let unknown = error.progress().may_be_published;
                let again = all(publishing().resume(error.into_progress())).await;
                if unknown {
                    assert_eq!(again.unwrap_err().step(), PublishStep::Plan);
                } else {
                    assert!(again.unwrap().is_complete());
                }
            })
        }
    }
}

async fn login(server: &Server, polling: Polling) -> Ended<'_> {
    let login = match server.tiktok_login().await {
        Ok(login) => login.polling(polling.clone()),
        Err(error) => return Ended::failed(Some(&error), Told::Nothing),
    };
    match login.await {
        Ok(connected) => {
            assert!(connected.account.is_some());
            Ended::done(connected.coins_spent)
        }
        Err(error) => {
            let ended = Ended::failed(error.api_error(), error.coins_spent());
            if error.is_expired() {
                return ended;
            }
            ended.and_then(async move {
                let again = server.another().qr_login(error.into_code()).polling(polling).await;
                assert!(again.unwrap().account.is_some());
            })
        }
    }
}

/// One of each fault, small enough to be quick and slow enough to be sure.
fn faults() -> Vec<FaultKind> {
    let faults = FaultKind::all().into_iter().map(|fault| match fault {
        FaultKind::Drip(_) => FaultKind::Drip(Duration::from_millis(50)),
        FaultKind::Enormous(_) => FaultKind::Enormous(4 << 20),
        FaultKind::GzipBomb(_) => FaultKind::GzipBomb(4 << 20),
        FaultKind::RateLimited(_) => FaultKind::RateLimited(RetryAfter::Seconds(0)),
        other => other,
    });
    faults.collect()
}

async fn cell(work: Work, call: &'static str, fault: FaultKind) {
    let what = format!("{work:?}, {call}: {fault:?}");
    let (nature, role) = (nature(&fault), role(call));
    // Only what is meant to run out of time may do so, however busy the machine is.
    let stalls =
        matches!(fault, FaultKind::StallHeaders(_) | FaultKind::StallBody(_) | FaultKind::Drip(_));
    let (short, long) = (Duration::from_secs(5), Duration::from_secs(60));
    let time = |is_hit: bool| if stalls && is_hit { short } else { long };
    let timeout = time(matches!(role, Role::Read | Role::Write));
    let patience = time(matches!(role, Role::Poll | Role::Store));
    // Of a list, the second page is hit.
    let after = u32::from(call == SEARCH);
    let armed = Fault::new(fault.clone()).on(call).after(after).times(1);
    let builder = Sandbox::builder().rate_limit(None).items(ITEMS).fault(armed);
    let server = Server::with(builder.start().await.unwrap(), |client| {
        let moment = Duration::from_millis(1);
        let policy = RetryPolicy::default().initial_backoff(moment).max_backoff(moment);
        client.timeout(timeout).max_response_bytes(1 << 20).retry_policy(policy)
    });
    let ended = run(work, &server, patience, &fault).await;

    assert_eq!(server.sandbox.fired().len(), 1, "{what}: it has to show");
    assert_eq!(ended.result, expected(&fault, call), "{what}: {:?}", ended.error);

    // Nothing is charged twice, and nothing that may have been is sent twice.
    assert!(charges(&server, SEARCH) <= 4, "{what}: three pages and the empty one");
    for paid in [SUBMIT, PRESIGN, CHECK, PUBLISH, SHOW] {
        assert!(charges(&server, paid) <= 1, "{what}: {paid}");
    }
    let once = matches!(role, Role::Read | Role::Write);
    if once && matches!(nature, Nature::Unknown | Nature::Unusable) {
        let unread = matches!(fault, FaultKind::CloseBeforeReading | FaultKind::CloseWhileReading);
        let sent = server.calls(call) + usize::from(unread);
        assert_eq!(sent, if call == SEARCH { 2 } else { 1 }, "{what}");
    }

    let hidden = matches!(nature, Nature::Unknown | Nature::Unusable | Nature::Otherwise);
    match ended.coins {
        Told::Coins(coins) => assert_eq!(coins, server.spent(), "{what}"),
        Told::Unknown => assert!(hidden, "{what}: an answer said what it has cost"),
        Told::Nothing => {}
    }
    if let Some((charged, body)) = ended.error {
        let expected = match nature {
            Nature::Unknown => Charged::Unknown,
            Nature::Unusable | Nature::Otherwise | Nature::Course | Nature::Charged => Charged::Yes,
            _ => Charged::No,
        };
        assert_eq!(charged, expected, "{what}");
        assert!(charged != Charged::Yes || body, "{what}: what was paid for is kept");
    }

    // Nothing is lost either, and going on does nothing that changes something a second time.
    if let Some(rest) = ended.rest {
        rest.await;
        // What was charged without being done is still to be done.
        let most = if nature == Nature::Charged { 2 } else { 1 };
        for write in [SUBMIT, PUBLISH, SHOW, PRESIGN] {
            assert!(charges(&server, write) <= most, "{what}: {write}");
        }
    }
}

/// How often a call was charged, and not given back.
fn charges(server: &Server, call: &str) -> usize {
    let ledger = server.sandbox.ledger();
    let requests = |kind| {
        let entries = ledger.of(call).filter(move |entry| entry.kind == kind);
        entries.map(|entry| &entry.request_id).collect::<BTreeSet<_>>()
    };
    requests(EntryKind::Charge).difference(&requests(EntryKind::Refund)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_at_every_call_of_every_workflow() {
    let mut wrong = Vec::new();
    // Those that time has to run out for are one batch, so that they wait together.
    for batch in faults().chunks(4) {
        let mut cells = JoinSet::new();
        for fault in batch {
            for work in Work::ALL {
                for call in work.calls().iter().filter(|call| shows(fault, call)) {
                    cells.spawn(cell(work, call, fault.clone()));
                }
            }
        }
        while let Some(done) = cells.join_next().await {
            wrong.extend(done.err().map(|panic| panic.to_string()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
