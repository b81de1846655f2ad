//! Compares the fields of two structs, by the rules of the Rust that is printed for them.

use super::Section::{Additions, Breaking, Money};
use super::comparison::Comparison;
use super::counterparts::Counterparts;
use super::{display, renames};
use crate::bounds;
use crate::emit;
use crate::plan::{Field, Type};

/// The use of a struct.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Callers send it: required inputs are named at the call site.
    Request,
    /// Callers build it, as part of a request.
    NestedInput,
    /// Responses are decoded into it: callers only read it.
    Output,
}

impl Role {
    fn noun(self) -> &'static str {
        match self {
            Self::Request | Self::NestedInput => "input",
            Self::Output => "response field",
        }
    }

    fn ty(self, field: &Field) -> String {
        match self {
            Self::Request | Self::NestedInput => emit::input_type(field),
            Self::Output => emit::output_type(field),
        }
    }
}

/// Compares the fields of the struct `owner`.
pub(super) fn compare(
    role: Role,
    owner: &str,
    old: &[&Field],
    new: &[&Field],
    to: &mut Comparison<'_>,
) {
    let [before, after] = [old, new].map(names);
    let gone: Vec<&Field> =
        old.iter().copied().filter(|field| counterpart(field, &before, &after).is_none()).collect();
    let fresh: Vec<&Field> =
        new.iter().copied().filter(|field| counterpart(field, &after, &before).is_none()).collect();
    for field in &gone {
        removed(role, owner, field, to);
    }
    for field in &fresh {
        added(role, owner, field, to);
    }
    renames::fields(role.noun(), owner, &gone, &fresh, to);
    for field in new {
        if let Some(old) = counterpart(field, &after, &before) {
            same(role, owner, old, field, to);
        }
    }
    traits(role, owner, old, new, to);
    order(role, owner, old, new, to);
}

/// The type parameters of a builder are its required inputs, in order: code that stores a builder
/// names its type.
fn order(role: Role, owner: &str, old: &[&Field], new: &[&Field], to: &mut Comparison<'_>) {
    if role == Role::Output {
        return;
    }
    let [ours, theirs] = [old, new].map(names);
    let kept = |fields: &[&Field], peers, others| -> Vec<String> {
        let both = fields.iter().filter(|field| {
            field.required && counterpart(field, peers, others).is_some_and(|other| other.required)
        });
        both.map(|field| field.key.clone()).collect()
    };
    let (before, after) = (kept(old, &ours, &theirs), kept(new, &theirs, &ours));
    let mut sorted = (before.clone(), after.clone());
    sorted.0.sort();
    sorted.1.sort();
    if before != after && sorted.0 == sorted.1 {
        let what = "required inputs in another order";
        let advice = "name the builder's type parameters in this order";
        to.add(Breaking, "order", owner, what, advice)
            .before(before.join(", "))
            .after(after.join(", "));
    }
}

/// By key: two parts of a request may each have an input of the same wire name.
fn names<'f>(fields: &[&'f Field]) -> Counterparts<'f, Field> {
    Counterparts::new(fields.iter().map(|field| (field.key.as_str(), field.rust.as_str(), *field)))
}

fn counterpart<'f>(
    field: &Field,
    peers: &Counterparts<'f, Field>,
    others: &Counterparts<'f, Field>,
) -> Option<&'f Field> {
    others.counterpart(&field.key, &field.rust, peers)
}

fn removed(role: Role, owner: &str, field: &Field, to: &mut Comparison<'_>) {
    let advice = match role {
        Role::Output => "stop reading it",
        _ => "remove it from the call",
    };
    to.mention(&field.ty);
    let place = format!("{owner}.{}", field.rust);
    let what = format!("{} removed", role.noun());
    to.add(Breaking, "field-removed", place, what, advice).before(role.ty(field));
}

fn added(role: Role, owner: &str, field: &Field, to: &mut Comparison<'_>) {
    to.mention(&field.ty);
    let place = format!("{owner}.{}", field.rust);
    match role {
        Role::Output => {
            let what = "new response field";
            to.add(Additions, "response-field-added", place, what, "read it to use it")
        }
        _ if field.required => to.add(
            Breaking,
            "input-required",
            place,
            "new required input",
            "set it: without it the call does not compile",
        ),
        _ => {
            let what = "new optional input";
            to.add(Additions, "input-added", place, what, "none required; it can be set now")
        }
    }
    .after(role.ty(field));
}

