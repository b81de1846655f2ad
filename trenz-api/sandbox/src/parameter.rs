//! Parameters outside the body, and the two grammars that the document keeps in prose.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::document::DocumentError;
use crate::refusal::{Code, Refusal};
use crate::schema::{Schema, inline, kind};

/// A path, query, header or cookie parameter.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Where it is sent.
    pub place: Place,
    /// Whether a request without it is refused.
    pub required: bool,
    /// What the document's schema says of its value.
    pub schema: Schema,
    /// What the value means beyond its schema.
    pub role: Role,
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In a cookie.
    Cookie,
}

/// The grammar of a parameter's value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// As the schema says.
    Plain,
    /// `field:asc` or `field:desc`, with these fields.
    Sort(Vec<String>),
    /// Some of these values, joined by commas.
    Include(Vec<String>),
}

impl Parameter {
    /// Reads all declarations of an operation. The credential is none of its inputs. One that is
    /// declared twice is kept with the stricter declaration, as the document's only such case
    /// (a free `country` beside the enumerated one) means it.
    pub(crate) fn read_all(
        declared: &[Value],
        root: &Value,
        key_header: &str,
    ) -> Result<Vec<Self>, DocumentError> {
        let mut parameters: Vec<Self> = Vec::new();
        for raw in declared {
            let Some(parameter) = Self::read(raw, root)? else { continue };
            if parameter.place == Place::Header && parameter.name.eq_ignore_ascii_case(key_header) {
                continue;
            }
            let same =
                |other: &&mut Self| other.name == parameter.name && other.place == parameter.place;
            match parameters.iter_mut().find(same) {
                Some(earlier) if earlier.required && !parameter.required => {}
                Some(earlier) => *earlier = parameter,
                None => parameters.push(parameter),
            }
        }
        Ok(parameters)
    }

    fn read(raw: &Value, root: &Value) -> Result<Option<Self>, DocumentError> {
        let place = match raw["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => Place::Header,
            Some("cookie") => Place::Cookie,
            _ => return Ok(None),
        };
        let Some(name) = raw["name"].as_str() else { return Ok(None) };
        let schema = inline(&raw["schema"], root);
        let prose = raw["description"].as_str().unwrap_or_default();
        Ok(Some(Self {
            name: name.to_owned(),
            place,
            required: place == Place::Path || raw["required"].as_bool().unwrap_or(false),
            role: Role::recognise(&schema, prose),
            schema: Schema::new(schema)?,
        }))
    }

    /// Reads the text of a request as a value of the parameter's type, and checks it.
    pub(crate) fn parse(&self, text: &str) -> Result<Value, Refusal> {
        match &self.role {
            Role::Sort(fields) => sort(text, fields),
            Role::Include(values) => include(text, values),
            Role::Plain => self.plain(text),
        }
    }

    fn plain(&self, text: &str) -> Result<Value, Refusal> {
        let raw = self.schema.raw();
        let value = if kind(raw) == "array" {
            text.split(',').map(|item| typed(item, kind(&raw["items"]))).collect()
        } else {
            typed(text, kind(raw))
        };
        let violation = self.schema.validator().iter_errors(&value).next();
        match violation.map(|error| Refusal::from_violation(&self.name, &error)) {
            None => Ok(value),
            Some(refusal) => Err(refusal),
        }
    }
}

impl Role {
    fn recognise(schema: &Value, prose: &str) -> Self {
        if prose.contains("field:asc|desc") {
            let fields = schema["enum"].as_array().into_iter().flatten();
            return Self::Sort(fields.filter_map(Value::as_str).map(str::to_owned).collect());
        }
        match prose.split_once("comma-separated (values: ") {
            Some((_, list)) => Self::Include(include_values(list)),
            None => Self::Plain,
        }
    }
}

/// Reads `core(Core metrics), trend(Trend data))`.
fn include_values(list: &str) -> Vec<String> {
    let names = list.split("), ").filter_map(|item| item.split_once('('));
    names.map(|(name, _)| name.trim().to_owned()).collect()
}

fn sort(text: &str, fields: &[String]) -> Result<Value, Refusal> {
    let well_formed = text.split_once(':').is_some_and(|(field, direction)| {
        fields.iter().any(|known| known == field) && ["asc", "desc"].contains(&direction)
    });
    if well_formed {
        return Ok(Value::from(text));
    }
    let message = format!(
        "sort: expected field:asc or field:desc with one of {}, found {text}",
        fields.join(", ")
    );
    Err(Refusal::new(Code::InvalidSortField, message))
}

fn include(text: &str, values: &[String]) -> Result<Value, Refusal> {
    match text.split(',').find(|word| !values.iter().any(|known| known == word)) {
        None => Ok(text.split(',').map(Value::from).collect()),
        Some(unknown) => {
            let message =
                format!("include: expected some of {}, found {unknown:?}", values.join(", "));
            Err(Refusal::new(Code::InvalidInclude, message))
        }
    }
}

/// The value that a text stands for if it is of the wanted type; otherwise the text, which the
/// schema then refuses.
fn typed(text: &str, kind: &str) -> Value {
    let parsed = match kind {
        "integer" => {
            let signed = text.parse::<i64>().ok().map(Value::from);
            signed.or_else(|| text.parse::<u64>().ok().map(Value::from))
        }
        "number" => text.parse::<f64>().ok().filter(|n| n.is_finite()).map(Value::from),
        "boolean" => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::from(text))
}

/// The pairs of a query string, decoded.
pub(crate) fn pairs(query: &str) -> Result<Vec<(String, String)>, Refusal> {
    query.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn pair(pair: &str) -> Result<(String, String), Refusal> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    Ok((decode(name)?, decode(value)?))
}

fn decode(text: &str) -> Result<String, Refusal> {
    let spaced = text.replace('+', " ");
    match percent_decode_str(&spaced).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(Refusal::new(Code::BadRequest, "query: expected UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::Role;
    use crate::document::Document;

    fn roles() -> Vec<Role> {
        let document = Document::trenz().unwrap();
        let parameters = document.operations().iter().flat_map(|operation| &operation.parameters);
        parameters.map(|parameter| parameter.role.clone()).collect()
    }

    #[test]
    fn seven_searches_sort_and_seven_details_include() {
        let sorted = roles().iter().filter(|role| matches!(role, Role::Sort(_))).count();
        let including = roles().iter().filter(|role| matches!(role, Role::Include(_))).count();
        assert_eq!((sorted, including), (7, 7));
    }

    #[test]
    fn values_of_include_are_read_from_prose() {
        let words = ["core", "products", "similar", "trend"].map(str::to_owned).to_vec();
        assert!(roles().contains(&Role::Include(words)));
    }
}
