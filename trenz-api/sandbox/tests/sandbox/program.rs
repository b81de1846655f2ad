//! The program that people start.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_trenz-sandbox");

#[test]
fn the_program_prints_exports_and_a_bill() {
    let mut child = Command::new(PROGRAM)
        .args(["--balance", "700", "--key", "sk_live_sandbox_program", "--rate-limit", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = || {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let hello = line();
    assert_eq!(line(), "export TRENZ_API_KEY=sk_live_sandbox_program");
    let export = line();
    let url = export.strip_prefix("export TRENZ_BASE_URL=").unwrap();
    assert!(hello.contains(url) && hello.contains("sk_live_sandbox_program"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let body = runtime.block_on(async {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let sent = client.get(format!("{url}/open/v1/products/search?country=us"));
        let sent = sent.bearer_auth("sk_live_sandbox_program").send().await.unwrap();
        sent.text().await.unwrap()
    });
    assert!(body.contains("\"remaining_balance\":695"), "{body}");
    #[cfg(unix)]
    {
        let id = child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        assert!(child.wait().unwrap().success());
        let mut bill = String::new();
        out.read_to_string(&mut bill).unwrap();
        let words: Vec<&str> = bill.split_whitespace().collect();
        assert!(words.contains(&"695"), "{bill}");
        assert!(words.windows(4).any(|row| row == ["trenz-products-search", "1", "5", "0"]));
    }
    #[cfg(not(unix))]
    child.kill().unwrap();
}

/// What the sandbox believes about the API comes from the document alone.
#[test]
fn the_sandbox_does_not_depend_on_the_generator() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, after) = manifest.split_once("[dependencies]\n").unwrap();
    let dependencies = after.split("\n[").next().unwrap();
    assert!(dependencies.contains("jsonschema"));
    assert!(!dependencies.contains("codegen") && !dependencies.contains("trenz-api"));
}

#[test]
fn invalid_options_print_an_error_and_exit_with_2() {
    let out = Command::new(PROGRAM).args(["--fault", "explode"]).output().unwrap();
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8(out.stderr).unwrap().contains("\"explode\""));
    let out = Command::new(PROGRAM).arg("--help").output().unwrap();
    assert!(out.status.success() && String::from_utf8(out.stdout).unwrap().contains("--fault"));
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = port.local_addr().unwrap().port().to_string();
    let out = Command::new(PROGRAM).args(["--port", &taken]).output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    assert!(!out.stderr.is_empty());
}
