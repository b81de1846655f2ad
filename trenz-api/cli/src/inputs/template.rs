//! Bodies to fill in.

use serde_json::{Map, Value, json};

use crate::table::{Input, Kind, Operation};

/// Which inputs a template has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Extent {
    /// Every input.
    All,
    /// The required inputs alone.
    Required,
}

/// A JSON object of the inputs, each with a value that the document allows.
pub(crate) fn template(operation: &Operation, extent: Extent) -> Value {
    members(operation.inputs, extent)
}

fn members(inputs: &[Input], extent: Extent) -> Value {
    let inputs = inputs.iter().filter(|input| extent == Extent::All || input.is_required);
    let members = inputs.map(|input| (input.name.to_owned(), sample(input, extent)));
    Value::Object(members.collect::<Map<_, _>>())
}

fn sample(input: &Input, extent: Extent) -> Value {
    let default = input.default.and_then(|json| serde_json::from_str::<Value>(json).ok());
    let is_filled = |value: &Value| value.as_array().is_none_or(|list| !list.is_empty());
    if let Some(default) = default.filter(is_filled) {
        return default;
    }
    value(&input.kind, input, extent)
}

fn value(kind: &Kind, input: &Input, extent: Extent) -> Value {
    let sampled = || input.sample.and_then(|json| serde_json::from_str::<Value>(json).ok());
    match kind.resolved() {
        Kind::Boolean => true.into(),
        Kind::Integer => sampled().unwrap_or(1.into()),
        Kind::Number => sampled().unwrap_or(1.0.into()),
        Kind::Text => sampled().unwrap_or_else(|| input.name.replace('_', " ").into()),
        Kind::OneOf { choices } => choices.first().map_or("any", |choice| choice.value).into(),
        Kind::OneOfIntegers { choices } => choices.first().copied().into(),
        Kind::Sort(of) => match of.resolved() {
            Kind::OneOf { choices } => {
                let field = choices.first().map_or("any", |choice| choice.value);
                format!("{field}:desc").into()
            }
            _ => Value::Null,
        },
        Kind::Object { members: inputs } => members(inputs, extent),
        Kind::List(of) => json!([value(of, input, extent)]),
        Kind::Map(of) => json!({ "key": value(of, input, extent) }),
        Kind::Json | Kind::Named(_) => json!({}),
    }
}
