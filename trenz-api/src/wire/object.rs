//! Structs that are JSON objects, encoded and decoded without `serde`'s derived code.
//!
//! `serde`'s derived code for a struct compiles slowly: it has a second enum for its fields, three ways to recognise
//! each, and a sequence form that JSON does not need. Here decoding is one loop for all structs, with one match arm for
//! each field.

pub(crate) mod output;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{self, Serialize, SerializeMap};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

/// A struct while it is decoded: the struct itself, where no member is required.
pub(crate) trait Object: Sized {
    type Whole;

    /// The state before the first member.
    fn nothing() -> Self;

    /// Decodes the value of this member; false if the struct has no field for it.
    fn member<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        from: &mut A,
    ) -> Result<bool, A::Error>;

    /// The finished struct; an error if a required member is missing.
    fn whole<E: Error>(self) -> Result<Self::Whole, E>;
}

/// Decodes a struct. Members without a field are skipped; a duplicate member is an error.
pub(crate) fn decode<'de, D: Deserializer<'de>, T: Object>(from: D) -> Result<T::Whole, D::Error> {
    from.deserialize_map(Members::<T>(PhantomData))
}

struct Members<T>(PhantomData<T>);

/// A member's name, borrowed where the format allows.
#[derive(serde::Deserialize)]
struct Name<'n>(#[serde(borrow)] Cow<'n, str>);

impl<'de, T: Object> Visitor<'de> for Members<T> {
    type Value = T::Whole;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<T::Whole, A::Error> {
        let mut object = T::nothing();
        let mut known: Vec<Cow<'de, str>> = Vec::new();
        while let Some(Name(name)) = from.next_key()? {
            if known.contains(&name) {
                return Err(A::Error::custom(format_args!("duplicate field `{name}`")));
            }
            if object.member(&name, &mut from)? {
                known.push(name);
            } else {
                from.next_value::<IgnoredAny>()?;
            }
        }
        object.whole()
    }
}

/// A field whose member may be missing.
pub(crate) trait Optional<'de> {
    /// Decodes the member's value. Null counts as missing.
    fn fill<A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<(), A::Error>;
}

impl<'de, T: Deserialize<'de>> Optional<'de> for Option<T> {
    fn fill<A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<(), A::Error> {
        *self = from.next_value()?;
        Ok(())
    }
}

impl<'de, T: Deserialize<'de>> Optional<'de> for Vec<T> {
    fn fill<A: MapAccess<'de>>(&mut self, from: &mut A) -> Result<(), A::Error> {
        *self = from.next_value::<Option<_>>()?.unwrap_or_default();
        Ok(())
    }
}

/// Decodes the value of a required member, or of one whose null differs from a missing one.
#[allow(dead_code, reason = "whether there is such a member depends on the document")]
pub(crate) fn required<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    slot: &mut Option<T>,
    from: &mut A,
) -> Result<(), A::Error> {
    *slot = Some(from.next_value()?);
    Ok(())
}

/// The value of a required member, or its type's value for a missing one.
#[allow(dead_code, reason = "whether there is such a member depends on the document")]
pub(crate) fn present<'de, E: Error, T: Deserialize<'de>>(
    slot: Option<T>,
    name: &'static str,
) -> Result<T, E> {
    slot.map_or_else(|| T::deserialize(Missing(name, PhantomData)), Ok)
}

/// The deserializer for a missing member: null for types that accept it, an error for others.
struct Missing<E>(&'static str, PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Missing<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(self.0))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// Decodes a member without a field of its own into the map of further members.
#[allow(dead_code, reason = "whether there is such a field depends on the document")]
pub(crate) fn further<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    rest: &mut BTreeMap<String, T>,
    name: &str,
    from: &mut A,
) -> Result<(), A::Error> {
    let value = from.next_value()?;
    rest.insert(name.to_owned(), value);
    Ok(())
}

