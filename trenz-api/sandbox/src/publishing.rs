//! Publishing: from an uploaded object to publications on several accounts.

use serde_json::{Value, json};

use crate::accounts::{Account, Accounts};
use crate::clock::seconds;
use crate::inputs::Inputs;
use crate::noise::{Noise, uuid};
use crate::pace::{Pace, Work};
use crate::plausible::CDN;
use crate::refusal::Refusal;
use crate::storage::Storage;

/// A time nearer than this is taken for "now".
const SOON: i64 = 5 * 60;

/// A time further away than this is refused.
const FAR: i64 = 90 * 86_400;

/// The publish sessions of a sandbox.
#[derive(Debug)]
pub(crate) struct Publishing {
    sessions: Vec<Session>,
    prechecks: Vec<Precheck>,
    pub(crate) pace: Pace,
    seed: u64,
    lenient: bool,
}

#[derive(Debug)]
struct Session {
    id: i64,
    token: String,
    title: String,
    description: String,
    content_type: String,
    file_size: u64,
    course: Work,
    cancelled: bool,
    publications: Vec<Publication>,
    media: Value,
}

#[derive(Debug)]
struct Publication {
    id: i64,
    account: i64,
    platform: String,
    scheduled_at: Option<i64>,
    fails: bool,
    cancelled: bool,
    dry: bool,
    platform_video: String,
}

#[derive(Debug)]
struct Precheck {
    id: i64,
    publication: i64,
    course: Work,
}

impl Publishing {
    pub(crate) fn new(pace: Pace, seed: u64, lenient: bool) -> Self {
        Self { sessions: Vec::new(), prechecks: Vec::new(), pace, seed, lenient }
    }

    /// Starts a session. Accounts whose login has run out are skipped, as the response says.
    pub(crate) fn publish(
        &mut self,
        inputs: &Inputs,
        accounts: &mut Accounts,
        storage: &Storage,
        first_fails: bool,
        now: u64,
    ) -> Result<Value, Refusal> {
        let (file_size, media) = self.objects(inputs, storage)?;
        let id = i64::try_from(self.sessions.len()).unwrap_or(0) + 70_001;
        let wanted = inputs.get("publications").and_then(Value::as_array);
        let wanted = wanted.map(Vec::as_slice).unwrap_or_default();
        if wanted.is_empty() && !self.lenient {
            return Err(Refusal::invalid("publications", "expected a text, found an empty one"));
        }
        let (mut publications, mut skipped) = (Vec::new(), Vec::new());
        for (number, one) in (0_i64..).zip(wanted) {
            let account = one["platform_account_id"].as_i64().unwrap_or_default();
            let scheduled_at = self.schedule(one["scheduled_at"].as_i64(), now)?;
            let found = accounts.find(account)?;
            if found.status != "active" {
                skipped.push(account.to_string());
                continue;
            }
            publications.push(Publication {
                id: id * 100 + number,
                account,
                platform: found.platform.clone(),
                scheduled_at,
                fails: first_fails && number == 0,
                cancelled: false,
                dry: inputs.flag("dry_run").unwrap_or(false),
                platform_video: Account::video(account, -id, self.seed),
            });
        }
        let token = uuid(&mut Noise::new(self.seed).named("session").numbered(id).rng());
        let text = |name: &str| inputs.text(name).unwrap_or_default().to_owned();
        self.sessions.push(Session {
            id,
            token: token.clone(),
            title: text("video_title"),
            description: text("video_description"),
            content_type: inputs.text("content_type").unwrap_or("video").to_owned(),
            file_size,
            course: Work::start(now),
            cancelled: false,
            publications,
            media,
        });
        Ok(json!({ "session_token": token, "skipped_accounts": skipped }))
    }

