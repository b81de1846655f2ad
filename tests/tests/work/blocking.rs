//! The same calls without `await`.

use std::time::Duration;

use trenz_api::blocking::{Block, BlockEach};
use trenz_api::{Country, wait_all};
use trenz_sandbox::Sandbox;

use crate::server::{Server, hasty};

fn work(client: &Server) {
    let search = client.data().products().search().country(Country::Us).page_size(10);
    let found = search.clone().send().block().unwrap();
    assert_eq!(found.data.items.len(), 10);
    assert!(search.clone().page_size(99).send().block().unwrap_err().is_invalid_input());

    let mut items = search.clone().items().max_items(25).block_each();
    assert_eq!(items.by_ref().flatten().count(), 25);
    assert!(items.stream().resume().is_some());
    assert_eq!(search.pages().max_pages(2).block_each().count(), 2);

    let submit = || client.content().tools().video_transcription().video_id("1").submit().block();
    let task = submit().unwrap().polling(hasty());
    assert!((&task).block().is_ok());
    assert!(task.updates().block_each().all(|update| update.is_ok()));
    let all = wait_all([submit().unwrap(), submit().unwrap()]).polling(hasty());
    assert_eq!(all.polls_per_minute(60_000).block_each().flatten().count(), 2);

    let uploaded = client.upload(("film.mp4", vec![1; 100_000])).block().unwrap();
    let job = client.publish("x").uploaded(uploaded).to(4687).start().block().unwrap();
    assert!(job.polling(hasty()).block().unwrap().is_complete());
}

#[test]
fn blocking_calls_equal_async_calls() {
    work(&Server::of(Sandbox::builder().rate_limit(None).start_blocking().unwrap()));
}

/// From several threads, with a server that closes connections while nobody blocks.
#[test]
fn blocking_calls_from_many_threads_survive_closed_connections() {
    let builder = Sandbox::builder().rate_limit(None).close_idle_after(Duration::from_millis(5));
    let server = Server::of(builder.start_blocking().unwrap());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let search = server.data().products().search().country(Country::Us);
                    search.send().block().unwrap();
                    std::thread::sleep(Duration::from_millis(10));
                }
            });
        }
    });
    assert_eq!(server.spent(), 4 * 10 * 5);
}

/// Where one should await, it blocks a thread, and does no other harm.
#[tokio::test]
async fn blocking_calls_inside_of_a_runtime_fail() {
    work(&Server::quick().await);
}
