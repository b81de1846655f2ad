//! Inspects an input before it is encoded: whether it is present, its number or text, and whether it can be sent.
//!
//! It is a serializer, because inputs are any serialisable values. JSON cannot represent NaN and the infinities;
//! `serde_json` writes them as `null`, which a server reads as "not set", and the call would buy something else. So
//! they are found here, at any depth.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use super::Limit;
use super::input_error::InputError;

/// What an input is.
#[derive(Debug, PartialEq)]
pub(super) enum Inspected {
    Absent,
    Flag(bool),
    Integer(i128),
    Number(f64),
    /// A text, if requested.
    Text(String),
    /// The length of a text in characters, if only that is requested: bodies contain whole images.
    Characters(usize),
    /// The elements of a list, if requested.
    List(Vec<Self>),
    /// The members of an object, if requested.
    Members(Vec<(String, Self)>),
    Other,
}

impl Inspected {
    pub(super) fn number(&self) -> Option<Limit> {
        match *self {
            Self::Integer(integer) => Some(Limit::integer(integer)),
            Self::Number(number) => Some(Limit::from(number)),
            _ => None,
        }
    }

    /// The input as text in a path or a query; `None` if it has no such form.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Integer(integer) => Some(integer.to_string()),
            // `Display` writes `100.0` as `100` and never uses an exponent, so every server can read it.
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text),
            Self::Absent | Self::Characters(_) | Self::List(_) | Self::Members(_) | Self::Other => {
                None
            }
        }
    }

    pub(super) fn chars(&self) -> Option<usize> {
        match self {
            Self::Text(text) => Some(text.chars().count()),
            Self::Characters(count) => Some(*count),
            _ => None,
        }
    }
}

pub(super) fn inspect<T: Serialize + ?Sized>(value: &T) -> Result<Inspected, InputError> {
    value.serialize(Inspector { keep_text: false })
}

pub(super) fn inspect_text<T: Serialize + ?Sized>(value: &T) -> Result<Inspected, InputError> {
    value.serialize(Inspector { keep_text: true })
}

#[derive(Clone, Copy)]
struct Inspector {
    keep_text: bool,
}

/// A value with parts. Each is inspected, and kept if requested.
struct Compound {
    inspect: Inspector,
    list: Vec<Inspected>,
    members: Vec<(String, Inspected)>,
    /// The name of the next member, in a map.
    name: String,
    kind: CompoundKind,
}

#[derive(Clone, Copy, PartialEq)]
enum CompoundKind {
    List,
    Members,
    /// JSON that is carried as its text.
    Raw,
    /// A variant of an enum, which can only be encoded as JSON.
    Variant,
}

/// How `serde_json` marks a struct that is raw JSON.
const RAW: &str = "$serde_json::private::RawValue";

impl Compound {
    fn of(inspect: Inspector, kind: CompoundKind) -> Self {
        Self { inspect, list: Vec::new(), members: Vec::new(), name: String::new(), kind }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), InputError> {
        let inspected_value = value.serialize(self.inspect)?;
        if self.inspect.keep_text {
            self.list.push(inspected_value);
        }
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), InputError> {
        let inspected_value = value.serialize(self.inspect)?;
        if self.inspect.keep_text {
            self.members.push((name.to_owned(), inspected_value));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Inspected, InputError> {
        match (self.inspect.keep_text, self.kind) {
            (true, CompoundKind::List) => Ok(Inspected::List(self.list)),
            (true, CompoundKind::Members) => Ok(Inspected::Members(self.members)),
            (true, CompoundKind::Raw) => {
                let Some((_, Inspected::Text(text))) = self.members.pop() else {
                    return Ok(Inspected::Other);
                };
                Inspector::json(&text).map_err(|error| InputError::Unwritable(error.to_string()))
            }
            _ => Ok(Inspected::Other),
        }
    }
}

impl Inspector {
    /// What JSON is that is carried as its text. Integers of any length keep their digits.
    fn json(text: &str) -> Result<Inspected, serde_json::Error> {
        Ok(match text.trim_start().as_bytes().first() {
            Some(b'[') => {
                let elements = serde_json::from_str::<Vec<&RawValue>>(text)?.into_iter();
                let elements = elements.map(|element| Self::part(element.get()));
                Inspected::List(elements.collect::<Result<_, _>>()?)
            }
            // By name: in which order they were written is kept nowhere else either.
            Some(b'{') => {
                let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(text)?;
                let members = members.into_iter();
                let members = members.map(|(name, value)| Ok((name, Self::part(value.get())?)));
                Inspected::Members(members.collect::<Result<_, serde_json::Error>>()?)
            }
            _ => Self::part(text)?,
        })
    }

    /// A part of it. One that has parts again can be written nowhere.
    fn part(text: &str) -> Result<Inspected, serde_json::Error> {
        let is_integer = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        Ok(match serde_json::from_str(text)? {
            Value::Null => Inspected::Absent,
            Value::Bool(flag) => Inspected::Flag(flag),
            Value::String(text) => Inspected::Text(text),
            Value::Number(_) if is_integer => {
                text.parse().map_or_else(|_| Inspected::Text(text.to_owned()), Inspected::Integer)
            }
            Value::Number(number) => number.as_f64().map_or(Inspected::Other, Inspected::Number),
            Value::Array(_) | Value::Object(_) => Inspected::Other,
        })
    }
}

macro_rules! integers {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, integer: $type) -> Result<Inspected, InputError> {
            Ok(Inspected::Integer(integer.into()))
        })*
    };
}