/// Encodes a member if it has a value.
#[allow(dead_code, reason = "whether there is such a member depends on the document")]
pub(crate) fn encode_optional<S: SerializeMap, T: Serialize>(
    to: &mut S,
    name: &'static str,
    value: Option<&T>,
) -> Result<(), S::Error> {
    value.map_or(Ok(()), |value| to.serialize_entry(name, value))
}

/// Encodes the further members. One with the name of a field would be sent twice.
#[allow(dead_code, reason = "whether there is such a field depends on the document")]
pub(crate) fn encode_rest<S: SerializeMap, T: Serialize>(
    rest: &BTreeMap<String, T>,
    fields: &[&str],
    to: &mut S,
) -> Result<(), S::Error> {
    if let Some(name) = rest.keys().find(|name| fields.contains(&name.as_str())) {
        return Err(ser::Error::custom(format_args!(
            "expected further members without a field of their own, found `{name}`"
        )));
    }
    rest.iter().try_for_each(|(name, value)| to.serialize_entry(name, value))
}

/// The name of a field's member, also as a pattern.
macro_rules! wire {
    ([$field:ident]) => {
        stringify!($field)
    };
    ([$field:ident $wire:literal]) => {
        $wire
    };
}
pub(crate) use wire;

/// Decodes a member that may be missing; with `null`, null differs from a missing one.
macro_rules! fill {
    ([null] $slot:expr, $from:ident) => {
        $crate::wire::object::required($slot, $from)?
    };
    ($kind:tt $slot:expr, $from:ident) => {
        $crate::wire::object::Optional::fill($slot, $from)?
    };
}
pub(crate) use fill;

/// Decodes a member without a field of its own, where the struct keeps such members.
macro_rules! other {
    ($self:ident $name:ident $from:ident) => {{
        // A struct may have no fields at all.
        let _ = $from;
        ::core::result::Result::Ok(false)
    }};
    ($self:ident $name:ident $from:ident $further:ident) => {
        $crate::wire::object::further(&mut $self.$further, $name, $from).map(|()| true)
    };
}
pub(crate) use other;

/// Encodes the further members, where the struct has them.
macro_rules! encode_further {
    ($to:ident $self:ident $fields:tt) => {};
    ($to:ident $self:ident $fields:tt $further:ident) => {
        $crate::wire::object::encode_rest(&$self.$further, &$fields, &mut $to)?;
    };
}
pub(crate) use encode_further;

/// Decodes a struct: `$Parts` has the fields that have been decoded so far, and is `$nothing` at first.
macro_rules! decoded {
    (
        $Name:ident [$Parts:ty; $nothing:expr; $parts:ident; $whole:expr]
        { $($kind:tt $wire:tt $field:ident;)* }
        { $($required_wire:tt $required:ident;)* }
        { $($further:ident;)* }
    ) => {
        impl $crate::wire::object::Object for $Parts {
            type Whole = $Name;

            fn nothing() -> Self {
                $nothing
            }

            fn member<'de, A: ::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                from: &mut A,
            ) -> ::core::result::Result<bool, A::Error> {
                match name {
                    $($crate::wire::object::wire!($wire) => {
                        $crate::wire::object::fill!($kind &mut self.$field, from);
                    })*
                    $($crate::wire::object::wire!($required_wire) => {
                        $crate::wire::object::required(&mut self.$required, from)?;
                    })*
                    _ => return $crate::wire::object::other!(self name from $($further)*),
                }
                #[allow(unreachable_code, reason = "a struct may have no fields")]
                ::core::result::Result::Ok(true)
            }

            fn whole<E: ::serde::de::Error>(self) -> ::core::result::Result<$Name, E> {
                #[allow(unused_variables, reason = "a struct may have no fields")]
                let $parts = self;
                ::core::result::Result::Ok($whole)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $Name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                from: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::object::decode::<D, $Parts>(from)
            }
        }
    };
}
pub(crate) use decoded;

#[cfg(test)]
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the macros define what callers use, and a test has no callers"
)]
mod tests;
