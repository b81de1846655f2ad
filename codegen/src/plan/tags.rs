//! Finds the alternatives whose discriminator is a number or a boolean.

use std::collections::BTreeSet;

use super::{Crate, Path, Shape, Type, TypeDef};
use crate::model::Told;

/// Records for each alternative how the values of its discriminator are written.
pub(super) fn tags(krate: &mut Crate) {
    let mut tags: BTreeSet<(Path, String)> = BTreeSet::new();
    let mut numbers: BTreeSet<Path> = BTreeSet::new();
    for definition in definitions(krate) {
        match &definition.shape {
            Shape::IntegerEnum { .. } => drop(numbers.insert(definition.path.clone())),
            Shape::Union { tag: Some(tag), alternatives } => {
                let held = alternatives.iter().filter_map(|one| path(&one.ty));
                tags.extend(held.map(|path| (path.clone(), tag.clone())));
            }
            _ => {}
        }
    }
    if tags.is_empty() {
        return;
    }
    let mut bare: BTreeSet<(Path, String)> = BTreeSet::new();
    for definition in definitions(krate) {
        for field in definition.shape.fields().into_iter().flatten() {
            let of = (definition.path.clone(), field.wire.clone());
            let is_bare = match inner(&field.ty) {
                Type::Boolean | Type::Integer | Type::Unsigned => true,
                Type::Named(path) => numbers.contains(path),
                _ => false,
            };
            if is_bare && tags.contains(&of) {
                bare.insert(of);
            }
        }
    }
    for definition in definitions(krate) {
        let Shape::Union { tag: Some(tag), alternatives } = &mut definition.shape else { continue };
        for one in alternatives.iter_mut().filter(|one| matches!(one.told, Told::Tag(_))) {
            one.bare = path(&one.ty).is_some_and(|of| bare.contains(&(of.clone(), tag.clone())));
        }
    }
}

fn definitions(krate: &mut Crate) -> impl Iterator<Item = &mut TypeDef> {
    let operations = krate.modules.values_mut().flat_map(|module| &mut module.operations);
    let own = operations.flat_map(|operation| &mut operation.types);
    own.chain(&mut krate.shared).chain(&mut krate.components)
}

fn path(ty: &Type) -> Option<&Path> {
    match inner(ty) {
        Type::Named(path) => Some(path),
        _ => None,
    }
}

fn inner(ty: &Type) -> &Type {
    match ty {
        Type::Nullable(ty) | Type::OrNull(ty) | Type::Boxed(ty) => inner(ty),
        ty => ty,
    }
}
