//! Turning the inputs of an operation into a request: path, query and body, checked as they are written.

mod encode;
mod price;
mod probe;

use serde::Serialize;
use std::fmt;

pub(crate) use price::Noted;
use price::Watch;
use probe::{Probed, probe, probe_text};

/// The request being written by [`Operation::write`](crate::Operation::write).
///
/// Each method takes a plain value or an `Option` of one; an absent value writes nothing, because the server's
/// default, and not an invented one, is what an unset input buys.
#[derive(Debug)]
pub struct Inputs {
    path: Vec<(&'static str, String)>,
    query: String,
    body: Option<Vec<u8>>,
    violations: Vec<Violation>,
    check_bounds: bool,
    /// Set when only the price is asked for. Then nothing is written.
    watch: Option<Watch>,
}

impl Inputs {
    pub(crate) fn new(check_bounds: bool) -> Self {
        Self {
            path: Vec::new(),
            query: String::new(),
            body: None,
            violations: Vec::new(),
            check_bounds,
            watch: None,
        }
    }

    /// Fills `{name}` in the path.
    ///
    /// The value becomes one segment: whatever could end it is percent-encoded. Empty, `.` and `..` are refused,
    /// since they would reach another endpoint.
    pub fn path<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) {
        if self.only_watched(name, value) {
            return;
        }
        let probed = probe_text(value);
        match self.text_of(name, probed) {
            Some(text) if matches!(text.as_str(), "" | "." | "..") => {
                self.violations.push(Violation {
                    field: name,
                    bound: "a path segment other than empty, `.` and `..`".to_owned(),
                    value: format!("`{text}`"),
                });
            }
            Some(text) => self.path.push((name, encode::segment(&text))),
            None => {}
        }
    }

    /// Adds one value to the query.
    pub fn query<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        if self.only_watched(name, value) {
            return Bounded { inputs: self, name, number: None, chars: None };
        }
        let probed = probe_text(value);
        let number = probed.as_ref().ok().and_then(Probed::number);
        let chars = probed.as_ref().ok().and_then(Probed::chars);
        if let Some(text) = self.text_of(name, probed) {
            encode::query_pair(&mut self.query, name, &text);
        }
        Bounded { inputs: self, name, number, chars }
    }

    /// Adds a list to the query as one value, joined by commas. An empty list writes nothing.
    pub fn query_list<T: Serialize + ?Sized>(&mut self, name: &'static str, list: &T) {
        if self.only_watched(name, list) {
            return;
        }
        let items = match probe(list).map(|_| serde_json::to_value(list)) {
            Ok(Ok(serde_json::Value::Array(items))) => items,
            Ok(Ok(serde_json::Value::Null)) => return,
            Ok(_) => return self.not_sendable(name),
            Err(refused) => return self.refuse(name, refused),
        };
        let mut joined = String::new();
        for (index, item) in items.iter().enumerate() {
            let Some(text) = probe_text(item).ok().and_then(Probed::into_text) else {
                return self.not_sendable(name);
            };
            // Two values would arrive where one was given.
            if text.contains(',') {
                self.violations.push(Violation {
                    field: name,
                    bound: "a list of values without commas".to_owned(),
                    value: format!("`{text}`"),
                });
                return;
            }
            if index > 0 {
                joined.push(',');
            }
            joined.push_str(&text);
        }
        if !items.is_empty() {
            encode::query_pair(&mut self.query, name, &joined);
        }
    }

    /// Adds a list to the query, each element under the name of the list. An empty list writes nothing.
    pub fn query_repeated<T: Serialize + ?Sized>(&mut self, name: &'static str, list: &T) {
        let items = match probe(list).map(|_| serde_json::to_value(list)) {
            Ok(Ok(serde_json::Value::Array(items))) => items,
            Ok(Ok(serde_json::Value::Null)) => return,
            Ok(_) => return self.not_sendable(name),
            Err(refused) => return self.refuse(name, refused),
        };
        for item in &items {
            self.query(name, item);
        }
    }

    /// Says that the operation sends a JSON object, which is `{}` if none of its members is set.
    pub fn json_body(&mut self) {
        self.body.get_or_insert_with(|| b"{".to_vec());
    }

    /// Adds one member to the JSON object of the body.
    pub fn body<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        if self.only_watched(name, value) {
            return Bounded { inputs: self, name, number: None, chars: None };
        }
        let probed = match probe(value) {
            Ok(probed) => probed,
            Err(refused) => {
                self.refuse(name, refused);
                Probed::Absent
            }
        };
        let (number, chars) = (probed.number(), probed.chars());
        if !matches!(probed, Probed::Absent) {
            let body = self.body.get_or_insert_with(|| b"{".to_vec());
            if encode::member(body, name, value).is_err() {
                self.not_sendable(name);
            }
        }
        Bounded { inputs: self, name, number, chars }
    }

    /// What was written, or every input that cannot be sent.
    pub(crate) fn finish(self, path: &'static str) -> Result<Written, Vec<Violation>> {
        let mut violations = self.violations;
        let filled = encode::path(path, &self.path);
        if let Err(missing) = &filled
            && violations.is_empty()
        {
            violations.push(Violation {
                field: missing,
                bound: format!("given, since the path is `{path}`"),
                value: "absent".to_owned(),
            });
        }
        match filled {
            Ok(path) if violations.is_empty() => {
                let body = self.body.map(|mut body| {
                    body.push(b'}');
                    body
                });
                Ok(Written { path, query: self.query, body })
            }
            _ => Err(violations),
        }
    }

    fn text_of(
        &mut self,
        name: &'static str,
        probed: Result<Probed, probe::Refused>,
    ) -> Option<String> {
        match probed {
            Ok(Probed::Absent) => None,
            Ok(probed) => {
                let text = probed.into_text();
                if text.is_none() {
                    self.not_sendable(name);
                }
                text
            }
            Err(refused) => {
                self.refuse(name, refused);
                None
            }
        }
    }

    fn refuse(&mut self, field: &'static str, refused: probe::Refused) {
        self.violations.push(refused.violation(field));
    }

    fn not_sendable(&mut self, field: &'static str) {
        self.violations.push(Violation {
            field,
            bound: "a value that can be written here".to_owned(),
            value: "a value of another shape".to_owned(),
        });
    }
}

