//! What comes out of the program for what a server responds.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

/// Serves these responses, one to each connection, and fetches from there.
fn fetch(answers: Vec<Vec<u8>>) -> (String, Output) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/spec", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).unwrap();
            // Whoever has read enough may hang up.
            let _ = stream.write_all(&answer);
        }
    });
    let output = run(&[&url]);
    server.join().unwrap();
    (url, output)
}

fn run(args: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_trenz-fetch"));
    program.args(args).env("NO_PROXY", "*").output().unwrap()
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}"
    )
    .into_bytes()
}

#[test]
fn the_served_bytes_are_printed() {
    let (_, output) = fetch(vec![answer("200 OK", "", "{\"a\": 1}\n")]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(output.stdout, b"{\"a\": 1}\n");
}

#[test]
fn failed_responses_are_errors_and_nothing_is_printed() {
    // A response that says it is larger than anything that is read.
    let mut huge = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    huge.resize(100_000_100, b' ');
    for (given, cause) in [
        (answer("403 Forbidden", "", "{}"), "403 Forbidden"),
        (answer("500 Oh", "", ""), "500 Internal Server Error"),
        (answer("302 Found", "Location: http://192.0.2.1/login\r\n", ""), "http://192.0.2.1/login"),
        (answer("302 Found", "Location: /login\r\n", ""), "/login"),
        (answer("302 Found", "Location: file:///etc/passwd\r\n", ""), "file:///etc/passwd"),
        (answer("301 Moved", "", ""), "301 Moved Permanently"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"".to_vec(), "4 bytes"),
        (huge, "100 MB"),
        (b"220 mail.example ESMTP\r\n".to_vec(), "HTTP version"),
    ] {
        let (url, output) = fetch(vec![given]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(cause), "{cause:?} is not in: {said}");
        assert!(said.starts_with("error: ") && said.contains(&url), "{said}");
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    }
}

#[test]
fn invalid_arguments_and_unreachable_servers_are_errors() {
    for (args, cause) in [
        (&["http://127.0.0.1:1/"][..], "127.0.0.1:1"),
        (&["nonsense"], "URL"),
        (&[], "URL"),
        (&["http://127.0.0.1:1/", "--output"], "URL"),
    ] {
        let output = run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(cause), "{cause:?} is not in: {said}");
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    }
}
