//! A call of an operation: its inputs, its price, the question whether to send it, and its response.

use std::fmt::Write as _;

use clap::ArgMatches;
use serde_json::{Value, json};
use trenz_api::{DryRun, Usage};

use crate::confirm::Question;
use crate::failure::Failure;
use crate::inputs;
use crate::inputs::template::{Extent, template};
use crate::invocation::Invocation;
use crate::output::Output;
use crate::price::coins;
use crate::request::{Limits, Options, Request};
use crate::session::{self, Session};
use crate::settings::Settings;
use crate::stream;
use crate::table::Operation;

/// Runs the command of an operation.
pub(crate) fn run(
    operation: &Operation,
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    if let Some(extent) = matches.get_one::<Extent>("template") {
        return output.value(&template(operation, *extent));
    }
    let settings = Settings::load(matches)?;
    let given = inputs::given(operation, &invocation.command(), matches)?;
    let request = inputs::decoded(operation, &given)?;
    for note in &given.notes {
        output.note(note);
    }
    if matches.get_flag("dry-run") {
        let dry_run = request.dry_run(&session::unsent(&settings)?)?;
        return show(&dry_run, output);
    }
    let options = Options {
        max_cost: matches.get_one("max-cost").copied(),
        once: matches.get_one::<String>("once").cloned(),
    };
    // What was read is not there again, or is different then.
    let invocation = if inputs::are_read(operation, matches) {
        let names = operation.inputs.iter().map(|input| input.name);
        invocation.without(names).with("body", Some(given.json.get()))
    } else {
        invocation.clone()
    };
    let call = Call { operation, invocation, matches, request: &*request, options, output };
    let budgets = matches.get_many::<String>("budget").into_iter().flatten();
    let session = Session::with_budgets(&settings, budgets.map(String::as_str))?;
    // What cannot be sent is refused before the question.
    request.dry_run(&session.client)?;
    if let Some(limits) = limits(operation, matches) {
        return stream::run(&call, &session, limits, &settings);
    }
    let quote = request.quote();
    Question::of(&operation.info, quote.to_string(), Some(quote.coins()))
        .ask(&settings, matches.get_flag("yes"))?;
    call.once(&session)
}

/// A request with all that it is sent with.
pub(crate) struct Call<'c> {
    pub(crate) operation: &'c Operation,
    /// What was typed, without what cannot be read again.
    pub(crate) invocation: Invocation,
    pub(crate) matches: &'c ArgMatches,
    pub(crate) request: &'c dyn Request,
    pub(crate) options: Options,
    pub(crate) output: &'c Output,
}

impl Call<'_> {
    /// Sends it for one response, and waits for the task that it starts where that was asked for.
    fn once(&self, session: &Session) -> Result<(), Failure> {
        #[cfg(feature = "tasks")]
        if self.operation.info.task_id.is_some()
            && (self.matches.get_flag("wait") || self.matches.contains_id("download"))
        {
            return crate::wait::submit(self, session);
        }
        let sending = self.request.send(&session.client, &self.options);
        let response = session.run(async { sending.await.map_err(Failure::from) })?;
        self.output.response(&response)?;
        for warning in &response.warnings {
            self.output.note(&format!("warning: {warning}"));
        }
        self.output.note(&paid(response.usage, response.request_id.as_str()));
        #[cfg(feature = "tasks")]
        if let Some(task) = crate::wait::started(self.operation, &response.data) {
            let next = crate::wait::next(&self.invocation, &task);
            self.output.note(&format!("to wait for the task: {next}"));
        }
        Ok(())
    }
}

/// What a call has cost, in words.
pub(crate) fn paid(usage: Usage, request_id: Option<&str>) -> String {
    let mut text = match usage.coin_cost {
        Some(cost) => coins(cost),
        None => "cost not reported".to_owned(),
    };
    if let Some(balance) = usage.remaining_balance {
        let _ = write!(text, ", account balance {balance}");
    }
    if let Some(id) = request_id {
        let _ = write!(text, ", request {id}");
    }
    text
}

/// How many pages to fetch, if more than one.
fn limits(operation: &Operation, matches: &ArgMatches) -> Option<Limits> {
    if !operation.is_paged {
        return None;
    }
    let limits = Limits {
        pages: matches.get_one("max-pages").copied(),
        items: matches.get_one("max-items").copied(),
    };
    let is_limited = limits.pages.is_some() || limits.items.is_some();
    (matches.get_flag("all-pages") || is_limited).then_some(limits)
}

/// Prints what would be sent and what it would cost.
fn show(dry_run: &DryRun, output: &Output) -> Result<(), Failure> {
    let headers = dry_run.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), Value::from(String::from_utf8_lossy(value.as_bytes())))
    });
    let body = dry_run.body.as_deref().map(|body| String::from_utf8_lossy(body).into_owned());
    let body = body.map(|body| serde_json::from_str(&body).unwrap_or(Value::String(body)));
    output.value(&json!({
        "price": dry_run.quote.to_string(),
        "coins": dry_run.quote.coins(),
        "is_exact": dry_run.quote.is_exact(),
        "operation": dry_run.quote.operation_id(),
        "method": dry_run.method.as_str(),
        "url": dry_run.url,
        "headers": headers.collect::<serde_json::Map<_, _>>(),
        "body": body,
    }))
}

/// A text as one word of a shell.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}
