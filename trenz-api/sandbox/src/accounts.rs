//! Social accounts, and the QR codes that connect them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::{millis, seconds};
use crate::inputs::Inputs;
use crate::noise::{Noise, hex, snowflake, uuid};
use crate::pace::{Pace, Work};
use crate::plausible::{THEN, file, handle, person};
use crate::refusal::Refusal;

/// How long a QR code can be scanned.
const QR_LIFE: Duration = Duration::from_secs(300);

/// The accounts that a sandbox starts with: id, platform. Two ids are those of the document's
/// own examples.
const SEEDED: &[(i64, &str)] = &[(4687, "tiktok"), (5678, "tiktok-shop-pc"), (6789, "youtube")];

/// The social accounts of a sandbox.
#[derive(Debug)]
pub(crate) struct Accounts {
    by_id: BTreeMap<i64, Account>,
    codes: BTreeMap<String, Code>,
    seed: u64,
    lenient: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: i64,
    pub(crate) platform: String,
    pub(crate) username: String,
    pub(crate) display_name: String,
    pub(crate) status: &'static str,
    remark: String,
    created_at: i64,
    updated_at: i64,
    platform_account_id: String,
    avatar_url: String,
}

#[derive(Debug)]
struct Code {
    course: Work,
    state: Option<String>,
    expires: bool,
    account: Option<i64>,
}

impl Accounts {
    pub(crate) fn new(seed: u64, lenient: bool) -> Self {
        let seeded = SEEDED.iter().map(|(id, platform)| (*id, Account::make(*id, platform, seed)));
        Self { by_id: seeded.collect(), codes: BTreeMap::new(), seed, lenient }
    }

    /// The account a request is about.
    pub(crate) fn find(&mut self, id: i64) -> Result<&mut Account, Refusal> {
        if self.lenient {
            let seed = self.seed;
            return Ok(self.by_id.entry(id).or_insert_with(|| Account::make(id, "tiktok", seed)));
        }
        self.by_id.get_mut(&id).ok_or_else(|| {
            Refusal::invalid("account", format!("{id}: expected a connected account"))
        })
    }

    pub(crate) fn ids(&self) -> Vec<i64> {
        self.by_id.keys().copied().collect()
    }

    /// Makes an account's platform refuse what is published, as an expired login does.
    pub(crate) fn expire(&mut self, id: i64) -> bool {
        self.by_id.get_mut(&id).map(|account| account.status = "expired").is_some()
    }

    pub(crate) fn list(&self, inputs: &Inputs) -> Vec<Value> {
        let wanted = |name: &str, value: &str| {
            inputs.text(name).is_none_or(|wanted| wanted.is_empty() || wanted == value)
        };
        let keyword = inputs.text("keyword").unwrap_or_default();
        self.by_id
            .values()
            .filter(|account| wanted("platform", &account.platform))
            .filter(|account| wanted("status", account.status))
            .filter(|account| {
                account.username.contains(keyword) || account.display_name.contains(keyword)
            })
            .map(Account::json)
            .collect()
    }

    pub(crate) fn remark(&mut self, id: i64, remark: &str, now: u64) -> Result<Value, Refusal> {
        let account = self.find(id)?;
        remark.clone_into(&mut account.remark);
        account.updated_at = seconds(now);
        Ok(account.json())
    }

    pub(crate) fn refresh(&mut self, id: i64, now: u64) -> Result<Value, Refusal> {
        let account = self.find(id)?;
        account.status = "active";
        account.updated_at = seconds(now);
        Ok(account.json())
    }

    pub(crate) fn disconnect(&mut self, id: i64) -> Result<(), Refusal> {
        self.find(id)?;
        self.by_id.remove(&id);
        Ok(())
    }

    /// Shows a QR code.
    pub(crate) fn show_code(&mut self, inputs: &Inputs, expires: bool, now: u64) -> Value {
        let number = i64::try_from(self.codes.len()).unwrap_or(0);
        let token = uuid(&mut Noise::new(self.seed).named("qr").numbered(number).rng());
        let state = inputs.text("state").map(str::to_owned);
        let url = format!("https://qr.sandbox.invalid/scan?token={token}");
        let code = Code { course: Work::start(now), state, expires, account: None };
        self.codes.insert(token.clone(), code);
        json!({ "token": token, "scan_qrcode_url": url })
    }

    /// Says what became of a QR code: new, scanned, confirmed; or expired.
    pub(crate) fn check_code(
        &mut self,
        token: &str,
        pace: Pace,
        now: u64,
    ) -> Result<Value, Refusal> {
        let fresh = self.by_id.keys().last().copied().unwrap_or(0) + 1;
        let Some(code) = self.codes.get_mut(token) else {
            return if self.lenient {
                Ok(json!({ "status": "new", "account": null, "state": null }))
            } else {
                Err(Refusal::invalid("token", "expected the token of a QR code"))
            };
        };
        let told = |status: &str| {
            json!({
                "status": status, "account": null, "state": null, "code": null,
                "redirect_uri": null, "client_ticket": null,
            })
        };
        if code.account.is_some() {
            return Ok(told("utilised"));
        }
        let progress = code.course.poll(pace, now);
        let aged = now.saturating_sub(code.course.started()) > millis(QR_LIFE);
        if aged || (code.expires && progress >= 0.5) {
            return Ok(told("expired"));
        }
        if progress < 1.0 {
            return Ok(told(if progress < 0.5 { "new" } else { "scanned" }));
        }
        let mut account = Account::make(fresh, "tiktok", self.seed);
        account.created_at = seconds(now);
        code.account = Some(fresh);
        let rng = &mut Noise::new(self.seed).named(token).rng();
        let known = json!({
            "status": "confirmed", "account": account.json(), "code": hex(rng, 12),
            "client_ticket": uuid(rng), "state": code.state,
            "redirect_uri": "https://qr.sandbox.invalid/done",
        });
        self.by_id.insert(fresh, account);
        Ok(known)
    }
}

impl Account {
    fn make(id: i64, platform: &str, seed: u64) -> Self {
        let rng = &mut Noise::new(seed).named("account").numbered(id).rng();
        Self {
            id,
            platform: platform.to_owned(),
            username: handle(rng),
            display_name: person(rng),
            status: "active",
            remark: String::new(),
            created_at: THEN - rng.i64(0..30_000_000),
            updated_at: THEN,
            platform_account_id: snowflake(rng),
            avatar_url: file(rng, "jpg"),
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "platform": self.platform, "username": self.username,
            "display_name": self.display_name, "status": self.status, "remark": self.remark,
            "created_at": self.created_at, "updated_at": self.updated_at,
            "platform_account_id": self.platform_account_id, "avatar_url": self.avatar_url,
            "account_type": "business", "region": "US",
            "scopes": ["user.info.basic", "video.publish", "video.list"],
        })
    }

    /// The id of the account's n-th video on its platform.
    pub(crate) fn video(id: i64, number: i64, seed: u64) -> String {
        let noise = Noise::new(seed).named("video").numbered(id).numbered(number);
        snowflake(&mut noise.rng())
    }
}