impl Serializer for Inspector {
    type Ok = Inspected;
    type Error = InputError;
    type SerializeSeq = Compound;
    type SerializeTuple = Compound;
    type SerializeTupleStruct = Compound;
    type SerializeTupleVariant = Compound;
    type SerializeMap = Compound;
    type SerializeStruct = Compound;
    type SerializeStructVariant = Compound;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, flag: bool) -> Result<Inspected, InputError> {
        Ok(Inspected::Flag(flag))
    }

    fn serialize_f32(self, number: f32) -> Result<Inspected, InputError> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<Inspected, InputError> {
        if number.is_finite() {
            Ok(Inspected::Number(number))
        } else {
            Err(InputError::NotFinite(number))
        }
    }

    fn serialize_char(self, character: char) -> Result<Inspected, InputError> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Inspected, InputError> {
        Ok(if self.keep_text {
            Inspected::Text(text.to_owned())
        } else {
            Inspected::Characters(text.chars().count())
        })
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Inspected, InputError> {
        Ok(Inspected::Other)
    }

    fn serialize_none(self) -> Result<Inspected, InputError> {
        Ok(Inspected::Absent)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Inspected, InputError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Inspected, InputError> {
        Ok(Inspected::Other)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Inspected, InputError> {
        Ok(Inspected::Other)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Inspected, InputError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Inspected, InputError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Inspected, InputError> {
        inspect(value)?;
        Ok(Inspected::Other)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::List))
    }

    fn serialize_tuple(self, _: usize) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::List))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::List))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::Variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::Members))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Compound, InputError> {
        let kind = if name == RAW { CompoundKind::Raw } else { CompoundKind::Members };
        Ok(Compound::of(self, kind))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Compound, InputError> {
        Ok(Compound::of(self, CompoundKind::Variant))
    }
}

macro_rules! lists {
    ($($trait:ident: $method:ident),* $(,)?) => {
        $(impl $trait for Compound {
            type Ok = Inspected;
            type Error = InputError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), InputError> {
                self.element(value)
            }

            fn end(self) -> Result<Inspected, InputError> {
                self.finish()
            }
        })*
    };
}

lists! {
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! structs {
    ($($trait:ident),* $(,)?) => {
        $(impl $trait for Compound {
            type Ok = Inspected;
            type Error = InputError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), InputError> {
                self.member(name, value)
            }

            fn end(self) -> Result<Inspected, InputError> {
                self.finish()
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Compound {
    type Ok = Inspected;
    type Error = InputError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), InputError> {
        self.name = inspect_text(key)?.into_text().unwrap_or_default();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), InputError> {
        let name = std::mem::take(&mut self.name);
        self.member(&name, value)
    }

    fn end(self) -> Result<Inspected, InputError> {
        self.finish()
    }
}
