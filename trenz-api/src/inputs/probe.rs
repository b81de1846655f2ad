//! A look at an input before it is written: is it there, which number or text is it, and can it be sent at all?
//!
//! It is a serializer, because a request's inputs are whatever can be serialised. JSON has no word for NaN and the
//! infinities, and `serde_json` writes `null` for them, which a server reads as "not set": something else would be
//! bought than was asked for. So they are found here, however deep they sit.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt;

use super::{Limit, Violation};

/// What an input turned out to be.
#[derive(Debug, PartialEq)]
pub(super) enum Probed {
    Absent,
    Flag(bool),
    Integer(i128),
    Number(f64),
    /// A text, when it was asked for.
    Text(String),
    /// The length of a text in characters, when only that was asked for: bodies carry whole images.
    Characters(usize),
    Other,
}

impl Probed {
    pub(super) fn number(&self) -> Option<Limit> {
        match *self {
            Self::Integer(integer) => i64::try_from(integer).ok().map(Limit::from),
            Self::Number(number) => Some(Limit::from(number)),
            _ => None,
        }
    }

    /// The input as it stands in a path or a query; `None` if it has no such form.
    pub(super) fn into_text(self) -> Option<String> {
        match self {
            Self::Flag(flag) => Some(flag.to_string()),
            Self::Integer(integer) => Some(integer.to_string()),
            // `Display` writes `100.0` as `100` and never uses an exponent, so every server can read it.
            Self::Number(number) => Some(number.to_string()),
            Self::Text(text) => Some(text),
            Self::Absent | Self::Characters(_) | Self::Other => None,
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

/// Why an input cannot be sent.
#[derive(Debug, PartialEq)]
pub(super) enum Refused {
    NotFinite(f64),
    Unwritable(String),
}

impl Refused {
    pub(super) fn violation(self, field: &'static str) -> Violation {
        let (bound, value) = match self {
            Self::NotFinite(number) => ("a finite number", number.to_string()),
            Self::Unwritable(why) => ("a value that JSON can express", why),
        };
        Violation { field, bound: bound.to_owned(), value }
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

/// A value with parts. Each is looked into; none matters beyond being sendable.
struct Parts;

impl Parts {
    fn look<T: Serialize + ?Sized>(value: &T) -> Result<(), Refused> {
        probe(value).map(drop)
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
        Parts::look(value)?;
        Ok(Probed::Other)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts, Refused> {
        Ok(Parts)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Parts, Refused> {
        Ok(Parts)
    }
}

macro_rules! parts {
    ($($trait:ident: $method:ident($($key:ty)?)),* $(,)?) => {
        $(impl $trait for Parts {
            type Ok = Probed;
            type Error = Refused;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $key,)? value: &T) -> Result<(), Refused> {
                Self::look(value)
            }

            fn end(self) -> Result<Probed, Refused> {
                Ok(Probed::Other)
            }
        })*
    };
}

parts! {
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str),
}

impl SerializeMap for Parts {
    type Ok = Probed;
    type Error = Refused;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Refused> {
        Self::look(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Refused> {
        Self::look(value)
    }

    fn end(self) -> Result<Probed, Refused> {
        Ok(Probed::Other)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(number) => write!(f, "{number} is not a finite number"),
            Self::Unwritable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Refused {}

impl serde::ser::Error for Refused {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::Unwritable(why.to_string())
    }
}
