//! Lowers schemas of single values.

use std::collections::BTreeSet;

use openapiv3::{
    BooleanType, IntegerFormat, IntegerType, NumberFormat, NumberType, StringFormat, StringType,
    VariantOrUnknownOrEmpty,
};

use super::integers::{self, IntegerEvidence};
use super::lowered::{Lowered, NodeKind, unchecked};
use crate::model::{Bound, Kind, Number, Schema};
use crate::report::{Pointer, Reporter};

pub(super) fn boolean(ty: &BooleanType, pointer: &Pointer, reporter: &Reporter) -> Lowered {
    let nullable = ty.enumeration.contains(&None);
    unchecked(ty.enumeration.len() == 1, pointer, "enum", reporter);
    let mut values = ty.enumeration.iter().flatten();
    let flag = values.next().copied().filter(|_| values.next().is_none());
    Lowered { nullable, flag, ..Lowered::new(pointer, NodeKind::Value(Kind::Boolean)) }
}

pub(super) fn string(ty: &StringType, pointer: &Pointer, reporter: &Reporter) -> Schema {
    unchecked(ty.pattern.is_some(), pointer, "pattern", reporter);
    unchecked(ty.min_length.is_some(), pointer, "minLength", reporter);
    let format = match &ty.format {
        VariantOrUnknownOrEmpty::Item(StringFormat::Date) => Some("date"),
        VariantOrUnknownOrEmpty::Item(StringFormat::DateTime) => Some("date-time"),
        VariantOrUnknownOrEmpty::Item(StringFormat::Password) => Some("password"),
        VariantOrUnknownOrEmpty::Item(StringFormat::Byte) => Some("byte"),
        VariantOrUnknownOrEmpty::Item(StringFormat::Binary) => Some("binary"),
        VariantOrUnknownOrEmpty::Unknown(format) => Some(format.as_str()),
        VariantOrUnknownOrEmpty::Empty => None,
    };
    if format == Some("binary") {
        return Schema::bare(pointer, Kind::Binary);
    }
    let values = values(&ty.enumeration, pointer, reporter);
    let kind = match values.as_slice() {
        [] => Kind::String,
        _ => Kind::enumeration(false, values),
    };
    Schema {
        bounds: ty.max_length.map(|length| Bound::MaxLength(length as u64)).into_iter().collect(),
        nullable: ty.enumeration.contains(&None),
        format: format.map(str::to_owned),
        ..Schema::bare(pointer, kind)
    }
}

pub(super) fn integer(
    ty: &IntegerType,
    evidence: &IntegerEvidence<'_>,
    pointer: &Pointer,
    reporter: &Reporter,
) -> Schema {
    unchecked(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    unchecked(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    unchecked(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
    let narrow = ty.format == VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32);
    let format = match &ty.format {
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32) => Some("int32"),
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int64) => Some("int64"),
        VariantOrUnknownOrEmpty::Unknown(format) => Some(format.as_str()),
        VariantOrUnknownOrEmpty::Empty => None,
    };
    let kind = integers::kind(format, evidence, pointer, reporter);
    // A narrower format is a bound like any other.
    let [least, most] = evidence.limits;
    let least = least.or(narrow.then_some(i32::MIN.into()));
    let most = most.or(narrow.then_some(i32::MAX.into()));
    let [least, most] = integers::limits(&kind, [least, most]);
    let least = least.map(|bound| Bound::AtLeast(Number::Integer(bound)));
    let most = most.map(|bound| Bound::AtMost(Number::Integer(bound)));
    let values = values(&ty.enumeration, pointer, reporter);
    let kind = match values.as_slice() {
        [] => kind,
        [..] if matches!(kind, Kind::Integer) => Kind::enumeration(true, values),
        [..] => {
            let text = "its values are not listed, because one exceeds `i64`";
            reporter.note("lower", &pointer.join("enum"), text);
            kind
        }
    };
    Schema {
        bounds: least.into_iter().chain(most).collect(),
        nullable: ty.enumeration.contains(&None),
        format: format.filter(|format| !["int32", "int64"].contains(format)).map(str::to_owned),
        ..Schema::bare(pointer, kind)
    }
}

pub(super) fn number(ty: &NumberType, pointer: &Pointer, reporter: &Reporter) -> Schema {
    unchecked(ty.multiple_of.is_some(), pointer, "multipleOf", reporter);
    unchecked(ty.exclusive_minimum, pointer, "exclusiveMinimum", reporter);
    unchecked(ty.exclusive_maximum, pointer, "exclusiveMaximum", reporter);
    unchecked(!ty.enumeration.is_empty(), pointer, "enum", reporter);
    let format = match &ty.format {
        VariantOrUnknownOrEmpty::Item(NumberFormat::Float) => Some("float".to_owned()),
        VariantOrUnknownOrEmpty::Unknown(format) => Some(format.clone()),
        _ => None,
    };
    let kind = match format.as_deref() {
        Some(format) if integers::is_rounded_by_float(format) => {
            let text = "taken for an integer, by its format: a float would round it";
            reporter.note("lower", pointer, text);
            integers::kind(Some(format), &IntegerEvidence::default(), pointer, reporter)
        }
        _ => Kind::Number,
    };
    let least = ty.minimum.map(|bound| Bound::AtLeast(Number::Float(bound)));
    let most = ty.maximum.map(|bound| Bound::AtMost(Number::Float(bound)));
    Schema {
        bounds: least.into_iter().chain(most).collect(),
        nullable: ty.enumeration.contains(&None),
        format,
        ..Schema::bare(pointer, kind)
    }
}

/// The distinct values of an enumeration as text, without documentation, except null.
fn values<T: ToString>(
    all: &[Option<T>],
    pointer: &Pointer,
    reporter: &Reporter,
) -> Vec<(String, String)> {
    let mut seen = BTreeSet::new();
    let mut values = Vec::new();
    for (index, value) in all.iter().enumerate() {
        let Some(value) = value.as_ref().map(ToString::to_string) else { continue };
        if seen.insert(value.clone()) {
            values.push((value, String::new()));
        } else {
            let text = "the value is a duplicate";
            reporter.note("lower", &pointer.join("enum").join(index), text);
        }
    }
    values
}
