//! What the environment decides. A process cannot safely change its own, so each case is a process.

use crate::server::{Reply, Server};
use crate::texts::assert_text;
use crate::{KEY, search};
use std::process::{Command, Stdio};
use trenz_api::Client;

/// Not a test by itself: the process that the others start.
#[tokio::test]
#[ignore = "started by the tests below, with an environment of their choice"]
async fn child() {
    let result = match Client::from_env() {
        Ok(client) => client.execute(&search()).await.map(|_| "answered".to_owned()),
        Err(error) => Err(error),
    };
    println!(
        "RESULT {}",
        result.unwrap_or_else(|error| {
            assert!(error.is_configuration());
            error.to_string()
        })
    );
}

async fn run(variables: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "environment::child", "--ignored", "--nocapture"])
        .stdout(Stdio::piped());
    for name in [
        "TRENZ_API_KEY",
        "TRENZ_BASE_URL",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "NO_PROXY",
        "no_proxy",
    ] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let result = output
        .lines()
        .find_map(|line| line.split_once("RESULT "))
        .unwrap_or_else(|| panic!("{output}"));
    result.1.to_owned()
}

#[tokio::test]
async fn key_and_base_url_come_from_the_environment() {
    let server = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let url = server.url();
    for (case, variables) in [
        ("no key", vec![]),
        ("empty key", vec![("TRENZ_API_KEY", "")]),
        ("blank key", vec![("TRENZ_API_KEY", " ")]),
        ("key with a blank", vec![("TRENZ_API_KEY", "a b")]),
        ("empty URL", vec![("TRENZ_API_KEY", KEY), ("TRENZ_BASE_URL", "")]),
        ("no URL", vec![("TRENZ_API_KEY", KEY), ("TRENZ_BASE_URL", "here")]),
        ("all is well", vec![("TRENZ_API_KEY", KEY), ("TRENZ_BASE_URL", &url)]),
    ] {
        assert_text(&format!("environment/{case}"), run(&variables).await);
    }
    assert_eq!(server.only().all("x-api-key"), [KEY]);
}

#[tokio::test]
async fn loopback_requests_bypass_the_proxy() {
    let server = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let proxy = Server::always(Reply::json(200, r#"{"data":{}}"#)).await;
    let (url, through) = (server.url(), proxy.url());
    let variables = [
        ("TRENZ_API_KEY", KEY),
        ("TRENZ_BASE_URL", &url),
        ("HTTP_PROXY", &through),
        ("ALL_PROXY", &through),
    ];
    assert_eq!(run(&variables).await, "answered");
    assert_eq!(proxy.seen(), []);
    server.only();
}
