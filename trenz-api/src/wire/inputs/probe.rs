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
use super::refused::Refused;

/// What an input is.
#[derive(Debug, PartialEq)]
pub(super) enum Probed {
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

impl Probed {
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

pub(super) fn probe<T: Serialize + ?Sized>(value: &T) -> Result<Probed, Refused> {
    value.serialize(Probe { keep_text: false })
}

pub(super) fn probe_text<T: Serialize + ?Sized>(value: &T) -> Result<Probed, Refused> {
    value.serialize(Probe { keep_text: true })
}

#[derive(Clone, Copy)]
struct Probe {
    keep_text: bool,
}

/// A value with parts. Each is inspected, and kept if requested.
struct Parts {
    probe: Probe,
    list: Vec<Probed>,
    members: Vec<(String, Probed)>,
    /// The name of the next member, in a map.
    name: String,
    kind: PartsKind,
}

#[derive(Clone, Copy, PartialEq)]
enum PartsKind {
    List,
    Members,
    /// JSON that is carried as its text.
    Raw,
    /// A variant of an enum, which can only be encoded as JSON.
    Variant,
}

/// How `serde_json` marks a struct that is raw JSON.
const RAW: &str = "$serde_json::private::RawValue";

impl Parts {
    fn of(probe: Probe, kind: PartsKind) -> Self {
        Self { probe, list: Vec::new(), members: Vec::new(), name: String::new(), kind }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let probed = value.serialize(self.probe)?;
        if self.probe.keep_text {
            self.list.push(probed);
        }
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Refused> {
        let probed = value.serialize(self.probe)?;
        if self.probe.keep_text {
            self.members.push((name.to_owned(), probed));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Probed, Refused> {
        match (self.probe.keep_text, self.kind) {
            (true, PartsKind::List) => Ok(Probed::List(self.list)),
            (true, PartsKind::Members) => Ok(Probed::Members(self.members)),
            (true, PartsKind::Raw) => {
                let Some((_, Probed::Text(text))) = self.members.pop() else {
                    return Ok(Probed::Other);
                };
                Probe::json(&text).map_err(|error| Refused::Unwritable(error.to_string()))
            }
            _ => Ok(Probed::Other),
        }
    }
}

impl Probe {
    /// What JSON is that is carried as its text. Integers of any length keep their digits.
    fn json(text: &str) -> Result<Probed, serde_json::Error> {
        Ok(match text.trim_start().as_bytes().first() {
            Some(b'[') => {
                let elements = serde_json::from_str::<Vec<&RawValue>>(text)?.into_iter();
                let elements = elements.map(|element| Self::part(element.get()));
                Probed::List(elements.collect::<Result<_, _>>()?)
            }
            // By name: in which order they were written is kept nowhere else either.
            Some(b'{') => {
                let members = serde_json::from_str::<BTreeMap<String, &RawValue>>(text)?;
                let members = members.into_iter();
                let members = members.map(|(name, value)| Ok((name, Self::part(value.get())?)));
                Probed::Members(members.collect::<Result<_, serde_json::Error>>()?)
            }
            _ => Self::part(text)?,
        })
    }

    /// A part of it. One that has parts again can be written nowhere.
    fn part(text: &str) -> Result<Probed, serde_json::Error> {
        let is_integer = text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
        Ok(match serde_json::from_str(text)? {
            Value::Null => Probed::Absent,
            Value::Bool(flag) => Probed::Flag(flag),
            Value::String(text) => Probed::Text(text),
            Value::Number(_) if is_integer => {
                text.parse().map_or_else(|_| Probed::Text(text.to_owned()), Probed::Integer)
            }
            Value::Number(number) => number.as_f64().map_or(Probed::Other, Probed::Number),
            Value::Array(_) | Value::Object(_) => Probed::Other,
        })
    }
}

macro_rules! integers {
    ($($name:ident: $type:ty),*) => {
        $(fn $name(self, integer: $type) -> Result<Probed, Refused> {
            Ok(Probed::Integer(integer.into()))
        })*
    };
}

impl Serializer for Probe {
    type Ok = Probed;
    type Error = Refused;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    integers!(
        serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64
    );

    fn serialize_bool(self, flag: bool) -> Result<Probed, Refused> {
        Ok(Probed::Flag(flag))
    }

    fn serialize_f32(self, number: f32) -> Result<Probed, Refused> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<Probed, Refused> {
        if number.is_finite() {
            Ok(Probed::Number(number))
        } else {
            Err(Refused::NotFinite(number))
        }
    }

    fn serialize_char(self, character: char) -> Result<Probed, Refused> {
        self.serialize_str(character.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Probed, Refused> {
        Ok(if self.keep_text {
            Probed::Text(text.to_owned())
        } else {
            Probed::Characters(text.chars().count())
        })
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Probed, Refused> {
        Ok(Probed::Other)
    }

    fn serialize_none(self) -> Result<Probed, Refused> {
        Ok(Probed::Absent)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Probed, Refused> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Probed, Refused> {
        Ok(Probed::Other)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Probed, Refused> {
        Ok(Probed::Other)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<Probed, Refused> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Probed, Refused> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<Probed, Refused> {
        probe(value)?;
        Ok(Probed::Other)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::List))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::List))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::List))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::Variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::Members))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Parts, Refused> {
        let kind = if name == RAW { PartsKind::Raw } else { PartsKind::Members };
        Ok(Parts::of(self, kind))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts::of(self, PartsKind::Variant))
    }
}

macro_rules! lists {
    ($($trait:ident: $method:ident),* $(,)?) => {
        $(impl $trait for Parts {
            type Ok = Probed;
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
                self.element(value)
            }

            fn end(self) -> Result<Probed, Refused> {
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
        $(impl $trait for Parts {
            type Ok = Probed;
            type Error = Refused;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Refused> {
                self.member(name, value)
            }

            fn end(self) -> Result<Probed, Refused> {
                self.finish()
            }
        })*
    };
}

structs!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts {
    type Ok = Probed;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        self.name = probe_text(key)?.into_text().unwrap_or_default();
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        let name = std::mem::take(&mut self.name);
        self.member(&name, value)
    }

    fn end(self) -> Result<Probed, Refused> {
        self.finish()
    }
}
