//! Documents that are deep.

use serde_json::{Value, json};

use super::{Trap, components, describing, object};
use crate::mutate::{at, places};
use crate::seeds::{answering, small, taking};

/// Documents whose size is a depth.
pub const DEEP: [Trap; 22] = [
    Trap {
        name: "lists in lists",
        refused: "",
        document: |n| answering(&nested(n, |inner| json!({ "type": "array", "items": inner }))),
    },
    Trap {
        name: "objects in objects",
        refused: "",
        document: |n| answering(&nested(n, |inner| object([("inner".into(), inner)]))),
    },
    Trap {
        name: "inputs in inputs",
        refused: "",
        document: |n| taking(&nested(n, |inner| object([("inner".into(), inner)]))),
    },
    Trap {
        name: "maps in maps",
        refused: "",
        document: |n| {
            answering(&nested(
                n,
                |inner| json!({ "type": "object", "additionalProperties": inner }),
            ))
        },
    },
    Trap {
        name: "allOf in allOf",
        refused: "",
        document: |n| answering(&nested(n, |inner| json!({ "allOf": [inner] }))),
    },
    Trap {
        name: "oneOf in oneOf",
        refused: "",
        document: |n| answering(&nested(n, |inner| json!({ "oneOf": [inner, {}] }))),
    },
    Trap {
        name: "anyOf in anyOf",
        refused: "",
        document: |n| answering(&nested(n, |inner| json!({ "anyOf": [inner] }))),
    },
    Trap {
        name: "not in not",
        refused: "",
        document: |n| answering(&nested(n, |inner| json!({ "not": inner }))),
    },
    Trap {
        name: "an example",
        refused: "",
        document: |n| answering(&json!({ "type": "object", "example": array(n) })),
    },
    Trap {
        name: "a default",
        refused: "",
        document: |n| {
            answering(&object([(
                "a".into(),
                json!({ "type": "array", "items": {}, "default": array(n) }),
            )]))
        },
    },
    Trap {
        name: "an extension",
        refused: "",
        document: |n| {
            let mut d = small();
            d["x-deep"] = array(n);
            d
        },
    },
    Trap { name: "callbacks in callbacks", refused: "", document: callbacks },
    Trap {
        name: "quotes in a description",
        refused: "",
        document: |n| describing(&("> ".repeat(n) + "deep")),
    },
    Trap {
        name: "lists in a description",
        refused: "",
        document: |n| describing(&("- ".repeat(n) + "deep")),
    },
    Trap {
        name: "emphasis in a description",
        refused: "",
        document: |n| describing(&("*a ".repeat(n) + &"b* ".repeat(n))),
    },
    Trap {
        name: "links in a description",
        refused: "",
        document: |n| describing(&("[a".repeat(n) + &"](http://b.example)".repeat(n))),
    },
    Trap { name: "a chain of aliases", refused: "", document: |n| components(n, |_, next| next) },
    Trap {
        name: "a chain of lists",
        refused: "",
        document: |n| components(n, |_, next| json!({ "type": "array", "items": next })),
    },
    Trap {
        name: "a chain of maps",
        refused: "",
        document: |n| {
            components(n, |_, next| json!({ "type": "object", "additionalProperties": next }))
        },
    },
    Trap {
        name: "a chain of allOf",
        refused: "",
        document: |n| {
            components(
                n,
                |k, next| json!({ "allOf": [next, object([(format!("f{k}"), json!({ "type": "string" }))])] }),
            )
        },
    },
    Trap {
        name: "a chain of oneOf",
        refused: "",
        document: |n| components(n, |_, next| json!({ "oneOf": [next, { "type": "string" }] })),
    },
    Trap {
        name: "a chain of lists of objects",
        refused: "",
        document: |n| {
            components(
                n,
                |_, next| json!({ "type": "array", "items": object([("inner".into(), next)]) }),
            )
        },
    },
];

/// What stands where the next level goes.
const HERE: &str = "here";

fn nested(depth: usize, wrap: fn(Value) -> Value) -> Value {
    nest(depth, json!({ "type": "string" }), &wrap(json!(HERE)))
}

fn array(depth: usize) -> Value {
    nest(depth, json!([]), &json!([HERE]))
}

fn callbacks(depth: usize) -> Value {
    let mut document = small();
    let operation = document["paths"]["/things"]["post"].take();
    let mut outer = operation.clone();
    outer["callbacks"] = json!({ "c": { "{$url}": { "post": HERE } } });
    document["paths"]["/things"]["post"] = nest(depth, operation, &outer);
    document
}

/// Puts levels around a value.
fn nest(depth: usize, innermost: Value, level: &Value) -> Value {
    let mut level = level.clone();
    let here =
        places(&level).into_iter().find(|place| at(&mut level, place) == Some(&mut json!(HERE)));
    let here = here.unwrap();
    (0..depth).fold(innermost, |inner, _| {
        let mut outer = level.clone();
        *at(&mut outer, &here).unwrap() = inner;
        outer
    })
}
