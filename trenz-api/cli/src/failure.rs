//! Why a command did not do what it was asked for: in words, as JSON, and as an exit code.

use serde_json::{Value, json};
use trenz_api::{Charged, Error, Outcome, SpendLedgerError, SpendLedgerErrorKind};

/// How a command ended, as the shell is told. The numbers are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Code {
    /// A file, the terminal or the ledger failed on this machine; nothing was charged.
    Local = 1,
    /// The command or the configuration is wrong; nothing was sent.
    Usage = 2,
    /// A budget, a price limit or a missing confirmation refused the call here; nothing was sent.
    RefusedHere = 3,
    /// The API refused the call; nothing was charged.
    RefusedThere = 4,
    /// The call failed and was not charged, or the coins came back.
    Failed = 5,
    /// The call was charged, or may have been.
    Charged = 6,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Code {
    /// Every code with its meaning, for the help.
    pub(crate) const ALL: [(Self, &str); 7] = [
        (
            Self::Local,
            "a file, the terminal or the ledger failed on this machine; this run was charged nothing",
        ),
        (Self::Usage, "wrong command, input or configuration; nothing was sent"),
        (
            Self::RefusedHere,
            "not sent: over a budget or `--max-cost`, not confirmed, a missing scope, or a name of `--once` that is already used",
        ),
        (
            Self::RefusedThere,
            "refused by the API; nothing was charged (a refusal that was charged is 6)",
        ),
        (
            Self::Failed,
            "failed, such as without a connection; not charged, or refunded according to the API or its documentation",
        ),
        (
            Self::Charged,
            "charged, or may have been, although the command failed (also if only its output could not be written): the message says how to continue, or what to check before you send it again",
        ),
        (
            Self::Interrupted,
            "interrupted by Ctrl-C; a call under way may have been charged: see `trenz ledger at-risk`",
        ),
    ];
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: Code,
    /// For people, without the key. The first line says what happened.
    pub(crate) message: String,
    /// For programs, beside the message and the code.
    details: Value,
}

impl Failure {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), details: json!({}) }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Code::Usage, message)
    }

    pub(crate) fn local(message: impl Into<String>) -> Self {
        Self::new(Code::Local, message)
    }

    /// The exit code that an error of the library stands for.
    pub(crate) fn code_of(error: &Error) -> Code {
        code(error)
    }

    /// The same with a fact for programs.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.details[name] = value.into();
        self
    }

    /// The same with a line for people.
    pub(crate) fn advice(mut self, line: impl AsRef<str>) -> Self {
        self.message.push('\n');
        self.message.push_str(line.as_ref());
        self
    }

    /// The same at the end of a run that has paid: what failed on this machine does not look as if nothing was charged.
    pub(crate) fn after(self, has_paid: bool) -> Self {
        match self.code {
            Code::Local if has_paid => {
                let what = "what came before it was charged: `trenz ledger history` lists it";
                self.charged().advice(what)
            }
            _ => self,
        }
    }

    /// The same of a run that was charged.
    pub(crate) fn charged(self) -> Self {
        Self { code: Code::Charged, ..self }
    }

    /// The failure as a JSON object.
    pub(crate) fn json(&self) -> Value {
        let mut error = self.details.clone();
        error["message"] = self.message.as_str().into();
        error["exit_code"] = (self.code as u8).into();
        json!({ "error": error })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let charged = match error.charged() {
            Charged::No => "no",
            Charged::Yes => "yes",
            _ => "unknown",
        };
        Self::new(code(&error), message(&error))
            .with("operation", error.operation_id())
            .with("outcome", error.outcome().as_str())
            .with("charged", charged)
            .with("coins_at_risk", error.coins_at_risk())
            .with("status", error.status().map(|status| status.as_u16()))
            .with("code", error.code().map(ToString::to_string))
            .with("request_id", error.request_id())
            .with("docs_url", error.docs_url())
            .with("advice", error.retry_advice())
    }
}

/// The debug form has the coins, the attempts and the causes, a line each, without the key. Of one attempt its line says what
/// the first line has said.
fn message(error: &Error) -> String {
    let text = format!("{error:?}");
    if error.attempts().len() > 1 {
        return text;
    }
    let lines = text.lines().filter(|line| !line.starts_with("attempt 1 ("));
    lines.collect::<Vec<_>>().join("\n")
}

fn code(error: &Error) -> Code {
    if error.is_configuration() || error.is_invalid_input() {
        return Code::Usage;
    }
    if let Some(error) = error.ledger_error() {
        return ledger_code(error);
    }
    match (error.outcome(), error.charged()) {
        (_, Charged::Yes | Charged::Unknown) => Code::Charged,
        (Outcome::NotSent, _) if error.attempts().is_empty() && !error.is_connect() => {
            Code::RefusedHere
        }
        (Outcome::Refused, _) => Code::RefusedThere,
        _ => Code::Failed,
    }
}

impl From<SpendLedgerError> for Failure {
    fn from(error: SpendLedgerError) -> Self {
        Self::new(ledger_code(&error), error.to_string())
    }
}

/// A name or a number that the ledger does not know is a mistake in the command; the rest is trouble with its database.
fn ledger_code(error: &SpendLedgerError) -> Code {
    use SpendLedgerErrorKind as Kind;

    match error.kind() {
        Kind::Url | Kind::Invalid | Kind::OtherTerms | Kind::NotFound => Code::Usage,
        _ => Code::Local,
    }
}
