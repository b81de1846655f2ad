//! Encodes the inputs of an operation into a request: path, query, headers and body, checked on the way.

mod body;
mod bounds;
mod encode;
mod file;
mod header;
mod input_error;
mod inspect;
mod multipart;
mod price;
mod style;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue};
use serde::Serialize;
use std::borrow::Cow;
use std::fmt;

use body::Body;
use bounds::Measured;
pub use bounds::{Bounded, Inside, Limit};
pub(crate) use encode::segment;
pub use file::FilePart;
use input_error::InputError;
use inspect::{Inspected, inspect, inspect_text};
pub(crate) use price::PriceInput;
use price::PriceInputs;
pub use style::ParamStyle;
use style::ParamValue;

/// The request that [`Operation::encode`](crate::Operation::encode) builds.
///
/// Each method takes a value or an `Option`. An absent value is not sent, so that the server's default applies, and not
/// one of the client's.
///
/// A list or an object of plain values is encoded in one of OpenAPI's styles: see [`ParamStyle`].
#[derive(Debug)]
pub struct Inputs {
    path: Vec<PathPart>,
    query: String,
    headers: HeaderMap,
    cookies: String,
    body: Option<Body>,
    /// The media type of the body, where it differs from its kind's default.
    content_type: Option<HeaderValue>,
    violations: Vec<Violation>,
    check_bounds: bool,
    /// Set when only the price is computed. Then nothing is encoded.
    price: Option<PriceInputs>,
}

impl Inputs {
    pub(crate) fn new(check_bounds: bool) -> Self {
        Self {
            path: Vec::new(),
            query: String::new(),
            headers: HeaderMap::new(),
            cookies: String::new(),
            body: None,
            content_type: None,
            violations: Vec::new(),
            check_bounds,
            price: None,
        }
    }

