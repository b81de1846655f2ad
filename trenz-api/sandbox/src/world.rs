//! The state of a sandbox, and how it responds to one request.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::accounts::Accounts;
use crate::comments::Comments;
use crate::data::ResponseData;
use crate::dispatch::{Call, Listing, Outcome};
use crate::document::Document;
use crate::fault::{FaultKind, Stage};
use crate::inputs::Inputs;
use crate::keys::Keyring;
use crate::ledger::{Bill, Ledger, Position, price};
use crate::mutate::{mutate, repeat_page};
use crate::noise::{Noise, hex};
use crate::operation::Operation;
use crate::paging::{DataSet, Window};
use crate::plan::Plan;
use crate::publishing::Publishing;
use crate::received::ReceivedRequest;
use crate::refusal::{Code, Refusal, rate_limit, rate_limited, refused};
use crate::reply::Reply;
use crate::schema::Schema;
use crate::script::{Sent, faulty, gateway, redirect, server_code};
use crate::search_cache::SearchCache;
use crate::settings::Settings;
use crate::storage::Storage;
use crate::tasks::Tasks;

/// The most comments that are made up under one video.
const COMMENTS: usize = 150;

/// The whole state of a sandbox.
pub(crate) struct World {
    pub(crate) document: Arc<Document>,
    pub(crate) settings: Settings,
    pub(crate) keys: Keyring,
    pub(crate) ledger: Ledger,
    pub(crate) plan: Plan,
    pub(crate) tasks: Tasks,
    pub(crate) storage: Storage,
    pub(crate) accounts: Accounts,
    pub(crate) comments: Comments,
    pub(crate) publishing: Publishing,
    pub(crate) items: DataSet,
    pub(crate) seen: Vec<ReceivedRequest>,
    pub(crate) shelf: SearchCache,
    positions: BTreeMap<String, u64>,
    requests: u64,
}

/// A request as received, with its body.
pub(crate) struct Arrived<'a> {
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) path_values: &'a [(String, String)],
    pub(crate) headers: &'a [(String, String)],
    pub(crate) body: &'a Bytes,
}

/// How far a request came.
pub(crate) enum Verdict {
    Response(Value),
    NoContent,
    Refused(Refusal),
    Foreign(Reply),
}

impl World {
    pub(crate) fn new(document: Arc<Document>, settings: Settings, storage: Storage) -> Self {
        let Settings { seed, lenient, pace, .. } = settings;
        Self {
            keys: Keyring::new(settings.keys.clone(), settings.per_minute),
            ledger: Ledger::new(settings.balance),
            plan: Plan::new(settings.faults.clone(), seed),
            tasks: Tasks::new(pace, settings.vocabulary, settings.refund_failed_tasks, lenient),
            accounts: Accounts::new(seed, lenient),
            comments: Comments::new(settings.items.min(COMMENTS), seed, lenient),
            publishing: Publishing::new(pace, seed, lenient),
            items: DataSet::of(settings.items),
            seen: Vec::new(),
            shelf: SearchCache::default(),
            positions: BTreeMap::new(),
            requests: 0,
            document,
            settings,
            storage,
        }
    }

    /// Responds to a call of an operation, and records it.
    pub(crate) fn serve(&mut self, operation: &Operation, request: &Arrived<'_>) -> Sent {
        let (now, request_id) = self.begin(operation);
        let verdict = self.attempt(operation, request, &request_id, now);
        let fault = match &verdict {
            Verdict::Response(_) | Verdict::NoContent => {
                self.plan.fire(Stage::Response, &operation.id)
            }
            _ => None,
        };
        let reply = match verdict {
            Verdict::Response(mut data) => {
                if let Some(fault) = &fault {
                    mutate(fault, &mut data, operation.success().map(Schema::raw), request);
                }
                Reply::json(200, &data)
            }
            Verdict::NoContent => Reply::empty(200),
            Verdict::Refused(refusal) => refused(&refusal, &request_id),
            Verdict::Foreign(reply) => reply,
        };
        let reply = reply.with("x-request-id", request_id.as_str());
        let accepted = header(request, "accept-encoding").next();
        let sent = match fault {
            // What goes wrong on the wire goes wrong with the bytes there, packed or not.
            Some(fault) if fault.is_of_wire() => faulty(&fault, reply.compressed(accepted)),
            Some(fault) => faulty(&fault, reply).compressed(accepted),
            None => Sent::Reply(reply.compressed(accepted)),
        };
        self.note(Some(operation), request, request_id, &sent);
        sent
    }

