//! `trenz publish`: a video to accounts, now or later. What was done is kept in a file until the end, so that whatever ends
//! it early, the command that it prints first continues it; what arrived is not paid for again.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use serde::{Deserialize, Serialize};
use serde_json::json;
use trenz_api::{Client, PublishError, PublishProgress, Published, Publishing, Target};

use super::ledger::moment;
use crate::command::yes;
use crate::confirm::Question;
use crate::failure::{Code, Failure};
use crate::invocation::Invocation;
use crate::output::Output;
use crate::progress;
use crate::session::{Session, unsent};
use crate::settings::{Settings, data_folder};
use crate::work::{Work, new_name};

/// What is kept in the file, and so not given a second time.
const KEPT: [&str; 9] =
    ["file", "to", "at", "title", "description", "tag", "privacy", "require", "validate"];

pub(super) fn command() -> Command {
    let option = |name: &'static str| Arg::new(name).long(name);
    Command::new("publish")
        .about("Upload a video, check it, publish it to accounts, and wait for each")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required_unless_present("resume")
                .value_hint(ValueHint::FilePath)
                .help("The video"),
        )
        .args([
            option("to")
                .value_name("ACCOUNT")
                .action(ArgAction::Append)
                .value_parser(value_parser!(i64))
                .required_unless_present("resume")
                .help(
                    "The id of an account, by `trenz social account-management list` [repeatable]",
                ),
            option("at")
                .value_name("TIME")
                .help("When to publish it, as in 2026-12-01T09:00+01:00: in 5 minutes to 90 days"),
            option("title").value_name("TEXT").help("The file's name by default"),
            option("description").value_name("TEXT"),
            option("tag").value_name("TAG").action(ArgAction::Append).help("[repeatable]"),
            option("privacy").value_name("VALUE").help("Who may see it, in the platform's words"),
            option("require")
                .value_name("PLATFORM")
                .action(ArgAction::Append)
                .help("Stop unless this platform's rules allow the video [repeatable]"),
            option("validate").action(ArgAction::SetTrue).help(
                "Let the platforms check everything without publishing the video; costs as much",
            ),
            option("resume")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .conflicts_with_all(KEPT)
                .help("Resume what ended early, from the file that it printed"),
            option("republish").action(ArgAction::SetTrue).help(
                "Publish although it may have been published before: look at the account first",
            ),
            option("dry-run").action(ArgAction::SetTrue).help("Print the price and send nothing"),
            yes(),
        ])
}

/// Everything that a publishing is made of, and what was done of it.
#[derive(Debug, Default, Deserialize, Serialize)]
struct State {
    file: PathBuf,
    to: Vec<i64>,
    /// As it was given.
    at: Option<String>,
    title: String,
    description: Option<String>,
    tags: Vec<String>,
    privacy: Option<String>,
    require: Vec<String>,
    validate: bool,
    progress: PublishProgress,
    /// The name that its purchases have in the ledger.
    work: Option<String>,
    /// Which ledger that is.
    ledger: Option<u64>,
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    let resumed = matches.get_one::<String>("resume").map(PathBuf::from);
    let mut state = match &resumed {
        Some(path) => read(path)?,
        None => State::of(matches)?,
    };
    let may_repeat = matches.get_flag("republish");
    if matches.get_flag("dry-run") {
        let plan = state.publishing(&unsent(&settings)?, may_repeat)?.quote();
        return output.value(&json!({ "price": plan.to_string(), "coins": plan.total() }));
    }
    let session = Session::open(&settings)?;
    let plan = state.publishing(&session.client, may_repeat)?.quote();
    let question = Question {
        name: "publish",
        summary: &format!("Publish {}", state.file.display()),
        is_write: true,
        price: format!("{plan}, and 1 coin for each look at how it is going"),
        coins: Some(plan.total()),
    };
    question.ask(&settings, matches.get_flag("yes"))?;
    let kept = match resumed {
        Some(path) => path,
        None => place()?,
    };
    // A video that may be published already is bought under the same name, so that the ledger tells whether it is.
    let ledger = settings.ledger()?.map(|url| hash_of(&url));
    let is_recorded = ledger.is_some() && state.ledger == ledger && state.work.is_some();
    if !is_recorded || may_repeat {
        state.work = ledger.map(|_| new_name());
        state.ledger = ledger;
    }
    let rest = invocation.without(KEPT).without(["republish"]);
    let next = rest.with("resume", Some(&kept.display().to_string()));
    let name = state.work.clone().unwrap_or_default();
    let work = Work::named(&session, next, name);
    let next = work.invocation.to_string();
    let publishing = state.publishing(&work.client, may_repeat || is_recorded)?;
    write(&kept, &state)?;
    output.note(&format!(
        "if this ends early, continue with (what arrived is not paid for again): {next}"
    ));
    let line = progress::spinner(output, "publish");
    let (shown, place) = (line.clone(), kept.clone());
    let publishing = publishing.on_progress(move |progress| {
        shown.set_message(stage(progress));
        let done = State { progress: progress.clone(), ..state.copied() };
        // A step that cannot be kept is not undone by that; the next one may be kept again.
        drop(write(&place, &done));
    });
    let published = session.run(async { publishing.send().await.map_err(|error| failed(&error)) });
    line.finish_and_clear();
    let published = published.map_err(|failure| failure.advice(format!("to continue: {next}")))?;
    let shown = show(&published, output);
    // It is over: nothing is left to continue, unless it could not be printed.
    if shown.as_ref().is_err_and(|failure| failure.code == Code::Local) {
        return shown.map_err(|failure| failure.advice(format!("to print it: {next}")));
    }
    drop(fs::remove_file(&kept));
    work.end()?;
    shown
}

