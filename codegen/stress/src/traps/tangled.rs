//! Documents whose components lead to each other again and again: small ones that stand for
//! great ones, or for endless ones.

use std::iter;

use serde_json::{Value, json};

use super::{Trap, object, reference};
use crate::seeds::answering;

/// Documents whose size is a count of components. All of them stand in the response and in
/// the request's body.
pub const TANGLED: [Trap; 27] = [
    // Written out, each of these is twice as large as the next one.
    tangle("lists of objects that hold the next one twice", |n| {
        chain(n, |next| list(&twice(&next)))
    }),
    tangle("maps of objects that hold the next one twice", |n| chain(n, |next| map(&twice(&next)))),
    tangle("objects that hold a list of the next one twice", |n| {
        chain(n, |next| twice(&list(&next)))
    }),
    tangle("allOf of the next one twice", |n| chain(n, |next| json!({ "allOf": [next, next] }))),
    tangle("allOf of an object that holds the next one twice", |n| {
        chain(n, |next| json!({ "allOf": [twice(&next)] }))
    }),
    tangle("allOf of the next one and an object that holds it", |n| {
        chain(n, |next| json!({ "allOf": [next, object([("a".into(), next.clone())])] }))
    }),
    tangle("allOf of two objects that hold lists of the next one", |n| {
        chain(n, |next| json!({ "allOf": [twice(&list(&next)), twice(&list(&next))] }))
    }),
    tangle("oneOf of two lists of objects that hold the next one", |n| {
        chain(n, |next| json!({ "oneOf": [list(&twice(&next)), map(&twice(&next))] }))
    }),
    tangle("anyOf of the next one twice", |n| chain(n, |next| json!({ "anyOf": [next, next] }))),
    tangle("objects that require the next one", |n| chain(n, |next| require(&["a"], &next))),
    tangle("objects that require the next one twice", |n| {
        chain(n, |next| require(&["a", "b"], &next))
    }),
    tangle("objects that require lists of themselves and of the next one", |n| {
        ring(n, |next| require(&["a", "b"], &list(&next)))
    }),
    // Those that hold themselves, merged with each other.
    tangle("allOf of those that hold themselves", |n| merged(n, |me| hold(&["next"], &me))),
    tangle("allOf of those that hold themselves twice", |n| {
        merged(n, |me| hold(&["left", "right"], &me))
    }),
    tangle("allOf of those that hold lists of themselves", |n| {
        merged(n, |me| hold(&["left", "right"], &list(&me)))
    }),
    tangle("allOf of those that hold maps of themselves", |n| {
        merged(n, |me| hold(&["left", "right"], &map(&me)))
    }),
    tangle("allOf of those that are lists of themselves", |n| merged(n, |me| list(&me))),
    tangle("allOf of those that hold what holds them", |n| {
        merged(n, |me| hold(&["left"], &hold(&["right"], &me)))
    }),
    tangle("a chain of allOf, the last one first", |n| {
        let mut schemas: Vec<_> = links(n, |next| all_of(&next)).collect();
        schemas.reverse();
        both_ways(schemas)
    }),
    tangle("a ring of aliases", |n| ring(n, |next| next)),
    tangle("a ring of allOf", |n| ring(n, |next| all_of(&next))),
    tangle("a ring of oneOf", |n| ring(n, |next| json!({ "oneOf": [next, { "type": "string" }] }))),
    tangle("a ring of anyOf", |n| ring(n, |next| json!({ "anyOf": [next] }))),
    tangle("a ring of lists", |n| ring(n, |next| list(&next))),
    tangle("a ring of maps", |n| ring(n, |next| map(&next))),
    tangle("a ring of lists of objects", |n| ring(n, |next| list(&twice(&next)))),
    tangle("a ring of allOf that hold lists of the next one", |n| {
        ring(n, |next| json!({ "allOf": [twice(&list(&next)), hold(&["left"], &next)] }))
    }),
];

const fn tangle(name: &'static str, document: fn(usize) -> Value) -> Trap {
    Trap { name, refused: "", document }
}

/// The small document with these components, of which it takes and returns the first.
fn both_ways(schemas: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut document = answering(&hold(&["answered"], &reference(0)));
    document["paths"]["/things"]["post"]["requestBody"] = json!({
        "content": { "application/json": { "schema": hold(&["taken"], &reference(0)) } },
    });
    document["components"]["schemas"] = Value::Object(schemas.into_iter().collect());
    document
}

/// Components of which each is made of the next one; the last one is an object.
fn links(count: usize, of: fn(Value) -> Value) -> impl Iterator<Item = (String, Value)> {
    let last = hold(&["end"], &json!({ "type": "string" }));
    let all = (0..count).map(move |index| (format!("C{index}"), of(reference(index + 1))));
    all.chain(iter::once((format!("C{count}"), last)))
}

fn chain(count: usize, of: fn(Value) -> Value) -> Value {
    both_ways(links(count, of))
}

fn ring(count: usize, of: fn(Value) -> Value) -> Value {
    both_ways((0..count).map(|index| (format!("C{index}"), of(reference((index + 1) % count)))))
}

/// One component that is all of the others, each of which is made of itself.
fn merged(count: usize, of: fn(Value) -> Value) -> Value {
    let all: Vec<_> = (1..=count).map(reference).collect();
    let first = ("C0".to_owned(), json!({ "allOf": all }));
    let others = (1..=count).map(|index| (format!("C{index}"), of(reference(index))));
    both_ways(iter::once(first).chain(others))
}

fn list(items: &Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn map(values: &Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn twice(schema: &Value) -> Value {
    hold(&["a", "b"], schema)
}

fn hold(names: &[&str], schema: &Value) -> Value {
    object(names.iter().map(|name| ((*name).to_owned(), schema.clone())))
}

fn require(names: &[&str], schema: &Value) -> Value {
    let mut object = hold(names, schema);
    object["required"] = json!(names);
    object
}

fn all_of(next: &Value) -> Value {
    json!({ "allOf": [next, hold(&["own"], &json!({ "type": "string" }))] })
}