    /// The objects to publish, which must have been uploaded.
    fn objects(&self, inputs: &Inputs, storage: &Storage) -> Result<(u64, Value), Refusal> {
        let mut wanted: Vec<(&str, &str)> = Vec::new();
        let media = inputs.get("media_items").and_then(Value::as_array).filter(|m| !m.is_empty());
        let name =
            |value: &'static str| move |item: &'_ Value| item[value].as_str().map(str::to_owned);
        let (bucket, key) = (name("bucket_name"), name("bucket_key"));
        let owned: Vec<(String, String)> = match media {
            Some(items) => {
                items.iter().filter_map(|item| Some((bucket(item)?, key(item)?))).collect()
            }
            None => match (inputs.text("bucket_name"), inputs.text("bucket_key")) {
                (Some(bucket), Some(key)) => vec![(bucket.to_owned(), key.to_owned())],
                _ if self.lenient => Vec::new(),
                _ => return Err(Refusal::missing("bucket_name and bucket_key, or media_items,")),
            },
        };
        wanted.extend(owned.iter().map(|(bucket, key)| (bucket.as_str(), key.as_str())));
        if let (Some(bucket), Some(key)) =
            (inputs.text("cover_bucket_name"), inputs.text("cover_bucket_key"))
        {
            wanted.push((bucket, key));
        }
        let mut bytes = 0;
        for (bucket, key) in wanted {
            match storage.get(bucket, key) {
                Some(upload) => bytes += upload.size,
                None if self.lenient => {}
                None => return Err(Refusal::invalid("bucket_key", "expected an uploaded object")),
            }
        }
        let media = owned.iter().zip(0..).map(|((bucket, key), order)| {
            json!({ "bucket_name": bucket, "bucket_key": key, "order": order })
        });
        Ok((bytes, media.collect()))
    }

    fn schedule(&self, at: Option<i64>, now: u64) -> Result<Option<i64>, Refusal> {
        let Some(at) = at.filter(|at| *at != 0) else { return Ok(None) };
        let ahead = at.saturating_sub(seconds(now));
        if ahead > FAR && !self.lenient {
            return Err(Refusal::invalid(
                "scheduled_at",
                "expected a time within 90 days from now",
            ));
        }
        Ok((ahead >= SOON).then_some(at))
    }

    /// How a session goes.
    pub(crate) fn status(&mut self, token: &str, now: u64) -> Result<Value, Refusal> {
        let pace = self.pace;
        let Some(session) = self.sessions.iter_mut().find(|session| session.token == token) else {
            return self.unknown("session_token");
        };
        let progress = session.course.poll(pace, now);
        let all: Vec<Value> =
            session.publications.iter().map(|one| one.json(progress, now)).collect();
        let count = |status: &str| all.iter().filter(|one| one["status"] == status).count();
        let (done, failed) = (count("published") + count("scheduled"), count("failed"));
        let status = match () {
            () if session.cancelled => "cancelled",
            () if progress < 0.5 => "pending",
            () if progress < 1.0 => "processing",
            () if failed > 0 && done == 0 => "failed",
            () => "completed",
        };
        let completed_at = (progress >= 1.0).then(|| seconds(now));
        Ok(json!({
            "session": {
                "id": session.id, "session_token": token, "video_id": session.id, "status": status,
                "started_at": seconds(session.course.started()), "completed_at": completed_at,
                "total_publications": all.len(), "completed_publications": done,
                "failed_publications": failed,
            },
            "publications": all,
        }))
    }

    pub(crate) fn cancel_session(&mut self, token: &str, now: u64) -> Result<Value, Refusal> {
        let pace = self.pace;
        let Some(session) = self.sessions.iter_mut().find(|session| session.token == token) else {
            return self.unknown("session_token");
        };
        if session.course.progress(pace, now) >= 1.0 && !session.any_scheduled(now) {
            return Err(Refusal::invalid("session_token", "the session has ended"));
        }
        session.cancelled = true;
        for publication in &mut session.publications {
            publication.cancelled = true;
        }
        Ok(json!({ "session_token": token, "status": "cancelled" }))
    }

    pub(crate) fn cancel(&mut self, id: i64, now: u64) -> Result<Value, Refusal> {
        let pace = self.pace;
        let found = self.sessions.iter_mut().find_map(|session| {
            let progress = session.course.progress(pace, now);
            let one = session.publications.iter_mut().find(|one| one.id == id)?;
            Some((progress, one))
        });
        let Some((progress, publication)) = found else { return self.unknown("publication_id") };
        if ["published", "failed"].contains(&publication.state(progress, now).0) {
            return Err(Refusal::invalid("publication_id", "the publication has ended"));
        }
        publication.cancelled = true;
        Ok(json!({ "publication_id": id, "status": "cancelled" }))
    }

