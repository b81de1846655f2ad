//! Downloads: checked, resumed, and without the key.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use crate::program::World;

/// A server that breaks each connection after some bytes, and knows ranges.
fn server(body: Vec<u8>, most: usize) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.push(byte[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let from = head.lines().find_map(|line| line.strip_prefix("range: bytes="));
            let from = from.and_then(|range| range.trim_end_matches('-').parse().ok()).unwrap_or(0);
            kept.lock().unwrap().push(head);
            let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
            let rest = &body[from..];
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\netag: \"v1\"\r\nconnection: close\r\n\r\n",
                rest.len()
            );
            // Whoever is gone does not listen.
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&rest[..rest.len().min(most)]);
        }
    });
    (format!("http://{address}"), seen)
}

#[test]
fn what_broke_off_is_gone_on_with_and_nothing_is_fetched_twice() {
    let world = World::new();
    let body: Vec<u8> = (0..100_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let (url, seen) = server(body.clone(), 40_000);
    let url = format!("{url}/made/../my video.mp4?signature=secret");
    let run = world.run(&["download", "out", &url]).done();
    let file = world.home().join("out/my_20video.mp4");
    assert_eq!(std::fs::read(&file).unwrap(), body);
    assert_eq!(std::fs::read_dir(world.home().join("out")).unwrap().count(), 1, "{run:#?}");
    let requests = seen.lock().unwrap().clone();
    assert_eq!(requests.len(), 3, "{requests:#?}");
    assert!(
        requests[1].contains("range: bytes=40000-") && requests[1].contains("if-range: \"v1\"")
    );
    assert!(requests.iter().all(|head| !head.contains(world.sandbox.key())));
    // What is there is there.
    world.run(&["download", "out", &url]).done();
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[test]
fn a_download_that_cannot_be_had_says_where_it_stopped() {
    let world = World::new();
    let (url, _) = server(vec![7; 100_000], 10);
    let url = format!("{url}/a.mp4?signature=secret");
    let run = world.run(&["download", "out", &url]).failed(5);
    assert!(run.err.contains("continues it") && !run.err.contains("secret"), "{run:#?}");
    assert!(world.home().join("out/a.mp4.part").exists());
    assert!(!world.home().join("out/a.mp4").exists());
}
