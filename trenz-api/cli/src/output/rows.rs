//! The parts of a JSON text, each as it stands in it.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The items of a response's data: the list that it is, or the one list of objects among its members.
pub(super) fn of(data: &str) -> Option<Vec<&str>> {
    if let Some(items) = list(data) {
        return Some(items);
    }
    let members = members(data)?;
    let mut lists = members.iter().filter_map(|(_, value)| list(value));
    let first = lists.next()?;
    lists.next().is_none().then_some(first)
}

/// The elements of a list.
pub(super) fn list(json: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

/// The members of an object, in their order.
pub(super) fn members(json: &str) -> Option<Vec<(String, &str)>> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, &'de str)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some((name, value)) = from.next_entry::<String, &RawValue>()? {
                members.push((name, value.get()));
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(json).deserialize_map(Members).ok()
}
