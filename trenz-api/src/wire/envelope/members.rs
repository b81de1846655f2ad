//! The members of a JSON object, and the elements of a list, undecoded and limited in number.

use serde::de::{
    Deserialize, DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

use super::{MEMBER_NAMES, MemberNames};
use crate::wire::lenient;
use crate::wire::response::Usage;

/// How many members of an envelope, and how many warnings, are kept. Members with a role are always kept.
pub(super) const MOST_MEMBERS: usize = 1024;

/// The members of a JSON object, undecoded. Of members with the same name the last counts.
#[derive(Debug, Default)]
pub(super) struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.get())
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?).ok()
    }

    /// The first of these members that has a value of this type, as a JSON string or not.
    pub(super) fn scalar<T: DeserializeOwned>(&self, names: &[&str]) -> Option<T> {
        names.iter().find_map(|name| lenient::scalar_of(self.get(name)?))
    }

    /// The value at a path of names; for a list, its first element is used.
    pub(super) fn at(&self, place: &str) -> Option<&'a str> {
        let (name, rest) = place.split_once('.').unwrap_or((place, ""));
        let mut value = self.get(name)?;
        if value.starts_with('[') {
            value = serde_json::from_str::<FirstElements<'a>>(value).ok()?.0.first()?.get();
        }
        if rest.is_empty() {
            return Some(value);
        }
        serde_json::from_str::<Self>(value).ok()?.at(rest)
    }

    /// The first of these members that is present and can be decoded.
    pub(super) fn first<T: Deserialize<'a>>(&self, names: &[&str]) -> Option<T> {
        names.iter().find_map(|name| self.read(name))
    }

    /// The usage object and what it reports.
    pub(super) fn usage(&self, names: &MemberNames) -> (Self, Usage) {
        let members = self.first::<Self>(names.usage).unwrap_or_default();
        let usage = Usage {
            coin_cost: members.scalar(names.coin_cost),
            remaining_balance: members.scalar(names.balance),
        };
        (members, usage)
    }

    /// The other members, without those that are null.
    pub(super) fn extra(&self, known: &[&[&str]]) -> impl Iterator<Item = (&str, &'a RawValue)> {
        let members = self.0.iter().map(|(name, value)| (&**name, *value));
        members.filter(move |(name, value)| {
            !known.iter().any(|names| names.contains(name)) && value.get() != "null"
        })
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(8);
                while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
                    if members.len() < MOST_MEMBERS {
                        members.push((key, value));
                    } else if MEMBER_NAMES.has(&key) {
                        let mut late = members.iter_mut().skip(MOST_MEMBERS);
                        match late.find(|(name, _)| *name == key) {
                            Some(member) => member.1 = value,
                            None => members.push((key, value)),
                        }
                    }
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(Object)
    }
}

/// The first elements of a list, undecoded.
#[derive(Default)]
pub(super) struct FirstElements<'a>(pub(super) Vec<&'a RawValue>);

impl<'de: 'a, 'a> Deserialize<'de> for FirstElements<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = FirstElements<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut few = Vec::new();
                while few.len() < MOST_MEMBERS
                    && let Some(element) = list.next_element()?
                {
                    few.push(element);
                }
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(FirstElements(few))
            }
        }

        from.deserialize_seq(List)
    }
}

/// A key, borrowed unless it has escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