    /// Counts a call, and gives the time and the id of its request.
    pub(crate) fn begin(&mut self, operation: &Operation) -> (u64, String) {
        let now = self.settings.clock.now();
        self.settle(now);
        *self.positions.entry(operation.id.clone()).or_default() += 1;
        (now, self.next_request_id())
    }

    /// Responds to a request without an operation.
    pub(crate) fn no_route(&mut self, method: &str, request: &Arrived<'_>) -> Reply {
        let request_id = self.next_request_id();
        let message = format!("unknown endpoint {method} {}", request.path);
        let reply = refused(&Refusal::new(Code::RouteNotFound, message), &request_id);
        let reply = reply.with("x-request-id", request_id.as_str());
        self.note(None, request, request_id, &Sent::Reply(reply.clone()));
        if let Some(seen) = self.seen.last_mut() {
            method.clone_into(&mut seen.method);
        }
        reply
    }

    /// Refunds failed tasks.
    pub(crate) fn settle(&mut self, now: u64) {
        for paid in self.tasks.settle(now) {
            for _ in 0..paid.refunds {
                self.ledger.refund(&paid.request_id, &paid.operation, paid.coins);
            }
        }
    }

    /// What was called so far.
    pub(crate) fn bill(&self) -> Bill {
        let calls = self.positions.iter();
        let mut positions: BTreeMap<String, Position> = calls
            .map(|(name, calls)| (name.clone(), Position { calls: *calls, ..Position::default() }))
            .collect();
        for entry in self.ledger.entries() {
            positions.entry(entry.operation.clone()).or_default().add(entry);
        }
        Bill { positions, balance: self.ledger.balance() }
    }

    fn attempt(
        &mut self,
        operation: &Operation,
        request: &Arrived<'_>,
        request_id: &str,
        now: u64,
    ) -> Verdict {
        match self.checked(operation, request, now) {
            Err(refusal) => Verdict::Refused(refusal),
            Ok((key, inputs)) => self.gate(operation, request, &key, &inputs, request_id, now),
        }
    }

    /// Lets a checked call through to what is behind the gateway, unless a fault has it otherwise.
    fn gate(
        &mut self,
        operation: &Operation,
        request: &Arrived<'_>,
        key: &str,
        inputs: &Inputs,
        request_id: &str,
        now: u64,
    ) -> Verdict {
        match self.plan.fire(Stage::Gate, &operation.id) {
            Some(FaultKind::Redirect(to)) => {
                return Verdict::Foreign(redirect(to.as_deref(), request.path));
            }
            Some(FaultKind::RateLimited(after)) => {
                return Verdict::Foreign(rate_limited(after, request_id));
            }
            Some(FaultKind::QuotaExceeded) => {
                let message = "the quota of this key is exhausted";
                return Verdict::Refused(Refusal::new(Code::QuotaExceeded, message));
            }
            _ => {}
        }
        let coins = price(operation, inputs);
        if let Some(refusal) = self.unaffordable(coins) {
            return Verdict::Refused(refusal);
        }
        let failure = match self.plan.fire(Stage::Backend, &operation.id) {
            Some(FaultKind::Gateway(status)) => Some(Verdict::Foreign(gateway(status))),
            Some(FaultKind::ServerError(status)) => {
                let message = "a fault of the sandbox: the call fails";
                Some(Verdict::Refused(Refusal::new(server_code(status), message)))
            }
            Some(FaultKind::CostInError(said)) => {
                return self.rate_limited_at_a_cost(operation, request_id, said.unwrap_or(coins));
            }
            _ => None,
        };
        if let Some(verdict) = failure {
            self.ledger.charge(request_id, &operation.id, coins);
            self.ledger.refund(request_id, &operation.id, coins);
            return verdict;
        }
        let call = Call { operation, inputs, key, request_id, coins, now };
        self.perform(&call).unwrap_or_else(Verdict::Refused)
    }

    /// A 429 that was charged, and says so.
    fn rate_limited_at_a_cost(
        &mut self,
        operation: &Operation,
        request_id: &str,
        coins: u64,
    ) -> Verdict {
        if let Some(refusal) = self.unaffordable(coins) {
            return Verdict::Refused(refusal);
        }
        self.ledger.charge(request_id, &operation.id, coins);
        let mut body = rate_limit().body(request_id);
        body["usage"] = self.usage(coins);
        Verdict::Foreign(Reply::json(429, &body))
    }

