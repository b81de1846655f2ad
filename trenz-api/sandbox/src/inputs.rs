//! What a request says, checked against the document.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value};

use crate::operation::{Body, Operation};
use crate::parameter::{Place, pairs};
use crate::refusal::{Code, Refusal};

/// The inputs of one call, whatever part of the request they came in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    values: Map<String, Value>,
    /// What the request says that the document does not know: ignored, and said so.
    pub(crate) warnings: Vec<String>,
}

/// The parts of a request that carry inputs.
#[derive(Clone, Copy)]
pub(crate) struct RequestParts<'a> {
    pub(crate) path: &'a [(String, String)],
    pub(crate) query: &'a str,
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
    pub(crate) content_type: Option<&'a str>,
    pub(crate) body: &'a [u8],
    /// Whether rules that stand in the document's prose are applied too.
    pub(crate) prose: bool,
}

impl Inputs {
    /// Checks a request. A missing input is reported before a wrong one.
    pub(crate) fn read(operation: &Operation, parts: RequestParts<'_>) -> Result<Self, Refusal> {
        let mut inputs = Self::default();
        let mut wrong = Vec::new();
        inputs.read_parameters(operation, &parts, &mut wrong)?;
        if let Some(body) = &operation.body {
            inputs.read_body(body, &parts, &mut wrong)?;
        }
        match wrong.iter().position(|refusal| refusal.code == Code::MissingParam) {
            Some(missing) => Err(wrong.swap_remove(missing)),
            None => wrong.into_iter().next().map_or(Ok(inputs), Err),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    pub(crate) fn integer(&self, name: &str) -> Option<i64> {
        self.get(name)?.as_i64()
    }

    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.get(name)?.as_f64()
    }

    pub(crate) fn all(&self) -> &Map<String, Value> {
        &self.values
    }

    fn read_parameters(
        &mut self,
        operation: &Operation,
        parts: &RequestParts<'_>,
        wrong: &mut Vec<Refusal>,
    ) -> Result<(), Refusal> {
        let query = pairs(parts.query)?;
        let mut unread: BTreeSet<&str> = query.iter().map(|(name, _)| name.as_str()).collect();
        for parameter in &operation.parameters {
            let name = parameter.name.as_str();
            let sent = match parameter.place {
                Place::Query => {
                    unread.remove(name);
                    let mut found = query.iter().filter(|(key, _)| key == name);
                    let first = found.next().map(|(_, value)| value.clone());
                    if found.next().is_some() {
                        wrong.push(Refusal::invalid(name, "expected once, found several times"));
                    }
                    first
                }
                Place::Path => {
                    parts.path.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
                }
                Place::Header => (parts.header)(name),
                Place::Cookie => continue,
            };
            match sent.map(|text| parameter.parse(&text)) {
                Some(Ok(value)) => {
                    self.values.insert(name.to_owned(), value);
                }
                Some(Err(refusal)) => wrong.push(refusal),
                None if parameter.required => wrong.push(Refusal::missing(name)),
                None => {}
            }
        }
        self.ignore("query parameter", unread);
        Ok(())
    }

    fn read_body(
        &mut self,
        body: &Body,
        parts: &RequestParts<'_>,
        wrong: &mut Vec<Refusal>,
    ) -> Result<(), Refusal> {
        if parts.body.is_empty() {
            return if body.required {
                Err(Refusal::new(Code::BadRequest, "body: expected JSON, found nothing"))
            } else {
                Ok(())
            };
        }
        let essence = parts.content_type.unwrap_or_default().split(';').next().unwrap_or_default();
        if !essence.trim().eq_ignore_ascii_case("application/json") {
            return Err(Refusal::new(
                Code::BadRequest,
                "body: expected the content type application/json",
            ));
        }
        let value: Value = serde_json::from_slice(parts.body).map_err(|error| {
            Refusal::new(Code::BadRequest, format!("body: expected JSON: {error}"))
        })?;
        let Value::Object(members) = &value else {
            return Err(Refusal::new(Code::BadRequest, "body: expected a JSON object"));
        };
        for error in body.schema.validator().iter_errors(&value) {
            wrong.push(Refusal::from_violation("", &error));
        }
        // What breaks a schema is not judged by prose too.
        if parts.prose && wrong.is_empty() {
            wrong.extend(prose_rules(body.schema.raw(), members));
        }
        let known = body.schema.raw().get("properties").and_then(Value::as_object);
        let unread = members.keys().filter(|name| known.is_some_and(|k| !k.contains_key(*name)));
        self.ignore("body member", unread.map(String::as_str));
        self.values.extend(members.clone());
        Ok(())
    }

    fn ignore<'n>(&mut self, what: &str, names: impl IntoIterator<Item = &'n str>) {
        self.warnings
            .extend(names.into_iter().map(|name| format!("unknown {what} {name} ignored")));
    }
}

impl Refusal {
    /// The API's error for a value that breaks its schema.
    pub(crate) fn from_violation(name: &str, error: &ValidationError<'_>) -> Self {
        let place = error.instance_path().to_string().trim_start_matches('/').replace('/', ".");
        let place = if name.is_empty() { place } else { name.to_owned() };
        match error.kind() {
            ValidationErrorKind::Required { property } => {
                let member = property.as_str().unwrap_or_default();
                let dot = if place.is_empty() { "" } else { "." };
                Self::missing(&format!("{place}{dot}{member}"))
            }
            ValidationErrorKind::Maximum { .. } if is_page_size(&place) => {
                Self::new(Code::PageSizeExceeded, format!("{place}: {error}"))
            }
            _ => Self::invalid(&place, error),
        }
    }
}

fn is_page_size(place: &str) -> bool {
    ["page_size", "limit"].contains(&place)
}

/// Two rules that the document states in prose only, in a form regular enough to be read:
/// "At least one of `a` or `b` is required" of a body, "required when `a=b`" of a member.
fn prose_rules(schema: &Value, members: &Map<String, Value>) -> Option<Refusal> {
    let prose = schema["description"].as_str().unwrap_or_default();
    if prose.starts_with("At least one of ") && prose.ends_with(" is required") {
        let names: Vec<&str> = prose.split('`').skip(1).step_by(2).collect();
        let known = names.iter().all(|name| schema["properties"].get(name).is_some());
        if known && !names.iter().any(|name| members.contains_key(*name)) {
            return Some(Refusal::missing(&format!("one of {}", names.join(", "))));
        }
    }
    let properties = schema["properties"].as_object()?;
    properties.iter().find_map(|(name, property)| {
        let (_, rule) = property["description"].as_str()?.split_once("(required when `")?;
        let (other, value) = rule.split_once('`')?.0.split_once('=')?;
        let applies = members.get(other).and_then(Value::as_str) == Some(value);
        (applies && !members.contains_key(name)).then(|| Refusal::missing(name))
    })
}
