//! Chooses the type for the integers of a schema.
//!
//! Integers that fit are `i64`, so that an id from one response fits the next call. A larger value
//! would make its response undecodable, so any sign of one in the document counts.

use std::ops::RangeInclusive;

use openapiv3::SchemaData;
use serde_json::Value;

use crate::model::Kind;
use crate::report::{Pointer, Reporter};

const SIGNED: RangeInclusive<i128> = i64::MIN as i128..=i64::MAX as i128;
const UNSIGNED: RangeInclusive<i128> = 0..=u64::MAX as i128;

/// What the document states about an integer besides its type.
#[derive(Default)]
pub(super) struct IntegerEvidence<'a> {
    /// `minimum` and `maximum`.
    pub(super) limits: [Option<i128>; 2],
    /// The values in the document: the default, the example, and those of the enumeration.
    pub(super) examples: Vec<&'a Value>,
}

/// The values in a schema.
pub(super) fn examples(data: &SchemaData) -> Vec<&Value> {
    [&data.default, &data.example].into_iter().flatten().collect()
}

/// The kind that fits the format, the limits and the values. A known format takes precedence over
/// limits.
pub(super) fn kind(
    format: Option<&str>,
    evidence: &IntegerEvidence<'_>,
    pointer: &Pointer,
    reporter: &Reporter,
) -> Kind {
    let [least, most] = match format {
        Some("int8" | "int16" | "int32" | "int64" | "uint8" | "uint16" | "uint32") => [None; 2],
        Some("uint64") => [None, Some(*UNSIGNED.end())],
        Some("int128" | "uint128" | "int256" | "uint256") => [None, Some(i128::MAX)],
        _ => evidence.limits.map(|limit| limit.map(unrounded)),
    };
    let examples = || evidence.examples.iter().filter_map(|value| as_integer(value));
    let (least, most) = (examples().chain(least).min(), examples().chain(most).max());
    let fits = |range: &RangeInclusive<i128>| {
        [least, most].into_iter().flatten().all(|number| range.contains(&number))
    };
    let (kept, kind) = match (fits(&SIGNED), fits(&UNSIGNED)) {
        (true, _) => return Kind::Integer,
        (_, true) => ("`u64`", Kind::Unsigned),
        _ => ("raw JSON", Kind::Open),
    };
    let text = format!("kept as {kept}: its values may exceed `i64`");
    reporter.note("lower", pointer, text);
    kind
}

/// The limits that are narrower than the kind's own.
pub(super) fn limits(kind: &Kind, [least, most]: [Option<i128>; 2]) -> [Option<i128>; 2] {
    let range = if matches!(kind, Kind::Unsigned) { UNSIGNED } else { SIGNED };
    let (least_of_all, most_of_all) = range.clone().into_inner();
    let least = least.filter(|least| *least != least_of_all && range.contains(least));
    [least, most.filter(|most| *most != most_of_all && range.contains(most))]
}

/// Whether a format is of integers that a float cannot hold exactly.
pub(super) fn is_rounded_by_float(format: &str) -> bool {
    ["int64", "uint64", "int128", "uint128", "int256", "uint256"].contains(&format)
}

/// The limit of a type that was rounded by a float: `9223372036854776000`.
fn unrounded(limit: i128) -> i128 {
    #[expect(clippy::cast_precision_loss, reason = "that it is lost is what is looked for")]
    let float = |number: i128| number as f64;
    let limits = [*SIGNED.start(), *SIGNED.end(), *UNSIGNED.end()];
    let is_meant =
        |of: &i128| !SIGNED.contains(&limit) && float(*of).total_cmp(&float(limit)).is_eq();
    limits.into_iter().find(is_meant).unwrap_or(limit)
}

fn as_integer(value: &Value) -> Option<i128> {
    let exact = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    exact.or_else(|| {
        let float = value.as_f64().filter(|float| float.fract() == 0.0)?;
        #[expect(clippy::cast_possible_truncation, reason = "the largest stands for all beyond it")]
        Some(unrounded(float as i128))
    })
}
