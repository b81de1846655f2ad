//! A client of another vendor's document does what it is there for: it is built, and
//! calls a server that knows nothing of this project.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::foreign::Foreign;
use crate::workspace::{Member, cargo, lay_out};

const CALL: &str = include_str!("../golden/foreign/store/call.rs");

const PET: &str = r#"{"id":7,"name":"Rex","status":"stolen","category":{"name":"dogs"}}"#;

#[test]
fn a_client_of_another_vendors_document_is_answered() {
    let case = Foreign::all().into_iter().find(|case| case.name == "store").unwrap();
    let client = Member {
        generated: case.cover().client.unwrap().files,
        beside: [("examples/call.rs".into(), CALL.to_owned())].into(),
        manifest: "\n[dev-dependencies]\ntokio = { workspace = true, features = [\"rt\"] }\n",
    };
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = temporary.join("served");
    lay_out(&workspace, BTreeMap::from([("store".to_owned(), client)]));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let (to, seen) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let to = to.clone();
            thread::spawn(move || serve(&stream, &to));
        }
    });
    let output = cargo(&workspace.join("store"), &temporary.join("golden/target"))
        // Without TLS: the server is on this machine, and its libraries take long to build.
        .args(["run", "--offline", "--quiet", "--no-default-features"])
        .args(["--example", "call", "--", &address])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let seen: Vec<String> = seen.try_iter().collect();
    assert_eq!(
        seen,
        [
            "GET /v1/pets?status=available,sold&tag=a&tag=b%26c&limit=2 key ",
            r#"PUT /v1/pets/7 key {"id":8,"name":"Rex"}"#,
            "DELETE /v1/pets/7 key ",
            "GET /v1/orders/inventory key ",
            "GET /v1/pets/404 key ",
        ]
    );
}

/// Answers every request of a connection, and tells of it: its line, key and body.
fn serve(stream: &TcpStream, to: &Sender<String>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let header = |name: &str| {
            let lines = head.iter().filter_map(|line| line.split_once(": "));
            let mut found = lines.filter(|(other, _)| other.eq_ignore_ascii_case(name));
            found.next().map(|(_, value)| value.to_owned()).unwrap_or_default()
        };
        let mut body = vec![0; header("content-length").parse().unwrap_or(0)];
        reader.read_exact(&mut body).unwrap();
        let request = head[0].trim_end_matches(" HTTP/1.1").to_owned();
        let body = String::from_utf8(body).unwrap();
        to.send(format!("{request} {} {body}", header("x-store-key"))).unwrap();
        let (status, answer) = match request.as_str() {
            "GET /v1/pets/404" => {
                ("404 Not Found", r#"{"code":404,"message":"no such pet"}"#.to_owned())
            }
            "DELETE /v1/pets/7" => ("204 No Content", String::new()),
            "GET /v1/orders/inventory" => ("200 OK", r#"{"sold":3,"available":0}"#.to_owned()),
            "PUT /v1/pets/7" => ("200 OK", PET.to_owned()),
            _ => ("200 OK", format!("[{PET},{PET}]")),
        };
        let length = answer.len();
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{answer}"
        )
        .unwrap();
    }
}
