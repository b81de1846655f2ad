//! From flags and bodies to the JSON of a request.

mod check;
pub(crate) mod template;

use std::fs;
use std::io::{self, Read};

use clap::ArgMatches;
use serde_json::{Map, Value};
use trenz_api::Json;

use crate::failure::Failure;
use crate::request::Request;
use crate::table::{Input, Kind, Operation};

/// The inputs of an operation, and what a person should know of them.
pub(crate) struct Given {
    pub(crate) json: Json,
    pub(crate) notes: Vec<String>,
}

/// Reads the inputs of an operation: `--body`, and over it the flags. `command` is what the operation is called by.
pub(crate) fn given(
    operation: &Operation,
    command: &str,
    matches: &ArgMatches,
) -> Result<Given, Failure> {
    let mut inputs = match matches.get_one::<String>("body") {
        Some(given) => body(given)?,
        None => Map::new(),
    };
    let mut wrong = Vec::new();
    for input in operation.inputs {
        let Some(texts) = matches.get_many::<String>(input.name) else { continue };
        let texts: Vec<&str> = texts.map(String::as_str).collect();
        match value(input, &texts) {
            Ok(value) => drop(inputs.insert(input.name.to_owned(), value)),
            Err(why) => wrong.push(format!("--{}: {why}", input.flag)),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::usage(wrong.join("\n")).with("inputs", wrong));
    }
    checked(operation, command, inputs)
}

/// Whether inputs are read from files or from standard input.
pub(crate) fn are_read(operation: &Operation, matches: &ArgMatches) -> bool {
    let names = operation.inputs.iter().map(|input| input.name).chain(["body"]);
    let mut texts = names.filter_map(|name| matches.get_many::<String>(name)).flatten();
    texts.any(|text| text == "-" || text.starts_with('@'))
}

/// Checks inputs that were given as JSON.
pub(crate) fn checked(
    operation: &Operation,
    command: &str,
    mut inputs: Map<String, Value>,
) -> Result<Given, Failure> {
    let notes = check::check(operation, command, &mut inputs)?;
    let json = Json::from_value(&Value::Object(inputs))?;
    Ok(Given { json, notes })
}

/// The request that these inputs make.
pub(crate) fn decoded(operation: &Operation, given: &Given) -> Result<Box<dyn Request>, Failure> {
    (operation.decode)(&given.json).map_err(|error| {
        let place = error.path().filter(|path| !path.is_empty());
        let place = place.map_or(String::new(), |path| format!("`{path}`: "));
        let why = std::error::Error::source(&error).map_or(error.to_string(), ToString::to_string);
        Failure::usage(format!("{place}{why}"))
    })
}

/// A body as it was given: JSON, `@FILE`, or `-` for standard input.
fn body(given: &str) -> Result<Map<String, Value>, Failure> {
    let wrong = |why: String| Failure::usage(format!("--body: {why}"));
    let text = read(given).map_err(wrong)?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(wrong("expected a JSON object, found other JSON".to_owned())),
        Err(error) => Err(wrong(format!("expected a JSON object: {error}"))),
    }
}

/// The text itself, what stands in `@FILE`, or standard input for `-` and `@-`.
fn read(given: &str) -> Result<String, String> {
    match given.strip_prefix('@').or(Some(given).filter(|given| *given == "-")) {
        Some("-") => {
            let mut text = String::new();
            let read = io::stdin().read_to_string(&mut text);
            read.map_err(|error| format!("cannot read standard input: {error}"))?;
            Ok(text)
        }
        Some(file) => {
            fs::read_to_string(file).map_err(|error| format!("cannot read {file}: {error}"))
        }
        None => Ok(given.to_owned()),
    }
}

/// The value of an input, of what its flag was given, once or several times.
fn value(input: &Input, texts: &[&str]) -> Result<Value, String> {
    match (input.kind.resolved(), texts) {
        (Kind::List(of), texts) => elements(of, texts).map(Value::Array),
        (kind, [text]) => one(kind, text),
        (_, texts) => Err(format!("expected one value, found {}", texts.len())),
    }
}

/// The elements of a list: each text is one or, where no element can hold a comma, several of them. A text in brackets is
/// a JSON list.
fn elements(of: &Kind, texts: &[&str]) -> Result<Vec<Value>, String> {
    let mut elements = Vec::new();
    for text in texts {
        let is_json = text.starts_with('[') || text.starts_with('@');
        match of.resolved() {
            kind if is_json && (text.starts_with('[') || is_nested(kind)) => match json(text)? {
                Value::Array(more) => elements.extend(more),
                one => elements.push(one),
            },
            kind @ (Kind::Integer
            | Kind::Number
            | Kind::OneOf { .. }
            | Kind::OneOfIntegers { .. }) => {
                for part in text.split(',') {
                    elements.push(one(kind, part.trim())?);
                }
            }
            kind => elements.push(one(kind, text)?),
        }
    }
    Ok(elements)
}

/// Whether a kind is written as JSON.
pub(crate) fn is_nested(kind: &Kind) -> bool {
    matches!(kind.resolved(), Kind::Json | Kind::Object { .. } | Kind::Map(_) | Kind::List(_))
}

fn one(kind: &Kind, text: &str) -> Result<Value, String> {
    let expected = |what: &str| format!("expected {what}, found `{text}`");
    match kind.resolved() {
        Kind::Boolean => text.parse().map(Value::Bool).map_err(|_| expected("true or false")),
        Kind::Integer | Kind::OneOfIntegers { .. } => {
            let number = serde_json::from_str::<serde_json::Number>(text).ok();
            let number = number.filter(|number| number.is_i64() || number.is_u64());
            number.map(Value::from).ok_or_else(|| expected("an integer"))
        }
        Kind::Number => match serde_json::from_str::<serde_json::Number>(text) {
            Ok(number) => Ok(number.into()),
            Err(_) => Err(expected("a number")),
        },
        Kind::Text | Kind::OneOf { .. } | Kind::Sort(_) => Ok(text.into()),
        _ => json(text),
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(&read(text)?)
        .map_err(|error| format!("expected JSON or @FILE with JSON: {error}"))
}
