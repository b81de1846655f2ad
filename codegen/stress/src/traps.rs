//! Documents that cost more than they weigh, unless somebody has thought of it.

use std::iter;

use serde_json::{Map, Value, json};

use crate::seeds::{answering, small, taking};

/// One kind of document, of any size.
#[derive(Clone, Copy, Debug)]
pub struct Trap {
    /// What it is called.
    pub name: &'static str,
    /// The document of a size.
    pub document: fn(usize) -> Value,
    /// Words of the refusal that a great one gets; empty where none is refused for its width.
    pub refused: &'static str,
}

/// Documents whose size is a count of things side by side.
pub const WIDE: [Trap; 17] = [
    Trap {
        name: "values of an enum",
        refused: "",
        document: |n| answering(&object([("v".into(), values(n))])),
    },
    Trap {
        name: "values of an input",
        refused: "",
        document: |n| taking(&object([("v".into(), values(n))])),
    },
    Trap {
        name: "numbers of an enum",
        refused: "",
        document: |n| {
            answering(&object([(
                "v".into(),
                json!({ "type": "integer", "enum": (0..n).collect::<Vec<_>>() }),
            )]))
        },
    },
    Trap { name: "fields", refused: "", document: |n| answering(&fields(n)) },
    Trap { name: "inputs", refused: "a builder can have 64", document: |n| taking(&fields(n)) },
    Trap { name: "parameters", refused: "an operation can have 500", document: parameters },
    Trap { name: "tags", refused: "", document: tags },
    Trap {
        name: "words of a description",
        refused: "",
        document: |n| describing(&"word **strong** `code` ".repeat(n)),
    },
    Trap {
        name: "paragraphs of a description",
        refused: "",
        document: |n| describing(&"- a list\n- of two\n\nThen text.\n\n".repeat(n)),
    },
    Trap {
        name: "brackets of a description",
        refused: "",
        document: |n| describing(&"[".repeat(n)),
    },
    Trap {
        name: "emphasis of a description",
        refused: "",
        document: |n| describing(&"*a _b ".repeat(n)),
    },
    Trap {
        name: "ticks of a description",
        refused: "",
        document: |n| {
            describing(&(1..n / 8).map(|k| "`".repeat(k % 300) + " ").collect::<String>())
        },
    },
    Trap {
        name: "components in a chain",
        refused: "",
        document: |n| components(n, |_, next| object([("next".into(), next)])),
    },
    Trap { name: "components in a ring", refused: "", document: |n| ring(n) },
    Trap { name: "components that all lead to all", refused: "", document: |n| clique(n) },
    Trap {
        name: "extensions that nobody reads",
        refused: "nothing reads the extension",
        document: extensions,
    },
    Trap { name: "components that nobody uses", refused: "", document: |n| unused(n) },
];

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

fn object(fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    json!({ "type": "object", "properties": fields.into_iter().collect::<Map<_, _>>() })
}

fn values(count: usize) -> Value {
    let values: Vec<_> = (0..count).map(|index| format!("value{index}")).collect();
    json!({ "type": "string", "enum": values })
}

fn fields(count: usize) -> Value {
    let names = || (0..count).map(|index| format!("field{index}"));
    let mut object = object(names().map(|name| (name, json!({ "type": "string" }))));
    object["required"] = names().collect();
    object
}

fn parameters(count: usize) -> Value {
    let mut document = small();
    let parameters = (0..count).map(|index| {
        json!({ "name": format!("p{index}"), "in": "query", "schema": { "type": "string" } })
    });
    document["paths"]["/things"]["post"]["parameters"] = parameters.collect();
    document
}

fn tags(count: usize) -> Value {
    let mut document = small();
    let operation = document["paths"]["/things"]["post"].clone();
    for index in 0..count {
        let mut operation = operation.clone();
        operation["operationId"] = json!(format!("trenz-make-{index}"));
        operation["tags"] = json!([format!("Shop/Area {index}")]);
        document["paths"][format!("/things/{index}")] = json!({ "post": operation });
        document["x-tagGroups"][0]["tags"]
            .as_array_mut()
            .unwrap()
            .push(json!(format!("Shop/Area {index}")));
    }
    document
}

fn describing(text: &str) -> Value {
    let mut document = small();
    document["paths"]["/things"]["post"]["description"] = json!(text);
    document["paths"]["/things"]["post"]["summary"] = json!(text);
    document
}

fn extensions(count: usize) -> Value {
    let mut document = small();
    for index in 0..count {
        document["paths"]["/things"]["post"][format!("x-unread-{index}")] = json!(1);
    }
    document
}

fn nested(depth: usize, wrap: fn(Value) -> Value) -> Value {
    (0..depth).fold(json!({ "type": "string" }), |inner, _| wrap(inner))
}

fn array(depth: usize) -> Value {
    (0..depth).fold(json!([]), |inner, _| json!([inner]))
}

fn callbacks(depth: usize) -> Value {
    let mut document = small();
    let operation = document["paths"]["/things"]["post"].clone();
    let wrap = |inner: Value, _| {
        let mut operation = operation.clone();
        operation["callbacks"] = json!({ "c": { "{$url}": { "post": inner } } });
        operation
    };
    document["paths"]["/things"]["post"] = (0..depth).fold(operation.clone(), wrap);
    document
}

fn reference(index: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/C{index}") })
}

fn with_components(schemas: impl Iterator<Item = (String, Value)>) -> Value {
    let mut document = answering(&object([("c".to_owned(), reference(0))]));
    document["components"]["schemas"] = Value::Object(schemas.collect());
    document
}

/// Components of which each is made of the next one.
fn components(count: usize, of: fn(usize, Value) -> Value) -> Value {
    let last = (format!("C{count}"), json!({ "type": "string" }));
    let all = (0..count).map(|index| (format!("C{index}"), of(index, reference(index + 1))));
    with_components(all.chain(iter::once(last)))
}

fn ring(count: usize) -> Value {
    let next = |index| object([("next".to_owned(), reference((index + 1) % count))]);
    with_components((0..count).map(|index| (format!("C{index}"), next(index))))
}

/// As many components as the root of the count, so that the count is that of the edges.
fn clique(count: usize) -> Value {
    let side = count.isqrt();
    let all = || (0..side).map(|other| (format!("c{other}"), reference(other)));
    with_components((0..side).map(|index| (format!("C{index}"), object(all()))))
}

fn unused(count: usize) -> Value {
    let mut document = small();
    let schema = object([("a".to_owned(), json!({ "type": "string" }))]);
    let schemas = (0..count).map(|index| (format!("C{index}"), schema.clone()));
    document["components"]["schemas"] = Value::Object(schemas.collect());
    document
}
