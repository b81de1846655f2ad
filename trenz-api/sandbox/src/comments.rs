//! Comments under videos: found there, written, replied to, liked and deleted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::accounts::{Account, Accounts};
use crate::clock::seconds;
use crate::inputs::Inputs;
use crate::noise::{Noise, pick, snowflake};
use crate::plausible::{file, handle, moment, person, sentence};
use crate::refusal::Refusal;

/// The videos of each account whose comments were synchronised before the sandbox started.
const SYNCED: i64 = 2;

/// The comments of a sandbox, by account. Those that were not written here are generated when their
/// video is first looked at, and stay as they are from then on.
#[derive(Debug)]
pub(crate) struct Comments {
    all: Vec<Comment>,
    known: BTreeSet<(i64, String)>,
    per_video: usize,
    seed: u64,
    lenient: bool,
}

#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the API tells each of them on its own")]
struct Comment {
    number: i64,
    id: String,
    account: i64,
    platform: String,
    video: String,
    parent: Option<String>,
    text: String,
    display_name: String,
    username: String,
    published_at: i64,
    likes: i64,
    liked: bool,
    deleted: bool,
    own: bool,
    answered: bool,
    replies: u32,
}

impl Comments {
    pub(crate) fn new(per_video: usize, seed: u64, lenient: bool) -> Self {
        Self { all: Vec::new(), known: BTreeSet::new(), per_video, seed, lenient }
    }

    pub(crate) fn create(
        &mut self,
        account: &Account,
        inputs: &Inputs,
        now: u64,
    ) -> Result<Value, Refusal> {
        let video = inputs.text("platform_video_id").unwrap_or_default();
        self.look_at(account.id, &account.platform, video);
        let comment = self.write(account, video, None, inputs, now)?;
        Ok(json!({ "comment": comment }))
    }

    pub(crate) fn reply(
        &mut self,
        account: &Account,
        inputs: &Inputs,
        now: u64,
    ) -> Result<Value, Refusal> {
        let at = self.find(account, inputs)?;
        self.all[at].answered = true;
        self.all[at].replies += 1;
        let (video, parent) = (self.all[at].video.clone(), self.all[at].id.clone());
        let reply = self.write(account, &video, Some(parent), inputs, now)?;
        Ok(json!({ "reply": reply }))
    }

    pub(crate) fn like(&mut self, account: &Account, inputs: &Inputs) -> Result<Value, Refusal> {
        let liked = match inputs.text("action") {
            Some("like") => true,
            Some("unlike") => false,
            _ if self.lenient => true,
            _ => return Err(Refusal::invalid("action", "expected like or unlike")),
        };
        let at = self.find(account, inputs)?;
        let comment = &mut self.all[at];
        if comment.liked != liked {
            comment.likes += if liked { 1 } else { -1 };
            comment.liked = liked;
        }
        Ok(json!({ "comment": self.json(at), "success": true }))
    }

    pub(crate) fn delete(&mut self, account: &Account, inputs: &Inputs) -> Result<Value, Refusal> {
        let at = self.find(account, inputs)?;
        self.all[at].deleted = true;
        let parent = self.all[at].parent.clone();
        if let Some(parent) =
            self.all.iter_mut().find(|comment| Some(&comment.id) == parent.as_ref())
        {
            parent.replies = parent.replies.saturating_sub(1);
        }
        Ok(json!({ "comment": self.json(at), "success": true }))
    }

    /// The comments under a video, newest or best liked first.
    pub(crate) fn query(&mut self, account: &Account, inputs: &Inputs) -> Vec<Value> {
        let video = inputs.text("platform_video_id").unwrap_or_default().to_owned();
        self.look_at(account.id, &account.platform, &video);
        let here = |comment: &Comment| {
            comment.account == account.id && comment.video == video && comment.parent.is_none()
        };
        self.list(inputs, false, here)
    }

    /// The replies under a comment.
    pub(crate) fn replies(&mut self, account: &Account, inputs: &Inputs) -> Vec<Value> {
        let id = inputs.text("platform_comment_id").unwrap_or_default().to_owned();
        self.synchronise(account.id, &account.platform);
        let deleted = inputs.flag("is_deleted").unwrap_or(false);
        self.list(inputs, deleted, |comment| {
            comment.account == account.id && comment.parent.as_deref() == Some(&id)
        })
    }

    /// The synchronised comments of all accounts, filtered.
    pub(crate) fn managed(&mut self, accounts: &mut Accounts, inputs: &Inputs) -> Vec<Value> {
        for id in accounts.ids() {
            if let Ok(account) = accounts.find(id) {
                self.synchronise(id, &account.platform.clone());
            }
        }
        let chosen = inputs.get("platform_account_ids").and_then(Value::as_array);
        let keyword = inputs.text("keyword").unwrap_or_default();
        let video = inputs.text("platform_video_id");
        let deleted = inputs.flag("is_deleted").unwrap_or(false);
        let since = inputs.integer("published_after").unwrap_or(i64::MIN);
        let until = inputs.integer("published_before").unwrap_or(i64::MAX);
        self.list(inputs, deleted, |comment| {
            let account = Value::from(comment.account);
            comment.parent.is_none()
                && chosen.is_none_or(|chosen| chosen.is_empty() || chosen.contains(&account))
                && video.is_none_or(|video| comment.video == video)
                && comment.text.contains(keyword)
                && (since..=until).contains(&comment.published_at)
        })
    }

