//! Which operations a problem concerns: the one it is in, those of its path, or those that refer to
//! its component.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::operations::Listed;
use crate::report::{Pointer, Problem};

/// The references of a document's operations.
pub(super) struct Dependents<'a> {
    listed: &'a [Listed],
    by_id: HashMap<&'a str, Vec<usize>>,
    by_place: HashMap<&'a Pointer, usize>,
    by_path: HashMap<&'a str, Vec<usize>>,
    /// What refers to each component.
    users: HashMap<Pointer, Users>,
}

/// What refers to a component directly.
#[derive(Default)]
struct Users {
    operations: Vec<usize>,
    components: Vec<Pointer>,
}

impl<'a> Dependents<'a> {
    pub(super) fn new(listed: &'a [Listed], document: &Value) -> Self {
        let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_path: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut by_place = HashMap::new();
        for (index, operation) in listed.iter().enumerate() {
            if let Some(id) = &operation.id {
                by_id.entry(id).or_default().push(index);
            }
            by_path.entry(&operation.path).or_default().push(index);
            by_place.insert(&operation.pointer, index);
        }
        Self { listed, by_id, by_place, by_path, users: users(listed, document) }
    }

    /// The indices of the operations that a problem concerns.
    pub(super) fn affected_by(&self, problem: &Problem) -> Vec<usize> {
        let named = problem.operation_id.as_deref().and_then(|id| self.by_id.get(id));
        if let Some([named]) = named.map(Vec::as_slice) {
            return vec![*named];
        }
        let places = std::iter::successors(Some(&problem.pointer), |place| place.parent());
        let mut inside = places.clone().filter_map(|place| self.by_place.get(place));
        match problem.pointer.tokens()[..] {
            ["paths"] => (0..self.listed.len()).collect(),
            // A path's own members concern all its operations.
            ["paths", path, ..] => match inside.next() {
                Some(index) => vec![*index],
                None => self.by_path.get(path).cloned().unwrap_or_default(),
            },
            ["components", _, _, ..] => {
                part(&problem.pointer).map_or(Vec::new(), |component| self.dependents_of(component))
            }
            _ => Vec::new(),
        }
    }

    /// The operations that refer to a component, also indirectly.
    fn dependents_of(&self, component: Pointer) -> Vec<usize> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let mut todo = vec![component];
        while let Some(component) = todo.pop() {
            if let Some(direct) = self.users.get(&component)
                && seen.insert(component)
            {
                found.extend_from_slice(&direct.operations);
                todo.extend(direct.components.iter().cloned());
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn users(listed: &[Listed], document: &Value) -> HashMap<Pointer, Users> {
    let mut users: HashMap<Pointer, Users> = HashMap::new();
    for (index, operation) in listed.iter().enumerate() {
        let own = operation.pointer.find(document).unwrap_or(&Value::Null);
        let mut parts = Vec::new();
        for (name, value) in own.as_object().into_iter().flatten() {
            match name.as_str() {
                "responses" => parts.extend(read(value)),
                _ => parts.push(value),
            }
        }
        let item = operation.pointer.parent().and_then(|above| above.find(document));
        parts.extend(item.and_then(|item| item.get("parameters")));
        for component in refs(document, parts) {
            users.entry(component).or_default().operations.push(index);
        }
    }
    let sections = document.get("components").and_then(Value::as_object);
    let base = Pointer::root().join("components");
    for (section, components) in sections.into_iter().flatten() {
        let place = base.join(section);
        for (name, value) in components.as_object().into_iter().flatten() {
            let user = place.join(name);
            for component in refs(document, vec![value]) {
                users.entry(component).or_default().components.push(user.clone());
            }
        }
    }
    users
}

/// The components that the references in some values refer to. The target of a reference to another
/// place is searched as well.
fn refs<'a>(document: &'a Value, mut todo: Vec<&'a Value>) -> HashSet<Pointer> {
    let mut found = HashSet::new();
    let mut places = HashSet::new();
    while let Some(value) = todo.pop() {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(reference)) = members.get("$ref")
                    && let Some(place) = reference.strip_prefix('#')
                    && places.insert(place)
                {
                    let decoded = percent_encoding::percent_decode_str(place);
                    let place = Pointer::from(&*decoded.decode_utf8_lossy());
                    match part(&place).filter(|part| part.tokens().len() == 3) {
                        Some(component) => drop(found.insert(component)),
                        None => todo.extend(place.find(document)),
                    }
                }
                todo.extend(members.values());
            }
            Value::Array(elements) => todo.extend(elements),
            _ => {}
        }
    }
    found
}

/// The component or the path of a place.
pub(super) fn part(place: &Pointer) -> Option<Pointer> {
    let depth = match place.tokens()[..] {
        ["paths", _, ..] => 2,
        ["components", _, _, ..] => 3,
        _ => return None,
    };
    let mut places = std::iter::successors(Some(place), |place| place.parent());
    places.find(|place| place.tokens().len() == depth).cloned()
}

/// The responses that are read: errors are not.
fn read(responses: &Value) -> Vec<&Value> {
    let all = || responses.as_object().into_iter().flatten();
    let good = all().filter(|(status, _)| status.starts_with('2'));
    let good: Vec<&Value> = good.map(|(_, response)| response).collect();
    if good.is_empty() { responses.get("default").into_iter().collect() } else { good }
}
