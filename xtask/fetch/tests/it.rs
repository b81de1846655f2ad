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
fn what_is_served_comes_out_as_it_is() {
    let (_, output) = fetch(vec![answer("200 OK", "", "{\"a\": 1}\n")]);
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert_eq!(output.stdout, b"{\"a\": 1}\n");
}

#[test]
fn what_is_wrong_is_said_and_nothing_comes_out() {
    // A response that says it is larger than anything that is read.
    let mut huge = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    huge.resize(100_000_100, b' ');
    for (given, cause) in [
        (answer("403 Forbidden", "", "{}"), "it responds with 403 Forbidden"),
        (answer("500 Oh", "", ""), "it responds with 500 Internal Server Error"),
        (
            answer("302 Found", "Location: http://192.0.2.1/login\r\n", ""),
            "it redirects to http://192.0.2.1/login, which is not https",
        ),
        (answer("302 Found", "Location: /login\r\n", ""), "/login, which is not https"),
        (answer("302 Found", "Location: file:///etc/passwd\r\n", ""), "which is not https"),
        (answer("301 Moved", "", ""), "it responds with 301 Moved Permanently without a location"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\"".to_vec(),
            "the connection was lost after 4 bytes",
        ),
        (huge, "it is larger than the limit of 100 MB"),
        (b"220 mail.example ESMTP\r\n".to_vec(), "invalid HTTP version parsed"),
    ] {
        let (url, output) = fetch(vec![given]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(cause), "{cause:?} is not in: {said}");
        assert!(said.starts_with(&format!("error: cannot fetch {url}: ")), "{said}");
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    }
}

#[test]
fn what_is_nowhere_is_said() {
    for (args, cause) in [
        (&["http://127.0.0.1:1/"][..], "Connection refused"),
        (&["nonsense"], "invalid URL"),
        (&[], "the URL is missing"),
        (&["http://127.0.0.1:1/", "--output"], "the URL is missing"),
    ] {
        let output = run(args);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(cause), "{cause:?} is not in: {said}");
        assert!(!output.status.success() && output.stdout.is_empty(), "{said}");
    }
}
