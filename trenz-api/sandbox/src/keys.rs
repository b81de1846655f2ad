//! API keys: what they may do, how often, and whether they still stand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::refusal::{Code, Refusal};

/// The key of a sandbox that was given none.
pub const DEFAULT_KEY: &str = "sk_live_sandbox_0123456789abcdef";

/// The API counts requests per minute.
const MINUTE: u64 = 60_000;

/// A key that a sandbox accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    value: String,
    scopes: Option<BTreeSet<String>>,
    status: KeyStatus,
    quota: Option<u64>,
}

/// Whether a key is accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyStatus {
    /// It is.
    #[default]
    Active,
    /// Never again: `AUTH_KEY_REVOKED`.
    Revoked,
    /// Not now: `AUTH_KEY_SUSPENDED`.
    Suspended,
}

impl Key {
    /// Returns a key with every scope. By convention keys here start with `sk_live_sandbox_`.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), scopes: None, status: KeyStatus::Active, quota: None }
    }

    /// Grants it only these scopes.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets whether it is accepted.
    #[must_use]
    pub fn status(mut self, status: KeyStatus) -> Self {
        self.status = status;
        self
    }

    /// Limits its successful calls, after which it is refused with `QUOTA_EXCEEDED`.
    #[must_use]
    pub fn quota(mut self, calls: u64) -> Self {
        self.quota = Some(calls);
        self
    }

    /// Whether a header can carry it.
    pub(crate) fn is_sendable(&self) -> bool {
        !self.value.is_empty() && self.value.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// Returns the value of the header.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

/// The keys of a sandbox, with their calls.
#[derive(Debug)]
pub(crate) struct Keyring {
    keys: BTreeMap<String, Used>,
    pub(crate) per_minute: Option<u32>,
}

#[derive(Debug)]
struct Used {
    key: Key,
    calls: u64,
    recent: VecDeque<u64>,
}

impl Keyring {
    pub(crate) fn new(keys: Vec<Key>, per_minute: Option<u32>) -> Self {
        let mut ring = Self { keys: BTreeMap::new(), per_minute };
        for key in keys {
            ring.add(key);
        }
        ring
    }

    pub(crate) fn add(&mut self, key: Key) {
        let used = Used { key, calls: 0, recent: VecDeque::new() };
        self.keys.insert(used.key.value.clone(), used);
    }

    pub(crate) fn set_key_status(&mut self, key: &str, status: KeyStatus) -> bool {
        let found = self.keys.get_mut(key);
        found.map(|used| used.key.status = status).is_some()
    }

    /// Returns the key of a request that has exactly one credential.
    pub(crate) fn authenticate(
        &self,
        api_keys: &[&str],
        authorizations: &[&str],
    ) -> Result<String, Refusal> {
        let presented = match (api_keys, authorizations) {
            ([], []) => {
                let message = "send the API key as X-API-Key or as Bearer token";
                return Err(Refusal::new(Code::AuthMissingKey, message));
            }
            ([key], []) => key.trim(),
            ([], [authorization]) => match authorization.split_once(' ') {
                Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => key.trim(),
                _ => {
                    let message = "the Authorization header must be a Bearer token";
                    return Err(Refusal::new(Code::AuthInvalidKey, message));
                }
            },
            // The document offers the two forms as alternatives. A client that sends both, or
            // one of them twice, has a mistake that a lenient server would hide.
            _ => return Err(Refusal::new(Code::BadRequest, "send the API key once, in one form")),
        };
        if presented.is_empty() {
            return Err(Refusal::new(Code::AuthMissingKey, "the API key is empty"));
        }
        let Some(used) = self.keys.get(presented) else {
            return Err(Refusal::new(Code::AuthInvalidKey, "unknown API key"));
        };
        match used.key.status {
            KeyStatus::Active => Ok(presented.to_owned()),
            KeyStatus::Revoked => {
                Err(Refusal::new(Code::AuthKeyRevoked, "this API key was revoked"))
            }
            KeyStatus::Suspended => {
                Err(Refusal::new(Code::AuthKeySuspended, "this API key is suspended"))
            }
        }
    }

    /// Counts a request against the limit per minute, without refused ones.
    pub(crate) fn count(&mut self, key: &str, now: u64) -> Result<(), Refusal> {
        let (Some(limit), Some(used)) = (self.per_minute, self.keys.get_mut(key)) else {
            return Ok(());
        };
        while used.recent.front().is_some_and(|at| at.saturating_add(MINUTE) <= now) {
            used.recent.pop_front();
        }
        if used.recent.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
            used.recent.push_back(now);
            return Ok(());
        }
        let free = used.recent.front().map_or(now, |at| at.saturating_add(MINUTE));
        let mut refusal =
            Refusal::new(Code::RateLimited, format!("more than {limit} requests in a minute"));
        refusal.retry_after = Some(free.saturating_sub(now).div_ceil(1000).max(1));
        Err(refusal)
    }

    pub(crate) fn permit(&self, key: &str, scope: Option<&str>) -> Result<(), Refusal> {
        let granted = self.keys.get(key).and_then(|used| used.key.scopes.as_ref());
        match (granted, scope) {
            (Some(granted), Some(scope)) if !granted.contains(scope) => {
                Err(Refusal::new(Code::ForbiddenScope, format!("the key lacks the scope {scope}")))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn check_quota(&self, key: &str) -> Result<(), Refusal> {
        let spent = self
            .keys
            .get(key)
            .is_some_and(|used| used.key.quota.is_some_and(|quota| used.calls >= quota));
        if spent {
            return Err(Refusal::new(Code::QuotaExceeded, "the quota of this key is exhausted"));
        }
        Ok(())
    }

    pub(crate) fn use_quota(&mut self, key: &str) {
        if let Some(used) = self.keys.get_mut(key) {
            used.calls += 1;
        }
    }
}
