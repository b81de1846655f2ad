//! Finds the bounds inside of inputs: of members, and of the values of lists and maps.

use std::collections::{BTreeMap, VecDeque};

use super::{Crate, Field, Inside, Part, Shape, Type, TypeDef};
use crate::model::{Bound, Number};
use crate::report::Reporter;

/// How many steps into an input bounds are looked for.
const STEPS: usize = 8;

/// How many fields inside of one input are looked at.
const FIELDS: usize = 1_000;

/// Notes at each input which bounds there are inside of it.
pub(crate) fn inside(krate: &mut Crate, reporter: &mut Reporter) {
    let Crate { modules, shared, components, .. } = krate;
    let common = shared.iter().chain(&*components);
    let common: BTreeMap<&str, &TypeDef> = common.map(|def| (def.name.as_str(), def)).collect();
    for operation in modules.values_mut().flat_map(|module| &mut module.operations) {
        let own = operation.types.iter().map(|def| (def.name.as_str(), def));
        let types = Types { own: own.collect(), common: &common };
        for input in &mut operation.inputs {
            let (inside, is_more) = types.bounds(&input.field);
            if is_more {
                let text = "bounds that are deeper inside of it are left to the server to check";
                reporter.note("bounds", &input.field.pointer, text);
            }
            input.inside = inside;
        }
    }
}

struct Types<'a> {
    /// Those of the operation.
    own: BTreeMap<&'a str, &'a TypeDef>,
    common: &'a BTreeMap<&'a str, &'a TypeDef>,
}

/// What is still to be looked into.
struct Place<'a> {
    ty: &'a Type,
    path: Vec<Part>,
    /// The types around it.
    around: Vec<&'a str>,
}

impl<'a> Types<'a> {
    /// The bounds inside of an input, and whether there may be more.
    fn bounds(&self, input: &'a Field) -> (Vec<Inside>, bool) {
        let mut found = Vec::new();
        let (mut comes_again, mut is_left_out) = (false, false);
        let mut seen = 0;
        let mut todo = VecDeque::from([Place { ty: &input.ty, path: vec![], around: vec![] }]);
        each(input, &[], &mut found);
        while let Some(Place { ty, path, around }) = todo.pop_front() {
            match ty {
                Type::Nullable(ty) | Type::OrNull(ty) | Type::Boxed(ty) => {
                    todo.push_front(Place { ty, path, around });
                }
                Type::List(ty) | Type::Map(ty) => {
                    let path = with(&path, Part::Each);
                    todo.push_front(Place { ty, path, around });
                }
                Type::Named(name) => {
                    let def =
                        self.own.get(name.as_str()).or_else(|| self.common.get(name.as_str()));
                    let Some(def) = def else { continue };
                    if around.contains(&name.as_str()) {
                        comes_again = true;
                        continue;
                    }
                    if path.len() >= STEPS || seen > FIELDS {
                        is_left_out = true;
                        continue;
                    }
                    let around = [around.as_slice(), &[name]].concat();
                    if let Shape::Newtype(ty) = &def.shape {
                        todo.push_back(Place { ty, path, around });
                        continue;
                    }
                    for field in def.shape.fields().into_iter().flatten() {
                        seen += 1;
                        if field.rest {
                            is_left_out |= !stated(&field.each).is_empty();
                            continue;
                        }
                        let path = with(&path, Part::Member(field.wire.clone()));
                        push(path.clone(), &field.bounds, &mut found);
                        each(field, &path, &mut found);
                        todo.push_back(Place { ty: &field.ty, path, around: around.clone() });
                    }
                }
                _ => {}
            }
        }
        // What comes again has bounds if it had some the first time.
        let is_more = is_left_out || (comes_again && !found.is_empty());
        (found, is_more)
    }
}

fn each(field: &Field, path: &[Part], found: &mut Vec<Inside>) {
    push(with(path, Part::Each), &field.each, found);
}

fn push(path: Vec<Part>, bounds: &[Bound], found: &mut Vec<Inside>) {
    let bounds = stated(bounds);
    if !bounds.is_empty() {
        found.push(Inside { path, bounds });
    }
}

fn with(path: &[Part], part: Part) -> Vec<Part> {
    path.iter().cloned().chain([part]).collect()
}

/// The bounds without those of a format: the type of a field says enough about them.
fn stated(bounds: &[Bound]) -> Vec<Bound> {
    let limits = [i64::from(i32::MIN), i64::from(i32::MAX)].map(Number::Integer);
    let is_stated = |bound: &&Bound| match bound {
        Bound::AtLeast(number) | Bound::AtMost(number) => !limits.contains(number),
        Bound::MaxLength(_) => true,
    };
    bounds.iter().filter(is_stated).cloned().collect()
}
