//! Finds the bounds inside inputs: of properties, and of the values of lists and maps.

use std::collections::{BTreeMap, VecDeque};

use super::{Crate, Field, NestedBounds, Path, PathStep, Shape, Type, TypeDef};
use crate::model::{Bound, Number};
use crate::report::Reporter;

/// Down to which depth bounds inside an input are searched.
const DEPTH_LIMIT: usize = 8;

/// How many fields inside one input are searched.
const FIELD_LIMIT: usize = 1_000;

/// Adds the bounds inside each input.
pub(super) fn add(krate: &mut Crate, reporter: &Reporter) {
    let Crate { modules, shared, components, .. } = krate;
    let common = shared.iter().chain(&*components);
    let common: BTreeMap<&Path, &TypeDef> = common.map(|def| (&def.path, def)).collect();
    for operation in modules.values_mut().flat_map(|module| &mut module.operations) {
        let own = operation.types.iter().map(|def| (&def.path, def));
        let types = Types { own: own.collect(), common: &common };
        for input in &mut operation.inputs {
            let (bounds, is_more) = types.bounds_of(&input.field);
            if is_more {
                let text = "further bounds inside it are only checked by the server";
                reporter.note("bounds", &input.field.pointer, text);
            }
            input.nested_bounds = bounds;
        }
    }
}

struct Types<'a> {
    /// Those of the operation.
    own: BTreeMap<&'a Path, &'a TypeDef>,
    common: &'a BTreeMap<&'a Path, &'a TypeDef>,
}

/// A place to search.
struct Place<'a> {
    ty: &'a Type,
    /// From the input; none below one of several alternatives, because its end is ambiguous.
    path: Option<Vec<PathStep>>,
    /// The types around it.
    around: Vec<&'a Path>,
}

impl<'a> Types<'a> {
    /// The bounds inside an input, and whether there may be more.
    fn bounds_of(&self, input: &'a Field) -> (Vec<NestedBounds>, bool) {
        let mut bounds = Bounds::default();
        let mut comes_again = false;
        let mut seen = 0;
        let start = Some(Vec::new());
        bounds.add(joined(start.as_ref(), PathStep::Each), &input.each);
        let mut todo = VecDeque::from([Place { ty: &input.ty, path: start, around: vec![] }]);
        while let Some(Place { ty, path, around }) = todo.pop_front() {
            match ty {
                Type::Nullable(ty) | Type::OrNull(ty) | Type::Boxed(ty) => {
                    todo.push_front(Place { ty, path, around });
                }
                Type::List(ty) | Type::Map(ty) => {
                    let path = joined(path.as_ref(), PathStep::Each);
                    todo.push_front(Place { ty, path, around });
                }
                Type::Named(named) => {
                    let def = self.own.get(named).or_else(|| self.common.get(named));
                    let Some(def) = def else { continue };
                    if around.contains(&named) {
                        comes_again = true;
                        continue;
                    }
                    if path.as_ref().is_some_and(|path| path.len() >= DEPTH_LIMIT)
                        || seen > FIELD_LIMIT
                    {
                        bounds.is_more = true;
                        continue;
                    }
                    let around = [around.as_slice(), &[named]].concat();
                    match &def.shape {
                        Shape::Newtype(ty) => todo.push_back(Place { ty, path, around }),
                        Shape::Union { alternatives, .. } => {
                            todo.extend(alternatives.iter().map(|alternative| Place {
                                ty: &alternative.ty,
                                path: None,
                                around: around.clone(),
                            }));
                        }
                        shape => {
                            for field in shape.fields() {
                                seen += 1;
                                let part = PathStep::Member(field.wire.clone());
                                // The names of further properties are the caller's.
                                let path = path.as_ref().filter(|_| !field.rest);
                                let path = joined(path, part);
                                bounds.add(path.clone(), &field.bounds);
                                bounds.add(joined(path.as_ref(), PathStep::Each), &field.each);
                                let around = around.clone();
                                todo.push_back(Place { ty: &field.ty, path, around });
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        // A repeated type has bounds if it had some the first time.
        let is_more = bounds.is_more || (comes_again && !bounds.checked.is_empty());
        (bounds.checked, is_more)
    }
}

#[derive(Default)]
struct Bounds {
    checked: Vec<NestedBounds>,
    /// Whether some are not checked.
    is_more: bool,
}

impl Bounds {
    fn add(&mut self, path: Option<Vec<PathStep>>, bounds: &[Bound]) {
        let bounds = without_format(bounds);
        match path {
            _ if bounds.is_empty() => {}
            Some(path) => self.checked.push(NestedBounds { path, bounds }),
            None => self.is_more = true,
        }
    }
}

fn joined(path: Option<&Vec<PathStep>>, part: PathStep) -> Option<Vec<PathStep>> {
    path.map(|path| path.iter().cloned().chain([part]).collect())
}

/// The bounds except those of a format, which the type of a field implies.
fn without_format(bounds: &[Bound]) -> Vec<Bound> {
    let limits = [i128::from(i32::MIN), i128::from(i32::MAX)].map(Number::Integer);
    let is_stated = |bound: &&Bound| match bound {
        Bound::AtLeast(number) | Bound::AtMost(number) => !limits.contains(number),
        Bound::MaxLength(_) => true,
    };
    bounds.iter().filter(is_stated).cloned().collect()
}