    /// What was published from here, newest first.
    pub(crate) fn videos(&self, inputs: &Inputs, now: u64) -> Vec<Value> {
        let details = inputs.flag("include_details").unwrap_or(true);
        let videos = self.sessions.iter().rev().map(|session| {
            let mut video = self.video(session, now);
            if !details {
                video["publications"] = Value::Null;
            }
            video
        });
        let wanted = |video: &Value, name: &str| {
            inputs.text(name).is_none_or(|wanted| video[name] == *wanted)
        };
        videos.filter(|video| wanted(video, "status") && wanted(video, "content_type")).collect()
    }

    /// One of them; nothing is known of others.
    pub(crate) fn detail(&self, id: i64, now: u64) -> Value {
        match self.sessions.iter().find(|session| session.id == id) {
            Some(session) => {
                let video = self.video(session, now);
                json!({ "publications": video["publications"], "video": video })
            }
            None => json!({ "video": { "id": id } }),
        }
    }

    pub(crate) fn precheck(&mut self, publication: i64, now: u64) -> Value {
        let id = i64::try_from(self.prechecks.len()).unwrap_or(0) + 1;
        self.prechecks.push(Precheck { id, publication, course: Work::start(now) });
        json!({ "record": {
            "id": id, "publication_id": publication, "status": "pending",
            "created_at": seconds(now),
        } })
    }

    pub(crate) fn prechecks(&mut self, publication: i64, now: u64) -> Value {
        let pace = self.pace;
        let of_it = self.prechecks.iter_mut().filter(|check| check.publication == publication);
        let records = of_it.map(|check| {
            let done = check.course.poll(pace, now) >= 1.0;
            let result = done.then(|| json!({ "issues": [], "quality_score": 92 }).to_string());
            json!({
                "id": check.id, "publication_id": publication, "error_message": null,
                "status": if done { "passed" } else { "processing" }, "result": result,
                "created_at": seconds(check.course.started()), "updated_at": seconds(now),
            })
        });
        let records: Vec<Value> = records.collect();
        json!({ "records": records })
    }

    fn video(&self, session: &Session, now: u64) -> Value {
        let progress = session.course.progress(self.pace, now);
        let publications: Vec<Value> =
            session.publications.iter().map(|one| one.json(progress, now)).collect();
        let status = match () {
            () if session.cancelled => "cancelled",
            () if progress >= 1.0 => "published",
            () => "processing",
        };
        let started = seconds(session.course.started());
        json!({
            "id": session.id, "title": session.title, "description": session.description,
            "content_type": session.content_type, "file_size": session.file_size,
            "status": status, "created_at": started, "updated_at": started,
            "publications": publications, "media_items": session.media,
        })
    }

    /// What is said of something that was never made here.
    fn unknown(&self, what: &str) -> Result<Value, Refusal> {
        if self.lenient {
            Ok(json!({ "status": "cancelled" }))
        } else {
            Err(Refusal::invalid(what, "unknown id"))
        }
    }
}

impl Session {
    fn any_scheduled(&self, now: u64) -> bool {
        self.publications.iter().any(|one| one.state(1.0, now).0 == "scheduled")
    }
}

impl Publication {
    /// Status, stage and percentage, given how far its session is.
    fn state(&self, progress: f64, now: u64) -> (&'static str, &'static str, u8) {
        match self.scheduled_at {
            _ if self.cancelled => ("cancelled", "cancelled", 0),
            Some(at) if at > seconds(now) => ("scheduled", "scheduled", 0),
            _ if progress >= 1.0 && self.fails => ("failed", "failed", 66),
            _ if progress >= 1.0 && self.dry => ("published", "dry_run", 100),
            _ if progress >= 1.0 => ("published", "published", 100),
            _ if progress < 0.5 => ("pending", "queued", 0),
            _ => ("processing", "uploading", 50),
        }
    }

    fn json(&self, progress: f64, now: u64) -> Value {
        let (status, stage, percentage) = self.state(progress, now);
        let there = status == "published" && !self.dry;
        let video = there.then_some(&self.platform_video);
        let error = (status == "failed").then_some("the platform refused the video");
        json!({
            "id": self.id, "platform_account_id": self.account, "platform": self.platform,
            "status": status, "stage": stage, "progress_percentage": percentage,
            "platform_video_id": video,
            "platform_url": video.map(|video| format!("{CDN}/watch/{video}")),
            "published_at": there.then(|| seconds(now)), "error_message": error,
        })
    }
}
