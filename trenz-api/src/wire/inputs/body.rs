//! The body of a request: JSON, a form, several parts, text or bytes.

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use super::input_error::InputError;
use super::inspect::{Inspected, inspect, inspect_text};
use super::multipart::{self, FormPart};
use super::{Bounded, FilePart, Inputs, ParamStyle, encode, style};

/// A body under construction.
#[derive(Debug)]
pub(super) enum Body {
    /// The members of a JSON object so far, after its `{`.
    Members(Vec<u8>),
    Form(String),
    Parts(Vec<FormPart>),
    /// A complete body, with its media type.
    Whole(HeaderValue, Bytes),
}

impl Body {
    /// The media type and the bytes.
    pub(super) fn finish(self) -> (HeaderValue, Bytes) {
        match self {
            Self::Members(mut body) => {
                body.push(b'}');
                (JSON, body.into())
            }
            Self::Form(form) => (FORM, form.into()),
            Self::Parts(parts) => {
                let (boundary, body) = multipart::write(&parts);
                let media_type = format!("multipart/form-data; boundary={boundary}");
                (HeaderValue::try_from(media_type).unwrap_or(BYTES), body)
            }
            Self::Whole(media_type, body) => (media_type, body),
        }
    }
}

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static(OCTETS);
const OCTETS: &str = "application/octet-stream";

impl Inputs {
    /// Sets the media type of the body, if there is a body, where it differs from its kind's default.
    pub fn content_type(&mut self, media_type: &'static str) {
        match HeaderValue::try_from(media_type) {
            Ok(media_type) => self.content_type = Some(media_type),
            Err(_) => self.refuse("Content-Type", InputError::unfit("a media type", media_type)),
        }
    }

    /// Makes the body a JSON object, which is `{}` if none of its members is set.
    pub fn json_body(&mut self) {
        self.body.get_or_insert_with(|| Body::Members(b"{".to_vec()));
    }

