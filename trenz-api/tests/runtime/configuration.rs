//! Which configurations make a client.

use crate::KEY;
use crate::texts::assert_text;
use std::time::Duration;
use trenz_api::{Client, ClientBuilder};

fn refusal(builder: ClientBuilder) -> Option<String> {
    let error = builder.build().err()?;
    assert!(error.is_configuration());
    assert_eq!(error.outcome(), trenz_api::Outcome::NotSent);
    Some(error.to_string())
}

#[test]
fn base_url_must_be_https_or_loopback() {
    let base = |url: &str| refusal(Client::builder().api_key(KEY).base_url(url));
    for good in [
        "https://openapi.gateway.trenz.ai",
        "https://example.com:8443/prefix/",
        " https://example.com\n",
        "http://localhost",
        "https://example.com?a=b",
        "http://LOCALHOST:8080/",
        "http://127.0.0.1:1",
        "http://127.8.9.10",
        "http://[::1]:8080",
        "http://2130706433", // 127.0.0.1, written as the number it is.
    ] {
        assert_eq!(base(good), None, "{good}");
    }
    for bad in [
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "http://[::ffff:127.0.0.1]",
        "ftp://localhost",
        "file:///etc/passwd",
        "https://user@example.com",
        "https://:secret@example.com",
        "https://example.com#a",
        "example.com",
        "",
    ] {
        let said = base(bad).unwrap_or_else(|| panic!("{bad} was taken"));
        assert!(!said.contains("secret"), "{bad}: {said}");
        assert_text(&format!("configuration/base URL {bad}"), said);
    }
}

#[test]
fn invalid_upload_hosts_are_refused() {
    let allow = |host: &str| refusal(Client::builder().api_key(KEY).allow_upload_host(host));
    for good in ["10.0.0.5", "[fd00::5]", "store.internal", "STORE", "k\u{e4}se.example"] {
        assert_eq!(allow(good), None, "{good}");
    }
    for bad in ["", "https://store.internal", "10.0.0.5:9000", "fd00::5", "a/b", "user@store"] {
        let said = allow(bad).unwrap_or_else(|| panic!("{bad} was taken"));
        let (said, _) = said.split_once(": ").unwrap();
        assert_text("configuration/upload host", said);
    }
}

#[test]
fn invalid_keys_are_refused() {
    for good in [KEY, " sk_live_1 \n", "~!"] {
        assert_eq!(refusal(Client::builder().api_key(good)), None, "{good}");
    }
    for bad in ["", " \n", "sk_live two", "sk\nlive", "sk_live_\u{e4}", "sk\u{0}"] {
        let said = refusal(Client::builder().api_key(bad)).unwrap();
        assert!(said.starts_with("the API key ") && !said.contains("sk"), "{said}");
    }
    assert_text("configuration/no key", refusal(Client::builder()).unwrap());
    assert!(Client::new("").is_err());
    assert!(Client::new(KEY).is_ok());
}

#[test]
fn connect_timeout_must_be_shorter_than_the_timeout() {
    let seconds = Duration::from_secs;
    let builder = || Client::builder().api_key(KEY);
    assert_eq!(refusal(builder().timeout(seconds(1))), None, "the default makes room");
    assert_eq!(refusal(builder().timeout(seconds(5)).connect_timeout(seconds(4))), None);
    let as_long = refusal(builder().timeout(seconds(5)).connect_timeout(seconds(5))).unwrap();
    assert_text("configuration/connect timeout", as_long);
    assert!(refusal(builder().timeout(Duration::ZERO)).is_some());
    assert!(refusal(builder().user_agent("a\nb")).is_some());
}
