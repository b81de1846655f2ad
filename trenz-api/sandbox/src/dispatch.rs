//! What operations do beyond responding: the state behind tasks, uploads, publishing and comments.
//!
//! Operations are identified by their path. One that is not named here has no state, and its
//! response follows from its schema alone.

use serde_json::{Value, json};

use crate::accounts::Account;
use crate::inputs::Inputs;
use crate::noise::{Noise, hex};
use crate::operation::Operation;
use crate::pace::Work;
use crate::refusal::Refusal;
use crate::results;
use crate::tasks::{Paid, Task};
use crate::world::World;

/// A call that has passed every check and is about to be done.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) inputs: &'a Inputs,
    pub(crate) key: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) coins: u64,
    pub(crate) now: u64,
}

/// What the state says about a response; the schema and the request say the rest.
pub(crate) struct Outcome {
    /// What is known of `data`.
    pub(crate) known: Value,
    /// What is known of the list in it.
    pub(crate) listing: Listing,
}

/// Where the items of a list come from.
pub(crate) enum Listing {
    /// They are made up.
    Made,
    /// There are these and no others.
    Real(Vec<Value>),
    /// There are these, and made-up ones after them.
    Before(Vec<Value>),
    /// They are made up, but this is known of each.
    Numbered(Box<dyn Fn(i64) -> Value>),
}

impl From<Value> for Outcome {
    fn from(known: Value) -> Self {
        Self { known, listing: Listing::Made }
    }
}

impl From<Vec<Value>> for Outcome {
    fn from(items: Vec<Value>) -> Self {
        Self { known: Value::Null, listing: Listing::Real(items) }
    }
}

impl World {
    /// Does what a call asks for. A refusal leaves everything as it was.
    pub(crate) fn dispatch(&mut self, call: &Call<'_>) -> Result<Outcome, Refusal> {
        if call.operation.is_async() {
            return Ok(self.submit(call).into());
        }
        let path = call.operation.path.strip_prefix("/open/v1/").unwrap_or_default();
        if path == "tasks/{task_id}" {
            let id = call.inputs.text("task_id").unwrap_or_default();
            let told = self.tasks.poll(id, call.key, call.now);
            self.settle(call.now);
            return told.map(Outcome::from);
        }
        match path.strip_prefix("social/") {
            Some(path) => self.dispatch_social(path, call),
            None => Ok(Value::Null.into()),
        }
    }

    fn submit(&mut self, call: &Call<'_>) -> Value {
        let noise = Noise::new(self.settings.seed).named("task").named(call.request_id);
        let id = format!("task_{}", hex(&mut noise.rng(), 24));
        let refunds = self.plan.fire_task(&call.operation.id);
        let paid = Paid {
            request_id: call.request_id.to_owned(),
            operation: call.operation.id.clone(),
            coins: call.coins,
            refunds: refunds.unwrap_or_default(),
        };
        let task = Task {
            key: call.key.to_owned(),
            paid,
            course: Work::start(call.now),
            fails: refunds.is_some(),
            settled: false,
            result: results::result(&call.operation.path, call.inputs, noise),
        };
        self.tasks.submit(id.clone(), task);
        json!({ "task_id": id, "job_id": id })
    }