    /// Fetches what a platform has; says how much that was.
    pub(crate) fn sync(&mut self, account: &Account, inputs: &Inputs) -> Value {
        let before = self.all.len();
        match inputs.text("platform_video_id") {
            Some(video) => self.look_at(account.id, &account.platform, video),
            None => self.synchronise(account.id, &account.platform),
        }
        let fresh = &self.all[before..];
        let replies = fresh.iter().filter(|comment| comment.parent.is_some()).count();
        let videos = if inputs.text("platform_video_id").is_some() { 1 } else { SYNCED };
        json!({
            "comments_synced": fresh.len() - replies, "replies_synced": replies,
            "videos_processed": videos, "errors": 0,
        })
    }

    fn list(
        &self,
        inputs: &Inputs,
        deleted: bool,
        wanted: impl Fn(&Comment) -> bool,
    ) -> Vec<Value> {
        let mut found: Vec<usize> = (0..self.all.len())
            .filter(|at| self.all[*at].deleted == deleted && wanted(&self.all[*at]))
            .collect();
        found.sort_by_key(|at| {
            let comment = &self.all[*at];
            let by_likes = inputs.text("sort_by") == Some("like_count");
            (if by_likes { comment.likes } else { comment.published_at }, comment.number)
        });
        if inputs.text("sort_order") != Some("asc") {
            found.reverse();
        }
        found.into_iter().map(|at| self.json(at)).collect()
    }

    fn find(&mut self, account: &Account, inputs: &Inputs) -> Result<usize, Refusal> {
        let video = inputs.text("platform_video_id").unwrap_or_default().to_owned();
        let id = inputs.text("platform_comment_id").unwrap_or_default().to_owned();
        self.look_at(account.id, &account.platform, &video);
        let here = |comment: &Comment| {
            comment.account == account.id && comment.id == id && !comment.deleted
        };
        if let Some(at) = self.all.iter().position(here) {
            return Ok(at);
        }
        if self.lenient {
            self.invent(account.id, &account.platform, &video, &id);
            return Ok(self.all.len() - 1);
        }
        Err(Refusal::invalid("platform_comment_id", "expected a comment of this video"))
    }

    fn write(
        &mut self,
        account: &Account,
        video: &str,
        parent: Option<String>,
        inputs: &Inputs,
        now: u64,
    ) -> Result<Value, Refusal> {
        let text = inputs.text("text").unwrap_or_default();
        if text.trim().is_empty() && !self.lenient {
            return Err(Refusal::invalid("text", "expected a text, found an empty one"));
        }
        let noise = Noise::new(self.seed).named("written");
        let number = self.next_number();
        let comment = Comment {
            number,
            id: snowflake(&mut noise.numbered(number).rng()),
            account: account.id,
            platform: account.platform.clone(),
            video: video.to_owned(),
            parent,
            text: text.to_owned(),
            display_name: account.display_name.clone(),
            username: account.username.clone(),
            published_at: seconds(now),
            likes: 0,
            liked: false,
            deleted: false,
            own: true,
            answered: false,
            replies: 0,
        };
        self.all.push(comment);
        Ok(self.json(self.all.len() - 1))
    }

    fn synchronise(&mut self, account: i64, platform: &str) {
        for number in 0..SYNCED {
            self.look_at(account, platform, &Account::video(account, number, self.seed));
        }
    }

    /// Makes up what others have written under a video.
    fn look_at(&mut self, account: i64, platform: &str, video: &str) {
        if !self.known.insert((account, video.to_owned())) {
            return;
        }
        let noise = Noise::new(self.seed).named("comments").numbered(account).named(video);
        for number in 0..i64::try_from(self.per_video).unwrap_or(0) {
            let rng = &mut noise.numbered(number).rng();
            let id = snowflake(rng);
            let replies = rng.u32(..3);
            self.invent(account, platform, video, &id);
            if let Some(comment) = self.all.last_mut() {
                comment.replies = replies;
            }
            for _ in 0..replies {
                let reply = snowflake(rng);
                self.invent(account, platform, video, &reply);
                if let Some(reply) = self.all.last_mut() {
                    reply.parent = Some(id.clone());
                }
            }
        }
    }

    fn invent(&mut self, account: i64, platform: &str, video: &str, id: &str) {
        let rng = &mut Noise::new(self.seed).named("comment").named(id).rng();
        self.all.push(Comment {
            number: self.next_number(),
            id: id.to_owned(),
            account,
            platform: platform.to_owned(),
            video: video.to_owned(),
            parent: None,
            text: sentence(rng),
            display_name: person(rng),
            username: handle(rng),
            published_at: moment(rng),
            likes: rng.i64(0..900),
            liked: false,
            deleted: false,
            own: false,
            answered: false,
            replies: 0,
        });
    }

    fn next_number(&self) -> i64 {
        i64::try_from(self.all.len()).unwrap_or(i64::MAX) + 1
    }

    fn json(&self, at: usize) -> Value {
        let comment = &self.all[at];
        let rng = &mut Noise::new(self.seed).named("mood").named(&comment.id).rng();
        json!({
            "id": comment.number, "platform_comment_id": comment.id, "text": comment.text,
            "platform": comment.platform, "platform_video_id": comment.video,
            "author": {
                "display_name": comment.display_name, "username": comment.username,
                "avatar_url": file(rng, "jpg"),
            },
            "published_at": comment.published_at, "like_count": comment.likes,
            "is_liked": comment.liked, "is_deleted": comment.deleted, "is_hidden": false,
            "is_self_comment": comment.own, "is_owner_replied": comment.answered,
            "is_read": comment.own || comment.answered, "reply_count": comment.replies,
            "ai_intent": pick(rng, &["purchase", "support", "feedback", "general"]),
            "ai_priority": pick(rng, &["high", "medium", "low"]),
        })
    }
}
