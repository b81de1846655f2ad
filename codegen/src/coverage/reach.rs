//! Which operations a problem stops: the one it stands in, those of its path, or those
//! that refer to the component it stands in.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::operations::Listed;
use crate::report::{Pointer, Problem};

/// A component: `/components/schemas/Pet`.
type Place = String;

/// What each operation of a document refers to, directly or not.
pub(super) struct Reach<'a> {
    listed: &'a [Listed],
    /// The components that each operation refers to, in the order of the operations.
    components: Vec<BTreeSet<Place>>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(listed: &'a [Listed], document: &Value) -> Self {
        let edges = edges(document);
        let components = listed.iter().map(|operation| {
            let item = document.pointer(&above(&operation.pointer)).unwrap_or(&Value::Null);
            let own = document.pointer(operation.pointer.as_str()).unwrap_or(&Value::Null);
            let mut direct = BTreeSet::new();
            for (name, value) in own.as_object().into_iter().flatten() {
                if name == "responses" {
                    successes(value, document, &mut direct);
                } else {
                    refs(value, document, &mut direct);
                }
            }
            refs(item.get("parameters").unwrap_or(&Value::Null), document, &mut direct);
            closure(direct, &edges)
        });
        Self { listed, components: components.collect() }
    }

    /// The operations that a problem stops, by their index.
    pub(super) fn stopped_by(&self, problem: &Problem) -> Vec<usize> {
        let all = || self.listed.iter().enumerate();
        let named: Vec<usize> = problem.operation_id.as_ref().map_or(Vec::new(), |id| {
            let named = all().filter(|(_, operation)| operation.id.as_ref() == Some(id));
            named.map(|(index, _)| index).collect()
        });
        if named.len() == 1 {
            return named;
        }
        let place = &problem.pointer;
        let inside = all().filter(|(_, operation)| is_within(place, &operation.pointer));
        let mut at: Vec<usize> = inside.map(|(index, _)| index).collect();
        if at.is_empty() {
            // What a path says, or the paths, it says for all its operations.
            let shared = all().filter(|(_, operation)| {
                let around = is_within(&operation.pointer, place) && !place.as_str().is_empty();
                around || is_within(place, &Pointer::from(&*above(&operation.pointer)))
            });
            at = shared.map(|(index, _)| index).collect();
        }
        if !at.is_empty() {
            return at;
        }
        let Some(component) = component(place.as_str()) else { return Vec::new() };
        let reaching = self.components.iter().enumerate();
        let reaching = reaching.filter(|(_, components)| components.contains(&component));
        reaching.map(|(index, _)| index).collect()
    }
}

/// The component or the path that a place is in.
pub(super) fn part(pointer: &str) -> Option<Place> {
    let path = || {
        let path = pointer.strip_prefix("/paths/")?.split('/').next()?;
        Some(format!("/paths/{path}"))
    };
    component(pointer).or_else(path)
}

/// The component that a place is in.
fn component(pointer: &str) -> Option<Place> {
    let mut tokens = pointer.split('/').skip(1);
    match (tokens.next(), tokens.next(), tokens.next()) {
        (Some("components"), Some(section), Some(name)) => {
            Some(format!("/components/{section}/{name}"))
        }
        _ => None,
    }
}

fn is_within(place: &Pointer, owner: &Pointer) -> bool {
    let rest = place.as_str().strip_prefix(owner.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn above(pointer: &Pointer) -> String {
    pointer.as_str().rsplit_once('/').map_or("", |(above, _)| above).to_owned()
}

/// The components that each component refers to itself.
fn edges(document: &Value) -> BTreeMap<Place, BTreeSet<Place>> {
    let mut edges = BTreeMap::new();
    let sections = document.get("components").and_then(Value::as_object);
    let base = Pointer::root().join("components");
    for (section, components) in sections.into_iter().flatten() {
        for (name, value) in components.as_object().into_iter().flatten() {
            let mut direct = BTreeSet::new();
            refs(value, document, &mut direct);
            edges.insert(base.join(section).join(name).as_str().to_owned(), direct);
        }
    }
    edges
}

fn closure(from: BTreeSet<Place>, edges: &BTreeMap<Place, BTreeSet<Place>>) -> BTreeSet<Place> {
    let mut todo: Vec<Place> = from.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(place) = todo.pop() {
        if reached.insert(place.clone()) {
            todo.extend(edges.get(&place).into_iter().flatten().cloned());
        }
    }
    reached
}

/// What the answers that are read refer to: errors have a type of their own.
fn successes(responses: &Value, document: &Value, found: &mut BTreeSet<Place>) {
    for (status, response) in responses.as_object().into_iter().flatten() {
        if status.starts_with('2') {
            refs(response, document, found);
        }
    }
}

/// Adds the component that each reference in a value leads to.
fn refs(value: &Value, document: &Value, found: &mut BTreeSet<Place>) {
    // A reference to a place outside of the components leads to what stands there.
    let mut todo = vec![value];
    let mut places = BTreeSet::new();
    while let Some(value) = todo.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref")
                    && let Some(place) = reference.strip_prefix('#')
                {
                    match component(place) {
                        Some(component) => {
                            found.insert(component);
                        }
                        None if places.insert(place) => todo.extend(document.pointer(place)),
                        None => {}
                    }
                }
                todo.extend(members.values());
            }
            Value::Array(elements) => todo.extend(elements),
            _ => {}
        }
    }
}
