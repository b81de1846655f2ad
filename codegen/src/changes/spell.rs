//! Types and values in Rust notation.

use serde_json::Value;

use crate::bounds::Bound;
pub(super) use crate::emit::spelled;
use crate::plan::{Field, Path, Type};

/// The type of a response, which may have no content.
pub(super) fn answer(answer: Option<&Type>) -> String {
    answer.map_or("()".to_owned(), spelled)
}

/// The type of a field that callers set.
pub(super) fn input(field: &Field) -> String {
    let ty = spelled(&field.ty);
    if field.required || field.rest { ty } else { format!("Option<{ty}>") }
}

/// The type of a field that responses are decoded into, where a missing list is empty.
pub(super) fn output(field: &Field) -> String {
    if matches!(field.ty, Type::List(_)) { spelled(&field.ty) } else { input(field) }
}

pub(super) fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("{text:?}"))
}

pub(super) fn bounds(bounds: &[Bound]) -> String {
    if bounds.is_empty() {
        return "none".to_owned();
    }
    bounds.iter().map(Bound::to_string).collect::<Vec<_>>().join(", ")
}

/// The name of the type's innermost type.
pub(super) fn names(ty: &Type) -> Option<&str> {
    path(ty).map(|path| &*path.name)
}

/// The path of the type's innermost type.
pub(super) fn path(ty: &Type) -> Option<&Path> {
    match ty {
        Type::Named(path) => Some(path),
        Type::Nullable(inner)
        | Type::OrNull(inner)
        | Type::Boxed(inner)
        | Type::List(inner)
        | Type::Map(inner)
        | Type::Wrapped(_, inner) => path(inner),
        _ => None,
    }
}
