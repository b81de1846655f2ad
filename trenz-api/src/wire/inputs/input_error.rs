//! Why an input cannot be sent.

use std::fmt;

use super::Violation;

/// Why an input cannot be sent. It is the error of the serializer that inspects inputs.
#[derive(Debug, PartialEq)]
pub(super) enum InputError {
    NotFinite(f64),
    Unwritable(String),
    /// What was expected, and what was found.
    Unfit(String, String),
}

impl InputError {
    pub(super) fn shape() -> Self {
        let value = "a list or an object in it".to_owned();
        Self::Unfit("a value that this style can encode".to_owned(), value)
    }

    pub(super) fn unfit(bound: &str, value: &str) -> Self {
        Self::Unfit(bound.to_owned(), format!("`{value}`"))
    }

    pub(super) fn delimiter(delimiter: char, value: &str) -> Self {
        let without = match delimiter {
            ',' => "commas",
            ' ' => "blanks",
            '|' => "vertical bars",
            _ => "full stops",
        };
        Self::Unfit(format!("a list of values without {without}"), format!("`{value}`"))
    }

    pub(super) fn violation(self, field: &'static str) -> Violation {
        let (bound, value) = match self {
            Self::NotFinite(number) => ("a finite number".to_owned(), number.to_string()),
            Self::Unwritable(why) => ("a value that JSON can represent".to_owned(), why),
            Self::Unfit(bound, value) => (bound, value),
        };
        Violation { field: field.into(), bound, value }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(number) => write!(f, "expected a finite number, found {number}"),
            Self::Unwritable(why) => f.write_str(why),
            Self::Unfit(bound, value) => write!(f, "expected {bound}, found {value}"),
        }
    }
}

impl std::error::Error for InputError {}

impl serde::ser::Error for InputError {
    fn custom<T: fmt::Display>(why: T) -> Self {
        let why = why.to_string();
        match why.strip_prefix("expected ").and_then(|why| why.split_once(", found ")) {
            Some((bound, value)) => Self::Unfit(bound.to_owned(), value.to_owned()),
            None => Self::Unwritable(why),
        }
    }
}
