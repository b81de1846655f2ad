//! Profiles, keys and ledgers: where they are from, and what they are good for.

use serde_json::json;
use trenz_sandbox::{Key, Sandbox};

use crate::program::{Run, World};

const SEARCH: [&str; 4] = ["data", "products", "search", "--country=us"];

fn words<'w>(first: &[&'w str], more: &[&'w str]) -> Vec<&'w str> {
    [first, more].concat()
}

#[test]
fn the_configuration_is_a_file_the_environment_and_flags() {
    let world = World::new();
    let key = world.sandbox.key();
    let url = world.sandbox.base_url();
    let config = format!(
        "default_profile = 'main'\n[profiles.main]\napi_key_file = 'key'\nbase_url = '{url}'\nconfirm_above = 4\n\
         [profiles.keyring]\napi_key_command = ['printf', '{key}\\n']\n[profiles.odd]\napi_key_command = ['false']\n"
    );
    world.write(".config/trenz/config.toml", &config);
    world.write(".config/trenz/key", key);
    let run = |words: &[&str], environment: &[(&str, &str)]| {
        let mut command = world.command();
        command.env_remove("TRENZ_API_KEY").env_remove("TRENZ_BASE_URL").args(words);
        command.envs(environment.iter().copied());
        Run::of(command.output().unwrap())
    };
    // A file that others can read is refused.
    let refused = run(&["config", "check"], &[]).failed(2);
    assert!(refused.err.contains("chmod 600"), "{refused:#?}");
    let path = world.home().join(".config/trenz/key");
    let mut chmod = std::process::Command::new("chmod");
    assert!(chmod.arg("600").arg(&path).status().unwrap().success());
    let checked = run(&["config", "check"], &[]).done();
    assert_eq!(
        (&checked.json()["works"], &checked.json()["coins_spent"]),
        (&json!(true), &json!(0))
    );
    // Five coins are more than the profile's four.
    run(&SEARCH, &[]).failed(3);
    run(&words(&SEARCH, &["--profile=keyring", "--base-url", &url]), &[]).done();
    run(&SEARCH, &[("TRENZ_PROFILE", "keyring"), ("TRENZ_BASE_URL", &url)]).done();
    let checked = run(&["config", "check"], &[]).done().json();
    assert!(checked["last_balance"].is_i64(), "{checked:#}");
    run(&SEARCH, &[("TRENZ_PROFILE", "odd")]).failed(2);
    let unknown = run(&words(&SEARCH, &["--profile=none"]), &[]).failed(2);
    assert!(unknown.err.contains("keyring, main, odd"), "{unknown:#?}");
    // A key that does not work is refused there.
    run(&["config", "check"], &[("TRENZ_API_KEY", "sk_live_nobody")]).failed(4);
    world.write(".config/trenz/config.toml", "colour = 'red'\n");
    let wrong = run(&["config", "show"], &[]).failed(2);
    assert!(wrong.err.contains("colour"), "{wrong:#?}");
    assert_eq!(world.sandbox.ledger().charged(), 10);
}

#[test]
fn the_scopes_of_a_key_are_told_by_reads_that_are_asked_about() {
    let scopes = ["trenz.products.read", "trenz.ads.read"];
    let sandbox = Sandbox::builder().rate_limit(None).lenient(true).balance(1_000);
    let world = World::of(sandbox.key(Key::new("sk_live_narrow").scopes(scopes)));
    let free = world.run(&["config", "check"]).done().json();
    assert_eq!((&free["works"], &free["scopes"]), (&json!(true), &json!(null)));
    assert_eq!(world.sandbox.ledger().charged(), 0);
    let refused = world.run(&["config", "check", "--scopes"]).failed(3);
    assert!(refused.err.contains("coins at most"), "{refused:#?}");
    let run = world.run(&["config", "check", "--scopes", "--yes"]).done();
    let told = run.json();
    let found = told["scopes"].as_object().unwrap();
    assert!(found.len() > scopes.len(), "{told:#}");
    for (scope, has) in found {
        let expected = match has.as_bool() {
            Some(has) => has == scopes.contains(&scope.as_str()),
            None => scope.contains("write") && run.err.contains("no read"),
        };
        assert!(expected, "{scope}: {run:#?}");
    }
    let charged = world.sandbox.ledger().charged();
    assert_eq!(told["coins_spent"], charged);
    assert_eq!(told["last_balance"], 1_000 - charged);
    let listed = world.run(&["operations", "--output=json"]).done().json();
    let known = listed.as_array().unwrap().iter().filter_map(|one| one["scope"].as_str());
    let known: std::collections::BTreeSet<&str> = known.collect();
    assert_eq!(known, found.keys().map(String::as_str).collect());
}

#[test]
fn a_ledger_in_postgresql_is_named_by_the_configuration() {
    let Some(server) = crate::postgres::server() else { return };
    server.create("trenz_cli");
    let world = World::new();
    let config = format!("[profiles.fleet]\nledger = '{}'\n", server.url("trenz_cli"));
    world.write(".config/trenz/config.toml", &config);
    let run = |more: &[&str]| world.run(&words(more, &["--profile=fleet", "--output=json"]));
    run(&["budget", "set", "nightly", "12/day"]).done();
    let search = words(&SEARCH, &["--budget=nightly"]);
    run(&search).done();
    run(&words(&search, &["--max-pages=1"])).done();
    assert!(run(&search).failed(3).err.contains("nightly"));
    let total = run(&["ledger"]).done().json()["total"].clone();
    assert_eq!((&total["settled"], &total["attempts"]), (&json!(10), &json!(2)));
    // The one of the data folder is another ledger.
    assert_eq!(world.run(&["ledger", "--output=json"]).done().json()["total"]["settled"], 0);
    let shown = run(&["config", "show"]).done();
    assert!(shown.out.contains("trenz_cli"), "{shown:#?}");
    let nowhere = "postgres://user:THE-PASSWORD@127.0.0.1:1/x";
    let mut command = world.command();
    command.args(SEARCH).env("TRENZ_LEDGER", nowhere);
    let failed = Run::of(command.output().unwrap()).failed(1);
    let mut command = world.command();
    command.args(["config", "show"]).env("TRENZ_LEDGER", nowhere);
    let shown = Run::of(command.output().unwrap()).done();
    for run in [failed, shown] {
        assert!(!format!("{run:?}").contains("THE-PASSWORD"), "{run:#?}");
    }
}