    /// Adds a member to the JSON object of the body.
    pub fn body<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.inspected(name, value, inspect, |inputs, _| inputs.member(name, value))
    }

    /// Adds further members, which have no input of their own, to the JSON object. A name that is in `known` is
    /// refused: the server would get it twice.
    pub fn rest<T: Serialize>(&mut self, members: &BTreeMap<String, T>, known: &[&'static str]) {
        const NAME: &str = "further members";
        if self.is_for_price(NAME, members) {
            return;
        }
        for (name, value) in members {
            if known.contains(&name.as_str()) {
                self.refuse(NAME, InputError::unfit("a name without a setter of its own", name));
                continue;
            }
            if let Err(error) = inspect(value).and_then(|_| self.member(name, value)) {
                self.refuse(NAME, error);
            }
        }
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), InputError> {
        self.json_body();
        match &mut self.body {
            Some(Body::Members(body)) => encode::member(body, name, value).ok(),
            _ => None,
        }
        .ok_or_else(InputError::shape)
    }

    /// Sets the whole body to the value as JSON. An absent value sets no body.
    pub fn json<T: Serialize + ?Sized>(&mut self, value: &T) -> Bounded<'_> {
        const NAME: &str = "body";
        self.inspected(NAME, value, inspect, |inputs, _| {
            let body = serde_json::to_vec(value).map_err(|_| InputError::shape())?;
            inputs.body = Some(Body::Whole(JSON, body.into()));
            Ok(())
        })
    }

    /// Makes the body a form, which is empty if none of its fields is set.
    pub fn form_body(&mut self) {
        self.body.get_or_insert_with(|| Body::Form(String::new()));
    }

    /// Adds a field to the form: a list as one field for each of its values, an object as one for each of its members.
    pub fn form<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.form_as(name, value, ParamStyle::Exploded)
    }

    /// Adds a field to the form, in this style.
    pub fn form_as<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        style: ParamStyle,
    ) -> Bounded<'_> {
        self.encode(name, value, style, |inputs, given| {
            let pairs = style::pairs(name, &given, style, encode::form)?;
            inputs.form_body();
            if let Some(Body::Form(form)) = &mut inputs.body {
                encode::join(form, &pairs);
            }
            Ok(())
        })
    }

    /// Makes the body multipart, even if none of its parts is set.
    pub fn multipart_body(&mut self) {
        self.body.get_or_insert_with(|| Body::Parts(Vec::new()));
    }

    /// Adds a text part; a list as one part for each of its values.
    pub fn part<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Bounded<'_> {
        self.inspected(name, value, inspect_text, |inputs, inspected_value| {
            let values = match inspected_value {
                Inspected::List(list) => list,
                one => vec![one],
            };
            for value in values {
                let text = value.into_text().ok_or_else(InputError::shape)?;
                inputs.add(name, None, None, text.into());
            }
            Ok(())
        })
    }

    /// Adds a JSON part.
    pub fn part_json<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Bounded<'_> {
        self.inspected(name, value, inspect, |inputs, _| {
            let json = serde_json::to_vec(value).map_err(|_| InputError::shape())?;
            inputs.add(name, None, Some("application/json".to_owned()), json.into());
            Ok(())
        })
    }

    /// Adds a JSON part for each element of a list.
    pub fn parts_json<T: Serialize + ?Sized>(&mut self, name: &'static str, list: &T) {
        self.inspected(name, list, inspect, |inputs, _| {
            let json = serde_json::to_vec(list).unwrap_or_default();
            let elements: Vec<&RawValue> =
                serde_json::from_slice(&json).map_err(|_| InputError::shape())?;
            for element in elements {
                let json = element.get().to_owned().into_bytes();
                inputs.add(name, None, Some("application/json".to_owned()), json.into());
            }
            Ok(())
        });
    }

    /// Adds a part for each file. `media_type` is for files without one of their own.
    pub fn files<'f>(
        &mut self,
        name: &'static str,
        media_type: &'static str,
        files: impl IntoIterator<Item = &'f FilePart>,
    ) {
        if self.price.is_some() {
            return;
        }
        for file in files {
            let media_type = file.media_type.as_deref().unwrap_or(media_type);
            // It is sent in a header of its part.
            if HeaderValue::try_from(media_type).is_err() {
                self.refuse(name, InputError::unfit("a file with a media type", media_type));
                continue;
            }
            let file_name = file.name.clone().unwrap_or_else(|| name.to_owned());
            self.add(name, Some(file_name), Some(media_type.to_owned()), file.bytes.clone());
        }
    }

    fn add(
        &mut self,
        name: &str,
        file_name: Option<String>,
        media_type: Option<String>,
        bytes: Bytes,
    ) {
        self.multipart_body();
        if let Some(Body::Parts(parts)) = &mut self.body {
            parts.push(FormPart { name: name.to_owned(), file_name, media_type, bytes });
        }
    }

    /// Sets the whole body to a text. An absent text sets no body.
    pub fn text<T: Serialize + ?Sized>(&mut self, value: &T) -> Bounded<'_> {
        const NAME: &str = "body";
        self.encode(NAME, value, ParamStyle::Comma, |inputs, given| {
            let text = style::single(NAME, &given, ParamStyle::Comma, str::to_owned)?;
            inputs.body = text.map(|text| Body::Whole(TEXT, text.into()));
            Ok(())
        })
    }

    /// Sets the whole body to bytes. Absent ones set no body.
    pub fn bytes<'b>(&mut self, bytes: impl Into<Option<&'b Bytes>>) {
        if let Some(bytes) = bytes.into().filter(|_| self.price.is_none()) {
            self.body = Some(Body::Whole(BYTES, bytes.clone()));
        }
    }

    /// Sets the whole body to a file, as plain bytes if it has no media type. An absent file sets no body.
    pub fn file<'f>(&mut self, file: impl Into<Option<&'f FilePart>>) {
        let Some(file) = file.into().filter(|_| self.price.is_none()) else { return };
        let given = file.media_type.as_deref().unwrap_or(OCTETS);
        if let Ok(media_type) = HeaderValue::try_from(given) {
            self.body = Some(Body::Whole(media_type, file.bytes.clone()));
        } else {
            self.refuse("body", InputError::unfit("a file with a media type", given));
        }
    }
}
