//! The reference of a task, for resuming.

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::Submits;
use crate::base::redact::{Redactor, ServerText};
#[cfg(feature = "_ledger")]
use crate::money::spend_ledger::OpenTask;
use crate::wire::inputs::segment;
use crate::wire::response::Response;
use crate::workflow::stored::StateError;
use crate::workflow::stored::stored;

/// A reference to a task that can be stored, sent and parsed: by serde, or as one line of text.
///
/// It has no secret: polling needs the key that submitted the task. Its ids are as received; `Debug` prints them
/// without that key, if the API has put it there, and with bounded length.
///
/// ```
/// # fn main() -> Result<(), trenz_api::ParseTaskRefError> {
/// use trenz_api::TaskRef;
///
/// let kept = TaskRef::of("task_42").to_string();
/// assert_eq!(kept, "trenz-task:task_42");
/// assert_eq!(kept.parse::<TaskRef>()?.id(), "task_42");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct TaskRef {
    task_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// In Unix seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    submitted_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coins_quoted: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    coins_charged: Option<u64>,
    /// The redactor of the client that submitted it.
    #[serde(skip)]
    redactor: Redactor,
}

/// Why a text is not a [`TaskRef`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseTaskRefError(&'static str);

const SCHEME: &str = "trenz-task:";

stored!(TaskRef);

impl TaskRef {
    /// Its coins are informative only: nothing is recorded by them.
    fn check(&self) -> Result<(), StateError> {
        StateError::unless_filled("task_id", &self.task_id)
    }

    /// Returns a reference with only the task's id.
    #[must_use]
    pub fn of(task_id: impl Into<String>) -> Self {
        Self {
            task_id: task_id.into(),
            operation: None,
            request_id: None,
            submitted_at: None,
            coins_quoted: None,
            coins_charged: None,
            redactor: Redactor::default(),
        }
    }

    pub(super) fn submitted<O: Submits>(
        task_id: &str,
        answer: &Response<O::Output>,
        quoted: u64,
    ) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        Self {
            task_id: task_id.to_owned(),
            operation: Some(O::ID.to_owned()),
            request_id: answer.request_id.as_str().map(str::to_owned),
            submitted_at: now.map(|now| now.as_secs()),
            coins_quoted: Some(quoted),
            coins_charged: answer.usage.coin_cost,
            redactor: answer.redactor.clone(),
        }
    }

    /// The reference of a task in a spend ledger.
    #[cfg(feature = "_ledger")]
    pub(super) fn recorded(task: OpenTask) -> Self {
        Self {
            operation: Some(task.operation),
            request_id: task.request_id,
            submitted_at: task.submitted_at,
            coins_quoted: Some(task.coins_quoted),
            coins_charged: task.coins_charged,
            ..Self::of(task.id)
        }
    }

    /// The same, whose texts are shown without this client's key.
    pub(super) fn shown_by(self, redactor: &Redactor) -> Self {
        Self { redactor: redactor.clone(), ..self }
    }

    /// The task's id, for messages.
    pub(super) fn shown_id(&self) -> ServerText {
        ServerText::line(&self.redactor, &self.task_id)
    }

    /// The operation, for messages: a stored reference may contain anything.
    pub(super) fn shown_operation(&self) -> Option<ServerText> {
        self.operation.as_ref().map(|id| ServerText::line(&self.redactor, id))
    }

    /// The task's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.task_id
    }

    /// The id of the operation that started it.
    #[must_use]
    pub fn operation_id(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// The request id of its submission, to name when you contact the vendor about it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// When it was submitted, to the second, by the clock of the machine that submitted it.
    #[must_use]
    pub fn submitted_at(&self) -> Option<SystemTime> {
        UNIX_EPOCH.checked_add(Duration::from_secs(self.submitted_at?))
    }

    /// The time since its submission, if known. A time in the future counts as now.
    pub(super) fn age(&self) -> Option<Duration> {
        self.submitted_at().map(|at| at.elapsed().unwrap_or_default())
    }

    /// The quote of its submission.
    #[must_use]
    pub fn coins_quoted(&self) -> Option<u64> {
        self.coins_quoted
    }

    /// The cost that the response to its submission reported.
    #[must_use]
    pub fn coins_charged(&self) -> Option<u64> {
        self.coins_charged
    }
}

impl fmt::Debug for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = self.request_id.as_ref().map(|id| ServerText::line(&self.redactor, id));
        f.debug_struct("TaskRef")
            .field("task_id", &self.shown_id())
            .field("operation", &self.shown_operation())
            .field("request_id", &request)
            .field("submitted_at", &self.submitted_at)
            .field("coins_quoted", &self.coins_quoted)
            .field("coins_charged", &self.coins_charged)
            .finish()
    }
}

