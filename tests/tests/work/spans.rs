//! The spans that tie the calls of one piece of work together.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::sync::OnceLock;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use trenz_api::{Country, TaskRef, wait_all};
use trenz_sandbox::Sandbox;

use crate::server::{Server, hasty};

thread_local! {
    /// What this thread has seen. A test runs on a thread of its own, so it is the test's.
    static SEEN: RefCell<Seen> = const { RefCell::new(Seen { spans: Vec::new(), entered: Vec::new() }) };
}

#[derive(Default)]
struct Seen {
    spans: Vec<Span>,
    entered: Vec<u64>,
}

struct Span {
    name: &'static str,
    parent: Option<u64>,
    /// The operation, of a call.
    operation: String,
    task: String,
}

impl Visit for Span {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let place = match field.name() {
            "operation" => &mut self.operation,
            "task" => &mut self.task,
            _ => return,
        };
        format!("{value:?}").trim_matches('"').clone_into(place);
    }
}

/// Keeps the spans of this crate. It is installed for the whole process: a subscriber of one thread may be overlooked
/// for good when another thread is the first to pass a span.
struct Recorder;

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name().starts_with("trenz.")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        SEEN.with_borrow_mut(|seen| {
            let parent = seen.entered.last().copied();
            let name = attributes.metadata().name();
            let mut span = Span { name, parent, operation: String::new(), task: String::new() };
            attributes.record(&mut span);
            seen.spans.push(span);
            Id::from_u64(seen.spans.len() as u64)
        })
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        SEEN.with_borrow_mut(|seen| seen.get(id.into_u64()).map(|span| values.record(span)));
    }

    fn enter(&self, id: &Id) {
        SEEN.with_borrow_mut(|seen| seen.entered.push(id.into_u64()));
    }

    fn exit(&self, _: &Id) {
        SEEN.with_borrow_mut(|seen| seen.entered.pop());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
}

impl Seen {
    fn get(&mut self, id: u64) -> Option<&mut Span> {
        self.spans.get_mut(usize::try_from(id).ok()?.checked_sub(1)?)
    }

    /// Each call, after the work that it belongs to: `task 1: submit, status`.
    fn told(&mut self) -> Vec<String> {
        let mut works: Vec<(u64, String)> = Vec::new();
        for number in 1..=self.spans.len() as u64 {
            let (mut top, mut way) = (number, String::new());
            let call = self.get(number).filter(|span| span.name == "trenz.call");
            let Some(operation) = call.map(|span| span.operation.clone()) else { continue };
            while let Some(parent) = self.get(top).and_then(|span| span.parent) {
                top = parent;
                let name = self.get(top).map(|span| span.name).unwrap_or_default();
                way = format!("{}>{way}", name.trim_start_matches("trenz."));
            }
            let short = operation.trim_start_matches("trenz-").trim_start_matches("social-");
            if works.iter().all(|(work, _)| *work != top) {
                works.push((top, String::new()));
            }
            let (_, told) = works.iter_mut().find(|(work, _)| *work == top).unwrap();
            let way = way.trim_end_matches('>');
            let _ = write!(told, "{}{way}: {short}", if told.is_empty() { "" } else { ", " });
        }
        works.into_iter().map(|(_, told)| told).collect()
    }
}

/// What the work told, each piece of it as a line of its calls.
async fn told<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    static LISTENING: OnceLock<()> = OnceLock::new();
    LISTENING.get_or_init(|| tracing::subscriber::set_global_default(Recorder).unwrap());
    SEEN.take();
    let done = work.await;
    (done, SEEN.with_borrow_mut(Seen::told))
}

async fn submit(server: &Server) -> trenz_api::Task {
    let call = server.content().tools().video_transcription().video_id("1");
    call.submit().await.unwrap().polling(hasty())
}

#[tokio::test]
async fn the_calls_of_a_workflow_share_a_span() {
    let server = Server::start(Sandbox::builder().rate_limit(None).items(23)).await;

    let (reference, calls) = told(async {
        let task = submit(&server).await;
        task.status().await.unwrap();
        task.wait().await.unwrap().reference
    })
    .await;
    let polls = |count| ", task: task-status".repeat(count);
    assert_eq!(calls, [format!("task: video-transcription{}", polls(3))]);

    let (_, calls) = told(async { server.task(reference).await.unwrap() }).await;
    assert_eq!(calls, ["task: task-status"], "taken up again");

    let (_, calls) = told(async {
        let tasks = [submit(&server).await, submit(&server).await];
        wait_all(tasks).polling(hasty()).polls_per_minute(60_000).all().await
    })
    .await;
    let each = format!("task: video-transcription{}", polls(3));
    assert_eq!(calls, [each.clone(), each], "each task has its own");

    // At the same time, so that one could be taken for the other.
    let ((), calls) = told(async {
        let search = server.data().products().search().country(Country::Us).page_size(10);
        let mut pages = search.pages();
        let all_pages = async { while pages.next_page().await.transpose().unwrap().is_some() {} };
        let upload = server.upload(("film.mp4", vec![1; 200_000])).into_future();
        let (uploaded, ()) = tokio::join!(upload, all_pages);
        uploaded.unwrap();
    })
    .await;
    let search = ["pages: products-search"; 4].join(", ");
    assert_eq!(calls, ["upload: upload-presigned-url", search.as_str()]);

    let ((), calls) = told(async {
        let publishing = server.publish("x").file(("film.mp4", "film")).to(4687);
        let job = publishing.start().await.unwrap().polling(hasty());
        job.clone().wait().await.unwrap();
        job.status().await.unwrap();
    })
    .await;
    let publish = "publish>upload: upload-presigned-url, publish: video-check-info, \
                   publish: publish-upload";
    let sessions = ", publish: publish-session".repeat(4);
    assert_eq!(calls, [format!("{publish}{sessions}")]);

    let ((), calls) = told(async {
        server.tiktok_login().await.unwrap().polling(hasty()).await.unwrap();
    })
    .await;
    let checks = ", login: tiktok-qrcode-check".repeat(3);
    assert_eq!(calls, [format!("login: tiktok-qrcode{checks}")]);
}

/// The span says which task it is, before and after another process has taken it up.
#[tokio::test]
async fn the_span_of_a_task_names_it() {
    let server = Server::quick().await;
    let (task, _) = told(submit(&server)).await;
    let id = task.id().to_owned();
    let named = || {
        SEEN.with_borrow(|seen| {
            let tasks = seen.spans.iter().filter(|span| span.name == "trenz.task");
            tasks.map(|span| format!("{} {}", span.operation, span.task)).collect::<Vec<_>>()
        })
    };
    assert_eq!(named(), [format!("trenz-video-transcription {id}")]);
    let (_, _) = told(async { server.task(TaskRef::of(&id)).wait().await.unwrap() }).await;
    assert_eq!(named(), [format!(" {id}")]);
}
