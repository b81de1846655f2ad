//! Proposes what else the decisions table could share: enums and objects that are the same in several operations of an
//! area. It shares nothing: each proposal is a note with the entry that would do so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::same;
use crate::decisions::Decisions;
use crate::model::{Api, Kind, Operation, Schema, Side};
use crate::names;
use crate::report::{Pointer, Reporter};

/// What could be shared together: of one area, one side of a call and one property name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    area: &'a [String],
    is_input: bool,
    property: &'a str,
}

/// An enum or an object that no decision shares.
#[derive(Clone, Copy)]
struct Place<'a> {
    operation: &'a Operation,
    schema: &'a Schema,
}

/// Proposes the outermost first: what is inside of a shared type is shared with it.
pub(super) fn propose(api: &Api, decisions: &Decisions, reporter: &Reporter) {
    let mut finder = Finder { decisions, places: BTreeMap::new() };
    for operation in &api.operations {
        for input in &operation.inputs {
            finder.property(operation, Side::Input, &input.wire, &input.schema);
        }
        if let Some(schema) = &operation.response.schema {
            finder.schema(operation, Side::Response, schema);
        }
    }
    let mut all: Vec<_> = finder.places.into_iter().collect();
    let depth = |place: &Place<'_>| place.schema.pointer.tokens().len();
    all.sort_by_key(|(_, places)| places.iter().map(depth).min());
    let mut proposed = BTreeSet::new();
    for (key, mut places) in all {
        places.retain(|place| !is_inside(place, &proposed));
        let groups = equal_places(&places);
        for alike in &groups {
            proposed.extend(alike.iter().map(|place| place.schema.pointer.clone()));
            let text = proposal(&key, alike, groups.len() > 1, decisions);
            reporter.note("sharing", &alike[0].schema.pointer, text);
        }
    }
}

/// Whether the place is a part of what is proposed to be shared.
fn is_inside(place: &Place<'_>, proposed: &BTreeSet<Pointer>) -> bool {
    let mut above = std::iter::successors(place.schema.pointer.parent(), |place| place.parent());
    above.any(|pointer| proposed.contains(pointer))
}

struct Finder<'a> {
    decisions: &'a Decisions,
    places: BTreeMap<Key<'a>, Vec<Place<'a>>>,
}

impl<'a> Finder<'a> {
    fn schema(&mut self, operation: &'a Operation, side: Side, schema: &'a Schema) {
        match &schema.kind {
            Kind::Object(object) => {
                for field in &object.fields {
                    self.property(operation, side, &field.wire, &field.schema);
                }
            }
            Kind::Array(inner) | Kind::Map(inner) => self.schema(operation, side, inner),
            _ => {}
        }
    }

    /// A property, or the elements of one that is a list.
    fn property(
        &mut self,
        operation: &'a Operation,
        side: Side,
        name: &'a str,
        schema: &'a Schema,
    ) {
        match &schema.kind {
            Kind::Array(inner) => return self.property(operation, side, name, inner),
            Kind::Enumeration(_) | Kind::Object(_) => {}
            _ => return self.schema(operation, side, schema),
        }
        let decided = &self.decisions.shared;
        if !decided.iter().any(|entry| entry.covers(name, side, &operation.id)) {
            let area = operation.client_path.modules.as_slice();
            let key = Key { area, is_input: side == Side::Input, property: name };
            self.places.entry(key).or_default().push(Place { operation, schema });
        }
        self.schema(operation, side, schema);
    }
}

/// The places that are the same in several operations, without the operations in which the property is
/// something else in another place.
fn equal_places<'a>(places: &[Place<'a>]) -> Vec<Vec<Place<'a>>> {
    let mut groups: Vec<Vec<Place<'a>>> = Vec::new();
    for place in places {
        match groups.iter_mut().find(|group| same(group[0].schema, place.schema)) {
            Some(group) => group.push(*place),
            None => groups.push(vec![*place]),
        }
    }
    let ids = |group: &[Place<'a>]| -> BTreeSet<&str> {
        group.iter().map(|place| place.operation.id.as_str()).collect()
    };
    let all: Vec<_> = groups.iter().map(|group| ids(group)).collect();
    let is_of_one = |id: &str| all.iter().filter(|ids| ids.contains(id)).count() == 1;
    for group in &mut groups {
        group.retain(|place| is_of_one(&place.operation.id));
    }
    groups.retain(|group| ids(group).len() > 1);
    groups
}

/// The proposal, with the entry to paste. `others` are proposals of the same property in the area.
fn proposal(key: &Key<'_>, places: &[Place<'_>], others: bool, decisions: &Decisions) -> String {
    let Place { operation, schema } = places[0];
    let only: BTreeSet<&str> = places.iter().map(|place| place.operation.id.as_str()).collect();
    let area = operation.client_path.titles.last().map_or("", String::as_str);
    let owner =
        if others { operation.client_path.words.clone() } else { names::words(area, decisions) };
    let property = names::element(&names::words(key.property, decisions));
    let side = if key.is_input { vec![] } else { vec!["output".to_owned()] };
    let kind = if matches!(schema.kind, Kind::Object(_)) { "object" } else { "enum" };
    let same = format!("the same {kind} in {} operations of {area}", only.len());
    let entry = json!({
        "name": names::pascal(&[owner, property, side].concat(), decisions),
        "doc": format!("The {} of {area}.", key.property),
        "properties": [key.property],
        "kind": kind,
        "within": if key.is_input { "input" } else { "response" },
        "only": only,
        "reason": format!("It is {same}."),
    });
    let remedy = "to share it, add to `shared` of spec/decisions.json";
    format!("`{}` is {same}; {remedy}: {entry}", key.property)
}