/// A URI of the scheme `trenz-task`: `trenz-task:ID?operation=…&request=…&at=…&quoted=…&charged=…`.
impl fmt::Display for TaskRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", segment(&self.task_id))?;
        let numbers = [self.submitted_at, self.coins_quoted, self.coins_charged]
            .map(|n| n.map(|n| n.to_string()));
        let [at, quoted, charged] = numbers.each_ref().map(Option::as_deref);
        let members = [
            ("operation", self.operation.as_deref()),
            ("request", self.request_id.as_deref()),
            ("at", at),
            ("quoted", quoted),
            ("charged", charged),
        ];
        let mut separator = '?';
        for (name, value) in members {
            if let Some(value) = value {
                write!(f, "{separator}{name}={}", segment(value))?;
                separator = '&';
            }
        }
        Ok(())
    }
}

impl FromStr for TaskRef {
    type Err = ParseTaskRefError;

    /// Parses what [`Display`](fmt::Display) prints. Members unknown to this version are ignored.
    fn from_str(text: &str) -> Result<Self, ParseTaskRefError> {
        let rest = text
            .trim()
            .strip_prefix(SCHEME)
            .ok_or(ParseTaskRefError("it does not begin with the scheme"))?;
        let (id, members) = rest.split_once('?').unwrap_or((rest, ""));
        let id = unescaped(id)?;
        if id.is_empty() {
            return Err(ParseTaskRefError("the id of the task is missing"));
        }
        let mut read = Self::of(id);
        for member in members.split('&').filter(|member| !member.is_empty()) {
            let (name, value) =
                member.split_once('=').ok_or(ParseTaskRefError("a member has no value"))?;
            let value = unescaped(value)?;
            let number = || value.parse().map_err(|_| ParseTaskRefError("a number is invalid"));
            match name {
                "operation" => read.operation = Some(value),
                "request" => read.request_id = Some(value),
                "at" => read.submitted_at = Some(number()?),
                "quoted" => read.coins_quoted = Some(number()?),
                "charged" => read.coins_charged = Some(number()?),
                _ => {}
            }
        }
        Ok(read)
    }
}

fn unescaped(text: &str) -> Result<String, ParseTaskRefError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|_| ParseTaskRefError("it is not UTF-8"))
}

impl fmt::Display for ParseTaskRefError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a task reference such as `{SCHEME}…`: {}", self.0)
    }
}

impl std::error::Error for ParseTaskRefError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> TaskRef {
        TaskRef {
            task_id: "a/b?c&d=é %".to_owned(),
            operation: Some("trenz-video-clone".to_owned()),
            request_id: Some("req_1".to_owned()),
            submitted_at: Some(1_774_100_400),
            coins_quoted: Some(1000),
            coins_charged: Some(999),
            redactor: Redactor::default(),
        }
    }

    #[test]
    fn as_text() {
        let text = "trenz-task:a%2Fb%3Fc%26d%3D%C3%A9%20%25?operation=trenz-video-clone&request=req_1\
                    &at=1774100400&quoted=1000&charged=999";
        assert_eq!(full().to_string(), text);
        for kept in [full(), TaskRef::of("x")] {
            assert_eq!(kept.to_string().parse(), Ok(kept));
        }
        let newer = format!(" {text}&colour=green\n");
        assert_eq!(newer.parse(), Ok(full()), "a newer version may write more");
        assert_eq!(full().submitted_at(), Some(UNIX_EPOCH + Duration::from_secs(1_774_100_400)));
    }

    #[test]
    fn as_json() {
        let json = serde_json::to_string(&full()).unwrap();
        assert_eq!(serde_json::from_str::<TaskRef>(&json).unwrap(), full());
        assert_eq!(serde_json::to_string(&TaskRef::of("x")).unwrap(), r#"{"task_id":"x"}"#);
        let newer: TaskRef = serde_json::from_str(r#"{"task_id":"x","colour":1}"#).unwrap();
        assert_eq!(newer, TaskRef::of("x"));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "task_42",
            "trenz-task:",
            "trenz-task:?at=1",
            "trenz-task:x?at=y",
            "trenz-task:x?at",
            "trenz-task:%ff",
        ] {
            let refused = text.parse::<TaskRef>().unwrap_err();
            assert!(refused.to_string().starts_with("not a task reference"), "{text}");
        }
    }
}
