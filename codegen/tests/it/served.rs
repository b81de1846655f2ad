//! A client of another vendor's document does what it is there for: it is built, and
//! calls a server that knows nothing of this project.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::foreign::Foreign;
use crate::workspace::{Member, cargo, lay_out};

const PET: &str = r#"{"id":7,"name":"Rex","status":"stolen","category":{"name":"dogs"}}"#;

/// What the server is asked by `call.rs`, which stands beside each document.
const CALLS: [(&str, &[&str]); 3] = [
    (
        "store",
        &[
            "GET /v1/pets?status=available,sold&tag=a&tag=b%26c&limit=2 key ",
            r#"PUT /v1/pets/7 key {"id":8,"name":"Rex"}"#,
            "DELETE /v1/pets/7 key ",
            "GET /v1/orders/inventory key ",
            "GET /v1/pets/404 key ",
        ],
    ),
    (
        "addresses",
        &[
            "GET /v1/list?restype=container&limit=2  ",
            "GET /v1/find?by=a%26b  ",
            "GET /v1/copies  ",
            "GET /v0/older  ",
            "GET /v1/undeclared/7  ",
            r#"POST /v1/media  {"name":"Rex"}"#,
        ],
    ),
    (
        "vault",
        &[
            "GET /v1/coins/18446744073709551615?region=eu&api_key=a%20b%26c  ",
            r#"POST /v2/coins?region=eu&api_key=a%20b%26c  {"id":18446744073709551615}"#,
            "GET /v1/hours?region=eu  ",
            "GET /v1/news?region=eu&api_key=a%20b%26c  ",
            "GET /v1/news  ",
            "GET /v1/coins/7 Token a b ",
            "GET /v1/coins/404?region=eu&api_key=a%20b%26c  ",
        ],
    ),
];

#[test]
#[ignore = "takes long: cargo xtask test --full"]
fn full_clients_of_foreign_documents_make_their_calls() {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let workspace = temporary.join("served");
    let cases = Foreign::all().into_iter();
    let members = cases.filter_map(|case| {
        let client = Member {
            generated: case.cover().client?.files,
            beside: [(format!("examples/{}.rs", case.name).into(), case.call?)].into(),
            manifest: "\n[dev-dependencies]\ntokio = { workspace = true, features = [\"rt\"] }\n",
        };
        Some((case.name, client))
    });
    lay_out(&workspace, members.collect());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/v1", listener.local_addr().unwrap());
    let (to, seen) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let to = to.clone();
            thread::spawn(move || serve(&stream, &to));
        }
    });
    for (name, calls) in CALLS {
        let output = cargo(&workspace.join(name), &temporary.join("golden/target"))
            .args(["run", "--offline", "--quiet"])
            .args(["--example", name, "--", &address])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert_eq!(seen.try_iter().collect::<Vec<_>>(), calls, "{name}");
    }
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
        let key = header("x-store-key") + &header("authorization");
        to.send(format!("{request} {key} {body}")).unwrap();
        let (status, answer) = match request.as_str() {
            "GET /v1/pets/404" => {
                ("404 Not Found", r#"{"code":404,"message":"no such pet"}"#.to_owned())
            }
            line if line.starts_with("GET /v1/coins/404") => {
                ("401 Unauthorized", format!(r#"{{"message":"bad key in {line} a b&c"}}"#))
            }
            line if line.contains("/coins")
                || line.contains("/hours")
                || line.contains("/news") =>
            {
                (
                    "200 OK",
                    r#"{"id":18446744073709551615,"next":[9223372036854775808,7]}"#.to_owned(),
                )
            }
            "DELETE /v1/pets/7" => ("204 No Content", String::new()),
            "GET /v1/orders/inventory" => ("200 OK", r#"{"sold":3,"available":0}"#.to_owned()),
            "PUT /v1/pets/7" => ("200 OK", PET.to_owned()),
            "GET /v1/pets?status=available,sold&tag=a&tag=b%26c&limit=2" => {
                ("200 OK", format!("[{PET},{PET}]"))
            }
            _ => ("200 OK", r#"{"id":"7"}"#.to_owned()),
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
