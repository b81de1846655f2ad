//! Which servers a client trusts whose builder does not change the HTTP library.
//!
//! The platform's certificates are read from what `SSL_CERT_FILE` names when a client is built, so each case is a process
//! of its own: this binary, told by its environment whom to call.

use std::process::Command;

use trenz_api::{Client, ConnectionPolicy};

use crate::billing_server::{BillingServer, Responses};
use crate::gateway::Gateway;
use crate::{KEY, generate};

const SERVER: &str = "TRENZ_TRUST_SERVER";
const HTTP2: &str = "TRENZ_TRUST_HTTP2";

#[tokio::test(flavor = "multi_thread")]
async fn clients_trust_the_platforms_certificates_over_both_protocols() {
    let server = BillingServer::start(650, Responses::Whole);
    let gateway = Gateway::start(server.address()).await;
    let another = Gateway::start(server.address()).await;
    let folder = tempfile::tempdir().unwrap();
    for (trusted, http2, expected) in
        [(&gateway, "", (true, 0)), (&gateway, "yes", (true, 2)), (&another, "yes", (false, 2))]
    {
        let file = folder.path().join("trusted.pem");
        std::fs::write(&file, trusted.pem()).unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["trust::child_makes_two_calls", "--exact"]).env("SSL_CERT_FILE", file);
        child.env(SERVER, format!("https://{}", gateway.address())).env(HTTP2, http2);
        let output = tokio::task::spawn_blocking(move || child.output()).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!((output.status.success(), gateway.by_http2()), expected, "{said}");
        assert!(expected.0 || said.contains("invalid peer certificate"), "{said}");
    }
    assert_eq!(server.billed("").iter().sum::<u64>(), 4);
}

/// Without being told whom to call, nothing.
#[tokio::test]
async fn child_makes_two_calls() {
    let (Ok(server), Ok(http2)) = (std::env::var(SERVER), std::env::var(HTTP2)) else { return };
    let policy = ConnectionPolicy::default().http2(!http2.is_empty());
    let client = Client::builder().api_key(KEY).base_url(server).connection_policy(policy);
    let client = client.build().unwrap();
    for mark in ["~1~", "~2~"] {
        client.execute(&generate(mark)).await.unwrap();
    }
}