    /// Does a call, takes the coins for it, and says how it went. Nothing can come between the
    /// two, so a refusal is free of charge and everything else was charged before it was done.
    pub(crate) fn perform(&mut self, call: &Call<'_>) -> Result<Verdict, Refusal> {
        let Call { operation, inputs, request_id, .. } = *call;
        let repeat = operation.paging.is_some()
            && self.plan.fire_if(&operation.id, |k| *k == FaultKind::RepeatPage).is_some();
        let first_page = Inputs::default();
        let lenient = self.settings.lenient;
        let Outcome { mut known, listing } = self.dispatch_paged(call)?;
        let window = match &operation.paging {
            Some(paging) => {
                let set = self.data_set(&listing);
                let inputs = if repeat { &first_page } else { inputs };
                Some(paging.window(inputs, set, lenient)?)
            }
            None => None,
        };
        let items = window.as_ref().and_then(|window| cut(listing, window));
        if let (Some(items), Some(paging)) = (items, &operation.paging) {
            if !known.is_object() {
                known = json!({});
            }
            known[&paging.list] = items;
        }
        self.ledger.charge(request_id, &operation.id, call.coins);
        self.keys.use_quota(call.key);
        if operation.success().is_none() {
            return Ok(Verdict::NoContent);
        }
        let seed = self.settings.seed;
        let window = window.as_ref();
        let mut data =
            ResponseData { operation, inputs, window, seed, shelf: &self.shelf }.data(&known);
        if let (true, Some(window), Some(data)) = (repeat, window, data.as_object_mut()) {
            repeat_page(data, &format!("sandbox-{}", window.from));
        }
        Ok(Verdict::Response(self.envelope(call, &data)))
    }

    /// Checks the page that is asked for before anything is done, then does the call.
    fn dispatch_paged(&mut self, call: &Call<'_>) -> Result<Outcome, Refusal> {
        if let Some(paging) = &call.operation.paging {
            paging.window(call.inputs, self.items, self.settings.lenient)?;
        }
        self.dispatch(call)
    }

    fn data_set(&self, listing: &Listing) -> DataSet {
        match listing {
            Listing::Made | Listing::Numbered(_) => self.items,
            Listing::Real(items) => DataSet::of(items.len()),
            Listing::Before(items) => {
                let own = i64::try_from(items.len()).unwrap_or(0);
                DataSet { first: self.items.first - own, end: self.items.end }
            }
        }
    }

    pub(crate) fn envelope(&self, call: &Call<'_>, data: &Value) -> Value {
        let mut data = json!({ "data": data, "request_id": call.request_id });
        let schema = call.operation.success().map(Schema::raw);
        if schema.is_some_and(|schema| schema["properties"].get("usage").is_some()) {
            data["usage"] = self.usage(call.coins);
        }
        if !call.inputs.warnings.is_empty() {
            data["warnings"] = call.inputs.warnings.clone().into();
        }
        data
    }

    fn usage(&self, coins: u64) -> Value {
        json!({ "coin_cost": coins, "remaining_balance": self.ledger.balance() })
    }

    fn next_request_id(&mut self) -> String {
        self.requests += 1;
        let noise =
            Noise::new(self.settings.seed).named("request").named(&self.requests.to_string());
        format!("req_{}", hex(&mut noise.rng(), 16))
    }

    pub(crate) fn note(
        &mut self,
        operation: Option<&Operation>,
        request: &Arrived<'_>,
        request_id: String,
        outcome: &Sent,
    ) {
        let status = match outcome {
            Sent::Reply(reply) | Sent::Twice(reply, _) => Some(reply.status),
            Sent::Script(_) => None,
        };
        if self.settings.remember == 0 {
            return;
        }
        if self.seen.len() >= self.settings.remember {
            self.seen.remove(0);
        }
        self.seen.push(ReceivedRequest {
            method: operation.map_or_else(String::new, |operation| operation.method.clone()),
            path: request.path.to_owned(),
            query: request.query.to_owned(),
            headers: request.headers.to_vec(),
            body: request.body.clone(),
            operation: operation.map(|operation| operation.id.clone()),
            request_id,
            status,
        });
    }
}

/// The items that a window shows of what is known; `None` if nothing is.
fn cut(listing: Listing, window: &Window) -> Option<Value> {
    let first = window.set.first;
    let at = |number: i64| usize::try_from(number - first).unwrap_or(usize::MAX);
    match listing {
        Listing::Made => None,
        Listing::Real(items) | Listing::Before(items) => {
            let one = |number| items.get(at(number)).cloned().unwrap_or_else(|| json!({}));
            Some(window.numbers().map(one).collect())
        }
        Listing::Numbered(known) => Some(window.numbers().map(known).collect()),
    }
}

pub(crate) fn header<'a>(
    request: &'a Arrived<'_>,
    name: &str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let name = name.to_ascii_lowercase();
    let same = move |(key, _): &&(String, String)| *key == name;
    request.headers.iter().filter(same).map(|(_, value)| value.as_str())
}