    /// Sets `{name}` in the path.
    ///
    /// Characters that could end its segment are percent-encoded. A segment that would be empty, `.` or `..` is
    /// refused, because it would reach another endpoint.
    pub fn path<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.path_as(name, value, ParamStyle::Comma)
    }

    /// Sets `{name}` in the path, in this style.
    pub fn path_as<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.encode(name, value, style, |inputs, given| {
            let text = style::single(name, &given, style, encode::segment)?;
            let shown = given.shown();
            inputs.path.extend(text.map(|text| PathPart { name, text, shown }));
            Ok(())
        })
    }

    /// Adds a value to the query: a list as one parameter for each of its values, an object as one for each of its
    /// members.
    pub fn query<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.query_as(name, value, ParamStyle::Exploded)
    }

    /// Adds a value to the query, in this style. An empty list adds nothing.
    pub fn query_as<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.query_with(name, value, style, encode::segment)
    }

    /// Adds a value to the query, in this style, without percent-encoding the reserved characters of RFC 3986 that have
    /// no function there.
    pub fn query_reserved<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.query_with(name, value, style, encode::reserved)
    }

    fn query_with<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
        encode: style::Encode,
    ) -> Bounded<'_> {
        self.encode(name, value, style, |inputs, given| {
            encode::join(&mut inputs.query, &style::pairs(name, &given, style, encode)?);
            Ok(())
        })
    }

    /// Sets a header.
    ///
    /// The value is sent unchanged, so it must be visible ASCII, with blanks and tabs only between; others are refused.
    /// Headers that belong to the connection are refused too.
    pub fn header<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.header_as(name, value, ParamStyle::Comma)
    }

    /// Sets a header, in this style.
    pub fn header_as<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.encode(name, value, style, |inputs, given| {
            if let Some(text) = style::single(name, &given.in_ascii(), style, str::to_owned)? {
                let (name, value) = header::field(name, &text)?;
                inputs.headers.insert(name, value);
            }
            Ok(())
        })
    }

    /// Adds a cookie. Characters that a cookie cannot contain are percent-encoded.
    pub fn cookie<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.cookie_as(name, value, ParamStyle::Comma)
    }

    /// Adds a cookie, in this style.
    pub fn cookie_as<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.encode(name, value, style, |inputs, given| {
            let text = style::single(name, &given, style, encode::segment)?;
            header::add_cookie(&mut inputs.cookies, name, text)
        })
    }

    /// Returns the encoded inputs, or every input that cannot be sent.
    pub(crate) fn finish(self, path: &'static str) -> Result<EncodedInputs, Vec<Violation>> {
        let mut violations = self.violations;
        let mut headers = self.headers;
        header::set_cookies(&mut headers, &self.cookies);
        let body = self.body.map(|body| {
            let (content_type, body) = body.finish();
            headers.insert(CONTENT_TYPE, self.content_type.unwrap_or(content_type));
            body
        });
        match encode::path(path, &self.path) {
            Ok(path) if violations.is_empty() => {
                Ok(EncodedInputs { path, query: self.query, headers, body })
            }
            Err(violation) if violations.is_empty() => Err(vec![violation]),
            Err(violation) if !violations.iter().any(|known| known.field == violation.field) => {
                violations.push(violation);
                Err(violations)
            }
            _ => Err(violations),
        }
    }

    /// Adds a value by `add`, if there is one.
    fn encode<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
        add: impl FnOnce(&mut Self, ParamValue) -> Result<(), InputError>,
    ) -> Bounded<'_> {
        self.inspected(name, value, inspect_text, |inputs, inspected_value| {
            let given = match style {
                ParamStyle::Json => serde_json::to_string(value).ok().map(ParamValue::Json),
                _ => ParamValue::new(inspected_value),
            };
            add(inputs, given.ok_or_else(InputError::shape)?)
        })
    }

    /// Inspects a value, and adds it by `add`, if there is one.
    fn inspected<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        inspect: impl FnOnce(&T) -> Result<Inspected, InputError>,
        add: impl FnOnce(&mut Self, Inspected) -> Result<(), InputError>,
    ) -> Bounded<'_> {
        if self.is_for_price(name, value) {
            return Measured::default().of(self, name);
        }
        let mut measured = Measured::default();
        let added = inspect(value).and_then(|inspected_value| {
            measured =
                Measured { number: inspected_value.number(), chars: inspected_value.chars() };
            if matches!(inspected_value, Inspected::Absent) {
                Ok(())
            } else {
                add(self, inspected_value)
            }
        });
        if let Err(error) = added {
            self.refuse(name, error);
        }
        measured.of(self, name)
    }

    fn refuse(&mut self, field: &'static str, error: InputError) {
        self.violations.push(error.violation(field));
    }
}

/// The value of `{name}` in the path.
#[derive(Debug)]
struct PathPart {
    name: &'static str,
    text: String,
    /// The value as given.
    shown: String,
}

/// Checks that JSON can represent a value: a number that is not finite it cannot.
pub(crate) fn sendable<T: Serialize + ?Sized>(value: &T) -> Result<(), Violation> {
    inspect(value).map(drop).map_err(|error| error.violation("value"))
}

/// The encoded inputs: the path and query after the base URL, the headers, and the body.
#[derive(Clone, Debug)]
pub(crate) struct EncodedInputs {
    pub(crate) path: String,
    pub(crate) query: String,
    /// The headers from inputs, with the media type of the body if there is one.
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
}

/// One input that was refused before anything was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    field: Cow<'static, str>,
    bound: String,
    value: String,
}

impl Violation {
    /// An empty input that is needed to look something up.
    #[cfg(feature = "publish")]
    pub(crate) fn empty(field: &'static str) -> Self {
        Self {
            field: field.into(),
            bound: "a text that is not empty".to_owned(),
            value: "\"\"".to_owned(),
        }
    }

    /// The input's name in the API, or the path to a value inside it: `options.depth`, `ids[2]`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What was expected, such as `at most 20`.
    #[must_use]
    pub fn bound(&self) -> &str {
        &self.bound
    }

    /// What was found; for a text that is too long, its length.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: expected {}, found {}", self.field, self.bound, self.value)
    }
}

#[cfg(test)]
mod tests;
