//! `trenz config check`: whether the key works, and with which scopes.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use clap::ArgMatches;
use serde_json::{Map, Value, json};
use trenz_api::{Error, Plan, Replay};

use crate::confirm::Question;
use crate::failure::Failure;
use crate::inputs::template::{Extent, template};
use crate::inputs::{checked, decoded};
use crate::menu;
use crate::output::Output;
use crate::price::coins;
use crate::request::{Options, Request};
use crate::session::Session;
use crate::settings::Settings;
use crate::table::Operation;

/// How far back a balance is looked for.
const RECENT: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// A request to try each scope with, where there is one.
type Probes = BTreeMap<&'static str, Option<Box<dyn Request>>>;

/// Sends a call that is free. With `--scopes`, also the cheapest read of each scope: the API does not tell scopes otherwise.
pub(super) fn check(
    settings: &Settings,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let key = settings.key()?;
    let session = Session::open(settings)?;
    let probes = if matches.get_flag("scopes") { probes()? } else { BTreeMap::new() };
    if !probes.is_empty() {
        let mut plan = Plan::default();
        plan.extend(probes.values().flatten().map(|request| request.quote()));
        let question = Question {
            name: "config check --scopes",
            summary: "Read something with each scope",
            // Its coins buy no data.
            is_write: true,
            price: format!("{} at most", coins(plan.total())),
            coins: Some(plan.total()),
        };
        question.ask(settings, matches.get_flag("yes"))?;
    }
    let works = match free() {
        Some(operation) => Some(answered(&session, &*sample(operation)?)?),
        None => None,
    };
    let mut scopes = Map::new();
    for (scope, request) in &probes {
        let has = match request {
            Some(request) => answered(&session, &**request)?.into(),
            None => Value::Null,
        };
        scopes.insert((*scope).to_owned(), has);
    }
    let balance = balance(&session)?;
    output.value(&json!({
        "key": key.origin.to_string(),
        "works": works.or((!scopes.is_empty()).then_some(true)),
        "coins_spent": session.client.ledger().total().settled,
        "last_balance": balance.map(|(coins, _)| coins),
        "last_balance_at": balance.map(|(_, at)| at),
        "scopes": if scopes.is_empty() { Value::Null } else { Value::Object(scopes) },
    }))?;
    if probes.is_empty() {
        output.note("this was free; the API tells scopes and the balance only with paid calls, which --scopes makes");
    }
    if probes.values().any(Option::is_none) {
        output.note("a scope that is null has no read to try it with");
    }
    Ok(())
}

/// An operation that costs nothing and changes nothing.
fn free() -> Option<&'static Operation> {
    let mut operations = menu::operations().into_iter().map(|(_, operation)| operation);
    operations.find(|one| one.info.coin_cost == 0 && one.info.replay == Replay::FreeRead)
}

/// The cheapest read of each scope; none where every operation of the scope writes.
fn probes() -> Result<Probes, Failure> {
    let mut cheapest: BTreeMap<&str, Option<&Operation>> = BTreeMap::new();
    for (_, operation) in menu::operations() {
        let Some(scope) = operation.info.scope else { continue };
        let kept = cheapest.entry(scope.as_str()).or_default();
        let is_cheaper = kept.is_none_or(|kept| operation.info.coin_cost < kept.info.coin_cost);
        if operation.info.replay != Replay::Write && is_cheaper {
            *kept = Some(operation);
        }
    }
    let request = |found: Option<&Operation>| found.map(sample).transpose();
    cheapest.into_iter().map(|(scope, found)| Ok((scope, request(found)?))).collect()
}

/// A request with the required inputs alone.
fn sample(operation: &Operation) -> Result<Box<dyn Request>, Failure> {
    let inputs = match template(operation, Extent::Required) {
        Value::Object(inputs) => inputs,
        _ => Map::new(),
    };
    decoded(operation, &checked(operation, operation.name, inputs)?)
}

/// Whether the API accepts the key for a request. What it says of the request itself does not matter.
fn answered(session: &Session, request: &dyn Request) -> Result<bool, Failure> {
    let options = Options::default();
    let sending = request.send(&session.client, &options);
    session.run(async {
        match sending.await {
            Ok(_) => Ok(true),
            Err(error) if error.is_forbidden() => Ok(false),
            Err(error) if is_about_the_request(&error) => Ok(true),
            Err(error) => Err(error.into()),
        }
    })
}

/// A refusal that comes only after the key was accepted.
fn is_about_the_request(error: &Error) -> bool {
    error.is_not_found()
        || error.status().is_some_and(|status| [400, 409, 422].contains(&status.as_u16()))
}

/// The last balance that a response reported to this program or another one with the ledger, and when.
fn balance(session: &Session) -> Result<Option<(i64, Option<i64>)>, Failure> {
    if let Some(balance) = session.client.ledger().balance {
        let at = balance.at.duration_since(SystemTime::UNIX_EPOCH).ok();
        let at = at.and_then(|at| i64::try_from(at.as_millis()).ok());
        return Ok(Some((balance.coins, at)));
    }
    let Some(ledger) = &session.ledger else { return Ok(None) };
    let now = SystemTime::now();
    let since = now.checked_sub(RECENT).unwrap_or(SystemTime::UNIX_EPOCH);
    let attempts = session.run(async { Ok(ledger.history(since..now).await?.attempts) })?;
    let reported = attempts.iter().rev().find_map(|one| Some((one.balance?, one.ended_at)));
    Ok(reported)
}
