//! Finds the alternatives whose discriminator is a number or a boolean.

use std::collections::BTreeSet;

use super::{Crate, EnumKind, Path, Shape, Type};
use crate::model::RecognisedBy;

/// Records for each alternative how the values of its discriminator are written.
pub(super) fn mark_bare(krate: &mut Crate) {
    let mut tags: BTreeSet<(Path, String)> = BTreeSet::new();
    let mut numbers: BTreeSet<Path> = BTreeSet::new();
    for definition in krate.types_mut() {
        match &definition.shape {
            Shape::Enum { kind: EnumKind::OpenInteger, .. } => {
                numbers.insert(definition.path.clone());
            }
            Shape::Union { tag: Some(tag), alternatives } => {
                let held = alternatives.iter().filter_map(|one| one.ty.unwrapped().path());
                tags.extend(held.map(|path| (path.clone(), tag.clone())));
            }
            _ => {}
        }
    }
    if tags.is_empty() {
        return;
    }
    let mut bare: BTreeSet<(Path, String)> = BTreeSet::new();
    for definition in krate.types_mut() {
        for field in definition.shape.fields() {
            let of = (definition.path.clone(), field.wire.clone());
            let is_bare = match field.ty.unwrapped() {
                Type::Boolean | Type::Integer | Type::Unsigned => true,
                Type::Named(path) => numbers.contains(path),
                _ => false,
            };
            if is_bare && tags.contains(&of) {
                bare.insert(of);
            }
        }
    }
    for definition in krate.types_mut() {
        let Shape::Union { tag: Some(tag), alternatives } = &mut definition.shape else { continue };
        for one in alternatives
            .iter_mut()
            .filter(|one| matches!(one.recognised_by, RecognisedBy::Discriminator(_)))
        {
            one.bare = one
                .ty
                .unwrapped()
                .path()
                .is_some_and(|of| bare.contains(&(of.clone(), tag.clone())));
        }
    }
}
