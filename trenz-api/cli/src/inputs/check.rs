//! What can be said of inputs before anything is sent: which are missing, unknown, or of values that the document does not
//! list. A value that differs from a listed one by its case alone is taken for it.

use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::table::{Choice, Input, Kind, Operation};

/// Refuses missing required inputs and unknown ones, naming all at once. Returns notes on values
/// that the document does not list, which are sent all the same.
pub(super) fn check(
    operation: &Operation,
    command: &str,
    given: &mut Map<String, Value>,
) -> Result<Vec<String>, Failure> {
    let mut found = Found::default();
    found.members(operation.inputs, given, "");
    let Found { missing, unknown, notes } = found;
    if missing.is_empty() && unknown.is_empty() {
        return Ok(notes);
    }
    let mut lines = Vec::new();
    for path in &missing {
        lines.push(format!("missing: {}", spelled(operation, path)));
    }
    for path in &unknown {
        lines.push(format!("unknown: `{path}`"));
    }
    let failure = Failure::usage(lines.join("\n"))
        .with("missing", missing)
        .with("unknown", unknown)
        .advice(format!(
            "`{command} --help` lists the inputs, `{command} --template` prints them to fill in"
        ));
    Err(failure)
}

/// A missing input as the terminal has it.
fn spelled(operation: &Operation, path: &str) -> String {
    match operation.inputs.iter().find(|input| input.name == path) {
        Some(input) => format!("--{}", input.flag),
        None => format!("`{path}`"),
    }
}

#[derive(Default)]
struct Found {
    missing: Vec<String>,
    unknown: Vec<String>,
    notes: Vec<String>,
}

impl Found {
    fn members(&mut self, inputs: &[Input], given: &mut Map<String, Value>, at: &str) {
        let path =
            |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        for input in inputs {
            match given.get_mut(input.name) {
                Some(value) => self.value(&input.kind, value, &path(input.name)),
                None if input.is_required => self.missing.push(path(input.name)),
                None => {}
            }
        }
        let is_known = |name: &str| inputs.iter().any(|input| input.name == name);
        let unknown = given.keys().filter(|name| !is_known(name));
        self.unknown.extend(unknown.map(|name| path(name)));
    }

    fn value(&mut self, kind: &Kind, value: &mut Value, at: &str) {
        // A list that the document has as one text is written so in bodies as well.
        if let (Kind::List(of), Value::String(text)) = (kind.resolved(), &*value)
            && let Ok(elements) = super::elements(of, &[text])
        {
            *value = Value::Array(elements);
        }
        match (kind.resolved(), value) {
            (Kind::Object { members }, Value::Object(given)) => self.members(members, given, at),
            (Kind::List(of), Value::Array(elements)) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.value(of, element, &format!("{at}[{index}]"));
                }
            }
            (Kind::Map(of), Value::Object(members)) => {
                for (name, member) in members {
                    self.value(of, member, &format!("{at}.{name}"));
                }
            }
            (Kind::OneOf { choices }, Value::String(text)) => self.choice(choices, text, at),
            (Kind::Sort(of), Value::String(text)) => {
                if let Kind::OneOf { choices } = of.resolved() {
                    let (field, direction) = match text.split_once(':') {
                        Some((field, direction)) => (field, format!(":{direction}")),
                        None => (text.as_str(), String::new()),
                    };
                    let mut field = field.to_owned();
                    self.choice(choices, &mut field, at);
                    *text = field + &direction;
                }
            }
            (Kind::OneOfIntegers { choices }, Value::Number(number)) => {
                let is_known = number.as_i64().is_some_and(|number| choices.contains(&number));
                if !is_known {
                    let known: Vec<String> = choices.iter().map(i64::to_string).collect();
                    self.unlisted(&number.to_string(), &known.join(", "), at);
                }
            }
            _ => {}
        }
    }

    fn choice(&mut self, choices: &[Choice], text: &mut String, at: &str) {
        if choices.iter().any(|choice| choice.value == text) {
            return;
        }
        let mut alike = choices.iter().filter(|choice| choice.value.eq_ignore_ascii_case(text));
        if let (Some(listed), None) = (alike.next(), alike.next()) {
            listed.value.clone_into(text);
            return;
        }
        let known: Vec<&str> = choices.iter().map(|choice| choice.value).collect();
        self.unlisted(text, &known.join(", "), at);
    }

    fn unlisted(&mut self, value: &str, known: &str, at: &str) {
        self.notes.push(format!(
            "note: `{at}`: the document does not list `{value}`, which is sent all the same (listed: {known})"
        ));
    }
}
