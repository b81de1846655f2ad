//! OpenAPI 3.0's styles for parameters with several values, after RFC 6570.

use std::fmt::Write as _;

use super::input_error::InputError;
use super::inspect::Inspected;

/// How a list or an object is encoded: the styles of OpenAPI 3.0, named by their effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamStyle {
    /// `1,2` and `a,1,b,2`: the styles `simple` and `form`, not exploded.
    Comma,
    /// `n=1&n=2` and `a=1&b=2`: `form`, exploded. In a path or a header `1,2` and `a=1,b=2`: `simple`, exploded.
    Exploded,
    /// `n=1%202`: `spaceDelimited`.
    Space,
    /// `n=1%7C2`: `pipeDelimited`.
    Pipe,
    /// `n[a]=1&n[b]=2`, with the brackets percent-encoded: `deepObject`.
    DeepObject,
    /// `.1,2`: `label`.
    Label,
    /// `.1.2` and `.a=1.b=2`: `label`, exploded.
    LabelExploded,
    /// `;n=1,2`: `matrix`.
    Matrix,
    /// `;n=1;n=2` and `;a=1;b=2`: `matrix`, exploded.
    MatrixExploded,
    /// JSON, as a parameter with `content` has it.
    Json,
}

/// Encodes a text so that it stays one value.
pub(super) type Encode = fn(&str) -> String;

/// A value to encode, in its parts.
#[derive(Debug)]
pub(super) enum ParamValue {
    One(String),
    List(Vec<String>),
    Members(Vec<(String, String)>),
    Json(String),
}

impl ParamValue {
    /// The parts of a value; `None` if one of them has parts of its own.
    pub(super) fn new(inspected_value: Inspected) -> Option<Self> {
        Some(match inspected_value {
            Inspected::List(list) => {
                Self::List(list.into_iter().map(Inspected::into_text).collect::<Option<_>>()?)
            }
            Inspected::Members(members) => {
                let set =
                    members.into_iter().filter(|(_, value)| !matches!(value, Inspected::Absent));
                let members = set.map(|(name, value)| Some((name, value.into_text()?)));
                Self::Members(members.collect::<Option<_>>()?)
            }
            one => Self::One(one.into_text()?),
        })
    }

    /// The same, with JSON in ASCII alone, for headers. JSON has other characters only in its strings.
    pub(super) fn in_ascii(self) -> Self {
        let Self::Json(text) = self else { return self };
        let mut ascii = String::with_capacity(text.len());
        for c in text.chars() {
            if c.is_ascii() {
                ascii.push(c);
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(ascii, "\\u{unit:04x}");
                }
            }
        }
        Self::Json(ascii)
    }

    /// The value as messages show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::One(text) | Self::Json(text) => text.clone(),
            Self::List(list) => list.join(","),
            Self::Members(members) => members
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
                .join(","),
        }
    }

    /// The values to join: those of a list, or alternating names and values.
    fn items(&self, encode: Encode) -> Vec<Item> {
        let item = |text: &String| Item { given: text.clone(), written: encode(text) };
        match self {
            Self::One(text) | Self::Json(text) => vec![item(text)],
            Self::List(list) => list.iter().map(item).collect(),
            Self::Members(members) => {
                members.iter().flat_map(|(name, value)| [item(name), item(value)]).collect()
            }
        }
    }

    /// The same for an exploded value: `name=value` for each member.
    fn exploded(&self, encode: Encode) -> Vec<Item> {
        let Self::Members(members) = self else { return self.items(encode) };
        let pair = |(name, value): &(String, String)| Item {
            given: format!("{name}{value}"),
            written: format!("{}={}", encode(name), encode(value)),
        };
        members.iter().map(pair).collect()
    }
}

/// One of several values, as given and encoded.
struct Item {
    given: String,
    written: String,
}

/// Joins the values with a delimiter; `None` if there are none. A value that contains the delimiter is refused: servers
/// split after decoding, so it would be received as two.
fn join(items: &[Item], delimiter: char, between: &str) -> Result<Option<String>, InputError> {
    if items.is_empty() {
        return Ok(None);
    }
    if let Some(item) = items.iter().find(|item| items.len() > 1 && item.given.contains(delimiter))
    {
        return Err(InputError::delimiter(delimiter, &item.given));
    }
    let written: Vec<&str> = items.iter().map(|item| item.written.as_str()).collect();
    Ok(Some(written.join(between)))
}

/// A value as encoded names and values. An empty list or object has none.
pub(super) fn pairs(
    name: &str,
    given: &ParamValue,
    style: ParamStyle,
    encode: Encode,
) -> Result<Vec<(String, String)>, InputError> {
    let joined = |delimiter: char, between: &str| {
        let joined = join(&given.items(encode), delimiter, between)?;
        Ok(joined.map(|value| (encode(name), value)).into_iter().collect())
    };
    match (given, style) {
        (ParamValue::One(text) | ParamValue::Json(text), _) => {
            Ok(vec![(encode(name), encode(text))])
        }
        (_, ParamStyle::Comma) => joined(',', ","),
        (_, ParamStyle::Space) => joined(' ', &encode(" ")),
        (_, ParamStyle::Pipe) => joined('|', &encode("|")),
        (ParamValue::List(list), ParamStyle::Exploded) => {
            Ok(list.iter().map(|value| (encode(name), encode(value))).collect())
        }
        (ParamValue::Members(members), ParamStyle::Exploded) => {
            Ok(members.iter().map(|(name, value)| (encode(name), encode(value))).collect())
        }
        (ParamValue::Members(members), ParamStyle::DeepObject) => {
            let pair = |(member, value): &(String, String)| {
                (format!("{}%5B{}%5D", encode(name), encode(member)), encode(value))
            };
            Ok(members.iter().map(pair).collect())
        }
        _ => Err(InputError::shape()),
    }
}

/// A value as one text: for a path segment, header or cookie. `None` if it has no value.
pub(super) fn single(
    name: &str,
    given: &ParamValue,
    style: ParamStyle,
    encode: Encode,
) -> Result<Option<String>, InputError> {
    use ParamStyle::{Comma, Exploded, Json, Label, LabelExploded, Matrix, MatrixExploded};
    let named = |value: &str| match value {
        "" => format!(";{name}"),
        value => format!(";{name}={value}"),
    };
    let listed = || join(&given.items(encode), ',', ",");
    Ok(match (given, style) {
        (ParamValue::One(text) | ParamValue::Json(text), Comma | Exploded | Json) => {
            Some(encode(text))
        }
        (ParamValue::One(text), Label | LabelExploded) => Some(format!(".{}", encode(text))),
        (ParamValue::One(text), Matrix | MatrixExploded) => Some(named(&encode(text))),
        (_, Comma) => listed()?,
        (_, Exploded) => join(&given.exploded(encode), ',', ",")?,
        (_, Label) => listed()?.map(|value| format!(".{value}")),
        (_, LabelExploded) => {
            join(&given.exploded(encode), '.', ".")?.map(|value| format!(".{value}"))
        }
        (_, Matrix) => listed()?.map(|value| named(&value)),
        (ParamValue::List(list), MatrixExploded) => {
            Some(list.iter().map(|value| named(&encode(value))).collect())
        }
        (ParamValue::Members(_), MatrixExploded) => {
            let members = given.exploded(encode).into_iter();
            Some(members.flat_map(|member| [";".to_owned(), member.written]).collect())
        }
        _ => return Err(InputError::shape()),
    })
}
