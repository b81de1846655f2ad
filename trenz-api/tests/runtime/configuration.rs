//! Which configurations make a client.

use crate::KEY;
use std::time::Duration;
use trenz_api::{Client, ClientBuilder};

fn refusal(builder: ClientBuilder) -> Option<String> {
    let error = builder.build().err()?;
    assert!(error.is_configuration());
    assert_eq!(error.outcome(), trenz_api::Outcome::NotSent);
    Some(error.to_string())
}

#[test]
fn only_hosts_that_the_key_may_go_to() {
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
    for (bad, why) in [
        ("http://example.com", "must be https"),
        ("http://localhost.example.com", "must be https"),
        ("http://127.0.0.1.example.com", "must be https"),
        ("http://10.0.0.1", "must be https"),
        ("http://0.0.0.0", "must be https"),
        ("http://[::2]", "must be https"),
        ("http://[::ffff:127.0.0.1]", "must be https"),
        ("ftp://localhost", "not ftp"),
        ("file:///etc/passwd", "not file"),
        ("https://user@example.com", "user name or password"),
        ("https://:secret@example.com", "user name or password"),
        ("https://example.com#a", "a fragment"),
        ("example.com", "not a URL"),
        ("", "not a URL"),
    ] {
        let said = base(bad).unwrap_or_else(|| panic!("{bad} was taken"));
        assert!(said.contains(why) && !said.contains("secret"), "{bad}: {said}");
    }
}

#[test]
fn only_hosts_that_are_some_can_be_allowed() {
    let allow = |host: &str| refusal(Client::builder().api_key(KEY).allow_upload_host(host));
    for good in ["10.0.0.5", "[fd00::5]", "store.internal", "STORE", "k\u{e4}se.example"] {
        assert_eq!(allow(good), None, "{good}");
    }
    for bad in ["", "https://store.internal", "10.0.0.5:9000", "fd00::5", "a/b", "user@store"] {
        let said = allow(bad).unwrap_or_else(|| panic!("{bad} was taken"));
        assert!(said.starts_with("the upload host is invalid: "), "{bad}: {said}");
    }
}

#[test]
fn only_keys_that_can_be_sent() {
    for good in [KEY, " sk_live_1 \n", "~!"] {
        assert_eq!(refusal(Client::builder().api_key(good)), None, "{good}");
    }
    for bad in ["", " \n", "sk_live two", "sk\nlive", "sk_live_\u{e4}", "sk\u{0}"] {
        let said = refusal(Client::builder().api_key(bad)).unwrap();
        assert!(said.starts_with("the API key ") && !said.contains("sk"), "{said}");
    }
    assert_eq!(refusal(Client::builder()).unwrap(), "the API key is not set");
    assert!(Client::new("").is_err());
    assert!(Client::new(KEY).is_ok());
}

#[test]
fn connecting_may_not_take_as_long_as_the_attempt() {
    let seconds = Duration::from_secs;
    let builder = || Client::builder().api_key(KEY);
    assert_eq!(refusal(builder().timeout(seconds(1))), None, "the default makes room");
    assert_eq!(refusal(builder().timeout(seconds(5)).connect_timeout(seconds(4))), None);
    assert_eq!(
        refusal(builder().timeout(seconds(5)).connect_timeout(seconds(5))).unwrap(),
        "the connect timeout (5s) must be shorter than the timeout (5s)"
    );
    assert!(refusal(builder().timeout(Duration::ZERO)).is_some());
    assert!(refusal(builder().user_agent("a\nb")).is_some());
}
