//! The control endpoint: what the owner of a sandbox can do from another process.
//!
//! Everything is below `/_sandbox`, takes plain text and needs no key. It is no part of the API,
//! so it is neither counted nor charged.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use serde_json::{Value, json};

use crate::call::Shared;
use crate::fault::Fault;
use crate::keys::KeyStatus;
use crate::ledger::EntryKind;
use crate::reply::Reply;
use crate::tasks::Vocabulary;
use crate::world::World;

/// The path below which the sandbox is controlled.
pub(crate) const CONTROL: &str = "/_sandbox";

/// Responds to a control request.
pub(crate) async fn control(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, 1 << 20).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => return Reply::empty(400).into_response(),
    };
    let text = String::from_utf8_lossy(&body);
    let path = parts.uri.path().strip_prefix(CONTROL).unwrap_or_default();
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let mut world = shared.world();
    match act(&mut world, parts.method.as_str(), &segments, text.trim()) {
        Ok(data) => Reply::json(200, &data).into_response(),
        Err(message) => Reply::of(400, "text/plain", format!("{message}\n")).into_response(),
    }
}

fn act(world: &mut World, method: &str, path: &[&str], text: &str) -> Result<Value, String> {
    match (method, path) {
        ("GET", []) => Ok(state(world)),
        ("GET", ["ledger"]) => Ok(ledger(world)),
        ("GET", ["requests"]) => Ok(requests(world)),
        ("GET", ["faults"]) => Ok(faults(world)),
        ("POST", ["faults"]) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let parsed: Result<Vec<Fault>, _> = lines.map(str::parse).collect();
            parsed.map_err(|error| error.to_string())?.into_iter().for_each(|f| world.plan.arm(f));
            Ok(faults(world))
        }
        ("DELETE", ["faults"]) => {
            world.plan.clear();
            Ok(faults(world))
        }
        ("POST", ["balance"]) => {
            world.ledger.set_balance(number(text)?);
            Ok(state(world))
        }
        ("POST", ["rate-limit"]) => {
            world.keys.per_minute = if text == "none" { None } else { Some(number(text)?) };
            Ok(state(world))
        }
        ("POST", ["items"]) => {
            world.items.shift(number(text)?);
            Ok(state(world))
        }
        ("POST", ["clock"]) => {
            let moved = world.settings.clock.advance(Duration::from_millis(number(text)?));
            if moved {
                Ok(state(world))
            } else {
                Err("the clock is that of the system: only a manual clock can be advanced"
                    .to_owned())
            }
        }
        ("POST", ["vocabulary"]) => {
            world.tasks.vocabulary = match text {
                "schema" => Vocabulary::Schema,
                "prose" => Vocabulary::Prose,
                _ => return Err(format!("vocabulary: expected schema or prose, found {text:?}")),
            };
            Ok(state(world))
        }
        ("POST", ["keys", key, status]) => {
            let status = match *status {
                "active" => KeyStatus::Active,
                "revoked" => KeyStatus::Revoked,
                "suspended" => KeyStatus::Suspended,
                _ => {
                    return Err(format!(
                        "key status: expected active, revoked or suspended, found {status:?}"
                    ));
                }
            };
            let found = world.keys.set_key_status(key, status);
            if found { Ok(state(world)) } else { Err(format!("unknown key {key:?}")) }
        }
        ("POST", ["accounts", id, "expire"]) => {
            let found = world.accounts.expire(number(id)?);
            if found { Ok(state(world)) } else { Err(format!("unknown account {id:?}")) }
        }
        _ => Err(format!(
            "{method} {CONTROL}/{} does not exist; see the README of trenz-sandbox",
            path.join("/")
        )),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("expected an integer in range, found {text:?}"))
}

fn state(world: &mut World) -> Value {
    let now = world.settings.clock.now();
    world.settle(now);
    json!({
        "now": now,
        "opening_balance": world.ledger.opening(),
        "charged": world.ledger.charged(),
        "refunded": world.ledger.refunded(),
        "balance": world.ledger.balance(),
        "requests": world.seen.len(),
        "uploads": world.storage.uploads().len(),
        "items": world.items.len(),
        "requests_per_minute": world.keys.per_minute,
        "faults": world.plan.armed().count(),
    })
}

fn ledger(world: &mut World) -> Value {
    let now = world.settings.clock.now();
    world.settle(now);
    let entries = world.ledger.entries().iter().map(|entry| {
        let kind = match entry.kind {
            EntryKind::Charge => "charge",
            EntryKind::Refund => "refund",
        };
        json!({
            "kind": kind, "coins": entry.coins, "operation": entry.operation,
            "request_id": entry.request_id,
        })
    });
    entries.collect()
}

fn requests(world: &World) -> Value {
    let seen = world.seen.iter().map(|seen| {
        json!({
            "method": seen.method, "path": seen.path, "query": seen.query,
            "operation": seen.operation, "request_id": seen.request_id, "status": seen.status,
        })
    });
    seen.collect()
}

fn faults(world: &World) -> Value {
    let armed: Vec<String> = world.plan.armed().map(ToString::to_string).collect();
    let fired = world
        .plan
        .fired()
        .iter()
        .map(|fired| json!({ "kind": fired.kind.to_string(), "operation": fired.operation }));
    json!({ "armed": armed, "fired": fired.collect::<Vec<_>>() })
}