fn show(published: &Published, output: &Output) -> Result<(), Failure> {
    let publications = published.publications.iter().map(|one| {
        json!({
            "account": one.account, "id": one.id, "status": one.status, "stage": one.stage,
            "url": one.url, "video_id": one.video_id,
        })
    });
    output.value(&json!({
        "status": published.status,
        "video_id": published.video_id,
        "publications": publications.collect::<Vec<_>>(),
        "skipped_accounts": published.progress.skipped_accounts,
        "coins_spent": published.progress.coins_spent,
    }))?;
    if published.is_complete() {
        return Ok(());
    }
    Err(Failure::new(Code::Charged, "the video was not published to every account"))
}

fn stage(progress: &PublishProgress) -> &'static str {
    match progress {
        PublishProgress { session_token: Some(_), .. } => "waiting for the accounts",
        PublishProgress { verdicts: Some(_), .. } => "publishing",
        PublishProgress { uploaded: Some(_), .. } => "checking",
        _ => "uploading",
    }
}

impl State {
    fn of(matches: &ArgMatches) -> Result<Self, Failure> {
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        let texts = |name: &str| matches.get_many(name).into_iter().flatten().cloned().collect();
        let file = PathBuf::from(text("file").unwrap_or_default());
        // The command that continues may be run in another folder.
        let file = std::path::absolute(&file)
            .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
        let title = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        Ok(Self {
            to: matches.get_many("to").into_iter().flatten().copied().collect(),
            at: text("at"),
            title: text("title").or(title).unwrap_or_default(),
            description: text("description"),
            tags: texts("tag"),
            privacy: text("privacy"),
            require: texts("require"),
            validate: matches.get_flag("validate"),
            progress: PublishProgress::default(),
            work: None,
            ledger: None,
            file,
        })
    }

    fn publishing(&self, client: &Client, may_repeat: bool) -> Result<Publishing, Failure> {
        let mut publishing =
            client.publish(&self.title).file(&self.file).require_platforms(&self.require);
        if let Some(description) = &self.description {
            publishing = publishing.description(description);
        }
        let at = self.at.as_deref().map(moment).transpose()?;
        for account in &self.to {
            let mut target = Target::account(*account);
            if let Some(at) = at {
                target = target.at(at);
            }
            if !self.tags.is_empty() {
                target = target.tags(&self.tags);
            }
            if let Some(privacy) = &self.privacy {
                target = target.privacy(privacy.as_str());
            }
            publishing = publishing.to(target);
        }
        if self.validate {
            publishing = publishing.dry_run();
        }
        if may_repeat {
            publishing = publishing.allow_republish();
        }
        Ok(publishing.resume(self.progress.clone()))
    }

    fn copied(&self) -> Self {
        serde_json::to_value(self).and_then(serde_json::from_value).unwrap_or_default()
    }
}

/// Tells ledgers apart, whose URLs may hold a password.
fn hash_of(url: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    url.hash(&mut hasher);
    hasher.finish()
}

/// A file that no other run writes.
fn place() -> Result<PathBuf, Failure> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_millis());
    let folder = data_folder()?.join("publish");
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::local(format!("cannot make {}: {error}", folder.display())))?;
    Ok(folder.join(format!("{now}-{}.json", std::process::id())))
}

/// Writes it whole or not at all.
fn write(path: &Path, state: &State) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(state).unwrap_or_default();
    let beside = path.with_extension("new");
    fs::write(&beside, text)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|error| Failure::local(format!("cannot write {}: {error}", path.display())))
}

fn read(path: &Path) -> Result<State, Failure> {
    let wrong = |why: String| Failure::usage(format!("--resume: {}: {why}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

fn failed(error: &PublishError) -> Failure {
    let progress = error.progress();
    let code = match error.api_error() {
        Some(api) => Failure::code_of(api),
        None if error.state_error().is_some() || error.is_time() => Code::Usage,
        None if progress.coins_spent == Some(0) => Code::Local,
        None => Code::Charged,
    };
    let failure = Failure::new(code, format!("{error:?}"))
        .with("coins_spent", progress.coins_spent)
        .with("may_be_published", progress.may_be_published);
    if progress.may_be_published {
        return failure.advice(
            "it may have been published: look at the account, then continue with --republish, or do not",
        );
    }
    failure
}