/// A field that both have.
fn same(role: Role, owner: &str, old: &Field, new: &Field, to: &mut Comparison<'_>) {
    let place = format!("{owner}.{}", new.rust);
    if old.wire != new.wire {
        let what = format!("{} has another wire name", role.noun());
        to.patch("field-wire", &place, what, &old.wire, &new.wire);
    }
    if old.rust != new.rust {
        let what = format!("{} has another Rust name", role.noun());
        to.add(Breaking, "field-renamed", &place, what, "use the new name")
            .before(&old.rust)
            .after(&new.rust);
    }
    let (before, after) = (to.renamed_path(&role.ty(old)), role.ty(new));
    if before != after {
        to.mention(&old.ty);
        to.mention(&new.ty);
        let (what, advice) = match (role, old.required, new.required) {
            (Role::Output, false, true) => {
                ("response field is always present now", "remove the `Option`")
            }
            (Role::Output, true, false) => ("response field may be missing now", "handle `None`"),
            (Role::Output, ..) => ("response field of another type", "read the new type"),
            (_, false, true) => {
                ("input is required now", "set it: without it the call does not compile")
            }
            (_, true, false) => (
                "input is optional now",
                "calls still compile; code that reads the field gets an `Option`",
            ),
            _ => ("input of another type", "pass the new type"),
        };
        let kind = if old.ty == new.ty { "required" } else { "type" };
        to.add(Breaking, kind, &place, what, advice).before(before).after(after);
    }
    to.deprecation(&place, role.noun(), old.is_deprecated(), new.is_deprecated());
    if old.default != new.default {
        let spell =
            |field: &Field| field.default.as_ref().map_or("none".to_owned(), display::value);
        let advice = "set it where the old default was intended";
        to.add(Money, "default", &place, "server's default", advice)
            .before(spell(old))
            .after(spell(new));
    }
    let bounds = [("bounds", &old.bounds, &new.bounds), ("bounds of each", &old.each, &new.each)];
    for (what, before, after) in bounds.into_iter().filter(|(_, before, after)| before != after) {
        if role == Role::Output {
            to.docs(format!("`{}`", new.wire));
        } else {
            let (section, what, advice) = if bounds::are_stricter(before, after) {
                let advice = "values outside of these are refused before \
                              they are sent: change the values";
                (Breaking, format!("{what} tighter"), Some(advice))
            } else {
                (Additions, format!("{what} looser"), None)
            };
            let (before, after) = (display::bounds(before), display::bounds(after));
            to.add(section, "bounds", &place, what, advice).before(before).after(after);
        }
    }
    if old.description != new.description {
        to.docs(format!("`{}`", new.wire));
    }
}

/// Compares the traits that follow from a struct's fields.
fn traits(role: Role, owner: &str, old: &[&Field], new: &[&Field], to: &mut Comparison<'_>) {
    if role == Role::Output {
        let default = |fields: &[&Field]| {
            fields.iter().all(|field| !field.required || matches!(field.ty, Type::List(_)))
        };
        if default(old) && !default(new) {
            let what = "no longer implements `Default`";
            let advice = "do not create one by `default()`";
            to.add(Breaking, "trait-removed", owner, what, advice);
        } else if !default(old) && default(new) {
            let what = "`Default` now";
            to.add(Additions, "trait-added", owner, what, None);
        }
        return;
    }
    let text = |fields: &[&Field]| matches!(fields, [field] if field.ty == Type::String);
    if role == Role::NestedInput && text(old) && !text(new) {
        let what = "no longer converts from a text";
        let advice = "build it field by field, where a `&str` or `String` was passed";
        to.add(Breaking, "trait-removed", owner, what, advice);
    } else if role == Role::NestedInput && !text(old) && text(new) {
        let what = "converts from a text";
        to.add(Additions, "trait-added", owner, what, "pass a text to use it");
    }
}
