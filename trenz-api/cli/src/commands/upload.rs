//! `trenz upload`: a file into the store that other calls name it in.

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};
use trenz_api::{Client, Upload, UploadError};

use crate::command::yes;
use crate::confirm::Question;
use crate::failure::{Code, Failure};
use crate::invocation::Invocation;
use crate::menu;
use crate::output::Output;
use crate::progress;
use crate::session::{Session, unsent};
use crate::settings::Settings;
use crate::work::{Work, resume};

pub(super) fn command() -> Command {
    Command::new("upload")
        .about("Upload a file, and print where it is")
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .help("A video, an image or a recording"),
        )
        .arg(
            Arg::new("content-type")
                .long("content-type")
                .value_name("TYPE")
                .help("By the extension of the file's name by default"),
        )
        .arg(Arg::new("region").long("region").value_name("REGION").help("tos or aws"))
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Print the price and send nothing"),
        )
        .arg(resume())
        .arg(yes())
}

pub(super) fn run(
    invocation: &Invocation,
    matches: &ArgMatches,
    output: &Output,
) -> Result<(), Failure> {
    let settings = Settings::load(matches)?;
    if matches.get_flag("dry-run") {
        let quote = upload(&unsent(&settings)?, matches).quote();
        return output
            .value(&serde_json::json!({ "price": quote.to_string(), "coins": quote.coins() }));
    }
    let session = Session::open(&settings)?;
    let quote = upload(&session.client, matches).quote();
    let operation = menu::named(quote.operation_id())?;
    Question::of(&operation.info, quote.to_string(), Some(quote.coins()))
        .ask(&settings, matches.get_flag("yes"))?;
    let work = Work::begin(&session, invocation, matches, output)?;
    let upload = upload(&work.client, matches);
    let bar = progress::bytes(output, matches.get_one::<String>("file").map_or("", String::as_str));
    let moved = bar.clone();
    let upload = upload.on_progress(move |progress| {
        moved.set_length(progress.total);
        moved.set_position(progress.sent);
    });
    let uploaded = session.run(async { upload.send().await.map_err(|error| failed(&error)) });
    bar.finish_and_clear();
    let again = work.invocation.to_string();
    let uploaded = uploaded.map_err(|failure| failure.advice(format!("to continue: {again}")))?;
    output
        .value(&serde_json::to_value(uploaded).unwrap_or_default())
        .map_err(|failure| failure.advice(format!("to print it: {again}")))?;
    work.end()
}

fn upload(client: &Client, matches: &ArgMatches) -> Upload {
    let text = |name: &str| matches.get_one::<String>(name);
    let mut upload = client.upload(text("file").map_or("", String::as_str));
    if let Some(content_type) = text("content-type") {
        upload = upload.content_type(content_type);
    }
    if let Some(region) = text("region") {
        upload = upload.region(region);
    }
    upload
}

/// Whether coins were charged follows from the call that failed, if it was one.
fn failed(error: &UploadError) -> Failure {
    let message = format!("{error:?}");
    let spent = error.coins_spent();
    let code = match error.api_error() {
        Some(api) => Failure::code_of(api),
        None if spent == Some(0) => Code::Local,
        None => Code::Charged,
    };
    Failure::new(code, message).with("coins_spent", spent)
}