/// Whether JSON can express a value, which for a number that is not finite it cannot.
pub(crate) fn sendable<T: Serialize + ?Sized>(value: &T) -> Result<(), Violation> {
    probe(value).map(drop).map_err(|refused| refused.violation("value"))
}

/// A request whose inputs have passed: what goes behind the base URL, and the body.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) body: Option<Vec<u8>>,
}

/// An input that has just been written, for the bounds that the document states for it.
///
/// Bounds are checked before anything is sent, so that a refused call costs nothing;
/// [`ClientBuilder::check_bounds`](crate::ClientBuilder::check_bounds) turns them off.
#[derive(Debug)]
pub struct Bounded<'a> {
    inputs: &'a mut Inputs,
    name: &'static str,
    number: Option<Limit>,
    chars: Option<usize>,
}

impl Bounded<'_> {
    /// The smallest number allowed.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_least(self, minimum: impl Into<Limit>) -> Self {
        let minimum = minimum.into();
        self.bound(minimum, "at least", |number| number.below(minimum))
    }

    /// The largest number allowed.
    #[expect(clippy::return_self_not_must_use, reason = "the check is the effect")]
    pub fn at_most(self, maximum: impl Into<Limit>) -> Self {
        let maximum = maximum.into();
        self.bound(maximum, "at most", |number| maximum.below(number))
    }

    /// The most characters (not bytes) that a text may have.
    #[expect(
        clippy::must_use_candidate,
        clippy::return_self_not_must_use,
        reason = "the check is the effect"
    )]
    pub fn max_length(self, maximum: usize) -> Self {
        if let Some(chars) = self.chars
            && chars > maximum
            && self.inputs.check_bounds
        {
            self.inputs.violations.push(Violation {
                field: self.name,
                bound: format!("at most {maximum} characters long"),
                value: format!("{chars} characters long"),
            });
        }
        self
    }

    fn bound(self, limit: Limit, words: &str, broken: impl Fn(Limit) -> bool) -> Self {
        if let Some(number) = self.number
            && broken(number)
            && self.inputs.check_bounds
        {
            self.inputs.violations.push(Violation {
                field: self.name,
                bound: format!("{words} {limit}"),
                value: number.to_string(),
            });
        }
        self
    }
}

/// A number that a bound is made of, as the document writes it: an integer or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit(Number);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Integer(i64),
    Float(f64),
}

impl Limit {
    fn below(self, other: Self) -> bool {
        match (self.0, other.0) {
            (Number::Integer(this), Number::Integer(that)) => this < that,
            _ => self.as_f64() < other.as_f64(),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "only compared with a number that is no more precise"
    )]
    fn as_f64(self) -> f64 {
        match self.0 {
            Number::Integer(integer) => integer as f64,
            Number::Float(float) => float,
        }
    }
}

impl From<i32> for Limit {
    fn from(number: i32) -> Self {
        Self(Number::Integer(number.into()))
    }
}

impl From<i64> for Limit {
    fn from(number: i64) -> Self {
        Self(Number::Integer(number))
    }
}

impl From<f64> for Limit {
    fn from(number: f64) -> Self {
        Self(Number::Float(number))
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Number::Integer(integer) => integer.fmt(f),
            Number::Float(float) => float.fmt(f),
        }
    }
}

/// One input that was refused before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: &'static str,
    bound: String,
    value: String,
}

impl Violation {
    /// The input's name in the API.
    #[must_use]
    pub fn field(&self) -> &str {
        self.field
    }

    /// What it must be, such as `at most 20`.
    #[must_use]
    pub fn bound(&self) -> &str {
        &self.bound
    }

    /// What it is; of a text that is too long, only how long.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is {}, but must be {}", self.field, self.value, self.bound)
    }
}

#[cfg(test)]
mod tests;