    fn dispatch_social(&mut self, path: &str, call: &Call<'_>) -> Result<Outcome, Refusal> {
        let Call { inputs, now, .. } = *call;
        let text = |name: &str| inputs.text(name).unwrap_or_default();
        if let Some(outcome) = path.strip_prefix("comments/") {
            return self.dispatch_comments(outcome, call);
        }
        let id = inputs.integer("account_id").or_else(|| inputs.integer("platform_account_id"));
        let account = id.map(|id| self.accounts.find(id).cloned()).transpose()?;
        let id = id.unwrap_or_default();
        Ok(match path {
            "accounts/list" => self.accounts.list(inputs).into(),
            "platform-accounts/detail" => {
                json!({ "account": account.as_ref().map(Account::json) }).into()
            }
            "platform-accounts/refresh-token" => {
                json!({ "account": self.accounts.refresh(id, now)? }).into()
            }
            "platform-accounts/update-remark" => {
                json!({ "account": self.accounts.remark(id, text("remark"), now)? }).into()
            }
            "platform-accounts/disconnect" => {
                self.accounts.disconnect(id)?;
                Value::Null.into()
            }
            "tiktok/qrcode" => {
                let expires = self.plan.fire_code(&call.operation.id);
                self.accounts.show_code(inputs, expires, now).into()
            }
            "tiktok/qrcode/check" => {
                self.accounts.check_code(text("token"), self.settings.pace, now)?.into()
            }
            "upload/presigned-url" => self.storage.presign(inputs, now)?.into(),
            "videos/check-info" => self.check_info(inputs)?.into(),
            "publish/upload-and-publish" => {
                let fails = self.plan.fire_publication(&call.operation.id);
                self.publishing
                    .publish(inputs, &mut self.accounts, &self.storage, fails, now)?
                    .into()
            }
            "publish/session" => self.publishing.status(text("session_token"), now)?.into(),
            "publish/session/cancel" => {
                self.publishing.cancel_session(text("session_token"), now)?.into()
            }
            "publish/cancel" => {
                let id = inputs.integer("publication_id").unwrap_or_default();
                self.publishing.cancel(id, now)?.into()
            }
            "videos" => {
                let listing = Listing::Before(self.publishing.videos(inputs, now));
                Outcome { known: Value::Null, listing }
            }
            "videos/detail" => {
                let id = inputs.integer("video_id").unwrap_or_default();
                self.publishing.detail(id, now).into()
            }
            "videos/platform" => {
                let (seed, platform) = (self.settings.seed, account.map(|one| one.platform));
                let known = move |number| json!({ "platform_video_id": Account::video(id, number, seed), "platform": platform });
                Outcome { known: Value::Null, listing: Listing::Numbered(Box::new(known)) }
            }
            "plans/precheck" => {
                let id = inputs.integer("publication_id").unwrap_or_default();
                self.publishing.precheck(id, now).into()
            }
            "plans/precheck-records" => {
                let id = inputs.integer("publication_id").unwrap_or_default();
                self.publishing.prechecks(id, now).into()
            }
            _ => Value::Null.into(),
        })
    }

    fn dispatch_comments(&mut self, path: &str, call: &Call<'_>) -> Result<Outcome, Refusal> {
        let Call { inputs, now, .. } = *call;
        if path == "managed" {
            return Ok(self.comments.managed(&mut self.accounts, inputs).into());
        }
        let id = inputs.integer("platform_account_id").unwrap_or_default();
        let account = self.accounts.find(id)?.clone();
        Ok(match path {
            "create" => self.comments.create(&account, inputs, now)?.into(),
            "reply" => self.comments.reply(&account, inputs, now)?.into(),
            "like" => self.comments.like(&account, inputs)?.into(),
            "delete" => self.comments.delete(&account, inputs)?.into(),
            "sync" => self.comments.sync(&account, inputs).into(),
            "query" => self.comments.query(&account, inputs).into(),
            "replies" | "managed/replies" => self.comments.replies(&account, inputs).into(),
            _ => Value::Null.into(),
        })
    }

    /// Whether an uploaded video fits the platforms' rules.
    fn check_info(&self, inputs: &Inputs) -> Result<Value, Refusal> {
        let text = |name: &str| inputs.text(name).unwrap_or_default();
        let upload = self.storage.get(text("bucket_name"), text("object_key"));
        let Some(upload) = upload else {
            return if self.settings.lenient {
                Ok(Value::Null)
            } else {
                Err(Refusal::invalid("object_key", "expected an uploaded object"))
            };
        };
        let is_video = upload.content_type.as_deref().is_none_or(|kind| kind.starts_with("video/"));
        let mut errors = Vec::new();
        if upload.size == 0 {
            errors.push(json!({ "field": "file_size", "reason": "the file is empty" }));
        }
        if !is_video {
            errors.push(json!({ "field": "codec_name", "reason": "the file is not a video" }));
        }
        let verdict = json!({ "is_valid": errors.is_empty(), "errors": errors });
        let rules = json!({ "max_duration_seconds": 600, "max_file_size": 4_294_967_296_i64 });
        Ok(json!({
            "validation_results": { "tiktok": verdict, "youtube": verdict, "instagram": verdict },
            "platform_rules": { "tiktok": rules, "youtube": rules, "instagram": rules },
            "video_metadata": { "file_size": upload.size, "duration": 15.0 },
        }))
    }
}
